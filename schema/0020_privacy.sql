-- +goose Up

-- When a person's words and details were taken out of what stays for the figures; 0: they are there.
ALTER TABLE customer ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0;

-- Ways to what belongs to a person or has grown old.
CREATE INDEX conversation_kept ON conversation (tenant_id, brand_id, last_at, id) WHERE NOT open AND erased_at = 0;
CREATE INDEX case_file_kept ON case_file (tenant_id, brand_id, done_at, id) WHERE NOT open AND erased_at = 0;
CREATE INDEX attachment_kept ON attachment (tenant_id, created_at, id) WHERE conversation_id <> 0 AND stored;
CREATE INDEX mail_conversation ON mail (tenant_id, conversation_id, id) WHERE conversation_id <> 0;
CREATE INDEX mail_kept ON mail (tenant_id, received_at, id) WHERE blob_key <> '';
CREATE INDEX mail_party_address ON mail_party (tenant_id, address);
CREATE INDEX webchat_visitor_contact ON webchat_visitor (tenant_id, contact_point_id, id) WHERE contact_point_id <> 0;
CREATE INDEX webchat_visitor_seen ON webchat_visitor (tenant_id, seen_at, id) WHERE contact_point_id <> 0;
CREATE INDEX claim_point ON claim (tenant_id, contact_point_id, id);
CREATE INDEX draft_conversation ON draft (tenant_id, conversation_id);

