-- +goose Up

-- owner: internal/channel/email
-- What stands below the mails of an agent, as they wrote it.
CREATE TABLE agent_signature (
    tenant_id  BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    html       TEXT   NOT NULL, -- cleaned
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
