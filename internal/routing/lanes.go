package routing

import "sync"

// lanes runs functions one after another per key, and keys beside each other, so
// that the writes about one interaction keep their order and nobody waits for a
// commit but those behind it.
type lanes struct {
	mu      sync.Mutex
	waiting map[int64][]func()
	running sync.WaitGroup
}

// do runs fn after all that was given for key before.
func (l *lanes) do(key int64, fn func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = map[int64][]func(){}
	}
	queue, busy := l.waiting[key]
	l.waiting[key] = append(queue, fn)
	if !busy {
		l.running.Go(func() { l.run(key) })
	}
}

func (l *lanes) run(key int64) {
	for {
		l.mu.Lock()
		queue := l.waiting[key]
		if len(queue) == 0 {
			delete(l.waiting, key)
			l.mu.Unlock()
			return
		}
		fn := queue[0]
		l.waiting[key] = queue[1:]
		l.mu.Unlock()
		fn()
	}
}

// wait returns when nothing is running.
func (l *lanes) wait() { l.running.Wait() }
