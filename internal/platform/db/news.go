package db

// News returns a channel that gets a token after this process has committed what
// other nodes wait for, facts in their order or a woken topic: many commits for
// one token. Tell the others, and let them Wake. SQLite has no others.
func (d *DB) News() <-chan struct{} { return d.news }

// tell gives the token of News.
func (d *DB) tell() {
	select {
	case d.news <- struct{}{}:
	default: // there already
	}
}

// Wake makes readers of facts and waiters of all topics look at the tables: another node has committed.
func (d *DB) Wake() {
	d.facts.wake()
	d.topics.wakeAll()
}
