-- Decisions of the router with what came of them, lessons of the user, verdicts of the judge.
-- Times are unix milliseconds. Lists and tables are JSON. Ids are never used twice.

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    decided_at INTEGER NOT NULL,
    prompt TEXT NOT NULL,
    category TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    decider TEXT NOT NULL,
    confidence REAL,
    probabilities TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    candidates TEXT NOT NULL,
    elapsed_us INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    overridden INTEGER NOT NULL CHECK (overridden IN (0, 1)),
    -- What came of it; all null while the turn runs.
    outcome TEXT CHECK (outcome IN ('answered', 'stopped', 'failed')),
    answered_by TEXT,
    first_text_ms INTEGER,
    total_ms INTEGER,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    -- What the user said it should have been.
    corrected_to TEXT
) STRICT;

CREATE INDEX decisions_by_time ON decisions (decided_at);

CREATE TABLE lessons (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    prompt TEXT NOT NULL,
    -- What the turn before it was taken for; null for the first prompt of a chat.
    previous TEXT,
    -- What the router said, and what the user said.
    decided TEXT NOT NULL,
    category TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('prompt', 'always')),
    taught_at INTEGER NOT NULL,
    -- Null while in force.
    undone_at INTEGER
) STRICT;

CREATE TABLE verdicts (
    key TEXT PRIMARY KEY,
    category TEXT NOT NULL,
    model TEXT NOT NULL,
    confidence REAL,
    reason TEXT NOT NULL,
    decided_at INTEGER NOT NULL
) STRICT;

CREATE INDEX verdicts_by_time ON verdicts (decided_at);
