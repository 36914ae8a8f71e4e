-- +goose Up

-- When it was last asked whether what was said is still there, on a channel where nobody tells that it was taken back.
ALTER TABLE channel_account ADD COLUMN rechecked_at BIGINT NOT NULL DEFAULT 0;
