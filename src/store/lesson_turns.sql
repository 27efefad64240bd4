-- Finds the turns that taught the lessons in force of which that is unknown: turns with the same prompt that were corrected
-- to the same category. Where there are several of both, the latest lesson belongs to the latest turn, and so on.
UPDATE lessons SET turn = found.turn
FROM (
    WITH taught AS (
        SELECT id, category, prompt, row_number() OVER (PARTITION BY category, prompt ORDER BY id DESC) AS place
        FROM lessons WHERE undone_at IS NULL
    ), corrected AS (
        SELECT id, corrected AS category, prompt,
            row_number() OVER (PARTITION BY corrected, prompt ORDER BY id DESC) AS place
        FROM turns WHERE corrected IS NOT NULL
    )
    SELECT taught.id AS lesson, corrected.id AS turn FROM taught JOIN corrected USING (category, prompt, place)
) AS found
WHERE lessons.id = found.lesson AND lessons.turn IS NULL AND lessons.undone_at IS NULL;
