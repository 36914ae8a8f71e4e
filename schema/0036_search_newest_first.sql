-- +goose Up

-- Words are written anew, by jobs, of everything: see catalogue.Indexer.Enlist.
{{if postgres}}TRUNCATE search_document{{else}}DELETE FROM search_document{{end}};
DELETE FROM search_reader WHERE name = 'catalogue.kinds';
{{if postgres}}
-- The newest documents of a kind are looked at one after another, where many have the words.
CREATE INDEX search_document_newest ON search_document (tenant_id, kind, id);
-- What was said is ten times as much as all else: words of the one are not gone through to find the other.
DROP INDEX search_document_words;
CREATE INDEX search_document_said ON search_document USING GIN (words) WHERE kind = 'entry';
CREATE INDEX search_document_words ON search_document USING GIN (words) WHERE kind <> 'entry';
-- How common a word is decides which way is gone.
ALTER TABLE search_document ALTER COLUMN words SET STATISTICS 1000;
{{else}}
DROP TABLE search_text;

-- owner: internal/platform/search
-- The words of search_document, whose id is the row's with the sign turned: the newest comes first, which is how they are asked for.
-- They are parted by spaces alone. Where one stands is not kept: no phrase is ever looked for, and those of a title say so themselves.
CREATE VIRTUAL TABLE search_text USING fts5(words, content='', contentless_delete=1, detail=none,
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'", prefix='2 3 4 5 6 7 8');
{{end}}
