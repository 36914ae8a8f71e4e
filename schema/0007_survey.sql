-- +goose Up

-- owner: internal/survey
-- What a customer thought of one interaction. answered_at never moves: it says to which time the answer counts.
CREATE TABLE survey_answer (
    tenant_id       BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    interaction_id  BIGINT NOT NULL,
    brand_id        BIGINT NOT NULL,
    queue_id        BIGINT NOT NULL DEFAULT 0,
    agent_id        BIGINT NOT NULL DEFAULT 0,
    channel         TEXT   NOT NULL DEFAULT '',
    stars           BIGINT NOT NULL,            -- 1 to 5
    comment         TEXT   NOT NULL DEFAULT '',
    asked_at        BIGINT NOT NULL,
    answered_at     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX survey_answer_interaction ON survey_answer (tenant_id, interaction_id);
CREATE INDEX survey_answer_time ON survey_answer (tenant_id, answered_at);
CREATE INDEX survey_answer_agent ON survey_answer (tenant_id, agent_id, answered_at);
