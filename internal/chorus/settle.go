package chorus

import (
	"context"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/routing"
)

// batch is in how many conversations one run of a job does something.
const batch = 25

// goOnJob lets an answer do what comes next.
type goOnJob struct {
	Answer id.CommonAnswer `json:"answer"`
}

// Kind names the job.
func (goOnJob) Kind() string { return "chorus.go_on" }

// goOn says an answer whose time has come, settles those whom it was given for, and ends it. Done twice it is as done once.
func (s *Service) goOn(ctx context.Context, j goOnJob) error {
	m, err := s.find(ctx, s.DB, j.Answer)
	if err != nil {
		return err
	}
	switch m.State { //nolint:exhaustive // in the other states it waits for something, or is over
	case Waiting:
		return s.say(ctx, m)
	case Settling, Standing:
		return s.settle(ctx, m)
	}
	return nil
}

// as returns a context in which the maker of an answer acts, by the rights they have now.
func (s *Service) as(ctx context.Context, m Answer) (context.Context, error) {
	who, err := s.People.Current(ctx, actor.From(ctx).Tenant, m.MadeBy)
	return actor.With(ctx, who), err
}

// say says an answer where everybody reads it. What can not be said ends nobody's work.
func (s *Service) say(ctx context.Context, m Answer) error {
	by, err := s.as(ctx, m)
	if err == nil {
		err = s.DB.Update(by, func(tx *db.Tx) error { return s.saying(by, tx, m.ID) })
	}
	if err == nil || !final(err) {
		return err
	}
	reason := errs.CodeOf(err)
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		m, err := s.lock(ctx, tx, m.ID)
		if err != nil || m.State != Waiting {
			return err
		}
		m.State, m.Reason, m.EndedAt = Failed, reason, tx.Now()
		if err := s.cancelItems(ctx, tx, m.ID); err != nil {
			return err
		}
		if err := s.update(ctx, tx, m); err != nil {
			return err
		}
		return s.record(ctx, tx, m)
	})
}

func (s *Service) saying(ctx context.Context, tx *db.Tx, key id.CommonAnswer) error {
	m, err := s.lock(ctx, tx, key)
	if err != nil || m.State != Waiting || tx.Now().Before(m.DueAt) {
		return err
	}
	said, err := s.announcement(ctx, tx, m)
	if err != nil {
		return err
	}
	e, err := s.Speech.Announce(ctx, tx, said)
	if err != nil {
		return err
	}
	m.State, m.ConversationID, m.EntryID = Sending, e.ConversationID, e.ID
	if err := s.update(ctx, tx, m); err != nil {
		return err
	}
	return s.record(ctx, tx, m)
}

// final reports an error that another try does not change.
func final(err error) bool {
	k := errs.KindOf(err)
	return k != errs.Internal && k != errs.Unavailable
}

// Came hears what became of what was sent. With an answer that has arrived the work of all begins to end.
func (s *Service) Came(ctx context.Context, tx *db.Tx, e conversation.Entry, to conversation.Delivery) error {
	if !strings.HasPrefix(e.ClientID, "common-") {
		return nil
	}
	m, found, err := s.lockByEntry(ctx, tx, e.ID)
	if err != nil || !found || m.State != Sending && m.State != Failed {
		return err
	}
	if to == conversation.Failed {
		m.State, m.Reason = Failed, "common_answer.not_sent"
	} else {
		m.State, m.Reason, m.SaidAt, m.EndedAt = Settling, "", tx.Now(), time.Time{}
		if err := job.Enqueue(ctx, tx, goOnJob{m.ID}); err != nil {
			return err
		}
	}
	if err := s.update(ctx, tx, m); err != nil {
		return err
	}
	return s.record(ctx, tx, m)
}

// settle ends the work of the next conversations, and then lets the answer stand, or end when its time is over.
func (s *Service) settle(ctx context.Context, m Answer) error {
	by, err := s.as(ctx, m)
	if err != nil && !final(err) {
		return err
	}
	gone := err != nil // who said it has left since: it was said all the same
	if gone {
		by = ctx
	}
	for range batch {
		next, found, err := s.nextItem(ctx, s.DB, m.ID)
		if err != nil {
			return err
		}
		if !found {
			return s.stand(ctx, m.ID)
		}
		if err := s.settleOne(by, m.ID, next, gone); err != nil {
			return err
		}
	}
	return job.Snooze(0)
}

// settleOne ends the work of one conversation; where it may not, it keeps why.
func (s *Service) settleOne(ctx context.Context, key id.CommonAnswer, i Item, gone bool) error {
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		// The conversation is locked before its answer, as by those who hear it.
		m, err := s.find(ctx, tx, key)
		if err != nil {
			return err
		}
		if err := s.settleNow(ctx, tx, m, i, gone); err != nil {
			return err
		}
		if m, err = s.lock(ctx, tx, key); err != nil {
			return err
		}
		now, found, err := s.findItem(ctx, tx, key, i.ConversationID)
		if err != nil || !found || now.State != ItemWaiting { // another job was quicker
			return err
		}
		m.Settled++
		now.State, now.LinkState = ItemSettled, wanted(m, now)
		if err := s.updateItem(ctx, tx, m.ID, now); err != nil {
			return err
		}
		if m.State == Standing && now.LinkState != "" { // the others were led to it before
			if err := job.Enqueue(ctx, tx, pointJob{m.ID}); err != nil {
				return err
			}
		}
		if err := s.update(ctx, tx, m); err != nil {
			return err
		}
		return s.record(ctx, tx, m)
	})
	if err == nil || !final(err) {
		return err
	}
	code := errs.CodeOf(err)
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		now, found, err := s.findItem(ctx, tx, key, i.ConversationID)
		if err != nil || !found || now.State != ItemWaiting {
			return err
		}
		now.State, now.Code = ItemSkipped, code
		return s.updateItem(ctx, tx, key, now)
	})
}

