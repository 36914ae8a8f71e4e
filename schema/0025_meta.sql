-- +goose Up

-- owner: internal/intake
-- An event that a provider has posted for an account that nobody here has connected. Whoever connects it within a week gets it.
CREATE TABLE stray_event (
    channel     TEXT   NOT NULL,
    address     TEXT   NOT NULL,            -- of the account at the provider; '': it could not be read
    event_id    TEXT   NOT NULL,
    kind        TEXT   NOT NULL DEFAULT '',
    lane        TEXT   NOT NULL DEFAULT '',
    raw         {{blob}} NOT NULL,
    reason      TEXT   NOT NULL DEFAULT '', -- why it could not be understood, a key of the catalogues
    received_at BIGINT NOT NULL,
    PRIMARY KEY (channel, address, event_id)
);
CREATE INDEX stray_event_old ON stray_event (received_at);

-- owner: internal/channel/facebook
-- How a page of Facebook is spoken for.
CREATE TABLE facebook_page (
    tenant_id      BIGINT NOT NULL,
    entry_point_id BIGINT NOT NULL,
    token          TEXT   NOT NULL,           -- sealed
    expires_at     BIGINT NOT NULL DEFAULT 0, -- of the token or of the app's access; 0: never
    checked_at     BIGINT NOT NULL DEFAULT 0, -- when everything was looked at last
    caught_up_at   BIGINT NOT NULL,           -- everything that customers wrote before was fetched or posted
    PRIMARY KEY (tenant_id, entry_point_id)
);
