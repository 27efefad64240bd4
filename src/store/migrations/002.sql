-- Conversations: their turns, what has come of answers that still stream, and where the user is in each.
-- Names are chat::ConversationId and chat::TurnId, so that what was kept elsewhere can be taken in.

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    -- When something was last asked or answered.
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    -- A conversation that was deleted is only marked at first, so that the user can have it back.
    deleted_at INTEGER,
    -- How many turns are shown, and the youngest of them: counted by triggers, since the list of chats is asked for often.
    turns INTEGER NOT NULL DEFAULT 0,
    youngest INTEGER
) STRICT;

CREATE INDEX conversations_by_update ON conversations (updated_at);
CREATE INDEX conversations_deleted ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE turns (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    -- What it follows up on. No reference: turns of one conversation can come in any order.
    parent INTEGER,
    asked_at INTEGER NOT NULL,
    -- The user took the prompt back: it is shown and found nowhere, and only its prompt can be recalled.
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    prompt TEXT NOT NULL,
    wish_category TEXT,
    wish_model TEXT,
    -- Null: it is not over, or the program ended first.
    ending TEXT,
    model TEXT,
    -- What the user said it should have been taken for.
    corrected TEXT,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    first_text_us INTEGER,
    total_us INTEGER,
    notes TEXT NOT NULL,
    answer TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    request TEXT
) STRICT;

CREATE INDEX turns_by_conversation ON turns (conversation, withdrawn, id);
CREATE INDEX turns_open ON turns (id) WHERE ending IS NULL AND withdrawn = 0;
CREATE INDEX turns_corrected ON turns (corrected) WHERE corrected IS NOT NULL;

-- What has come since the turn was last written whole. A long answer is written piece by piece, not over and over.
CREATE TABLE pieces (
    turn INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    answer TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    PRIMARY KEY (turn, seq)
) STRICT, WITHOUT ROWID;

-- No reference: a draft can belong to a conversation in which nothing was asked yet.
CREATE TABLE places (
    conversation INTEGER PRIMARY KEY,
    place TEXT NOT NULL,
    kept_at INTEGER NOT NULL
) STRICT;

CREATE INDEX places_by_time ON places (kept_at);

-- The turn that was decided; null for what was asked outside a conversation, and before there were any.
ALTER TABLE decisions ADD COLUMN turn INTEGER;
-- What the turn before it was taken for.
ALTER TABLE decisions ADD COLUMN previous TEXT;
ALTER TABLE decisions ADD COLUMN hint TEXT;

CREATE UNIQUE INDEX decisions_by_turn ON decisions (turn) WHERE turn IS NOT NULL;

-- A turn that is erased goes with its conversation, so nothing is counted then.
CREATE TRIGGER turns_counted AFTER INSERT ON turns WHEN new.withdrawn = 0 BEGIN
    UPDATE conversations SET turns = turns + 1, youngest = max(coalesce(youngest, 0), new.id)
    WHERE id = new.conversation;
END;

CREATE TRIGGER turns_recounted AFTER UPDATE OF withdrawn ON turns WHEN old.withdrawn <> new.withdrawn BEGIN
    UPDATE conversations SET (turns, youngest) =
        (SELECT count(*), max(id) FROM turns WHERE conversation = new.conversation AND withdrawn = 0)
    WHERE id = new.conversation;
END;

-- Which groups of three characters the turns contain, not where (see store/search.rs). A turn comes in when it is over:
-- taking something out costs a hundred times as much as putting it in. The few that are open are read instead.
CREATE VIEW ended AS SELECT id, prompt, answer FROM turns WHERE ending IS NOT NULL AND withdrawn = 0;

CREATE VIRTUAL TABLE words USING fts5 (
    prompt, answer, content = 'ended', content_rowid = 'id', tokenize = 'trigram', detail = 'none'
);
-- What is deleted leaves the index at once.
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER turns_inserted AFTER INSERT ON turns WHEN new.ending IS NOT NULL AND new.withdrawn = 0 BEGIN
    INSERT INTO words (rowid, prompt, answer) VALUES (new.id, new.prompt, new.answer);
END;

CREATE TRIGGER turns_deleted AFTER DELETE ON turns WHEN old.ending IS NOT NULL AND old.withdrawn = 0 BEGIN
    INSERT INTO words (words, rowid, prompt, answer) VALUES ('delete', old.id, old.prompt, old.answer);
END;

CREATE TRIGGER turns_changed AFTER UPDATE OF prompt, answer, ending, withdrawn ON turns
WHEN old.prompt <> new.prompt OR old.answer <> new.answer OR old.withdrawn <> new.withdrawn
    OR (old.ending IS NULL) <> (new.ending IS NULL)
BEGIN
    INSERT INTO words (words, rowid, prompt, answer)
        SELECT 'delete', old.id, old.prompt, old.answer WHERE old.ending IS NOT NULL AND old.withdrawn = 0;
    INSERT INTO words (rowid, prompt, answer)
        SELECT new.id, new.prompt, new.answer WHERE new.ending IS NOT NULL AND new.withdrawn = 0;
END;
