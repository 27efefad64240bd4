-- A chat that the user wants to find first.
ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));

-- What the youngest turn was taken for, the model that answered it or was to, and how its answer or prompt begins. Copied
-- by triggers: looked up for each of 50,000 chats, they make the list four times as slow to read (600 ms instead of 150).
ALTER TABLE conversations ADD COLUMN category TEXT;
ALTER TABLE conversations ADD COLUMN model TEXT;
ALTER TABLE conversations ADD COLUMN excerpt TEXT;

CREATE VIEW youngest_turns AS
    SELECT c.id AS conversation, coalesce(t.corrected, d.category) AS category,
        coalesce(d.answered_by, d.model) AS model, substr(coalesce(nullif(b.body, ''), t.prompt), 1, 160) AS excerpt
    FROM conversations c JOIN turns t ON t.id = c.youngest
    LEFT JOIN decisions d ON d.turn = t.id LEFT JOIN blocks b ON b.id = t.answer_block;

UPDATE conversations SET (category, model, excerpt) =
    (SELECT category, model, excerpt FROM youngest_turns WHERE conversation = conversations.id);

CREATE TRIGGER youngest_changed AFTER UPDATE OF youngest ON conversations WHEN new.youngest IS NOT old.youngest BEGIN
    UPDATE conversations SET (category, model, excerpt) =
        (SELECT category, model, excerpt FROM youngest_turns WHERE conversation = new.id)
    WHERE id = new.id;
END;

CREATE TRIGGER youngest_told AFTER UPDATE OF prompt, ending, answer_block, corrected ON turns BEGIN
    UPDATE conversations SET (category, model, excerpt) =
        (SELECT category, model, excerpt FROM youngest_turns WHERE conversation = new.conversation)
    WHERE id = new.conversation AND youngest = new.id;
END;

CREATE TRIGGER youngest_decided AFTER INSERT ON decisions WHEN new.turn IS NOT NULL BEGIN
    UPDATE conversations SET (category, model, excerpt) =
        (SELECT category, model, excerpt FROM youngest_turns WHERE conversation = conversations.id)
    WHERE youngest = new.turn AND id = (SELECT conversation FROM turns WHERE id = new.turn);
END;

CREATE TRIGGER youngest_answered AFTER UPDATE OF category, model, answered_by ON decisions WHEN new.turn IS NOT NULL BEGIN
    UPDATE conversations SET (category, model, excerpt) =
        (SELECT category, model, excerpt FROM youngest_turns WHERE conversation = conversations.id)
    WHERE youngest = new.turn AND id = (SELECT conversation FROM turns WHERE id = new.turn);
END;

CREATE TRIGGER youngest_undecided AFTER DELETE ON decisions WHEN old.turn IS NOT NULL BEGIN
    UPDATE conversations SET (category, model, excerpt) =
        (SELECT category, model, excerpt FROM youngest_turns WHERE conversation = conversations.id)
    WHERE youngest = old.turn AND id = (SELECT conversation FROM turns WHERE id = old.turn);
END;
