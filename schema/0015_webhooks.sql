-- +goose Up

-- owner: internal/automation
-- An address of somebody else's that is told what happens. Empty lists take all.
CREATE TABLE webhook (
    tenant_id      BIGINT  NOT NULL,
    id             BIGINT  NOT NULL,
    name           TEXT    NOT NULL,
    url            TEXT    NOT NULL,
    brands         TEXT    NOT NULL DEFAULT '[]',
    kinds          TEXT    NOT NULL DEFAULT '[]',
    sealed         TEXT    NOT NULL, -- the secret
    sealed_before  TEXT    NOT NULL DEFAULT '', -- the one before, good until:
    before_until   BIGINT  NOT NULL DEFAULT 0,
    state          TEXT    NOT NULL,
    active_since   BIGINT  NOT NULL DEFAULT 0,
    failing_since  BIGINT  NOT NULL DEFAULT 0,
    archived       BOOLEAN NOT NULL DEFAULT FALSE,
    rev            BIGINT  NOT NULL DEFAULT 1,
    created_at     BIGINT  NOT NULL,
    changed_at     BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- owner: internal/automation
-- One message to a webhook, with what came of it.
CREATE TABLE webhook_delivery (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    webhook_id BIGINT NOT NULL,
    fact_id    BIGINT NOT NULL, -- 0: a test
    kind       TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    attempts   BIGINT NOT NULL DEFAULT 0,
    status     BIGINT NOT NULL DEFAULT 0,
    answer     TEXT   NOT NULL DEFAULT '',
    took_us    BIGINT NOT NULL DEFAULT 0,
    made_at    BIGINT NOT NULL,
    tried_at   BIGINT NOT NULL DEFAULT 0,
    next_at    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX webhook_delivery_once ON webhook_delivery (tenant_id, webhook_id, fact_id) WHERE fact_id > 0;
CREATE INDEX webhook_delivery_log ON webhook_delivery (tenant_id, webhook_id, id);
CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook_id, next_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_old ON webhook_delivery (made_at) WHERE state <> 'waiting';

-- owner: internal/automation
-- One row: the position up to which facts have become deliveries.
CREATE TABLE webhook_place (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    pos BIGINT NOT NULL
);
INSERT INTO webhook_place (one, pos) SELECT 1, COALESCE(MAX(pos), 0) FROM fact WHERE pos > 0;
