-- +goose Up

-- owner: internal/conversation
-- What stands above comments in public: a post of ours, or of somebody else.
CREATE TABLE post (
    tenant_id       BIGINT  NOT NULL,
    id              BIGINT  NOT NULL,
    brand_id        BIGINT  NOT NULL,
    entry_point_id  BIGINT  NOT NULL,
    external_id     TEXT    NOT NULL,               -- its name at the channel
    conversation_id BIGINT  NOT NULL DEFAULT 0,     -- that begins with it, where somebody else wrote it to us
    ours            BOOLEAN NOT NULL DEFAULT FALSE,
    author          TEXT    NOT NULL DEFAULT '',    -- by name, where it is not ours
    link            TEXT    NOT NULL DEFAULT '',
    body            TEXT    NOT NULL DEFAULT '',
    attachments     TEXT    NOT NULL DEFAULT '',
    known           BOOLEAN NOT NULL DEFAULT FALSE, -- what it says is here
    occurred_at     BIGINT  NOT NULL DEFAULT 0,
    changed_at      BIGINT  NOT NULL DEFAULT 0,     -- by the channel's clock, of the text that is kept
    hidden_at       BIGINT  NOT NULL DEFAULT 0,
    shown_at        BIGINT  NOT NULL DEFAULT 0,     -- … again; hidden while it is before hidden_at
    gone_at         BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX post_external ON post (tenant_id, entry_point_id, external_id);
CREATE INDEX post_conversation ON post (tenant_id, conversation_id) WHERE conversation_id <> 0;

-- owner: internal/conversation
-- That a public entry was answered in private, and where that goes on.
CREATE TABLE private_answer (
    tenant_id       BIGINT NOT NULL,
    entry_id        BIGINT NOT NULL,            -- that was answered
    conversation_id BIGINT NOT NULL,            -- in which it stands
    private_id      BIGINT NOT NULL,            -- the conversation that only the two read
    message_id      BIGINT NOT NULL,            -- the answer there
    at              BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX private_answer_of ON private_answer (tenant_id, conversation_id, at);
CREATE INDEX private_answer_in ON private_answer (tenant_id, private_id, at);

-- owner: internal/conversation
-- Under which post a conversation is held in public; 0: it is private.
ALTER TABLE conversation ADD COLUMN post_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX conversation_post ON conversation (tenant_id, post_id, last_at, id) WHERE post_id <> 0;

-- owner: internal/conversation
-- Who of many said it, and to which entry it answers; 0: the customer of the conversation, no one in particular.
ALTER TABLE entry ADD COLUMN contact_point_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN parent_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX entry_contact_point ON entry (tenant_id, contact_point_id, id) WHERE contact_point_id <> 0;

-- owner: internal/media
-- The post whose picture a file is; such a file belongs to no conversation.
ALTER TABLE attachment ADD COLUMN post_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX attachment_post ON attachment (tenant_id, post_id, id) WHERE post_id <> 0;
