-- +goose Up

-- What many share besides words under one post: a topic, or an outage.
ALTER TABLE chorus ADD COLUMN kind TEXT NOT NULL DEFAULT 'words';  -- words, topic, outage
ALTER TABLE chorus ADD COLUMN topic TEXT NOT NULL DEFAULT '';      -- of a topic: as it is compared, in small letters
ALTER TABLE chorus ADD COLUMN case_id BIGINT NOT NULL DEFAULT 0;   -- of an outage: the case of which theirs are parts
CREATE UNIQUE INDEX chorus_matter ON chorus (tenant_id, brand_id, kind, topic, case_id) WHERE kind <> 'words';

-- A conversation says one thing, and may be about several.
DROP INDEX chorus_voice_of;
ALTER TABLE chorus_voice RENAME TO chorus_voice_before;

-- owner: internal/chorus
-- That the work of a conversation says what others say, or is about what others are about.
CREATE TABLE chorus_voice (
    tenant_id        BIGINT  NOT NULL,
    conversation_id  BIGINT  NOT NULL,
    chorus_id        BIGINT  NOT NULL,
    kind             TEXT    NOT NULL DEFAULT 'words', -- of the chorus
    entry_id         BIGINT  NOT NULL,               -- with which it says that
    contact_point_id BIGINT  NOT NULL,               -- who says it
    private          BOOLEAN NOT NULL DEFAULT FALSE, -- only its customer reads what is said there
    at               BIGINT  NOT NULL,
    apart_at         BIGINT  NOT NULL DEFAULT 0,     -- when somebody took it out; 0: it belongs there
    PRIMARY KEY (tenant_id, conversation_id, chorus_id)
);
INSERT INTO chorus_voice (tenant_id, conversation_id, chorus_id, entry_id, contact_point_id, at, apart_at)
SELECT tenant_id, conversation_id, chorus_id, entry_id, contact_point_id, at, apart_at FROM chorus_voice_before;
DROP TABLE chorus_voice_before;
CREATE INDEX chorus_voice_of ON chorus_voice (tenant_id, chorus_id, at, conversation_id);
CREATE INDEX chorus_voice_old ON chorus_voice (at, tenant_id, conversation_id, chorus_id) WHERE kind <> 'words';
CREATE UNIQUE INDEX chorus_voice_words ON chorus_voice (tenant_id, conversation_id) WHERE kind = 'words';

ALTER TABLE common_answer_item ADD COLUMN private BOOLEAN NOT NULL DEFAULT FALSE; -- it gets the answer itself, in its conversation

-- owner: internal/chorus
-- Up to which fact choruses have followed what conversations are about.
CREATE TABLE chorus_reader (
    name TEXT   NOT NULL PRIMARY KEY,
    pos  BIGINT NOT NULL
);

INSERT INTO chorus_reader (name, pos) SELECT 'choruses', COALESCE(MAX(pos), 0) FROM fact WHERE pos > 0;

-- owner: internal/conversation
-- Under which posts of ours something can be said to all.
CREATE INDEX post_ours ON post (tenant_id, brand_id, occurred_at, id) WHERE ours;
