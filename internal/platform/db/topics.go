package db

import "sync"

// topics wakes waiters of this process after commits.
type topics struct {
	mu      sync.Mutex
	waiters map[string][]chan struct{}
}

// Woken returns a channel that gets a token after commits that called Wake(topic),
// many commits for one token, and a function that ends it. It carries no data:
// the waiter looks at the tables.
func (d *DB) Woken(topic string) (woken <-chan struct{}, end func()) {
	ch := make(chan struct{}, 1)
	t := &d.topics
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiters == nil {
		t.waiters = map[string][]chan struct{}{}
	}
	t.waiters[topic] = append(t.waiters[topic], ch)
	return ch, func() { t.remove(topic, ch) }
}

func (t *topics) remove(topic string, ch chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := t.waiters[topic][:0:0]
	for _, w := range t.waiters[topic] {
		if w != ch {
			kept = append(kept, w)
		}
	}
	t.waiters[topic] = kept
}

func (t *topics) wake(names []string) {
	if len(names) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		give(t.waiters[name])
	}
}

func (t *topics) wakeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, waiters := range t.waiters {
		give(waiters)
	}
}

// give gives each of waiters a token, unless it has one.
func give(waiters []chan struct{}) {
	for _, ch := range waiters {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}
