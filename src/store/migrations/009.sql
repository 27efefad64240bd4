-- Why a turn was asked: 'asked_again' or 'continued' (see chat/origin.rs). NULL: the user wrote the prompt, or an earlier
-- version wrote the row.
ALTER TABLE turns ADD COLUMN origin TEXT;
