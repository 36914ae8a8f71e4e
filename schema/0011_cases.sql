-- +goose Up

-- owner: internal/casework
-- What stages a matter goes through here. A category means the same everywhere; its first status is the usual one.
CREATE TABLE case_status (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    category   TEXT    NOT NULL,               -- new, working, waiting_customer, waiting_third, done
    names      TEXT    NOT NULL,               -- by language
    position   BIGINT  NOT NULL,
    archived   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

INSERT INTO case_status (tenant_id, id, category, names, position, created_at, changed_at)
SELECT t.tenant_id, s.id, s.category, s.names, s.id * 10, t.created_at, t.created_at FROM tenant t CROSS JOIN (
    SELECT 1 AS id, 'new' AS category, '{"en":"New","pl":"Nowa","hu":"Új"}' AS names
    UNION ALL SELECT 2, 'working', '{"en":"In progress","pl":"W toku","hu":"Folyamatban"}'
    UNION ALL SELECT 3, 'waiting_customer', '{"en":"Waiting for customer","pl":"Czeka na klienta","hu":"Ügyfélre vár"}'
    UNION ALL SELECT 4, 'waiting_third', '{"en":"Waiting for third party","pl":"Czeka na kogoś innego","hu":"Harmadik félre vár"}'
    UNION ALL SELECT 5, 'done', '{"en":"Done","pl":"Zakończona","hu":"Kész"}'
) s;

-- owner: internal/casework
-- What is asked of a case beside the usual.
CREATE TABLE case_field (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    brand_id   BIGINT  NOT NULL DEFAULT 0,     -- 0: every brand
    name_key   TEXT    NOT NULL,               -- by which values are kept
    names      TEXT    NOT NULL,               -- by language
    type       TEXT    NOT NULL,               -- text, number, date, choice, yes_no
    choices    TEXT    NOT NULL DEFAULT '[]',  -- [{"key":"…","names":{…}}]
    required   BOOLEAN NOT NULL DEFAULT FALSE, -- before the case may be done
    position   BIGINT  NOT NULL DEFAULT 0,
    archived   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX case_field_key ON case_field (tenant_id, name_key);

-- owner: internal/casework
CREATE TABLE case_number (
    tenant_id BIGINT NOT NULL,
    last      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- owner: internal/casework
-- A matter to be resolved: a live header over conversations, never a copy of them.
CREATE TABLE case_file (
    tenant_id      BIGINT  NOT NULL,
    id             BIGINT  NOT NULL,
    brand_id       BIGINT  NOT NULL,
    number         BIGINT  NOT NULL,
    customer_id    BIGINT  NOT NULL DEFAULT 0,
    subject        TEXT    NOT NULL,
    subject_folded TEXT    {{if postgres}}COLLATE "C"{{end}} NOT NULL DEFAULT '',
    status_id      BIGINT  NOT NULL,
    category       TEXT    NOT NULL,              -- of the status
    priority       BIGINT  NOT NULL DEFAULT 1,    -- 0 low, 1 normal, 2 high, 3 urgent
    topic          TEXT    NOT NULL DEFAULT '',
    tags           TEXT    NOT NULL DEFAULT '[]',
    fields         TEXT    NOT NULL DEFAULT '{}', -- values by name_key
    owner_id       BIGINT  NOT NULL DEFAULT 0,
    team_id        BIGINT  NOT NULL DEFAULT 0,
    merged_into    BIGINT  NOT NULL DEFAULT 0,    -- the case in which it goes on
    open           BOOLEAN NOT NULL DEFAULT TRUE, -- not done and not merged
    version        BIGINT  NOT NULL DEFAULT 1,    -- counts changes: an editor who saw an older one is told
    opened_by      BIGINT  NOT NULL DEFAULT 0,
    opened_at      BIGINT  NOT NULL,
    changed_at     BIGINT  NOT NULL,
    done_at        BIGINT  NOT NULL DEFAULT 0,
    reopened       BIGINT  NOT NULL DEFAULT 0,    -- how often
    due_at         BIGINT  NOT NULL DEFAULT 0,    -- the soonest promise that runs; 0: none
    breached       BOOLEAN NOT NULL DEFAULT FALSE, -- a promise was not kept
    due_order      BIGINT  NOT NULL DEFAULT 9000000000000000000, -- due_at, else behind all deadlines by opened_at
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX case_file_number ON case_file (tenant_id, number);
CREATE INDEX case_file_brand ON case_file (tenant_id, brand_id, id);
CREATE INDEX case_file_due ON case_file (tenant_id, brand_id, due_order, id) WHERE open;
CREATE INDEX case_file_status ON case_file (tenant_id, brand_id, status_id, due_order, id) WHERE open;
CREATE INDEX case_file_done ON case_file (tenant_id, brand_id, status_id, id) WHERE NOT open;
CREATE INDEX case_file_owner ON case_file (tenant_id, owner_id, due_order, id) WHERE open AND owner_id <> 0;
CREATE INDEX case_file_owned ON case_file (tenant_id, owner_id, id) WHERE owner_id <> 0;
CREATE INDEX case_file_team ON case_file (tenant_id, team_id, due_order, id) WHERE open AND team_id <> 0;
CREATE INDEX case_file_teams ON case_file (tenant_id, team_id, id) WHERE team_id <> 0;
CREATE INDEX case_file_customer ON case_file (tenant_id, customer_id, id) WHERE customer_id <> 0;
CREATE INDEX case_file_merged ON case_file (tenant_id, merged_into, id) WHERE merged_into <> 0;
CREATE INDEX case_file_subject ON case_file (tenant_id, subject_folded, id);

-- owner: internal/casework
-- What a case is about and belongs to. Nothing moves by it.
CREATE TABLE case_link (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    case_id         BIGINT NOT NULL,
    kind            TEXT   NOT NULL,           -- conversation, interaction, child_of, related, duplicate, follow_up_of
    conversation_id BIGINT NOT NULL DEFAULT 0, -- of an interaction too
    interaction_id  BIGINT NOT NULL DEFAULT 0,
    other_id        BIGINT NOT NULL DEFAULT 0, -- the other case
    made_by         BIGINT NOT NULL DEFAULT 0,
    made_at         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX case_link_once ON case_link (tenant_id, case_id, kind, conversation_id, interaction_id, other_id);
CREATE INDEX case_link_conversation ON case_link (tenant_id, conversation_id, id) WHERE conversation_id <> 0;
CREATE INDEX case_link_other ON case_link (tenant_id, other_id, id) WHERE other_id <> 0;

-- owner: internal/casework
CREATE TABLE case_watcher (
    tenant_id BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    case_id   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, case_id)
);
CREATE INDEX case_watcher_of ON case_watcher (tenant_id, case_id, user_id);

-- owner: internal/casework
CREATE TABLE case_check (
    tenant_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    case_id   BIGINT NOT NULL,
    text      TEXT   NOT NULL,
    done_by   BIGINT NOT NULL DEFAULT 0,
    done_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX case_check_of ON case_check (tenant_id, case_id, id);

-- owner: internal/casework
CREATE TABLE case_note (
    tenant_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    case_id   BIGINT NOT NULL,
    user_id   BIGINT NOT NULL DEFAULT 0,
    client_id TEXT   NOT NULL DEFAULT '',
    body      TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX case_note_of ON case_note (tenant_id, case_id, id);
CREATE UNIQUE INDEX case_note_client ON case_note (tenant_id, case_id, client_id) WHERE client_id <> '';

-- owner: internal/casework
-- One answer to the customers of all parts of a case.
CREATE TABLE answer_all (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    case_id    BIGINT NOT NULL,
    mode       TEXT   NOT NULL,            -- reply, note
    body       TEXT   NOT NULL,
    state      TEXT   NOT NULL,            -- running, done, cancelled
    made_by    BIGINT NOT NULL DEFAULT 0,
    made_at    BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX answer_all_case ON answer_all (tenant_id, case_id, id);

-- owner: internal/casework
CREATE TABLE answer_all_item (
    tenant_id       BIGINT NOT NULL,
    answer_id       BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    case_id         BIGINT NOT NULL,       -- the part to which the conversation belongs
    state           TEXT   NOT NULL,       -- waiting, done, failed, cancelled
    code            TEXT   NOT NULL DEFAULT '',
    at              BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, answer_id, conversation_id)
);
CREATE INDEX answer_all_item_waiting ON answer_all_item (tenant_id, answer_id, conversation_id) WHERE state = 'waiting';

-- owner: internal/casework
-- Up to which fact cases have followed what happens in their conversations.
CREATE TABLE case_reader (
    name TEXT   NOT NULL PRIMARY KEY,
    pos  BIGINT NOT NULL
);

INSERT INTO case_reader (name, pos) SELECT 'cases', COALESCE(MAX(pos), 0) FROM fact WHERE pos > 0;

-- owner: internal/sla
-- What is promised, to which cases.
CREATE TABLE sla_policy (
    tenant_id   BIGINT  NOT NULL,
    id          BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    brand_id    BIGINT  NOT NULL DEFAULT 0,     -- 0: every brand
    priority    BIGINT  NOT NULL DEFAULT -1,    -- -1: every priority
    topic       TEXT    NOT NULL DEFAULT '',    -- empty: every topic
    targets     TEXT    NOT NULL,               -- seconds by kind of clock
    hours       TEXT    NOT NULL,               -- business, always
    calendar_id BIGINT  NOT NULL DEFAULT 0,     -- of business hours; 0: the brand's
    warn_percent BIGINT NOT NULL DEFAULT 80,    -- of the time used when a warning comes; 0: none
    pauses      TEXT    NOT NULL DEFAULT '[]',  -- categories in which clocks stand still
    escalations TEXT    NOT NULL DEFAULT '[]',
    version     BIGINT  NOT NULL DEFAULT 1,
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  BIGINT  NOT NULL,
    changed_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- owner: internal/sla
-- What is promised for one case: the policy as it was when the case came under it.
CREATE TABLE sla_case (
    tenant_id   BIGINT NOT NULL,
    case_id     BIGINT NOT NULL,
    brand_id    BIGINT NOT NULL,
    policy_id   BIGINT NOT NULL,
    calendar_id BIGINT NOT NULL DEFAULT 0,
    terms       TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    pos         BIGINT NOT NULL DEFAULT 0,     -- of the newest fact that it knows
    wake_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, case_id)
);

-- owner: internal/sla
CREATE TABLE clock (
    tenant_id   BIGINT  NOT NULL,
    id          BIGINT  NOT NULL,
    case_id     BIGINT  NOT NULL,
    brand_id    BIGINT  NOT NULL,
    kind        TEXT    NOT NULL,              -- first_response, next_response, resolution
    policy_id   BIGINT  NOT NULL,
    state       TEXT    NOT NULL,              -- running, paused, met, stopped
    target_seconds BIGINT NOT NULL,
    used_us     BIGINT  NOT NULL DEFAULT 0,    -- in hours of the promise, without pauses
    started_at  BIGINT  NOT NULL,
    due_at      BIGINT  NOT NULL DEFAULT 0,    -- while it runs
    warned_at   BIGINT  NOT NULL DEFAULT 0,
    breached_at BIGINT  NOT NULL DEFAULT 0,
    ended_at    BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX clock_case ON clock (tenant_id, case_id, id);
CREATE INDEX clock_time ON clock (tenant_id, brand_id, started_at);

-- owner: internal/sla
CREATE TABLE sla_reader (
    name TEXT   NOT NULL PRIMARY KEY,
    pos  BIGINT NOT NULL
);

INSERT INTO sla_reader (name, pos) SELECT 'sla', COALESCE(MAX(pos), 0) FROM fact WHERE pos > 0;

-- owner: internal/conversation
ALTER TABLE notification ADD COLUMN case_id BIGINT NOT NULL DEFAULT 0;
