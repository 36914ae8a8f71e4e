-- +goose Up

-- Of a channel whose system fetches its commands: the number of the newest, and when it fetched last.
ALTER TABLE own_channel ADD COLUMN newest_command BIGINT NOT NULL DEFAULT 0;
ALTER TABLE own_channel ADD COLUMN fetched_at BIGINT NOT NULL DEFAULT 0;

-- owner: internal/channel/own
-- A command that a tenant's own system has not fetched yet. Numbers of a channel have no gap behind which one is still to come.
CREATE TABLE own_command (
    tenant_id       BIGINT NOT NULL,
    entry_point_id  BIGINT NOT NULL,
    number          BIGINT NOT NULL,
    name            TEXT   NOT NULL,            -- the same for every try
    conversation_id BIGINT NOT NULL DEFAULT 0,
    entry_id        BIGINT NOT NULL DEFAULT 0,  -- the answer or change that is asked for; 0: none
    body            TEXT   NOT NULL,
    made_at         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, entry_point_id, number)
);
CREATE UNIQUE INDEX own_command_once ON own_command (tenant_id, entry_point_id, name);
CREATE INDEX own_command_conversation ON own_command (tenant_id, conversation_id);
CREATE INDEX own_command_old ON own_command (tenant_id, entry_point_id, made_at);
