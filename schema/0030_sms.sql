-- +goose Up

-- owner: internal/channel/sms
-- A segment that a message centre has brought. What it says is here until the message is whole, ten minutes at
-- most; its digest stays a while, because a centre that got no answer brings the segment again.
CREATE TABLE sms_received (
    tenant_id      BIGINT  NOT NULL,
    entry_point_id BIGINT  NOT NULL,
    name           TEXT    NOT NULL,
    digest         TEXT    NOT NULL,
    sender         TEXT    NOT NULL,
    recipient      TEXT    NOT NULL,
    ref            BIGINT  NOT NULL,            -- the same for all parts of a long message
    total          BIGINT  NOT NULL,
    part           BIGINT  NOT NULL,
    wide           BOOLEAN NOT NULL,            -- 16 bits a character, not 7
    data           {{blob}} NOT NULL,
    state          TEXT    NOT NULL,            -- waiting, taken
    received_at    BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, entry_point_id, name)
);
CREATE INDEX sms_received_waiting ON sms_received (tenant_id, entry_point_id, received_at) WHERE state = 'waiting';
CREATE INDEX sms_received_old ON sms_received (received_at);

-- owner: internal/channel/sms
-- A segment of ours by the name that the message centre has given it, and what became of it. Its receipt may come
-- before we know whose it is.
CREATE TABLE sms_segment (
    tenant_id      BIGINT  NOT NULL,
    entry_point_id BIGINT  NOT NULL,
    message_id     TEXT    NOT NULL,            -- the centre's
    entry_id       BIGINT  NOT NULL DEFAULT 0,  -- 0: a receipt came first
    total          BIGINT  NOT NULL DEFAULT 0,
    state          TEXT    NOT NULL DEFAULT '', -- delivered, failed; '': not known yet
    reason         TEXT    NOT NULL DEFAULT '', -- why it failed, a key of the catalogues
    told           BOOLEAN NOT NULL DEFAULT FALSE, -- what became of the whole message is known where it was written
    at             BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, entry_point_id, message_id)
);
CREATE INDEX sms_segment_entry ON sms_segment (tenant_id, entry_id) WHERE entry_id <> 0;
CREATE INDEX sms_segment_old ON sms_segment (at);

-- owner: internal/channel/sms
-- Who has forbidden or allowed messages from a number of ours, by the last word.
CREATE TABLE sms_stop (
    tenant_id      BIGINT  NOT NULL,
    entry_point_id BIGINT  NOT NULL,
    number         TEXT    NOT NULL,
    stopped        BOOLEAN NOT NULL,
    at             BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, entry_point_id, number)
);
