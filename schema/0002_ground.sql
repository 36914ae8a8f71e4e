-- +goose Up

-- owner: internal/tenant
-- A contact-centre company: the hard isolation boundary.
CREATE TABLE tenant (
    tenant_id  BIGINT NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    host       TEXT   NOT NULL DEFAULT '',   -- host name under which it signs in; '': any that is nobody's
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tenant_host ON tenant (host) WHERE host <> '';

-- owner: internal/tenant
-- A client company served by the tenant.
CREATE TABLE brand (
    tenant_id   BIGINT  NOT NULL,
    id          BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,            -- folded: for sorting and finding
    color       TEXT    NOT NULL,            -- #rrggbb
    logo_key    TEXT    NOT NULL DEFAULT '', -- in the blob store
    logo_type   TEXT    NOT NULL DEFAULT '',
    languages   TEXT    NOT NULL,            -- JSON list; the first is the usual one
    time_zone   TEXT    NOT NULL,            -- IANA name
    calendar_id BIGINT  NOT NULL DEFAULT 0,  -- 0: always open
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX brand_name ON brand (tenant_id, name_key, id);

-- owner: internal/account
-- A person with a sign-in. The name "user" is a reserved word.
CREATE TABLE app_user (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,             -- folded: for sorting and finding
    email      TEXT    NOT NULL,
    email_key  TEXT    NOT NULL,             -- folded: unique
    password   TEXT    NOT NULL DEFAULT '',  -- argon2id in PHC form; '': cannot sign in with a password
    language   TEXT    NOT NULL,
    theme      TEXT    NOT NULL,
    density    TEXT    NOT NULL,
    active     BOOLEAN NOT NULL DEFAULT TRUE,
    all_brands BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX app_user_email ON app_user (tenant_id, email_key);
CREATE INDEX app_user_name ON app_user (tenant_id, name_key, id);

-- owner: internal/account
-- A tenant's own role; built-in roles are in the program.
CREATE TABLE app_role (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,
    rights     TEXT    NOT NULL,             -- JSON: permission → scope
    archived   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX app_role_name ON app_role (tenant_id, name_key);

-- owner: internal/account
CREATE TABLE user_role (
    tenant_id BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    role      TEXT   NOT NULL,               -- name of a built-in role, or the key of an own one
    PRIMARY KEY (tenant_id, user_id, role)
);
CREATE INDEX user_role_role ON user_role (tenant_id, role, user_id);

-- owner: internal/account
-- Brands granted to a user who has not all.
CREATE TABLE user_brand (
    tenant_id BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    brand_id  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, brand_id)
);
CREATE INDEX user_brand_brand ON user_brand (tenant_id, brand_id, user_id);

-- owner: internal/account
CREATE TABLE team (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,
    archived   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX team_name ON team (tenant_id, name_key);

-- owner: internal/account
CREATE TABLE team_member (
    tenant_id BIGINT NOT NULL,
    team_id   BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, team_id, user_id)
);
CREATE INDEX team_member_user ON team_member (tenant_id, user_id, team_id);

-- owner: internal/account
CREATE TABLE invitation (
    tenant_id   BIGINT  NOT NULL,
    id          BIGINT  NOT NULL,
    token_hash  TEXT    NOT NULL,            -- sha-256, hex
    email       TEXT    NOT NULL,
    email_key   TEXT    NOT NULL,
    name        TEXT    NOT NULL DEFAULT '',
    language    TEXT    NOT NULL,
    roles       TEXT    NOT NULL,            -- JSON
    all_brands  BOOLEAN NOT NULL DEFAULT FALSE,
    brands      TEXT    NOT NULL,            -- JSON
    teams       TEXT    NOT NULL,            -- JSON
    invited_by  BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    accepted_at BIGINT  NOT NULL DEFAULT 0,
    revoked_at  BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX invitation_token ON invitation (token_hash);
CREATE UNIQUE INDEX invitation_open ON invitation (tenant_id, email_key) WHERE accepted_at = 0 AND revoked_at = 0;

-- owner: internal/account
-- A signed-in browser. An ended one has no row.
CREATE TABLE session (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    user_id    BIGINT  NOT NULL,
    token_hash TEXT    NOT NULL,             -- sha-256, hex
    old_hash   TEXT    NOT NULL DEFAULT '',  -- of the token before, good until old_until
    old_until  BIGINT  NOT NULL DEFAULT 0,
    renew      BOOLEAN NOT NULL DEFAULT FALSE, -- rights have changed: the next answer brings a new token
    device     TEXT    NOT NULL DEFAULT '',
    address    TEXT    NOT NULL DEFAULT '',
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_old ON session (old_hash) WHERE old_hash <> '';
CREATE INDEX session_of_user ON session (tenant_id, user_id, id);
CREATE INDEX session_seen ON session (seen_at);

-- owner: internal/account
CREATE TABLE api_key (
    tenant_id    BIGINT  NOT NULL,
    id           BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    token_hash   TEXT    NOT NULL,           -- sha-256, hex
    hint         TEXT    NOT NULL,           -- the last characters, by which people tell keys apart
    rights       TEXT    NOT NULL,           -- JSON: permission → scope
    all_brands   BOOLEAN NOT NULL DEFAULT FALSE,
    brands       TEXT    NOT NULL,           -- JSON
    created_by   BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL DEFAULT 0, -- 0: never
    last_used_at BIGINT  NOT NULL DEFAULT 0,
    revoked_at   BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_key_token ON api_key (token_hash);

-- owner: internal/account
-- Attempts to sign in that have not succeeded, by e-mail and by address.
CREATE TABLE login_attempt (
    name     TEXT   NOT NULL PRIMARY KEY,    -- a hash: whom or whence, never in clear
    attempts BIGINT NOT NULL,
    until    BIGINT NOT NULL,                -- no further attempt before
    last_at  BIGINT NOT NULL
);
CREATE INDEX login_attempt_age ON login_attempt (last_at);

-- owner: internal/audit
CREATE TABLE audit (
    tenant_id    BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    actor_kind   TEXT   NOT NULL,
    actor_id     BIGINT NOT NULL DEFAULT 0,
    actor_name   TEXT   NOT NULL,
    action       TEXT   NOT NULL,            -- user.update
    subject_kind TEXT   NOT NULL,
    subject_id   BIGINT NOT NULL DEFAULT 0,
    subject_name TEXT   NOT NULL DEFAULT '',
    brand_id     BIGINT NOT NULL DEFAULT 0,
    changes      TEXT   NOT NULL,            -- JSON list: path, before, after
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_subject ON audit (tenant_id, subject_kind, subject_id, id);
CREATE INDEX audit_actor ON audit (tenant_id, actor_kind, actor_id, id);

-- owner: internal/setting
CREATE TABLE setting (
    tenant_id  BIGINT NOT NULL,
    scope      TEXT   NOT NULL,              -- tenant, brand, user
    owner      BIGINT NOT NULL,              -- the key of what it belongs to
    name       TEXT   NOT NULL,
    value      TEXT   NOT NULL,              -- JSON
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, scope, owner, name)
);

-- owner: internal/calendar
CREATE TABLE calendar (
    tenant_id     BIGINT  NOT NULL,
    id            BIGINT  NOT NULL,
    name          TEXT    NOT NULL,
    name_key      TEXT    NOT NULL,
    time_zone     TEXT    NOT NULL,          -- IANA name
    country       TEXT    NOT NULL DEFAULT '', -- whose public holidays hold: PL, HU, or none
    week          TEXT    NOT NULL,          -- JSON: weekday → intervals
    holiday_hours TEXT    NOT NULL,          -- JSON: intervals of a public holiday
    exceptions    TEXT    NOT NULL,          -- JSON list: date, intervals, note
    archived      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX calendar_name ON calendar (tenant_id, name_key, id);

-- owner: internal/channel
-- An address of ours where contacts arrive.
CREATE TABLE entry_point (
    tenant_id  BIGINT  NOT NULL,
    id         BIGINT  NOT NULL,
    brand_id   BIGINT  NOT NULL,
    channel    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,
    address    TEXT    NOT NULL,             -- number, mailbox, page; the public key of a widget
    config     TEXT    NOT NULL,             -- JSON, its shape is the channel's
    secret     TEXT    NOT NULL DEFAULT '',  -- signs identities; sealed, shown once
    queue_id   BIGINT  NOT NULL DEFAULT 0,
    active     BOOLEAN NOT NULL DEFAULT TRUE,
    health     TEXT    NOT NULL DEFAULT 'ok', -- ok, failing
    health_code TEXT   NOT NULL DEFAULT '',  -- why, a key of the catalogues
    health_at  BIGINT  NOT NULL DEFAULT 0,
    archived   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX entry_point_address ON entry_point (channel, address);
CREATE INDEX entry_point_brand ON entry_point (tenant_id, brand_id, id);
