-- +goose Up

-- owner: internal/platform/search
-- What can be found: one row for each language of a thing. Its id is its place in the index and grows with every writing.
CREATE TABLE search_document (
    tenant_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    thing_id  BIGINT NOT NULL,
    language  TEXT   NOT NULL DEFAULT '',
    group_id  BIGINT NOT NULL,            -- finds of one group are shown as one
    scopes    TEXT   NOT NULL,            -- keys of those who may find it
    title     TEXT   NOT NULL,
    body      TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    weight    BIGINT NOT NULL DEFAULT 0,
    written   BIGINT NOT NULL,            -- when it was last looked at: what a re-indexing did not see is gone
{{if postgres}}    words     TSVECTOR NOT NULL,
{{end}}    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX search_document_thing ON search_document (tenant_id, kind, thing_id, language);
CREATE INDEX search_document_written ON search_document (tenant_id, kind, written);
{{if postgres}}
CREATE INDEX search_document_words ON search_document USING GIN (words);
{{else}}
-- owner: internal/platform/search
-- The words of search_document, whose id is the row's. The texts themselves are not kept twice.
CREATE VIRTUAL TABLE search_text USING fts5(scope, title, body, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0", prefix='3');
{{end}}
-- owner: internal/platform/search
-- How far an indexer has read the facts.
CREATE TABLE search_reader (
    name TEXT   NOT NULL PRIMARY KEY,
    pos  BIGINT NOT NULL
);
