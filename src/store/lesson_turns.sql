-- Finds the turns that taught the lessons in force of which that is unknown: turns with the same prompt that were corrected
-- to the same category. Where there are several of both, the latest lesson belongs to the latest turn, and so on.
UPDATE lessons SET turn = (
    SELECT id FROM (
        SELECT id, row_number() OVER (ORDER BY id DESC) AS place FROM turns
        WHERE corrected IS NOT NULL AND corrected = lessons.category AND prompt = lessons.prompt
    )
    WHERE place = (
        SELECT count(*) FROM lessons later
        WHERE later.undone_at IS NULL AND later.category = lessons.category AND later.prompt = lessons.prompt
            AND later.id >= lessons.id
    )
)
WHERE turn IS NULL AND undone_at IS NULL;
