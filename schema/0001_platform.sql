-- +goose Up

-- owner: internal/platform/db
-- The truth and the outbox: every fact, written in the transaction that made it
-- true. pos is dense and given on commit; 0 means not yet given (PostgreSQL).
CREATE TABLE fact (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    pos        BIGINT NOT NULL DEFAULT 0,
    kind       TEXT   NOT NULL,
    subject    BIGINT NOT NULL,
    actor_kind TEXT   NOT NULL,
    actor_id   BIGINT NOT NULL DEFAULT 0,
    at         BIGINT NOT NULL,
    data       TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
-- Statements that use it must say "pos > 0", or they read the whole table.
CREATE UNIQUE INDEX fact_pos ON fact (pos) WHERE pos > 0;
CREATE INDEX fact_subject ON fact (tenant_id, subject, id);
{{if postgres}}
CREATE INDEX fact_fresh ON fact (id) WHERE pos = 0;

-- owner: internal/platform/db
-- One row: the newest position. Its lock makes the giving of positions one at a time.
CREATE TABLE fact_head (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    pos BIGINT NOT NULL
);
INSERT INTO fact_head (one, pos) VALUES (1, 0);
{{end}}

-- owner: internal/platform/lease
CREATE TABLE lease (
    name       TEXT   NOT NULL PRIMARY KEY,
    owner      TEXT   NOT NULL,
    epoch      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- owner: internal/platform/job
CREATE TABLE job (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    state       TEXT   NOT NULL,             -- ready, running, dead
    args        TEXT   NOT NULL,
    unique_key  TEXT   NOT NULL DEFAULT '',
    run_at      BIGINT NOT NULL,
    attempt     BIGINT NOT NULL DEFAULT 0,
    max_attempts BIGINT NOT NULL,
    epoch       BIGINT NOT NULL DEFAULT 0,   -- counts claims: a late worker cannot finish what was claimed again
    lease_until BIGINT NOT NULL DEFAULT 0,
    last_error  TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX job_ready ON job (run_at, id) WHERE state = 'ready';
CREATE INDEX job_running ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_dead ON job (tenant_id, id) WHERE state = 'dead';
CREATE UNIQUE INDEX job_unique ON job (tenant_id, kind, unique_key) WHERE unique_key <> '' AND state <> 'dead';

-- owner: internal/platform/job
-- The last slot for which a periodic job was made.
CREATE TABLE job_slot (
    kind TEXT   NOT NULL PRIMARY KEY,
    slot BIGINT NOT NULL
);

-- owner: internal/platform/idempotency
CREATE TABLE idempotency (
    tenant_id   BIGINT NOT NULL,
    actor       TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    fingerprint TEXT   NOT NULL,
    attempt     TEXT   NOT NULL,
    status      BIGINT NOT NULL DEFAULT 0,   -- of HTTP; 0: the answer is to come, -1: it is lost
    content_type TEXT  NOT NULL DEFAULT '',
    body        TEXT   NOT NULL DEFAULT '',  -- sealed
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, actor, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
