-- +goose Up

-- owner: internal/channel/email
-- What a mailbox has beside its entry point: its secrets, and how far it was read.
CREATE TABLE mailbox (
    tenant_id      BIGINT NOT NULL,
    entry_point_id BIGINT NOT NULL,
    secrets        TEXT   NOT NULL DEFAULT '', -- sealed JSON: passwords, the refresh token
    uid_validity   BIGINT NOT NULL DEFAULT 0,  -- of the folder that last_uid is about; 0: never read
    last_uid       BIGINT NOT NULL DEFAULT 0,  -- what is newer has not been stored
    PRIMARY KEY (tenant_id, entry_point_id)
);

-- owner: internal/channel/email
-- A mail as it came. The row is written with the raw bytes, before anybody looks into them.
CREATE TABLE mail (
    tenant_id       BIGINT  NOT NULL,
    id              BIGINT  NOT NULL,
    entry_point_id  BIGINT  NOT NULL,
    dedup           TEXT    NOT NULL,            -- hash of the Message-ID, or of what makes a mail itself
    blob_key        TEXT    NOT NULL,
    size            BIGINT  NOT NULL,            -- in the mailbox
    cut             BOOLEAN NOT NULL DEFAULT FALSE, -- too large: the blob has its header alone
    state           TEXT    NOT NULL,            -- stored, read, bounce, own, quarantined
    sender          TEXT    NOT NULL DEFAULT '', -- folded address, once it was read
    conversation_id BIGINT  NOT NULL DEFAULT 0,
    entry_id        BIGINT  NOT NULL DEFAULT 0,
    received_at     BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mail_once ON mail (tenant_id, entry_point_id, dedup);
CREATE INDEX mail_sender ON mail (tenant_id, entry_point_id, sender, received_at) WHERE sender <> '';
CREATE INDEX mail_entry ON mail (tenant_id, entry_id) WHERE entry_id <> 0;

-- owner: internal/channel/email
-- Message-IDs of a brand's mails, ours and foreign ones, by which answers find their conversation.
CREATE TABLE mail_name (
    tenant_id       BIGINT  NOT NULL,
    brand_id        BIGINT  NOT NULL,
    name            TEXT    NOT NULL,            -- hash of the Message-ID
    message_id      TEXT    NOT NULL,
    conversation_id BIGINT  NOT NULL,
    entry_id        BIGINT  NOT NULL,
    ours            BOOLEAN NOT NULL DEFAULT FALSE,
    at              BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, brand_id, name)
);
CREATE INDEX mail_name_conversation ON mail_name (tenant_id, conversation_id, at);

-- owner: internal/channel/email
-- Who has written to or was written to in a conversation.
CREATE TABLE mail_party (
    tenant_id       BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    address         TEXT   NOT NULL,             -- folded
    PRIMARY KEY (tenant_id, conversation_id, address)
);

-- owner: internal/channel/email
-- The key that signs tokens in addresses and bodies, sealed.
CREATE TABLE mail_key (
    tenant_id  BIGINT NOT NULL PRIMARY KEY,
    secret     TEXT   NOT NULL
);

-- owner: internal/channel/email
-- What was sent through a mailbox without servers: the demo's post.
CREATE TABLE mail_sink (
    tenant_id      BIGINT NOT NULL,
    id             BIGINT NOT NULL,
    entry_point_id BIGINT NOT NULL,
    recipients     TEXT   NOT NULL,
    message_id     TEXT   NOT NULL,
    raw            {{blob}} NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX mail_sink_point ON mail_sink (tenant_id, entry_point_id, id);

-- An answer waits until due_at, so that it can be taken back; one that was planned
-- for later is not sent if the customer has written behind based_on_seq.
ALTER TABLE dispatch ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE dispatch ADD COLUMN based_on_seq BIGINT NOT NULL DEFAULT 0;

-- An address to which mail cannot be delivered.
ALTER TABLE contact_point ADD COLUMN bounced_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact_point ADD COLUMN bounce_reason TEXT NOT NULL DEFAULT '';
