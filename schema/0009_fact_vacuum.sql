-- +goose Up

-- owner: internal/platform/db
-- Each fact of PostgreSQL is updated once, when it gets its position. The share of
-- a table that is vacuumed by default would let millions of dead rows gather here.
{{if postgres}}
ALTER TABLE fact SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 20000);
{{end}}
SELECT 1;
