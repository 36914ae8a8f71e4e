-- +goose Up

-- owner: internal/channel
-- How an account at a provider is spoken for: the entry point of a channel that has such.
CREATE TABLE channel_account (
    tenant_id      BIGINT NOT NULL,
    entry_point_id BIGINT NOT NULL,
    secrets        TEXT   NOT NULL DEFAULT '', -- sealed, an object by the keys of the channel's form; '': none
    held           TEXT   NOT NULL DEFAULT '', -- the names of the secrets, with spaces between
    fetched        TEXT   NOT NULL DEFAULT '', -- up to where everything is here, in the words of the channel; '': since connected_at
    expires_at     BIGINT NOT NULL DEFAULT 0,  -- of the access; 0: never, or it is not known
    checked_at     BIGINT NOT NULL DEFAULT 0,  -- when everything was tried last
    connected_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, entry_point_id)
);

-- A token can be sealed anew only by who has the key: until then it says for which table it was sealed.
INSERT INTO channel_account (tenant_id, entry_point_id, secrets, held, fetched, expires_at, checked_at, connected_at)
SELECT tenant_id, entry_point_id, CASE WHEN token = '' THEN '' ELSE 'facebook_page:' || token END, CASE WHEN token = '' THEN '' ELSE 'token' END,
    CAST(caught_up_at AS TEXT), expires_at, checked_at, caught_up_at
FROM facebook_page;

DROP TABLE facebook_page;
