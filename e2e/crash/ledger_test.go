package crash

import (
	"slices"
	"sync"
	"time"
)

// goodbye is what a customer says last.
const goodbye = "goodbye"

// ledger is what was acknowledged, as those remember who were told.
type ledger struct {
	mu       sync.Mutex
	said     map[string][]string  // by conversation: texts of the visitor
	answers  map[string][]string  // by conversation: texts of agents
	shown    map[string][]string  // by conversation: texts of agents that its visitor saw
	ended    map[string]bool      // conversations that their visitors saw end
	arrived  map[string]time.Time // by conversation: since when it waits, as first seen
	moved    []string             // conversations whose arrival changed
	forgiven []string
}

func newLedger() *ledger {
	return &ledger{
		said: map[string][]string{}, answers: map[string][]string{}, shown: map[string][]string{}, ended: map[string]bool{}, arrived: map[string]time.Time{},
	}
}

func (l *ledger) stored(conversation, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said[conversation] = append(l.said[conversation], text)
}

func (l *ledger) saidIn(conversation string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.said[conversation])
}

func (l *ledger) replied(conversation, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.answers[conversation], text) { // two agents may have answered in turn, under the same name
		l.answers[conversation] = append(l.answers[conversation], text)
	}
}

func (l *ledger) saw(conversation string, texts []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shown[conversation], l.ended[conversation] = texts, true
}

// waits notes since when somebody waits; it must never change.
func (l *ledger) waits(conversation string, since time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if first, known := l.arrived[conversation]; known && !first.Equal(since) {
		l.moved = append(l.moved, conversation)
	}
	l.arrived[conversation] = since
}

func (l *ledger) forgave(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forgiven = append(l.forgiven, what)
}
