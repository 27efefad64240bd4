-- A turn is made of steps, the attempts to get an answer, and a step of blocks, what was said. Binary content is in blobs.
-- The rows of the old tables are moved by `moving.rs`; then comes 005_end.sql.

-- What a turn should have been taken for is said by the turn alone, where there is one.
UPDATE turns SET corrected = (SELECT corrected_to FROM decisions d WHERE d.turn = turns.id)
WHERE corrected IS NULL AND id IN (SELECT turn FROM decisions WHERE corrected_to IS NOT NULL);
UPDATE decisions SET corrected_to = NULL
WHERE corrected_to IS NOT NULL AND turn IN (SELECT id FROM turns);

-- The turn that taught a lesson; null: unknown.
ALTER TABLE lessons ADD COLUMN turn INTEGER;
CREATE INDEX lessons_by_turn ON lessons (turn) WHERE turn IS NOT NULL;

DROP TRIGGER turns_counted;
DROP TRIGGER turns_recounted;
DROP TRIGGER turns_inserted;
DROP TRIGGER turns_deleted;
DROP TRIGGER turns_changed;
DROP VIEW ended;
DROP INDEX turns_by_conversation;
DROP INDEX turns_open;
DROP INDEX turns_corrected;
ALTER TABLE turns RENAME TO old_turns;

CREATE TABLE turns (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    -- What it follows up on. No reference: turns of one conversation can come in any order.
    parent INTEGER,
    asked_at INTEGER NOT NULL,
    -- The user took the prompt back: it is shown and found nowhere, and only its prompt can be recalled.
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    prompt TEXT NOT NULL,
    route_category TEXT,
    route_model TEXT,
    -- Null: it is not over, or the program ended first.
    ending TEXT,
    -- The block that people read as its answer, once it is over; null: none. Found like that, and not by its place, a
    -- turn is read as quickly as if its answer stood beside its prompt.
    answer_block INTEGER,
    -- What the user said it should have been taken for.
    corrected TEXT
) STRICT;

CREATE TABLE steps (
    turn INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    -- Its place in the turn, from 0.
    step INTEGER NOT NULL,
    -- Null: unknown. An empty provider is an unknown one.
    provider TEXT,
    model TEXT,
    request TEXT,
    -- Null: the turn goes on, or ended, with this step.
    outcome TEXT,
    -- Null: none.
    notes TEXT,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    first_reasoning_us INTEGER,
    first_text_us INTEGER,
    total_us INTEGER,
    PRIMARY KEY (turn, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
    id INTEGER PRIMARY KEY,
    turn INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    -- Its place in the step, from 0.
    block INTEGER NOT NULL,
    -- A block of text that grows has a row for each piece. They become one when the turn is over.
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The hash of an image.
    blob TEXT
) STRICT;

CREATE TABLE attachments (
    turn INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    -- Its place in the prompt, from 0.
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    blob TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (turn, seq)
) STRICT, WITHOUT ROWID;

-- Content by its hash. No reference leads here: what refers to a blob can come from a file that does not have it.
CREATE TABLE blobs (
    hash TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

CREATE INDEX attachments_by_blob ON attachments (blob);
CREATE INDEX blocks_by_blob ON blocks (blob) WHERE blob IS NOT NULL;
