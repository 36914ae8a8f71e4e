-- +goose Up

-- The organisation that an erasure is about; 0: it is about a customer.
ALTER TABLE erasure ADD COLUMN organisation_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX erasure_organisation ON erasure (tenant_id, organisation_id, id) WHERE organisation_id <> 0;

-- When somebody's STOP was confirmed last; 0: never. It is written before the confirmation goes out, so that none goes twice.
ALTER TABLE sms_stop ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
