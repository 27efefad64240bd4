-- How much there is to look at or to read in an attached file: pixels of a picture, lines and tokens of a text. NULL in
-- all four: not known.
ALTER TABLE attachments ADD COLUMN width INTEGER;
ALTER TABLE attachments ADD COLUMN height INTEGER;
ALTER TABLE attachments ADD COLUMN lines INTEGER;
ALTER TABLE attachments ADD COLUMN tokens INTEGER;
