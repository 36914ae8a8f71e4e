package catalogue_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/catalogue"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/search"
)

// younger lets 500 others say a word in conversations of nobody: more than are looked at for somebody's own among all.
func (s *site) younger(word string) {
	s.t.Helper()
	s.update(func(tx *db.Tx) error {
		documents := make([]search.Document, 500)
		for i := range documents {
			documents[i] = search.Document{
				Kind: "entry", Thing: int64(1_000_000 + i), Group: int64(2_000_000 + i), Scopes: []string{"b" + falaNet.String()},
				Body: fmt.Sprint(word, " ", i), At: time.Now(),
			}
		}
		return search.New(s.db).Replace(s.ctx(), tx, "entry", nil, documents...)
	})
}

// Whoever comes to a conversation finds what was said in it before, however many have said the same since.
func TestWhoComesLaterFindsWhatWasSaidBefore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		accepted := s.write(falaNet, "Zofia", "Światłowód", "Od rana miga modem", 0)
		noted := s.write(falaNet, "Adam", "Rachunek", "Mój modem też miga", 0)
		s.write(falaNet, "Ewa", "Obcy", "Także modem", 0)
		s.catchUp()
		agent, colleague := as(t, ola, actor.Agent.Rights(), falaNet), as(t, ola+1, actor.Agent.Rights(), falaNet)
		for _, joins := range []func(tx *db.Tx) error{
			func(tx *db.Tx) error {
				if err := s.conversations.ShowWork(s.ctx(), tx, accepted, conversation.Work{Interaction: 7, State: "active", Agent: ola}); err != nil {
					return err
				}
				return tx.Record(s.ctx(), fact.InteractionStarted{Interaction: 7, Conversation: accepted, Brand: falaNet, Agent: ola})
			},
			func(tx *db.Tx) error {
				c, err := s.conversations.Lock(s.ctx(), tx, noted)
				if err != nil {
					return err
				}
				_, _, err = s.conversations.Append(s.ctx(), tx, &c, conversation.NewEntry{Kind: conversation.Note, Author: conversation.ByAgent, User: ola, Text: "Oddzwonię"})
				return err
			},
		} {
			s.update(joins)
			s.catchUp()
		}
		s.younger("modem")
		kinds := []catalogue.Kind{catalogue.Conversations}
		if got, want := s.finds(agent, catalogue.Query{Text: "modem", Kinds: kinds}), "conversation:Rachunek conversation:Światłowód"; got != want {
			t.Errorf("own: %q, want %q", got, want)
		}
		if got, want := s.finds(agent, catalogue.Query{Text: "światło", Kinds: kinds}), "conversation:Światłowód"; got != want {
			t.Errorf("by the subject: %q, want %q", got, want)
		}
		if got := s.finds(colleague, catalogue.Query{Text: "modem", Kinds: kinds}); got != "" {
			t.Errorf("a colleague finds %q", got)
		}
		if got := s.finds(as(t, ola, actor.Agent.Rights(), vasarfia), catalogue.Query{Text: "modem", Kinds: kinds}); got != "" {
			t.Errorf("who may not see the brand any more finds %q", got)
		}
	})
}

// What waits is nobody's yet: it is found among the newest.
func TestWhatWaitsIsFoundAmongTheNewest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.younger("modem")
		waits := s.write(falaNet, "Zofia", "Światłowód", "Od rana miga modem", 0)
		s.update(func(tx *db.Tx) error { // offered: nobody has a part in it
			_, err := db.Exec(s.ctx(), tx, `UPDATE conversation SET open = TRUE, agent_id = $2 WHERE tenant_id = $1 AND id = $3`, id.Tenant(1), ola, waits)
			return err
		})
		s.catchUp()
		if got, want := s.finds(as(t, ola, actor.Agent.Rights(), falaNet), catalogue.Query{Text: "modem"}), "conversation:Światłowód"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
