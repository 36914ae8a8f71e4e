-- +goose Up

-- Figures by 15-minute intervals of UTC. Every row can be computed anew from the
-- stamps of routing and survey (report.Rebuild); nothing here is the truth.

-- owner: internal/report
-- Visits by the interval in which they entered the queue, whatever became of them later.
CREATE TABLE report_queue_interval (
    tenant_id          BIGINT NOT NULL,
    start_at           BIGINT NOT NULL,
    brand_id           BIGINT NOT NULL,
    queue_id           BIGINT NOT NULL,
    channel            TEXT   NOT NULL,
    offered            BIGINT NOT NULL,
    answered           BIGINT NOT NULL,
    answered_in_time   BIGINT NOT NULL,
    abandoned          BIGINT NOT NULL,
    abandoned_in_time  BIGINT NOT NULL,
    abandoned_short    BIGINT NOT NULL,
    overflowed         BIGINT NOT NULL,
    transferred        BIGINT NOT NULL,
    callback           BIGINT NOT NULL,
    callback_in_time   BIGINT NOT NULL,
    closed             BIGINT NOT NULL,
    wait_answered_us   BIGINT NOT NULL,
    wait_abandoned_us  BIGINT NOT NULL,
    longest_us         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, start_at, queue_id, channel)
);
CREATE INDEX report_queue_interval_queue ON report_queue_interval (tenant_id, queue_id, start_at);

-- owner: internal/report
-- What agents did, by the interval in which an offer was made, a segment ended, a first reply went out, an opinion came in.
CREATE TABLE report_work_interval (
    tenant_id     BIGINT NOT NULL,
    start_at      BIGINT NOT NULL,
    agent_id      BIGINT NOT NULL,
    brand_id      BIGINT NOT NULL,
    queue_id      BIGINT NOT NULL,
    channel       TEXT   NOT NULL,
    offers        BIGINT NOT NULL,
    accepted      BIGINT NOT NULL,
    declined      BIGINT NOT NULL,
    missed        BIGINT NOT NULL,
    withdrawn     BIGINT NOT NULL,
    handled       BIGINT NOT NULL,
    talk_us       BIGINT NOT NULL,
    wrap_up_us    BIGINT NOT NULL,
    parked_us     BIGINT NOT NULL,
    transfers_out BIGINT NOT NULL,
    transfer_us   BIGINT NOT NULL,
    replies       BIGINT NOT NULL,
    reply_us      BIGINT NOT NULL,
    answers       BIGINT NOT NULL,
    stars         BIGINT NOT NULL,
    top_two       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, start_at, agent_id, queue_id, brand_id, channel)
);
CREATE INDEX report_work_interval_agent ON report_work_interval (tenant_id, agent_id, start_at);
CREATE INDEX report_work_interval_queue ON report_work_interval (tenant_id, queue_id, start_at);

-- owner: internal/report
-- Agents' time, cut by the clock.
CREATE TABLE report_agent_interval (
    tenant_id    BIGINT NOT NULL,
    start_at     BIGINT NOT NULL,
    agent_id     BIGINT NOT NULL,
    available_us BIGINT NOT NULL,
    away_us      BIGINT NOT NULL,
    contact_us   BIGINT NOT NULL, -- with at least one interaction
    idle_us      BIGINT NOT NULL, -- available without any
    chat_us      BIGINT NOT NULL, -- sum over chats
    chat_wall_us BIGINT NOT NULL, -- with at least one chat
    PRIMARY KEY (tenant_id, start_at, agent_id)
);
CREATE INDEX report_agent_interval_agent ON report_agent_interval (tenant_id, agent_id, start_at);

-- owner: internal/report
-- The away time of report_agent_interval by its reason.
CREATE TABLE report_away_interval (
    tenant_id BIGINT NOT NULL,
    start_at  BIGINT NOT NULL,
    agent_id  BIGINT NOT NULL,
    reason_id BIGINT NOT NULL DEFAULT 0,
    system    TEXT   NOT NULL DEFAULT '',
    us        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, start_at, agent_id, reason_id, system)
);
CREATE INDEX report_away_interval_agent ON report_away_interval (tenant_id, agent_id, start_at);

-- owner: internal/report
-- Up to when the two tables above are complete; what is later is computed from the stamps when asked for.
CREATE TABLE report_clock (
    tenant_id BIGINT NOT NULL PRIMARY KEY,
    until     BIGINT NOT NULL
);

-- owner: internal/report
-- How far the rollup has read the facts.
CREATE TABLE report_cursor (
    name TEXT   NOT NULL PRIMARY KEY,
    pos  BIGINT NOT NULL
);

-- Stamps are looked up by their ends, too.
CREATE INDEX segment_ended ON segment (tenant_id, ended_at);
CREATE INDEX agent_interval_until ON agent_interval (tenant_id, until);
