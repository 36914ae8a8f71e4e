-- +goose Up

-- owner: internal/automation
-- What the centre does by itself: when, if, do.
CREATE TABLE rule (
    tenant_id    BIGINT  NOT NULL,
    id           BIGINT  NOT NULL,
    brand_id     BIGINT  NOT NULL DEFAULT 0,  -- 0: every brand
    name         TEXT    NOT NULL,
    program      TEXT    NOT NULL,
    position     BIGINT  NOT NULL,            -- in which order rules are asked
    state        TEXT    NOT NULL,            -- active, off, paused (by ourselves)
    why          TEXT    NOT NULL DEFAULT '', -- it was paused
    active_since BIGINT  NOT NULL DEFAULT 0,
    archived     BOOLEAN NOT NULL DEFAULT FALSE,
    rev          BIGINT  NOT NULL DEFAULT 1,
    created_at   BIGINT  NOT NULL,
    changed_at   BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- owner: internal/automation
-- That a rule was set off once, and what came of it.
CREATE TABLE rule_firing (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    rule_id         BIGINT NOT NULL,
    fact_id         BIGINT NOT NULL,            -- that set it off
    event           TEXT   NOT NULL,
    conversation_id BIGINT NOT NULL DEFAULT 0,
    case_id         BIGINT NOT NULL DEFAULT 0,
    chain           TEXT   NOT NULL DEFAULT '[]', -- the rules whose work set it off
    steps           TEXT   NOT NULL,            -- the commands, with what came of each
    taken           BIGINT NOT NULL DEFAULT 0,  -- how many of them
    running         BOOLEAN NOT NULL DEFAULT TRUE,
    at              BIGINT NOT NULL,
    ended_at        BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX rule_firing_once ON rule_firing (tenant_id, rule_id, fact_id);
CREATE INDEX rule_firing_log ON rule_firing (tenant_id, rule_id, id);
CREATE INDEX rule_firing_often ON rule_firing (tenant_id, rule_id, conversation_id, case_id, at);
CREATE INDEX rule_firing_running ON rule_firing (id) WHERE running;
CREATE INDEX rule_firing_old ON rule_firing (at) WHERE NOT running;

-- owner: internal/automation
-- The time that a rule counts for one conversation or case.
CREATE TABLE rule_timer (
    tenant_id       BIGINT NOT NULL,
    rule_id         BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    case_id         BIGINT NOT NULL,
    fact_id         BIGINT NOT NULL,          -- with which it began
    since           BIGINT NOT NULL,
    due_at          BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, rule_id, conversation_id, case_id)
);
CREATE INDEX rule_timer_due ON rule_timer (due_at);

-- owner: internal/automation
-- One row: the position up to which rules have heard of facts.
CREATE TABLE rule_place (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    pos BIGINT NOT NULL
);
INSERT INTO rule_place (one, pos) SELECT 1, COALESCE(MAX(pos), 0) FROM fact WHERE pos > 0;

-- owner: internal/automation
-- Commands that an agent gives at once.
CREATE TABLE macro (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    brand_id   BIGINT  NOT NULL DEFAULT 0,  -- 0: every brand
    owner_id   BIGINT  NOT NULL DEFAULT 0,  -- whose own it is
    team_id    BIGINT  NOT NULL DEFAULT 0,  -- whose it is; without either it is of all
    name       TEXT    NOT NULL,
    about      TEXT    NOT NULL DEFAULT '',
    commands   TEXT    NOT NULL,
    archived   BOOLEAN NOT NULL DEFAULT FALSE,
    rev        BIGINT  NOT NULL DEFAULT 1,
    created_at BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- owner: internal/canned
ALTER TABLE canned ADD COLUMN team_id BIGINT NOT NULL DEFAULT 0; -- whose it is; 0: of all
