-- +goose Up

-- owner: internal/customer
CREATE TABLE customer (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    brand_id    BIGINT NOT NULL,
    name        TEXT   NOT NULL DEFAULT '',
    email       TEXT   NOT NULL DEFAULT '',
    phone       TEXT   NOT NULL DEFAULT '',
    company     TEXT   NOT NULL DEFAULT '',
    language    TEXT   NOT NULL DEFAULT '',
    about       TEXT   NOT NULL DEFAULT '',   -- what agents wrote about the person
    rev         BIGINT NOT NULL DEFAULT 1,    -- counts changes: an editor who saw an older one is told
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX customer_brand ON customer (tenant_id, brand_id, id);

-- owner: internal/customer
-- What a customer is found by: folded words of the name and folded addresses, one row each.
CREATE TABLE customer_term (
    tenant_id   BIGINT NOT NULL,
    brand_id    BIGINT NOT NULL,
    term        TEXT   {{if postgres}}COLLATE "C"{{end}} NOT NULL,
    customer_id BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, term, brand_id, customer_id)
);
CREATE INDEX customer_term_of ON customer_term (tenant_id, customer_id);

-- owner: internal/customer
CREATE TABLE contact_point (
    tenant_id    BIGINT  NOT NULL,
    id           BIGINT  NOT NULL,
    brand_id     BIGINT  NOT NULL,
    provider     TEXT    NOT NULL,
    scope        TEXT    NOT NULL DEFAULT '', -- where external_id means this person: a page, an app
    external_id  TEXT    NOT NULL,
    display_name TEXT    NOT NULL DEFAULT '',
    customer_id  BIGINT  NOT NULL,            -- of the claim that stands
    verified     BOOLEAN NOT NULL DEFAULT FALSE,
    created_at   BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX contact_point_address ON contact_point (tenant_id, brand_id, provider, scope, external_id);
CREATE INDEX contact_point_customer ON contact_point (tenant_id, customer_id, id);

-- owner: internal/customer
CREATE TABLE claim (
    tenant_id        BIGINT NOT NULL,
    id               BIGINT NOT NULL,
    brand_id         BIGINT NOT NULL,
    contact_point_id BIGINT NOT NULL,
    customer_id      BIGINT NOT NULL,
    evidence         TEXT   NOT NULL,         -- first_contact, verified, agent, unlinked
    entry_point_id   BIGINT NOT NULL DEFAULT 0, -- where the address was vouched for, of a verified one
    made_by          BIGINT NOT NULL DEFAULT 0,
    made_at          BIGINT NOT NULL,
    revoked_by       BIGINT NOT NULL DEFAULT 0,
    revoked_at       BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX claim_standing ON claim (tenant_id, contact_point_id) WHERE revoked_at = 0;
CREATE INDEX claim_customer ON claim (tenant_id, customer_id, id);

-- owner: internal/conversation
-- The thread with all that a row of the worklist shows, so that a list is one walk along one index.
CREATE TABLE conversation (
    tenant_id         BIGINT  NOT NULL,
    id                BIGINT  NOT NULL,
    brand_id          BIGINT  NOT NULL,
    entry_point_id    BIGINT  NOT NULL,
    channel           TEXT    NOT NULL,
    external_key      TEXT    NOT NULL DEFAULT '',
    contact_point_id  BIGINT  NOT NULL DEFAULT 0,
    customer_id       BIGINT  NOT NULL DEFAULT 0,
    customer_name     TEXT    NOT NULL DEFAULT '',
    subject           TEXT    NOT NULL DEFAULT '',
    subject_folded    TEXT    {{if postgres}}COLLATE "C"{{end}} NOT NULL DEFAULT '',
    tags              TEXT    NOT NULL DEFAULT '[]',
    created_at        BIGINT  NOT NULL,
    last_seq          BIGINT  NOT NULL DEFAULT 0,
    shown_seq         BIGINT  NOT NULL DEFAULT 0,   -- newest message or note: what the rest of last_* is about
    last_at           BIGINT  NOT NULL,
    last_author       TEXT    NOT NULL DEFAULT '',
    last_preview      TEXT    NOT NULL DEFAULT '',
    customer_seq      BIGINT  NOT NULL DEFAULT 0,   -- newest entry by the customer
    customer_read_seq BIGINT  NOT NULL DEFAULT 0,   -- up to where the customer has read
    staff_read_seq    BIGINT  NOT NULL DEFAULT 0,   -- up to where any of us has read
    interaction_id    BIGINT  NOT NULL DEFAULT 0,   -- the newest
    interaction_state TEXT    NOT NULL DEFAULT '',
    open              BOOLEAN NOT NULL DEFAULT FALSE, -- the interaction is not closed
    waiting           BOOLEAN NOT NULL DEFAULT FALSE, -- … and has no agent yet: new, queued, offered
    queue_id          BIGINT  NOT NULL DEFAULT 0,
    agent_id          BIGINT  NOT NULL DEFAULT 0,   -- who has it or is offered it
    priority          BIGINT  NOT NULL DEFAULT 0,
    waiting_since     BIGINT  NOT NULL DEFAULT 0,
    due_at            BIGINT  NOT NULL DEFAULT 0,
    unanswered_since  BIGINT  NOT NULL DEFAULT 0,   -- the customer's first message that no agent has answered, while one works on it or is to
    due_order         BIGINT  NOT NULL DEFAULT 9000000000000000000, -- due_at; without one behind all deadlines by unanswered_since; else last of all
    last_agent_id     BIGINT  NOT NULL DEFAULT 0,   -- who worked on it last
    last_agent_at     BIGINT  NOT NULL DEFAULT 0,
    involves          BOOLEAN NOT NULL DEFAULT FALSE, -- there are participants whose own work it is
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX conversation_thread ON conversation (tenant_id, entry_point_id, external_key) WHERE external_key <> '';
CREATE INDEX conversation_agent ON conversation (tenant_id, agent_id, due_order, id, brand_id, interaction_state) WHERE open;
CREATE INDEX conversation_queue ON conversation (tenant_id, queue_id, due_order, id, brand_id) WHERE waiting;
CREATE INDEX conversation_waiting ON conversation (tenant_id, brand_id, due_order, id) WHERE waiting;
CREATE INDEX conversation_due ON conversation (tenant_id, brand_id, due_order, id) WHERE open;
CREATE INDEX conversation_open ON conversation (tenant_id, brand_id, last_at, id) WHERE open;
CREATE INDEX conversation_closed ON conversation (tenant_id, brand_id, last_at, id) WHERE NOT open;
CREATE INDEX conversation_customer ON conversation (tenant_id, customer_id, last_at, id);
CREATE INDEX conversation_contact ON conversation (tenant_id, contact_point_id);
CREATE INDEX conversation_subject ON conversation (tenant_id, subject_folded, id, brand_id) WHERE subject_folded <> '';

-- owner: internal/conversation
CREATE TABLE entry (
    tenant_id       BIGINT  NOT NULL,
    id              BIGINT  NOT NULL,
    conversation_id BIGINT  NOT NULL,
    seq             BIGINT  NOT NULL,
    entry_point_id  BIGINT  NOT NULL,
    external_id     TEXT    NOT NULL DEFAULT '',
    client_id       TEXT    NOT NULL DEFAULT '',
    kind            TEXT    NOT NULL,
    author          TEXT    NOT NULL,
    user_id         BIGINT  NOT NULL DEFAULT 0,
    target_id       BIGINT  NOT NULL DEFAULT 0,   -- the entry that an edit, a deletion or a reaction is about
    body            TEXT    NOT NULL DEFAULT '',
    html            TEXT    NOT NULL DEFAULT '',
    code            TEXT    NOT NULL DEFAULT '',
    data            TEXT    NOT NULL DEFAULT '',
    attachments     TEXT    NOT NULL DEFAULT '',
    mentions        TEXT    NOT NULL DEFAULT '',
    delivery_state  TEXT    NOT NULL DEFAULT '',
    delivery_reason TEXT    NOT NULL DEFAULT '',
    delivery_at     BIGINT  NOT NULL DEFAULT 0,
    occurred_at     BIGINT  NOT NULL,
    received_at     BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX entry_seq ON entry (tenant_id, conversation_id, seq);
CREATE UNIQUE INDEX entry_external ON entry (tenant_id, entry_point_id, external_id, kind) WHERE external_id <> '';
CREATE UNIQUE INDEX entry_client ON entry (tenant_id, conversation_id, client_id) WHERE client_id <> '';

-- owner: internal/conversation
-- What one user has to do with one conversation.
CREATE TABLE participant (
    tenant_id       BIGINT  NOT NULL,
    user_id         BIGINT  NOT NULL,
    conversation_id BIGINT  NOT NULL,
    brand_id        BIGINT  NOT NULL,
    read_seq        BIGINT  NOT NULL DEFAULT 0,
    involved        BOOLEAN NOT NULL DEFAULT FALSE, -- worked on it or was mentioned: may read it as their own
    open            BOOLEAN NOT NULL DEFAULT FALSE, -- of the conversation, where involved
    mentioned_seq   BIGINT  NOT NULL DEFAULT 0,     -- newest note that names the user
    last_at         BIGINT  NOT NULL,               -- of the conversation, where involved
    PRIMARY KEY (tenant_id, user_id, conversation_id)
);
CREATE INDEX participant_own ON participant (tenant_id, user_id, open, last_at, conversation_id, brand_id) WHERE involved;
CREATE INDEX participant_mentioned ON participant (tenant_id, user_id, last_at, conversation_id) WHERE mentioned_seq > 0;
CREATE INDEX participant_unseen ON participant (tenant_id, user_id, brand_id) WHERE mentioned_seq > read_seq;
CREATE INDEX participant_of ON participant (tenant_id, conversation_id);

-- owner: internal/conversation
CREATE TABLE draft (
    tenant_id       BIGINT NOT NULL,
    user_id         BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    mode            TEXT   NOT NULL,          -- reply, note
    body            TEXT   NOT NULL,
    rev             BIGINT NOT NULL,
    at              BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, conversation_id, mode)
);
CREATE INDEX draft_kept ON draft (tenant_id, user_id, conversation_id) WHERE body <> '';

-- owner: internal/conversation
CREATE TABLE notification (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    user_id         BIGINT NOT NULL,
    kind            TEXT   NOT NULL,          -- mention
    conversation_id BIGINT NOT NULL DEFAULT 0,
    entry_id        BIGINT NOT NULL DEFAULT 0,
    at              BIGINT NOT NULL,
    read_at         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notification_user ON notification (tenant_id, user_id, id);
CREATE INDEX notification_unread ON notification (tenant_id, user_id, conversation_id) WHERE read_at = 0;

-- owner: internal/media
CREATE TABLE attachment (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL DEFAULT 0, -- 0 until a message names it
    entry_id        BIGINT NOT NULL DEFAULT 0,
    name            TEXT   NOT NULL,
    size            BIGINT NOT NULL,
    type            TEXT   NOT NULL,
    sha256          TEXT   NOT NULL,
    blob_key        TEXT   NOT NULL,
    preview_key     TEXT   NOT NULL DEFAULT '',
    width           BIGINT NOT NULL DEFAULT 0,
    height          BIGINT NOT NULL DEFAULT 0,
    verdict         TEXT   NOT NULL,           -- of the scanner: unscanned, clean
    owner_kind      TEXT   NOT NULL,           -- user, visitor, key, system
    owner_id        BIGINT NOT NULL DEFAULT 0,
    entry_point_id  BIGINT NOT NULL DEFAULT 0, -- where it arrived; 0: from one of us
    stored          BOOLEAN NOT NULL DEFAULT FALSE, -- the bytes are there; the row comes first, so that no bytes are forgotten
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX attachment_orphan ON attachment (created_at) WHERE conversation_id = 0;
CREATE INDEX attachment_unsent ON attachment (tenant_id, owner_kind, owner_id, size) WHERE conversation_id = 0;
CREATE INDEX attachment_arrived ON attachment (tenant_id, entry_point_id, created_at, size) WHERE entry_point_id <> 0;
CREATE INDEX attachment_conversation ON attachment (tenant_id, conversation_id);

-- owner: internal/canned
CREATE TABLE canned (
    tenant_id   BIGINT  NOT NULL,
    id          BIGINT  NOT NULL,
    brand_id    BIGINT  NOT NULL DEFAULT 0,   -- 0: every brand
    shortcut    TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    folded      TEXT    NOT NULL,             -- shortcut, title and texts, for search
    texts       TEXT    NOT NULL,             -- by language
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    rev         BIGINT  NOT NULL DEFAULT 1,
    created_at  BIGINT  NOT NULL,
    changed_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX canned_shortcut ON canned (tenant_id, brand_id, shortcut) WHERE NOT archived;

-- owner: internal/intake
-- What arrived and could not be understood: kept as it came, for a person or a newer version.
CREATE TABLE quarantine (
    tenant_id      BIGINT NOT NULL,
    id             BIGINT NOT NULL,
    entry_point_id BIGINT NOT NULL DEFAULT 0,
    channel        TEXT   NOT NULL,
    reason         TEXT   NOT NULL,
    raw            {{blob}} NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- owner: internal/delivery
-- An outgoing entry on its way through a channel that has to be called. It goes when the outcome is known.
CREATE TABLE dispatch (
    tenant_id BIGINT  NOT NULL,
    entry_id  BIGINT  NOT NULL,
    attempts  BIGINT  NOT NULL DEFAULT 0,
    in_flight BOOLEAN NOT NULL DEFAULT FALSE, -- a call was begun whose answer is not known
    PRIMARY KEY (tenant_id, entry_id)
);
