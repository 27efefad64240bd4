DROP TABLE pieces;
DROP TABLE old_turns;

CREATE UNIQUE INDEX blocks_by_place ON blocks (turn, step, block, seq);
CREATE INDEX turns_by_conversation ON turns (conversation, withdrawn, id);
CREATE INDEX turns_open ON turns (id) WHERE ending IS NULL AND withdrawn = 0;
CREATE INDEX turns_corrected ON turns (corrected) WHERE corrected IS NOT NULL;

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

-- What the index of words is about (see store/search.rs): turns that are over. What they say does not change any more, so
-- the index follows the turns alone.
CREATE VIEW ended AS
    SELECT t.id, t.prompt, coalesce(b.body, '') AS answer FROM turns t LEFT JOIN blocks b ON b.id = t.answer_block
    WHERE t.ending IS NOT NULL AND t.withdrawn = 0;

-- Before: what the index forgets must still be there to be read.
CREATE TRIGGER turns_forgotten BEFORE UPDATE OF prompt, ending, withdrawn ON turns
WHEN old.ending IS NOT NULL AND old.withdrawn = 0
    AND (new.ending IS NULL OR new.withdrawn = 1 OR new.prompt <> old.prompt)
BEGIN
    INSERT INTO words (words, rowid, prompt, answer) SELECT 'delete', id, prompt, answer FROM ended WHERE id = old.id;
END;

CREATE TRIGGER turns_found AFTER UPDATE OF prompt, ending, withdrawn ON turns
WHEN new.ending IS NOT NULL AND new.withdrawn = 0
    AND (old.ending IS NULL OR old.withdrawn = 1 OR new.prompt <> old.prompt)
BEGIN
    INSERT INTO words (rowid, prompt, answer) SELECT id, prompt, answer FROM ended WHERE id = new.id;
END;

CREATE TRIGGER turns_deleted BEFORE DELETE ON turns WHEN old.ending IS NOT NULL AND old.withdrawn = 0 BEGIN
    INSERT INTO words (words, rowid, prompt, answer) SELECT 'delete', id, prompt, answer FROM ended WHERE id = old.id;
END;
