-- What became of models' answers when the user went on (see router/learned/outcome.rs). They stay when their chats go, but
-- for the prompts.
CREATE TABLE outcomes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    -- The turn that was chosen, or that did not satisfy.
    turn INTEGER NOT NULL,
    prompt TEXT NOT NULL,
    category TEXT NOT NULL,
    -- The model whose answer was chosen over the other's; null: none was.
    winner TEXT,
    loser TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    -- Null while it counts.
    undone_at INTEGER,
    -- Where the prompt lies, a byte a dimension, and the checksum of the encoder that says so.
    encoder INTEGER,
    vector BLOB
) STRICT;

-- A turn says the same once, also after it was undone.
CREATE UNIQUE INDEX outcomes_once ON outcomes (turn, loser, kind);

-- The same of lessons, with the checksum of the head and what it says of them, a float a category.
ALTER TABLE lessons ADD COLUMN encoder INTEGER;
ALTER TABLE lessons ADD COLUMN vector BLOB;
ALTER TABLE lessons ADD COLUMN head INTEGER;
ALTER TABLE lessons ADD COLUMN logits BLOB;
