-- +goose Up

-- owner: internal/conversation
-- Of which article a notification tells.
ALTER TABLE notification ADD COLUMN article_id BIGINT NOT NULL DEFAULT 0;

-- owner: internal/media
-- The article whose picture a file is; such a file belongs to no conversation, and stays as long as a text shows it.
ALTER TABLE attachment ADD COLUMN article_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX attachment_article ON attachment (tenant_id, article_id, id) WHERE article_id <> 0;
