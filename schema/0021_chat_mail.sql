-- +goose Up

-- A chat whose visitor is gone goes on by e-mail: our answers up to mailed_seq have gone that way,
-- and mail_round counts how often the answers until then were settled, so that each new one is looked after.
ALTER TABLE webchat_chat ADD COLUMN mailed_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webchat_chat ADD COLUMN mail_round BIGINT NOT NULL DEFAULT 0;
