-- +goose Up

-- What was done to an entry: edits, deletions and reactions, in their order.
CREATE INDEX entry_target ON entry (tenant_id, target_id, seq) WHERE target_id <> 0;
