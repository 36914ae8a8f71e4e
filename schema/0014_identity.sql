-- +goose Up

-- owner: internal/customer
ALTER TABLE customer ADD COLUMN joined_into BIGINT NOT NULL DEFAULT 0; -- who the customer is held to be; 0: nobody else
CREATE INDEX customer_joined ON customer (tenant_id, joined_into, id) WHERE joined_into <> 0;

-- owner: internal/customer
-- The statement that two customers are one, which can be taken back: it keeps whose each address was, and why.
CREATE TABLE customer_join (
    tenant_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    brand_id  BIGINT NOT NULL,
    from_id   BIGINT NOT NULL,
    into_id   BIGINT NOT NULL,
    reason    TEXT   NOT NULL,           -- agent, or the reason of the suggestion that was followed
    moved     TEXT   NOT NULL,           -- the claims that were revoked for those of the join
    made_by   BIGINT NOT NULL DEFAULT 0,
    made_at   BIGINT NOT NULL,
    undone_by BIGINT NOT NULL DEFAULT 0,
    undone_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX customer_join_standing ON customer_join (tenant_id, from_id) WHERE undone_at = 0;
CREATE INDEX customer_join_into ON customer_join (tenant_id, into_id, id);
