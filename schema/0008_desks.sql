-- +goose Up

-- owner: internal/routing
-- The nodes on which desks are open, each under a name that is new with each of its lives. One that has not said by
-- expires_at that it lives is dead: whoever takes its row away takes its desks over.
CREATE TABLE desk_node (
    node       TEXT   NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

-- owner: internal/routing
-- Who has, or had a moment ago, a desk open on which node.
CREATE TABLE desk (
    tenant_id BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    node      TEXT   NOT NULL,
    left_at   BIGINT NOT NULL DEFAULT 0, -- since when it is closed; 0: it is open
    PRIMARY KEY (tenant_id, user_id, node)
);
CREATE INDEX desk_of_node ON desk (node);
