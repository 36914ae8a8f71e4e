package main

import (
	"testing"

	"github.com/zongler/zongler/internal/channel/webchat"
)

func TestOnlyWhatAnAgentWritesAfterwardsIsAnAnswer(t *testing.T) {
	t.Parallel()
	entry := func(seq int64, author webchat.AuthorKind, kind webchat.EntryKind) webchat.Entry {
		return webchat.Entry{Seq: seq, Author: webchat.Author{Kind: author}, Kind: kind}
	}
	before := entry(4, webchat.AuthorAgent, webchat.EntryMessage)
	tests := []struct {
		why     string
		entries []webchat.Entry
		want    bool
	}{
		{"nothing was written", nil, false},
		{"the agent wrote before, and the customer's own words are still on their way", []webchat.Entry{before}, false},
		{"the customer's own words", []webchat.Entry{before, entry(6, webchat.AuthorVisitor, webchat.EntryMessage)}, false},
		{"somebody joined", []webchat.Entry{before, entry(7, webchat.AuthorAgent, webchat.EntrySystem)}, false},
		{"the agent wrote", []webchat.Entry{before, entry(7, webchat.AuthorAgent, webchat.EntryMessage)}, true},
		{"and corrected it", []webchat.Entry{entry(7, webchat.AuthorAgent, webchat.EntryMessage), entry(8, webchat.AuthorAgent, webchat.EntryEdit)}, true},
	}
	for _, tt := range tests {
		if got := answered(tt.entries, 6); got != tt.want {
			t.Errorf("%s: %v", tt.why, got)
		}
	}
}
