-- +goose Up

-- owner: internal/chorus
-- What many say alike under one post.
CREATE TABLE chorus (
    tenant_id      BIGINT NOT NULL,
    id             BIGINT NOT NULL,
    brand_id       BIGINT NOT NULL,
    entry_point_id BIGINT NOT NULL,
    channel        TEXT   NOT NULL,
    post_id        BIGINT NOT NULL,
    sketch         TEXT   NOT NULL,             -- of what its first voice said (package alike)
    voices         BIGINT NOT NULL DEFAULT 0,   -- that have ever been in it
    answer_id      BIGINT NOT NULL DEFAULT 0,   -- the newest answer to it
    begun_at       BIGINT NOT NULL,
    last_at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX chorus_post ON chorus (tenant_id, post_id, last_at);
CREATE INDEX chorus_many ON chorus (tenant_id, brand_id, last_at) WHERE voices > 1;

-- owner: internal/chorus
-- That the work of a conversation says what others say.
CREATE TABLE chorus_voice (
    tenant_id        BIGINT NOT NULL,
    conversation_id  BIGINT NOT NULL,
    chorus_id        BIGINT NOT NULL,
    entry_id         BIGINT NOT NULL,           -- with which it says that
    contact_point_id BIGINT NOT NULL,           -- who says it
    at               BIGINT NOT NULL,
    apart_at         BIGINT NOT NULL DEFAULT 0, -- when somebody took it out; 0: it belongs there
    PRIMARY KEY (tenant_id, conversation_id)
);
CREATE INDEX chorus_voice_of ON chorus_voice (tenant_id, chorus_id, at, conversation_id);

-- owner: internal/chorus
-- One public answer to many.
CREATE TABLE common_answer (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    brand_id        BIGINT NOT NULL,
    chorus_id       BIGINT NOT NULL,
    post_id         BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL DEFAULT 0,  -- in which it stands
    entry_id        BIGINT NOT NULL DEFAULT 0,  -- what was said
    parent_id       BIGINT NOT NULL DEFAULT 0,  -- which entry it answers; 0: the post
    body            TEXT   NOT NULL,
    link            TEXT   NOT NULL,            -- what each author gets besides: none, private, public
    link_body       TEXT   NOT NULL,
    state           TEXT   NOT NULL,            -- waiting, sending, settling, standing, ended, failed, cancelled
    due_at          BIGINT NOT NULL,            -- until then it can be taken back
    stands_seconds  BIGINT NOT NULL,            -- for so long it settles who joins
    stands_until    BIGINT NOT NULL DEFAULT 0,
    said_at         BIGINT NOT NULL DEFAULT 0,  -- when everybody could read it
    total           BIGINT NOT NULL DEFAULT 0,  -- conversations, with those that joined
    settled         BIGINT NOT NULL DEFAULT 0,
    reason          TEXT   NOT NULL DEFAULT '', -- why it could not be said
    made_by         BIGINT NOT NULL,
    made_at         BIGINT NOT NULL,
    ended_at        BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX common_answer_chorus ON common_answer (tenant_id, chorus_id, id);
CREATE INDEX common_answer_entry ON common_answer (tenant_id, entry_id) WHERE entry_id <> 0;

-- owner: internal/chorus
-- What became of a common answer in one conversation.
CREATE TABLE common_answer_item (
    tenant_id        BIGINT  NOT NULL,
    answer_id        BIGINT  NOT NULL,
    conversation_id  BIGINT  NOT NULL,
    entry_id         BIGINT  NOT NULL,
    contact_point_id BIGINT  NOT NULL,
    state            TEXT    NOT NULL,             -- waiting, settled, skipped, cancelled
    code             TEXT    NOT NULL DEFAULT '',  -- why it was skipped
    late             BOOLEAN NOT NULL DEFAULT FALSE, -- it joined afterwards
    link_state       TEXT    NOT NULL DEFAULT '',  -- waiting, sent, refused, had; empty: none is wanted
    link_code        TEXT    NOT NULL DEFAULT '',
    at               BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, answer_id, conversation_id)
);
CREATE INDEX common_answer_item_waiting ON common_answer_item (tenant_id, answer_id, conversation_id) WHERE state = 'waiting';
CREATE INDEX common_answer_item_link ON common_answer_item (tenant_id, answer_id, conversation_id) WHERE link_state = 'waiting';
-- Nobody is led to an answer twice.
CREATE UNIQUE INDEX common_answer_item_author ON common_answer_item (tenant_id, answer_id, contact_point_id) WHERE link_state = 'sent' AND contact_point_id <> 0;
