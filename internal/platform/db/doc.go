// Package db is the one door to SQL: SQLite (embedded) or PostgreSQL, the same
// statements with $n on both.
//
// A use-case opens one transaction with Update and hands the Tx down; reads
// outside go to the DB itself, several that must agree to View. Many, One, Find
// and Exec run a statement and scan rows into plain structs. Facts are recorded
// in the transaction that makes them true, get a dense position on commit and
// are read in that order by Follow.
//
// Values: keys and times are stored as BIGINT, a zero key or time as 0, times as
// microseconds UTC; a field tagged `db:"name,json"` holds JSON text; NULL reads
// as zero.
//
// What must never break: Update returns nil only after the commit is durable; a
// function that fails leaves nothing behind and harms no other in its group; no
// fact is seen before its commit, twice, or out of the order of positions; the
// engines' names appear in this package and in platform/search only.
package db
