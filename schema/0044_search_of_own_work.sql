-- +goose Up

-- What was said has the words of those who have a part in it. Jobs write them; meanwhile an agent finds a part.
DELETE FROM search_reader WHERE name = 'catalogue.kinds';
-- The oldest document of a group lacks whoever came later.
CREATE INDEX search_document_group ON search_document (tenant_id, kind, group_id, id);
