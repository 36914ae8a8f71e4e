package sim

import (
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
)

// A checker that never objects proves nothing: each story here but the first is wrong.
func TestTheReplayObjects(t *testing.T) {
	t.Parallel()
	type at struct {
		second int
		fact   fact.Fact
	}
	const ola, kamil = id.User(1), id.User(2)
	comes := func(n id.Interaction, channel string, priority int) fact.Fact {
		return fact.InteractionQueued{Interaction: n, Channel: channel, Priority: priority, ArrivedAt: time.Unix(int64(n), 0)}
	}
	offer := func(n id.Interaction, to id.User) fact.Fact {
		return fact.OfferMade{Offer: id.Offer(n), Interaction: n, Agent: to}
	}
	ends := func(n id.Interaction, with id.User, how string) fact.Fact {
		return fact.OfferEnded{Offer: id.Offer(n), Interaction: n, Agent: with, Result: how}
	}
	starts := func(n id.Interaction, with id.User, how string) fact.Fact {
		return fact.InteractionStarted{Interaction: n, Agent: with, How: how}
	}
	closes := func(n id.Interaction, with id.User) fact.Fact {
		return fact.InteractionClosed{Interaction: n, Agent: with}
	}
	for _, test := range []struct {
		what  string
		story []at
		want  string
	}{
		{"a good day", []at{
			{1, comes(1, "webchat", 0)},
			{2, comes(2, "webchat", 0)},
			{3, comes(3, "voice", 0)},
			{4, offer(1, ola)},
			{4, offer(2, kamil)},
			{5, ends(1, ola, "declined")},
			{6, ends(2, kamil, "accepted")},
			{6, starts(2, kamil, "offer")},
			{7, offer(3, ola)},
			{8, ends(3, ola, "accepted")},
			{8, starts(3, ola, "offer")},
			{9, offer(1, kamil)},
			{10, ends(1, kamil, "accepted")},
			{10, starts(1, kamil, "offer")},
			{11, closes(1, kamil)},
			{11, closes(2, kamil)},
			{11, closes(3, ola)},
		}, ""},
		{"two at one instant have no order", []at{
			{1, comes(1, "webchat", 0)},
			{1, comes(2, "webchat", 0)},
			{5, offer(2, ola)},
			{5, offer(1, ola)},
			{6, ends(1, ola, "withdrawn")},
			{6, ends(2, ola, "withdrawn")},
			{7, closes(1, 0)},
			{7, closes(2, 0)},
		}, ""},
		{"offered twice", []at{{1, comes(1, "webchat", 0)}, {2, offer(1, ola)}, {3, offer(1, kamil)}}, "goes to agent"},
		{"served out of turn", []at{{1, comes(1, "webchat", 0)}, {2, comes(2, "webchat", 0)}, {3, offer(2, ola)}, {4, offer(1, kamil)}}, "whose turn it was"},
		{"the lower priority first", []at{{1, comes(1, "webchat", 0)}, {2, comes(2, "webchat", 1)}, {3, offer(1, ola)}, {4, offer(2, kamil)}}, "whose turn it was"},
		{"a call beside a chat", []at{{1, comes(1, "webchat", 0)}, {2, comes(2, "voice", 0)}, {3, offer(1, ola)}, {4, offer(2, ola)}}, "a load of 130"},
		{"a mail beside a call", []at{{1, comes(1, "voice", 0)}, {2, comes(2, "email", 0)}, {3, offer(1, ola)}, {4, offer(2, ola)}}, "a load of 120"},
		{"worked on by two", []at{{1, comes(1, "webchat", 0)}, {2, starts(1, ola, "pull")}, {3, starts(1, kamil, "takeover")}}, "has still"},
		{"accepted by another", []at{{1, comes(1, "webchat", 0)}, {2, offer(1, ola)}, {3, ends(1, ola, "accepted")}, {3, starts(1, kamil, "offer")}}, "was offered"},
		{"ended for another", []at{{1, comes(1, "webchat", 0)}, {2, offer(1, ola)}, {3, ends(1, kamil, "missed")}}, "which is with agent"},
		{"queued while somebody has it", []at{{1, comes(1, "webchat", 0)}, {2, starts(1, ola, "pull")}, {3, comes(1, "webchat", 0)}}, "is queued while"},
		{"taken from somebody else", []at{{1, comes(1, "webchat", 0)}, {2, starts(1, ola, "pull")}, {3, closes(1, kamil)}}, "leaves agent"},
		{"never closed", []at{{1, comes(1, "webchat", 0)}}, "never closed"},
		{"out of nowhere", []at{{1, fact.InteractionParked{Interaction: 1}}}, "is nowhere"},
	} {
		t.Run(test.what, func(t *testing.T) {
			t.Parallel()
			var said []string
			r := newReplay(func(problem string) { said = append(said, problem) })
			for _, s := range test.story {
				r.see(fact.Record{At: time.Unix(int64(100+s.second), 0), Fact: s.fact})
			}
			r.end()
			all := strings.Join(said, "\n")
			if (all == "") != (test.want == "") || !strings.Contains(all, test.want) {
				t.Errorf("said %q, want %q", all, test.want)
			}
		})
	}
}
