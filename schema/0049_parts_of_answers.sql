-- +goose Up

-- owner: internal/conversation
-- By which other names a channel knows an answer that it has taken as several messages: a text, and each of its files.
CREATE TABLE entry_part (
    tenant_id      BIGINT NOT NULL,
    entry_point_id BIGINT NOT NULL, -- where it was sent
    external_id    TEXT   NOT NULL,
    entry_id       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, entry_point_id, external_id)
);
CREATE INDEX entry_part_of ON entry_part (tenant_id, entry_id);
