-- An answer may be many megabytes long, and SQLite copies a text for every function that takes it: so the excerpt is cut
-- first. Nor is it taken again when the turn ends, which changes none of it.
DROP VIEW youngest_turns;
CREATE VIEW youngest_turns AS
    SELECT c.id AS conversation, coalesce(t.corrected, d.category) AS category,
        coalesce(d.answered_by, d.model) AS model,
        substr(coalesce(nullif(substr(b.body, 1, 160), ''), t.prompt), 1, 160) AS excerpt
    FROM conversations c JOIN turns t ON t.id = c.youngest
    LEFT JOIN decisions d ON d.turn = t.id LEFT JOIN blocks b ON b.id = t.answer_block;

DROP TRIGGER youngest_told;
CREATE TRIGGER youngest_told AFTER UPDATE OF prompt, answer_block, corrected ON turns BEGIN
    UPDATE conversations SET (category, model, excerpt) =
        (SELECT category, model, excerpt FROM youngest_turns WHERE conversation = new.conversation)
    WHERE id = new.conversation AND youngest = new.id;
END;