// settleNow ends the work of a conversation by an answer that everybody can read. Where only its customer reads, they
// get that answer there.
func (s *Service) settleNow(ctx context.Context, tx *db.Tx, m Answer, i Item, gone bool) error {
	at := m.SaidAt
	if i.Private {
		if err := s.give(ctx, tx, m, i, gone); err != nil {
			return err
		}
		at = tx.Now()
	}
	_, err := s.Routing.SettleTogether(ctx, tx, i.ConversationID, routing.Common{
		Agent: m.MadeBy, At: at, Late: gone || i.Late,
		Data: map[string]any{"answer_id": m.ID, "conversation_id": m.ConversationID, "entry_id": m.EntryID, "agent_id": m.MadeBy},
	})
	return err
}

// give says an answer to the one customer who reads a conversation, as its work is ended.
func (s *Service) give(ctx context.Context, tx *db.Tx, m Answer, i Item, gone bool) error {
	const op = "chorus.give"
	if gone {
		return errs.New(errs.Conflict, op, "common_answer.writer_gone")
	}
	if _, open, err := s.Routing.Open(ctx, tx, i.ConversationID); err != nil || !open { // the interaction is locked before its conversation
		if err == nil {
			err = errs.New(errs.Conflict, op, "chorus.not_open")
		}
		return err
	}
	_, err := s.Speech.Give(ctx, tx, delivery.Given{Conversation: i.ConversationID, Text: m.Body, ClientID: m.name()})
	return err
}

// stand lets an answer that has settled all settle who joins, as long as was chosen. Nobody joins meanwhile.
func (s *Service) stand(ctx context.Context, key id.CommonAnswer) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		m, err := s.find(ctx, tx, key)
		if err != nil {
			return err
		}
		if _, err := s.lockChorus(ctx, tx, m.ChorusID); err != nil {
			return err
		}
		if m, err = s.lock(ctx, tx, key); err != nil || m.State != Settling && m.State != Standing {
			return err
		}
		if _, more, err := s.nextItem(ctx, tx, m.ID); err != nil || more {
			if more {
				err = job.Enqueue(ctx, tx, goOnJob{m.ID})
			}
			return err
		}
		if m.State == Standing {
			if tx.Now().Before(m.StandsUntil) {
				return nil
			}
			return s.end(ctx, tx, m)
		}
		if m.Link != NoLink {
			if err := job.Enqueue(ctx, tx, pointJob{m.ID}); err != nil {
				return err
			}
		}
		m.StandsUntil = m.SaidAt.Add(time.Duration(m.StandsSeconds) * time.Second)
		if !tx.Now().Before(m.StandsUntil) {
			return s.end(ctx, tx, m)
		}
		m.State = Standing
		if err := job.Enqueue(ctx, tx, goOnJob{m.ID}, job.At(m.StandsUntil)); err != nil {
			return err
		}
		if err := s.update(ctx, tx, m); err != nil {
			return err
		}
		return s.record(ctx, tx, m)
	})
}

// join lets who joins a chorus be settled by the answer to it, if that stands for them.
func (s *Service) join(ctx context.Context, tx *db.Tx, c Chorus, v Voice) error {
	if c.AnswerID == 0 {
		return nil
	}
	m, err := s.lock(ctx, tx, c.AnswerID)
	if err != nil || m.StandsSeconds == 0 || m.Total >= s.Most {
		return err
	}
	standing := m.State == Standing && tx.Now().Before(m.StandsUntil)
	if !standing && !m.underWay() {
		return nil
	}
	if _, again, err := s.findItem(ctx, tx, m.ID, v.ConversationID); err != nil || again { // who insists comes before a person
		return err
	}
	m.Total++
	i := Item{ConversationID: v.ConversationID, EntryID: v.EntryID, ContactPointID: v.ContactPointID, Private: v.Private, State: ItemWaiting, Late: true}
	switch {
	case standing && c.Kind == Words: // it has just begun
		if err := s.settleNow(ctx, tx, m, i, false); err != nil {
			return err
		}
		m.Settled++
		if i.State, i.LinkState = ItemSettled, wanted(m, i); i.LinkState != "" {
			if err := job.Enqueue(ctx, tx, pointJob{m.ID}); err != nil {
				return err
			}
		}
	case standing:
		if err := job.Enqueue(ctx, tx, goOnJob{m.ID}); err != nil {
			return err
		}
	}
	if err := s.insertItem(ctx, tx, m.ID, i); err != nil {
		return err
	}
	if err := s.update(ctx, tx, m); err != nil {
		return err
	}
	return s.record(ctx, tx, m)
}
