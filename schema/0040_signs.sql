-- +goose Up

-- Whether customers are not shown that we write, and not told what we have read.
ALTER TABLE entry_point ADD COLUMN hides_typing BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE entry_point ADD COLUMN hides_read BOOLEAN NOT NULL DEFAULT FALSE;
