-- +goose Up

-- owner: internal/channel/webchat
-- Who writes through a widget: an anonymous browser, or somebody whom the brand's signature names.
CREATE TABLE webchat_visitor (
    tenant_id        BIGINT NOT NULL,
    id               BIGINT NOT NULL,
    entry_point_id   BIGINT NOT NULL,
    brand_id         BIGINT NOT NULL,
    contact_point_id BIGINT NOT NULL DEFAULT 0,   -- 0 until something was said
    subject          TEXT   NOT NULL DEFAULT '',  -- as the brand knows the person; empty: anonymous
    name             TEXT   NOT NULL DEFAULT '',
    email            TEXT   NOT NULL DEFAULT '',
    phone            TEXT   NOT NULL DEFAULT '',
    language         TEXT   NOT NULL DEFAULT '',
    consent_version  TEXT   NOT NULL DEFAULT '',
    consent_at       BIGINT NOT NULL DEFAULT 0,
    pages            TEXT   NOT NULL DEFAULT '[]',
    created_at       BIGINT NOT NULL,
    seen_at          BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX webchat_visitor_subject ON webchat_visitor (tenant_id, entry_point_id, subject) WHERE subject <> '';
CREATE INDEX webchat_visitor_silent ON webchat_visitor (seen_at) WHERE contact_point_id = 0;

-- owner: internal/channel/webchat
-- What a browser shows to be its visitor. A visitor known to the brand has one for each browser.
CREATE TABLE webchat_token (
    token_hash TEXT   NOT NULL PRIMARY KEY,       -- sha-256, hex
    tenant_id  BIGINT NOT NULL,
    visitor_id BIGINT NOT NULL,
    signed     TEXT   NOT NULL DEFAULT '',        -- mark of the secret by which the visitor became known; empty: anonymous
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX webchat_token_visitor ON webchat_token (tenant_id, visitor_id);
CREATE INDEX webchat_token_expiry ON webchat_token (expires_at);

-- owner: internal/channel/webchat
-- What the channel knows of a conversation beside what every conversation has.
CREATE TABLE webchat_chat (
    tenant_id       BIGINT  NOT NULL,
    conversation_id BIGINT  NOT NULL,
    visitor_id      BIGINT  NOT NULL,
    entry_point_id  BIGINT  NOT NULL,
    brand_id        BIGINT  NOT NULL,
    cid             TEXT    NOT NULL,             -- the visitor's name of the act that opened it
    language        TEXT    NOT NULL DEFAULT '',
    offline         BOOLEAN NOT NULL DEFAULT FALSE, -- a message for later: nobody waits on a page
    kept            BOOLEAN NOT NULL DEFAULT FALSE, -- waited while nobody worked: it is answered, whether or not somebody waits on a page
    ended           TEXT    NOT NULL DEFAULT '',  -- visitor, idle, gone; empty: by nobody on this side
    times           BIGINT  NOT NULL DEFAULT 1,   -- how often it was begun: a visitor who was gone may go on
    seen_at         BIGINT  NOT NULL,             -- when the visitor was last there
    created_at      BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, conversation_id)
);
CREATE UNIQUE INDEX webchat_chat_cid ON webchat_chat (tenant_id, visitor_id, cid);
CREATE UNIQUE INDEX webchat_chat_offline ON webchat_chat (tenant_id, entry_point_id, cid) WHERE offline;
CREATE INDEX webchat_chat_visitor ON webchat_chat (tenant_id, visitor_id, conversation_id);

-- owner: internal/channel/webchat
-- The key that signs addresses of files, sealed.
CREATE TABLE webchat_key (
    tenant_id  BIGINT NOT NULL PRIMARY KEY,
    secret     TEXT   NOT NULL
);
