package account

import "sync"

// cache keeps what was read from the database, up to a number of entries.
type cache[K comparable, V any] struct {
	limit int

	mu   sync.RWMutex
	gen  uint64 // counts what was forgotten
	kept map[K]V
}

func newCache[K comparable, V any](limit int) *cache[K, V] {
	return &cache[K, V]{limit: limit, kept: map[K]V{}}
}

// load returns k from memory, else by read. What was read while something was
// forgotten is not kept: it may be what was to be forgotten.
func (c *cache[K, V]) load(k K, read func() (V, error)) (V, error) {
	c.mu.RLock()
	v, ok := c.kept[k]
	gen := c.gen
	c.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := read()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gen != gen {
		return v, nil
	}
	if len(c.kept) >= c.limit {
		for other := range c.kept { // any: the map's order is as good as chance
			delete(c.kept, other)
			break
		}
	}
	c.kept[k] = v
	return v, nil
}

// forget drops the entries that match.
func (c *cache[K, V]) forget(match func(K, V) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	for k, v := range c.kept {
		if match(k, v) {
			delete(c.kept, k)
		}
	}
}

// has reports whether k is in memory.
func (c *cache[K, V]) has(k K) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, ok := c.kept[k]
	return ok
}
