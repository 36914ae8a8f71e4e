-- +goose Up

-- owner: internal/routing
CREATE TABLE queue (
    tenant_id              BIGINT NOT NULL,
    id                     BIGINT NOT NULL,
    brand_id               BIGINT NOT NULL,
    name                   TEXT   NOT NULL,
    description            TEXT   NOT NULL DEFAULT '',
    priority               BIGINT NOT NULL DEFAULT 0,
    required               TEXT   NOT NULL DEFAULT '[]', -- [{"skill":"…","level":n}]
    target_percent         BIGINT NOT NULL DEFAULT 80,   -- x % answered …
    target_seconds         BIGINT NOT NULL DEFAULT 30,   -- … within t
    short_abandon_seconds  BIGINT NOT NULL DEFAULT 5,
    offer_seconds          BIGINT NOT NULL DEFAULT 0,    -- 0: the channel's own
    preferred_wait_seconds BIGINT NOT NULL DEFAULT 60,
    wrap_up_seconds        BIGINT NOT NULL DEFAULT 60,   -- 0: no wrap-up
    disposition_required   BOOLEAN NOT NULL DEFAULT FALSE,
    max_waiting            BIGINT NOT NULL DEFAULT 0,    -- 0: no limit
    max_wait_seconds       BIGINT NOT NULL DEFAULT 0,    -- 0: no limit
    overflow_queue_id      BIGINT NOT NULL DEFAULT 0,
    pull_allowed           BOOLEAN NOT NULL DEFAULT TRUE,
    calendar_id            BIGINT NOT NULL DEFAULT 0,    -- 0: the brand's
    texts                  TEXT   NOT NULL DEFAULT '{}', -- {"greeting":{"pl":"…"},"away":{…}}
    created_at             BIGINT NOT NULL,
    archived_at            BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX queue_name ON queue (tenant_id, brand_id, name) WHERE archived_at = 0;

-- owner: internal/routing
CREATE TABLE skill (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX skill_name ON skill (tenant_id, name) WHERE archived_at = 0;

-- owner: internal/routing
CREATE TABLE away_reason (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    paid        BOOLEAN NOT NULL DEFAULT TRUE,
    created_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX away_reason_name ON away_reason (tenant_id, name) WHERE archived_at = 0;

-- owner: internal/routing
CREATE TABLE disposition (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    queue_id    BIGINT NOT NULL DEFAULT 0,    -- 0: every queue
    name        TEXT   NOT NULL,
    resolved    BOOLEAN NOT NULL DEFAULT TRUE, -- the matter is settled with it
    created_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX disposition_name ON disposition (tenant_id, queue_id, name) WHERE archived_at = 0;

-- owner: internal/routing
-- A user as routing sees them, with the present state.
CREATE TABLE agent (
    tenant_id   BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    capacity    BIGINT NOT NULL DEFAULT 100,
    loads       TEXT   NOT NULL DEFAULT '{}', -- units by class, where they differ from the usual
    channels    TEXT   NOT NULL DEFAULT '[]', -- classes switched on
    state       TEXT   NOT NULL DEFAULT 'offline',
    reason_id   BIGINT NOT NULL DEFAULT 0,
    system      TEXT   NOT NULL DEFAULT '',   -- why the system set it: missed_offer, lost
    since       BIGINT NOT NULL DEFAULT 0,
    next_state  TEXT   NOT NULL DEFAULT '',   -- taken when the present work ends
    next_reason_id BIGINT NOT NULL DEFAULT 0,
    idle_since  BIGINT NOT NULL DEFAULT 0,
    gone_at     BIGINT NOT NULL DEFAULT 0,    -- given up as lost, and without a desk since
    interval_id BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, user_id)
);

-- owner: internal/routing
CREATE TABLE agent_skill (
    tenant_id BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    skill_id  BIGINT NOT NULL,
    level     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, skill_id)
);

-- owner: internal/routing
CREATE TABLE queue_member (
    tenant_id BIGINT NOT NULL,
    queue_id  BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    enabled   BOOLEAN NOT NULL DEFAULT TRUE,
    since     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, queue_id, user_id)
);
CREATE INDEX queue_member_user ON queue_member (tenant_id, user_id);

-- owner: internal/routing
-- How long an agent was in which state. The open one has until = 0.
CREATE TABLE agent_interval (
    tenant_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    state     TEXT   NOT NULL,
    reason_id BIGINT NOT NULL DEFAULT 0,
    system    TEXT   NOT NULL DEFAULT '',
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX agent_interval_user ON agent_interval (tenant_id, user_id, since);
CREATE INDEX agent_interval_time ON agent_interval (tenant_id, since);

-- owner: internal/routing
CREATE TABLE interaction (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    brand_id        BIGINT NOT NULL,
    channel         TEXT   NOT NULL,
    direction       TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    queue_id        BIGINT NOT NULL DEFAULT 0,
    visit_id        BIGINT NOT NULL DEFAULT 0,
    offer_id        BIGINT NOT NULL DEFAULT 0,
    agent_id        BIGINT NOT NULL DEFAULT 0,
    segment_id      BIGINT NOT NULL DEFAULT 0,
    priority        BIGINT NOT NULL DEFAULT 0,
    required        TEXT   NOT NULL DEFAULT '[]', -- beyond those of the queue
    preferred_id    BIGINT NOT NULL DEFAULT 0,
    preferred_until BIGINT NOT NULL DEFAULT 0,
    arrived_at      BIGINT NOT NULL,              -- the original arrival, never changed
    due_at          BIGINT NOT NULL DEFAULT 0,
    answered_at     BIGINT NOT NULL DEFAULT 0,
    replied_at      BIGINT NOT NULL DEFAULT 0,
    ended_at        BIGINT NOT NULL DEFAULT 0,
    parked_until    BIGINT NOT NULL DEFAULT 0,
    closed_at       BIGINT NOT NULL DEFAULT 0,
    outcome         TEXT   NOT NULL DEFAULT '',
    disposition_id  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX interaction_open ON interaction (tenant_id, state, agent_id) WHERE state <> 'closed';
CREATE UNIQUE INDEX interaction_conversation_open ON interaction (tenant_id, conversation_id) WHERE state <> 'closed';
CREATE INDEX interaction_conversation ON interaction (tenant_id, conversation_id, id);
CREATE INDEX interaction_agent ON interaction (tenant_id, agent_id, closed_at);

-- owner: internal/routing
-- One stay in one queue, with every stamp from which the figures are computed.
CREATE TABLE queue_visit (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    interaction_id  BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    brand_id        BIGINT NOT NULL,
    queue_id        BIGINT NOT NULL,
    channel         TEXT   NOT NULL,
    cause           TEXT   NOT NULL,            -- arrival, transfer, overflow, decline-free returns keep their visit
    entered_at      BIGINT NOT NULL,
    waiting_since   BIGINT NOT NULL,            -- entered_at, or the original arrival after a return
    target_seconds  BIGINT NOT NULL,            -- as it was then
    short_seconds   BIGINT NOT NULL,
    answered_at     BIGINT NOT NULL DEFAULT 0,
    left_at         BIGINT NOT NULL DEFAULT 0,
    outcome         TEXT   NOT NULL DEFAULT '', -- answered, abandoned, transferred, overflowed, callback, closed
    agent_id        BIGINT NOT NULL DEFAULT 0,
    offers          BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX queue_visit_time ON queue_visit (tenant_id, queue_id, entered_at);
CREATE INDEX queue_visit_interaction ON queue_visit (tenant_id, interaction_id);
CREATE INDEX queue_visit_open ON queue_visit (tenant_id, queue_id) WHERE left_at = 0;

-- owner: internal/routing
CREATE TABLE offer (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    interaction_id  BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    brand_id        BIGINT NOT NULL,
    visit_id        BIGINT NOT NULL,
    queue_id        BIGINT NOT NULL,
    agent_id        BIGINT NOT NULL,
    channel         TEXT   NOT NULL,
    state           TEXT   NOT NULL,            -- made, accepted, declined, missed, withdrawn
    reason          TEXT   NOT NULL DEFAULT '',
    why             TEXT   NOT NULL DEFAULT '{}', -- what the decision saw
    made_at         BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    ended_at        BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX offer_open ON offer (tenant_id, agent_id) WHERE state = 'made';
CREATE INDEX offer_interaction ON offer (tenant_id, interaction_id, id);
CREATE INDEX offer_agent ON offer (tenant_id, agent_id, made_at);

-- owner: internal/routing
-- One agent's share of an interaction.
CREATE TABLE segment (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    interaction_id  BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    brand_id        BIGINT NOT NULL,
    queue_id        BIGINT NOT NULL,
    agent_id        BIGINT NOT NULL,
    channel         TEXT   NOT NULL,
    how             TEXT   NOT NULL,            -- offer, pull, takeover, outbound
    started_at      BIGINT NOT NULL,
    talked_at       BIGINT NOT NULL DEFAULT 0,  -- the talking ended, wrap-up began
    ended_at        BIGINT NOT NULL DEFAULT 0,
    parked_us       BIGINT NOT NULL DEFAULT 0,  -- put aside in between
    parked_at       BIGINT NOT NULL DEFAULT 0,
    cause           TEXT   NOT NULL DEFAULT '', -- closed, transferred, taken_over, lost
    disposition_id  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX segment_agent ON segment (tenant_id, agent_id, started_at);
CREATE INDEX segment_interaction ON segment (tenant_id, interaction_id);
CREATE INDEX segment_time ON segment (tenant_id, started_at);
