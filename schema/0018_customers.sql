-- +goose Up

-- owner: internal/customer
-- A firm or another body to which customers of one brand belong.
CREATE TABLE organisation (
    tenant_id   BIGINT  NOT NULL,
    id          BIGINT  NOT NULL,
    brand_id    BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    name_folded TEXT    {{if postgres}}COLLATE "C"{{end}} NOT NULL,
    phone       TEXT    NOT NULL DEFAULT '',
    website     TEXT    NOT NULL DEFAULT '',
    about       TEXT    NOT NULL DEFAULT '',   -- what agents wrote about it
    domains     TEXT    NOT NULL DEFAULT '[]', -- of mail addresses that suggest its people; nobody is joined by one
    fields      TEXT    NOT NULL DEFAULT '{}', -- values by name_key
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    rev         BIGINT  NOT NULL DEFAULT 1,    -- counts changes: an editor who saw an older one is told
    created_at  BIGINT  NOT NULL,
    changed_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX organisation_name ON organisation (tenant_id, name_folded, id, brand_id);

-- owner: internal/customer
-- The domains of organisations, by which they are suggested.
CREATE TABLE organisation_domain (
    tenant_id       BIGINT NOT NULL,
    brand_id        BIGINT NOT NULL,
    domain          TEXT   NOT NULL,
    organisation_id BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, brand_id, domain, organisation_id)
);
CREATE INDEX organisation_domain_of ON organisation_domain (tenant_id, organisation_id);

-- owner: internal/customer
ALTER TABLE customer ADD COLUMN organisation_id BIGINT NOT NULL DEFAULT 0; -- to which the person belongs; 0: none
ALTER TABLE customer ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';         -- values by name_key
CREATE INDEX customer_organisation ON customer (tenant_id, organisation_id, id) WHERE organisation_id <> 0;

-- owner: internal/customer
-- What is kept of customers or of organisations beside the usual.
CREATE TABLE customer_field (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    subject    TEXT    NOT NULL,               -- customer, organisation
    brand_id   BIGINT  NOT NULL DEFAULT 0,     -- 0: every brand
    name_key   TEXT    NOT NULL,               -- by which values are kept
    names      TEXT    NOT NULL,               -- by language
    type       TEXT    NOT NULL,               -- text, number, date, choice, yes_no
    choices    TEXT    NOT NULL DEFAULT '[]',  -- [{"key":"…","names":{…}}]
    position   BIGINT  NOT NULL DEFAULT 0,
    archived   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX customer_field_key ON customer_field (tenant_id, subject, name_key);

-- owner: internal/customer
-- What a customer has agreed to, or has taken back: a line is never changed, the newest of a purpose and channel holds.
CREATE TABLE consent (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    brand_id    BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    state       TEXT   NOT NULL,               -- given, withdrawn
    purpose     TEXT   NOT NULL,               -- marketing, surveys, recording, profiling, sharing, service
    channel     TEXT   NOT NULL DEFAULT '',    -- empty: every channel
    what        TEXT   NOT NULL,               -- in the words that were agreed to
    evidence    TEXT   NOT NULL DEFAULT '',    -- how it is known
    at          BIGINT NOT NULL,               -- when it was given or taken back
    made_by     BIGINT NOT NULL DEFAULT 0,     -- who wrote it down
    made_at     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX consent_customer ON consent (tenant_id, customer_id, id);

-- owner: internal/customer
CREATE INDEX customer_join_from ON customer_join (tenant_id, from_id, id);

-- owner: internal/survey
CREATE INDEX survey_answer_conversation ON survey_answer (tenant_id, conversation_id);
