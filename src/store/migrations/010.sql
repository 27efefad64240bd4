-- The file that a lesson or a verdict was imported from, by its name. NULL: it was learned here, or an earlier version
-- imported it.
ALTER TABLE lessons ADD COLUMN imported_from TEXT;
ALTER TABLE verdicts ADD COLUMN imported_from TEXT;

-- What all lessons in force add to the head's weights (see router/learned/lessons.rs), and the hash of what that was made of.
CREATE TABLE lesson_shift (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    made_of INTEGER NOT NULL,
    weights BLOB NOT NULL
) STRICT;
