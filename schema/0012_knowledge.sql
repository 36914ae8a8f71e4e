-- +goose Up

-- owner: internal/knowledge
CREATE TABLE article_category (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    parent_id  BIGINT NOT NULL DEFAULT 0, -- 0: at the top
    name       TEXT   NOT NULL,
    name_key   TEXT   NOT NULL,           -- folded: for sorting, and unique beside its brothers
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX article_category_name ON article_category (tenant_id, parent_id, name_key);

-- owner: internal/knowledge
-- What is the same in all languages of an article.
CREATE TABLE article (
    tenant_id      BIGINT  NOT NULL,
    id             BIGINT  NOT NULL,
    category_id    BIGINT  NOT NULL DEFAULT 0,
    brands         TEXT    NOT NULL,            -- JSON list; empty: every brand
    audience       TEXT    NOT NULL,            -- agents, group, public
    audience_group TEXT    NOT NULL DEFAULT '', -- which customers, of audience group
    owner_id       BIGINT  NOT NULL DEFAULT 0,  -- who answers for what it says
    expires_at     BIGINT  NOT NULL DEFAULT 0,  -- when somebody has to look whether it is still true
    expired        BOOLEAN NOT NULL DEFAULT FALSE, -- the owner was told
    archived       BOOLEAN NOT NULL DEFAULT FALSE,
    rev            BIGINT  NOT NULL DEFAULT 1,
    created_by     BIGINT  NOT NULL DEFAULT 0,
    created_at     BIGINT  NOT NULL,
    changed_at     BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX article_of_category ON article (tenant_id, category_id, id);

-- owner: internal/knowledge
-- The brands of articles again, one row each; brand 0: every brand.
CREATE TABLE article_brand (
    tenant_id  BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    brand_id   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, article_id, brand_id)
);

-- owner: internal/knowledge
-- One text in one language. What was published or taken out of use never changes.
CREATE TABLE article_version (
    tenant_id    BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    article_id   BIGINT NOT NULL,
    language     TEXT   NOT NULL,
    number       BIGINT NOT NULL,           -- counts within article and language
    state        TEXT   NOT NULL,           -- draft, review, published, archived
    title        TEXT   NOT NULL,
    blocks       TEXT   NOT NULL,           -- JSON
    rev          BIGINT NOT NULL DEFAULT 1,
    author_id    BIGINT NOT NULL DEFAULT 0, -- who wrote in it last
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    published_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX article_version_number ON article_version (tenant_id, article_id, language, number);
CREATE UNIQUE INDEX article_version_published ON article_version (tenant_id, article_id, language) WHERE state = 'published';
CREATE UNIQUE INDEX article_version_open ON article_version (tenant_id, article_id, language) WHERE state IN ('draft', 'review');

-- owner: internal/knowledge
-- What was decided about versions, by whom and why.
CREATE TABLE article_review (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    action     TEXT   NOT NULL,           -- submitted, returned, published, archived, restored
    user_id    BIGINT NOT NULL DEFAULT 0,
    comment    TEXT   NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX article_review_of ON article_review (tenant_id, article_id, id);

-- owner: internal/knowledge
-- An article was put into an answer, and whether that helped.
CREATE TABLE article_use (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    article_id      BIGINT NOT NULL,
    version_id      BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    user_id         BIGINT NOT NULL DEFAULT 0,
    at              BIGINT NOT NULL,
    verdict         TEXT   NOT NULL DEFAULT '', -- helped, not_helped
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX article_use_of ON article_use (tenant_id, article_id, verdict);

-- owner: internal/knowledge
-- What people looked for and did not find.
CREATE TABLE missing_answer (
    tenant_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    brand_id    BIGINT NOT NULL DEFAULT 0, -- 0: they looked in all
    question    TEXT   NOT NULL,           -- folded words
    example     TEXT   NOT NULL,           -- as it was typed last
    language    TEXT   NOT NULL DEFAULT '',
    times       BIGINT NOT NULL,
    first_at    BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,
    state       TEXT   NOT NULL,           -- open, answered, dismissed
    article_id  BIGINT NOT NULL DEFAULT 0, -- of an answered one
    resolved_by BIGINT NOT NULL DEFAULT 0,
    resolved_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX missing_answer_question ON missing_answer (tenant_id, brand_id, question);
CREATE INDEX missing_answer_times ON missing_answer (tenant_id, state, times, id);

-- Whose own a canned reply is (0: of all who work for its brand), and what it says in one class of channels instead: by class and language.
ALTER TABLE canned ADD COLUMN owner_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE canned ADD COLUMN variants TEXT NOT NULL DEFAULT '{}';
DROP INDEX canned_shortcut;
CREATE UNIQUE INDEX canned_shortcut ON canned (tenant_id, brand_id, owner_id, shortcut) WHERE NOT archived;

-- owner: internal/canned
-- A canned reply was put into an answer.
CREATE TABLE canned_use (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    canned_id       BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    user_id         BIGINT NOT NULL DEFAULT 0,
    at              BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX canned_use_of ON canned_use (tenant_id, canned_id);
