// Package schema holds the migrations: the only place where tables are made.
//
// One set of files serves SQLite and PostgreSQL. They are goose files passed
// through text/template first, with {{blob}} for the type of bytes and
// {{if sqlite}} … {{end}} around what one engine alone has. Each table is
// preceded by "-- owner: <package>": only that package writes to it.
//
// Rules: keys are (tenant_id, id); times are BIGINT microseconds UTC; nothing
// is NULL — an absent key or time is 0, an absent text is ”; JSON is TEXT.
// A file that has been released never changes.
package schema

import "embed"

// Files are the migrations, NNNN_name.sql.
//
//go:embed *.sql
var Files embed.FS
