-- +goose Up

-- When a renewal of an account's access began that has not ended: some of what access is renewed with is good once.
ALTER TABLE channel_account ADD COLUMN renewing_at BIGINT NOT NULL DEFAULT 0;
