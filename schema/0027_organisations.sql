-- +goose Up

-- owner: internal/customer
ALTER TABLE organisation ADD COLUMN joined_into BIGINT NOT NULL DEFAULT 0; -- which it is held to be; 0: no other
ALTER TABLE organisation ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0;   -- when all that was known was removed; 0: it was not
CREATE INDEX organisation_joined ON organisation (tenant_id, joined_into, id) WHERE joined_into <> 0;

-- owner: internal/customer
-- The statement that two organisations are one, which can be taken back.
CREATE TABLE organisation_join (
    tenant_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    brand_id  BIGINT NOT NULL,
    from_id   BIGINT NOT NULL,
    into_id   BIGINT NOT NULL,
    moved     BIGINT NOT NULL,           -- how many people went with it
    made_by   BIGINT NOT NULL DEFAULT 0,
    made_at   BIGINT NOT NULL,
    undone_by BIGINT NOT NULL DEFAULT 0,
    undone_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX organisation_join_standing ON organisation_join (tenant_id, from_id) WHERE undone_at = 0;
CREATE INDEX organisation_join_into ON organisation_join (tenant_id, into_id, id);

-- owner: internal/customer
-- Who went with a join: taken back, they belong where they belonged.
CREATE TABLE organisation_moved (
    tenant_id   BIGINT NOT NULL,
    join_id     BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, join_id, customer_id)
);
CREATE INDEX organisation_moved_of ON organisation_moved (tenant_id, customer_id);
