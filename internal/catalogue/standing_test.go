package catalogue_test

import (
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/catalogue"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// append adds an entry to a conversation.
func (s *site) append(c id.Conversation, e conversation.NewEntry) conversation.Entry {
	s.t.Helper()
	var added conversation.Entry
	s.update(func(tx *db.Tx) error {
		thread, err := s.conversations.Lock(s.ctx(), tx, c)
		if err != nil {
			return err
		}
		added, _, err = s.conversations.Append(s.ctx(), tx, &thread, e)
		return err
	})
	return added
}

// answer appends one of ours, change what was done to it.
func (s *site) answer(c id.Conversation, text string, state conversation.Delivery) conversation.Entry {
	s.t.Helper()
	return s.append(c, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, User: ola, Text: text, Delivery: state})
}

func (s *site) change(c id.Conversation, kind conversation.Kind, target id.Entry, text string) conversation.Entry {
	s.t.Helper()
	return s.append(c, conversation.NewEntry{Kind: kind, Author: conversation.ByAgent, User: ola, Target: target, Text: text, Delivery: conversation.Sent})
}

func (s *site) move(entry id.Entry, to conversation.Delivery) {
	s.t.Helper()
	s.update(func(tx *db.Tx) error {
		_, err := s.conversations.MoveDelivery(s.ctx(), tx, entry, to, "own.refused")
		return err
	})
}

// TestWordsThatDoNotStandAreNotFound says of each word whether it leads to the conversation, also after the message was
// looked at again by itself, and after everything was made anew.
func TestWordsThatDoNotStandAreNotFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		c := s.write(falaNet, "Inny", "Temat", "pytanie", 0)
		back, edited := s.answer(c, "cofnięte", conversation.Queued), s.answer(c, "poprzednie", conversation.Queued)
		unsent, twice := s.answer(c, "niewysłane", conversation.Queued), s.answer(c, "pierwsze", conversation.Sent)
		s.catchUp()
		s.change(c, conversation.Deletion, back.ID, "")
		s.change(c, conversation.Edit, edited.ID, "następne")
		s.change(c, conversation.Edit, twice.ID, "drugie")
		s.change(c, conversation.Edit, twice.ID, "trzecie")
		s.move(unsent.ID, conversation.Cancelled)
		chief := as(t, 1, actor.Administrator.Rights())
		look := func(when string) {
			t.Helper()
			for word, want := range map[string]string{
				"cofnięte": "", "poprzednie": "", "następne": "conversation:Temat", "niewysłane": "", "pierwsze": "", "drugie": "", "trzecie": "conversation:Temat",
				"pytanie": "conversation:Temat",
			} {
				if got := s.finds(chief, catalogue.Query{Text: word}); got != want {
					t.Errorf("%s %q finds %q, want %q", when, word, got, want)
				}
			}
		}
		s.catchUp()
		look("then")
		s.move(back.ID, conversation.Failed)
		s.move(edited.ID, conversation.Failed)
		s.catchUp()
		look("after its delivery has failed")
		if err := s.indexer.StartReindex(s.ctx()); err != nil {
			t.Fatal(err)
		}
		s.reindexed()
		look("made anew")
		s.update(func(tx *db.Tx) error { return s.indexer.Forget(s.ctx(), tx, nil, []id.Conversation{c}) })
		look("looked at for an erasure")
	})
}
