package chorus

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
)

// maxMatters bounds in how many topics and outages a conversation is.
const maxMatters = 40

// Subject is what a conversation is about, as far as somebody, or a rule, has said so.
type Subject struct {
	Brand        id.Brand
	Private      bool            // only its customer reads what is said there
	Entry        id.Entry        // the newest that a customer has said; 0: nobody has
	ContactPoint id.ContactPoint // who said it
	Since        time.Time       // when the first of what nobody has answered was said; zero: all is answered
	Topics       []string        // of its open cases, and its tags
	Outages      []id.Case       // open cases that have parts, of which one of its cases is one or which it belongs to
}

// Subjects knows what conversations are about, whoever asks.
type Subjects interface {
	SubjectOf(ctx context.Context, q db.Queryer, c id.Conversation) (Subject, error)
	// Concerning returns those of some conversations that may be about something.
	Concerning(ctx context.Context, q db.Queryer, keys []id.Conversation) ([]id.Conversation, error)
	// OpenOf returns those of some conversations that are open.
	OpenOf(ctx context.Context, q db.Queryer, keys []id.Conversation) ([]id.Conversation, error)
	// OfCase returns the conversations of a case.
	OfCase(ctx context.Context, q db.Queryer, c id.Case) ([]id.Conversation, error)
}

// matters returns the choruses to which a conversation belongs by what it is about, always in the same order. A topic is one of
// what everybody reads: a private conversation belongs to an outage alone.
func (b Subject) matters() []Chorus {
	var all []Chorus
	if !b.Private {
		for _, topic := range b.Topics {
			if topic = strings.ToLower(strings.Join(strings.Fields(topic), " ")); topic != "" {
				all = append(all, Chorus{Kind: Topic, BrandID: b.Brand, Topic: topic})
			}
		}
	}
	for _, c := range b.Outages {
		all = append(all, Chorus{Kind: Outage, BrandID: b.Brand, CaseID: c})
	}
	slices.SortFunc(all, func(x, y Chorus) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Topic, y.Topic), cmp.Compare(x.CaseID, y.CaseID))
	})
	all = slices.CompactFunc(all, func(x, y Chorus) bool { return x.Kind == y.Kind && x.Topic == y.Topic && x.CaseID == y.CaseID })
	return all[:min(len(all), maxMatters)]
}

// Regroup lets an open conversation join the topics and outages that it is about by now, and leave those that it is not. Where
// they were answered for all to read, and the answer still stands, one that waits is settled by it. Done twice it is as done once.
func (s *Service) Regroup(ctx context.Context, key id.Conversation) error {
	return errs.Op("chorus.Regroup", s.DB.Update(ctx, func(tx *db.Tx) error {
		work, open, err := s.Routing.Open(ctx, tx, key)
		if err != nil || !open {
			return err
		}
		b, err := s.Subjects.SubjectOf(ctx, tx, key)
		if err != nil || b.Entry == 0 {
			return err
		}
		had, err := s.matterVoices(ctx, tx, key)
		if err != nil {
			return err
		}
		v := Voice{ConversationID: key, EntryID: b.Entry, ContactPointID: b.ContactPoint, Private: b.Private, At: b.Since}
		if v.At.IsZero() {
			v.At = tx.Now()
		}
		stays, err := s.enterAll(ctx, tx, b.matters(), v, work.State, had)
		for _, h := range had {
			if err == nil && !stays[h.ChorusID] {
				err = s.leave(ctx, tx, h)
			}
		}
		return err
	}))
}

// enterAll lets a conversation join those topics and outages that it has not joined yet, keeps what it says now in the others, and
// returns all of them.
func (s *Service) enterAll(ctx context.Context, tx *db.Tx, all []Chorus, v Voice, work routing.State, had []Voice) (map[id.Chorus]bool, error) {
	stays := map[id.Chorus]bool{}
	for _, m := range all {
		c, err := s.ensureMatter(ctx, tx, m)
		if err != nil {
			return nil, err
		}
		stays[c.ID] = true
		v.ChorusID, v.Kind = c.ID, c.Kind
		switch at := slices.IndexFunc(had, func(h Voice) bool { return h.ChorusID == c.ID }); {
		case at < 0:
			err = s.enter(ctx, tx, c, v, work)
		case had[at].EntryID != v.EntryID:
			err = s.updateMatterVoice(ctx, tx, v)
		}
		if err != nil {
			return nil, err
		}
	}
	return stays, nil
}

// enter lets a conversation join a topic or an outage.
func (s *Service) enter(ctx context.Context, tx *db.Tx, c Chorus, v Voice, work routing.State) error {
	if err := s.insertMatterVoice(ctx, tx, v); err != nil {
		return err
	}
	if c.Voices > 0 { // one alone is nothing to tell of
		if err := tx.Record(ctx, fact.ChorusMoved{Chorus: c.ID, Brand: c.BrandID, Conversation: v.ConversationID}); err != nil {
			return err
		}
	}
	if work != routing.Queued && work != routing.Offered { // who says what it is about works on it
		return nil
	}
	return s.join(ctx, tx, c, v)
}

// leave lets a conversation leave a topic or an outage; what is on its way to all of them passes it by.
func (s *Service) leave(ctx context.Context, tx *db.Tx, v Voice) error {
	c, err := s.findChorus(ctx, tx, v.ChorusID)
	if err != nil {
		return err
	}
	if err := s.deleteMatterVoice(ctx, tx, v); err != nil {
		return err
	}
	if err := s.cancelItem(ctx, tx, c.AnswerID, v.ConversationID); err != nil {
		return err
	}
	return tx.Record(ctx, fact.ChorusMoved{Chorus: c.ID, Brand: c.BrandID, Conversation: v.ConversationID})
}
