-- The language that a user is written to in: that of his last login which named one of ours, or of his joining.
ALTER TABLE user ADD COLUMN language TEXT NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'ko'));
