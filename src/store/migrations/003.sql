-- When the model began to reason; null: it did not, or nobody knows.

ALTER TABLE turns ADD COLUMN first_reasoning_us INTEGER;
