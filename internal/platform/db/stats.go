package db

import "sync/atomic"

// Stats are counts since the database was opened.
type Stats struct {
	Commits      int64 // groups made durable; on PostgreSQL each transaction is its own
	Transactions int64 // in them
}

type counters struct{ commits, transactions atomic.Int64 }

// committed counts a group of n transactions.
func (c *counters) committed(n int) {
	c.commits.Add(1)
	c.transactions.Add(int64(n))
}

// Stats returns what this process has committed. Transactions by commits is the size of a group.
func (d *DB) Stats() Stats {
	return Stats{Commits: d.stats.commits.Load(), Transactions: d.stats.transactions.Load()}
}
