-- +goose Up

-- owner: internal/channel/webchat
-- An invitation to go on by chat with the customer of a conversation on another channel: who shows its token begins that chat, or comes back to it.
CREATE TABLE webchat_invitation (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    token_hash      TEXT   NOT NULL,            -- sha-256, hex
    brand_id        BIGINT NOT NULL,
    entry_point_id  BIGINT NOT NULL,            -- the widget
    conversation_id BIGINT NOT NULL,            -- from which it goes on
    customer_id     BIGINT NOT NULL,            -- to whom it was made
    case_id         BIGINT NOT NULL,            -- of which the chat becomes a part
    user_id         BIGINT NOT NULL DEFAULT 0,  -- who invites
    visitor_id      BIGINT NOT NULL DEFAULT 0,  -- who comes by it; 0: nobody yet
    chat_id         BIGINT NOT NULL DEFAULT 0,  -- the conversation that was begun; 0: none yet
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    withdrawn_at    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX webchat_invitation_token ON webchat_invitation (token_hash);
CREATE INDEX webchat_invitation_conversation ON webchat_invitation (tenant_id, conversation_id, id);
CREATE INDEX webchat_invitation_chat ON webchat_invitation (tenant_id, chat_id) WHERE chat_id <> 0;
CREATE INDEX webchat_invitation_expiry ON webchat_invitation (expires_at);

-- The invitation by which a visitor came; 0: by none.
ALTER TABLE webchat_visitor ADD COLUMN invitation_id BIGINT NOT NULL DEFAULT 0;

-- owner: internal/customer
-- What was seen that speaks for two customers being one: a suggestion's reason that cannot be read off their details. It joins nobody.
CREATE TABLE customer_hint (
    tenant_id   BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    other_id    BIGINT NOT NULL,
    reason      TEXT   NOT NULL,
    made_at     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, customer_id, other_id, reason)
);
CREATE INDEX customer_hint_other ON customer_hint (tenant_id, other_id);
