-- +goose Up

-- The lists of those who see all brands: one walk along one index instead of one for each brand.
CREATE INDEX conversation_all_waiting ON conversation (tenant_id, due_order, id) WHERE waiting;
CREATE INDEX conversation_all_due ON conversation (tenant_id, due_order, id) WHERE open;
CREATE INDEX conversation_all_open ON conversation (tenant_id, last_at, id) WHERE open;
CREATE INDEX conversation_all_closed ON conversation (tenant_id, last_at, id) WHERE NOT open;