-- owner: internal/privacy
-- A customer or a case of which nothing may be removed, and why. Ended ones stay.
CREATE TABLE legal_hold (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    brand_id    BIGINT NOT NULL,
    kind        TEXT   NOT NULL,               -- customer, case
    thing_id    BIGINT NOT NULL,
    reason      TEXT   NOT NULL,
    placed_by   BIGINT NOT NULL DEFAULT 0,
    placed_at   BIGINT NOT NULL,
    released_by BIGINT NOT NULL DEFAULT 0,
    released_at BIGINT NOT NULL DEFAULT 0,
    release_reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX legal_hold_standing ON legal_hold (tenant_id, kind, thing_id) WHERE released_at = 0;
CREATE INDEX legal_hold_brand ON legal_hold (tenant_id, brand_id, id);
CREATE INDEX legal_hold_thing ON legal_hold (tenant_id, kind, thing_id, id);

-- owner: internal/privacy
-- The copy of everything that is kept about a person. It is written in parts, so that a stop costs one part.
CREATE TABLE person_export (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    brand_id    BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,               -- who everybody of them is held to be
    state       TEXT   NOT NULL,               -- running, done, failed, expired
    cursor      TEXT   NOT NULL DEFAULT '{}',  -- JSON: how far it is
    parts       BIGINT NOT NULL DEFAULT 0,
    counts      TEXT   NOT NULL DEFAULT '{}',  -- JSON: by class
    blob_key    TEXT   NOT NULL DEFAULT '',
    size        BIGINT NOT NULL DEFAULT 0,
    made_by     BIGINT NOT NULL DEFAULT 0,
    made_at     BIGINT NOT NULL,
    done_at     BIGINT NOT NULL DEFAULT 0,
    expires_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX person_export_customer ON person_export (tenant_id, customer_id, id);
CREATE INDEX person_export_expiry ON person_export (expires_at) WHERE state = 'done';

-- owner: internal/privacy
-- The removal of what is kept about a person, step by step.
CREATE TABLE erasure (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    brand_id    BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    state       TEXT   NOT NULL,               -- running, done
    reference   TEXT   NOT NULL DEFAULT '',    -- of the request, without a name
    step        TEXT   NOT NULL,
    after       BIGINT NOT NULL DEFAULT 0,     -- the last thing of the step that was looked at
    counts      TEXT   NOT NULL DEFAULT '{}',  -- JSON: by class
    customers   TEXT   NOT NULL DEFAULT '[]',  -- JSON: keys of all who are held to be the person
    texts       TEXT   NOT NULL DEFAULT '',    -- sealed: by which the person is found in texts; empty when it is done
    made_by     BIGINT NOT NULL DEFAULT 0,
    made_by_name TEXT  NOT NULL DEFAULT '',
    made_at     BIGINT NOT NULL,
    done_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX erasure_running ON erasure (tenant_id, customer_id) WHERE state = 'running';
CREATE INDEX erasure_customer ON erasure (tenant_id, customer_id, id);
CREATE INDEX erasure_brand ON erasure (tenant_id, brand_id, id);

-- owner: internal/privacy
-- Bytes that an erasure, an export or the retention has still to delete: written with the loss of the rows that named them.
CREATE TABLE doomed_blob (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    erasure_id BIGINT NOT NULL DEFAULT 0,      -- or the export whose parts they were; 0: of the retention
    blob_key   TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX doomed_blob_of ON doomed_blob (tenant_id, erasure_id, id);

-- owner: internal/privacy
-- What an erasure has left, and why.
CREATE TABLE erasure_left (
    tenant_id  BIGINT NOT NULL,
    erasure_id BIGINT NOT NULL,
    kind       TEXT   NOT NULL,                -- customer, conversation, case
    thing_id   BIGINT NOT NULL,
    reason     TEXT   NOT NULL,                -- hold, open_conversation, open_case, legal_duty, linked_case
    detail     TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, erasure_id, kind, thing_id)
);

-- owner: internal/privacy
-- The proof of an erasure. Each carries the hash of the one before, so that none can be changed or lost unseen.
CREATE TABLE certificate (
    tenant_id  BIGINT NOT NULL,
    number     BIGINT NOT NULL,
    erasure_id BIGINT NOT NULL,
    body       TEXT   NOT NULL,                -- JSON, as it was hashed
    previous   TEXT   NOT NULL,                -- SHA-256 of the one before, hex; of the first: empty
    hash       TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, number)
);
CREATE UNIQUE INDEX certificate_erasure ON certificate (tenant_id, erasure_id);

-- owner: internal/privacy
-- How long what is kept: at least, by law, and at most.
CREATE TABLE retention_rule (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    brand_id   BIGINT NOT NULL DEFAULT 0,      -- 0: every brand that has no rule of its own
    class      TEXT   NOT NULL,
    topic      TEXT   NOT NULL DEFAULT '',     -- of cases; empty: of every topic that has no rule of its own
    least_days BIGINT NOT NULL DEFAULT 0,      -- an erasure leaves what is younger; 0: no duty
    most_days  BIGINT NOT NULL DEFAULT 0,      -- what is older is removed each night; 0: it stays
    basis      TEXT   NOT NULL DEFAULT '',     -- the law or the contract that asks for it
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX retention_rule_of ON retention_rule (tenant_id, brand_id, class, topic);

-- owner: internal/privacy
-- What a night's retention has removed.
CREATE TABLE retention_run (
    tenant_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    state     TEXT   NOT NULL,                 -- running, done
    cursor    TEXT   NOT NULL DEFAULT '{}',
    counts    TEXT   NOT NULL DEFAULT '{}',
    made_at   BIGINT NOT NULL,
    done_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX retention_run_running ON retention_run (tenant_id) WHERE state = 'running';

-- owner: internal/importer
-- A file of customers on its way in.
CREATE TABLE import_file (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    brand_id   BIGINT  NOT NULL,
    name       TEXT    NOT NULL,
    blob_key   TEXT    NOT NULL,               -- empty once it is done with
    size       BIGINT  NOT NULL,
    format     TEXT    NOT NULL,               -- csv, xlsx
    encoding   TEXT    NOT NULL DEFAULT '',
    delimiter  TEXT    NOT NULL DEFAULT '',
    mapping    TEXT    NOT NULL DEFAULT '[]',  -- JSON: the field of each column
    key_field  TEXT    NOT NULL DEFAULT '',    -- by which a customer is known: email, phone; empty: all are new
    state      TEXT    NOT NULL,               -- uploaded, checking, checked, applying, done, cancelled, failed
    code       TEXT    NOT NULL DEFAULT '',    -- why it failed
    at_row     BIGINT  NOT NULL DEFAULT 0,     -- rows that were read
    good       BIGINT  NOT NULL DEFAULT 0,
    bad        BIGINT  NOT NULL DEFAULT 0,
    created    BIGINT  NOT NULL DEFAULT 0,
    updated    BIGINT  NOT NULL DEFAULT 0,
    made_by    BIGINT  NOT NULL DEFAULT 0,
    made_at    BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX import_file_age ON import_file (changed_at) WHERE blob_key <> '';

-- owner: internal/importer
-- A good row of a file until it is a customer.
CREATE TABLE import_row (
    tenant_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    line      BIGINT NOT NULL,
    row_key   TEXT   NOT NULL,                 -- hash of what the customer is known by; unique in its file
    data      TEXT   NOT NULL,                 -- JSON by field
    PRIMARY KEY (tenant_id, import_id, line)
);
CREATE UNIQUE INDEX import_row_key ON import_row (tenant_id, import_id, row_key);

-- owner: internal/importer
-- What is wrong with a row: never what it says.
CREATE TABLE import_fault (
    tenant_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    line      BIGINT NOT NULL,
    field     TEXT   NOT NULL DEFAULT '',
    code      TEXT   NOT NULL,
    detail    TEXT   NOT NULL DEFAULT '',      -- JSON: values of the text
    PRIMARY KEY (tenant_id, import_id, line)
);

-- owner: internal/worklist
-- Filters and order of a list under a name.
CREATE TABLE saved_view (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    owner_id   BIGINT NOT NULL,
    shared     TEXT   NOT NULL,                -- own, team, all
    team_id    BIGINT NOT NULL DEFAULT 0,
    name       TEXT   NOT NULL,
    name_key   TEXT   NOT NULL,
    query      TEXT   NOT NULL,                -- JSON
    rev        BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX saved_view_owner ON saved_view (tenant_id, owner_id, name_key, id);
CREATE INDEX saved_view_shared ON saved_view (tenant_id, shared, team_id, name_key, id) WHERE shared <> 'own';

CREATE INDEX webhook_delivery_fact ON webhook_delivery (tenant_id, fact_id) WHERE fact_id > 0;
CREATE INDEX webhook_delivery_made ON webhook_delivery (tenant_id, made_at, id) WHERE state <> 'waiting';
CREATE INDEX quarantine_at ON quarantine (tenant_id, at, id);
