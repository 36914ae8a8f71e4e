-- +goose Up

-- owner: internal/intake
-- An event of a channel as it came, stored before anybody looks into it, and what became of it.
CREATE TABLE channel_event (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    entry_point_id  BIGINT NOT NULL,
    brand_id        BIGINT NOT NULL,
    event_id        TEXT   NOT NULL DEFAULT '', -- the channel's name of it, taken once
    kind            TEXT   NOT NULL DEFAULT '', -- as far as it could be read
    lane            TEXT   NOT NULL DEFAULT '', -- events of one are applied in their order
    raw             {{blob}} NOT NULL,
    state           TEXT   NOT NULL,            -- waiting, parked, done, refused, discarded
    reason          TEXT   NOT NULL DEFAULT '', -- why it was refused, a key of the catalogues
    detail          TEXT   NOT NULL DEFAULT '', -- where in it
    awaits          TEXT   NOT NULL DEFAULT '', -- what has to be there before a parked one can be applied
    attempts        BIGINT NOT NULL DEFAULT 0,
    conversation_id BIGINT NOT NULL DEFAULT 0,
    entry_id        BIGINT NOT NULL DEFAULT 0,
    received_at     BIGINT NOT NULL,
    due_at          BIGINT NOT NULL DEFAULT 0,  -- while it waits: not before
    settled_at      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX channel_event_once ON channel_event (tenant_id, entry_point_id, event_id) WHERE event_id <> '';
CREATE INDEX channel_event_waiting ON channel_event (tenant_id, entry_point_id, due_at, id) WHERE state = 'waiting';
CREATE INDEX channel_event_parked ON channel_event (tenant_id, entry_point_id, awaits) WHERE state = 'parked';
CREATE INDEX channel_event_log ON channel_event (tenant_id, entry_point_id, id);
CREATE INDEX channel_event_refused ON channel_event (tenant_id, entry_point_id, id) WHERE state = 'refused';
CREATE INDEX channel_event_old ON channel_event (received_at);

-- owner: internal/channel/own
-- The keys of a tenant's own channel: with which its system signs what it tells us, and with which we sign what we ask of it.
CREATE TABLE own_channel (
    tenant_id      BIGINT NOT NULL,
    entry_point_id BIGINT NOT NULL,
    heard          TEXT   NOT NULL,            -- sealed: of what it tells us
    heard_before   TEXT   NOT NULL DEFAULT '', -- the one before, good until:
    heard_until    BIGINT NOT NULL DEFAULT 0,
    said           TEXT   NOT NULL,            -- sealed: of what we ask
    said_before    TEXT   NOT NULL DEFAULT '',
    said_until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, entry_point_id)
);
