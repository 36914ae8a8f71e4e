package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// maxAttempts is how often a channel that is down is asked before the answer has failed.
const maxAttempts = 12

// SendJob asks for an answer to be sent.
type SendJob struct {
	Entry id.Entry `json:"entry"`
}

// Kind returns "delivery.send".
func (SendJob) Kind() string { return "delivery.send" }

// Send sends an answer, if nobody has done so. An error that it returns means:
// not sent, call again.
func (s *Service) Send(ctx context.Context, j SendJob) error {
	const op = "delivery.Send"
	out, attempt, err := s.begin(ctx, j.Entry)
	if early, ok := errors.AsType[earlyError](err); ok {
		return job.Snooze(early.wait)
	}
	if err != nil || attempt == 0 {
		return errs.Op(op, err)
	}
	most := s.attempts(out.channel())
	sent, failure := s.Channels.Send(ctx, out)
	// The outcome is kept even if the job's time is over: the call has been made.
	err = s.DB.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		return s.settle(ctx, tx, out, outcome{sent, failure, attempt < most, attempt})
	})
	if err == nil && failure != nil && again(failure) && attempt < most {
		err = failure
		if f := channel.Judge(failure); f.After > 0 { // it says itself when
			return job.Snooze(f.After)
		}
	}
	return errs.Op(op, err)
}

// begin claims an answer for one call and returns which call it is; 0 if there is nothing to do.
func (s *Service) begin(ctx context.Context, entry id.Entry) (out Outgoing, attempt int, err error) {
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		d, found, err := s.lockDispatch(ctx, tx, entry)
		if err != nil || !found { // settled before
			attempt = 0
			return err
		}
		if out.Entry, err = s.Conversations.FindEntry(ctx, tx, entry); err != nil {
			return err
		}
		if out.Conversation, err = s.Conversations.Find(ctx, tx, out.Entry.ConversationID); err != nil {
			return err
		}
		if d.InFlight { // a call was cut off: it may have gone through
			attempt = 0
			return s.end(ctx, tx, entry, conversation.Ambiguous, "")
		}
		if wait := d.DueAt.Sub(tx.Now()); wait > 0 { // it was planned for later meanwhile
			return earlyError{wait}
		}
		if needless, err := s.place(ctx, tx, &out); err != nil || needless {
			attempt = 0
			return s.drop(ctx, tx, entry, err)
		}
		if to, why, err := s.needless(ctx, tx, d, out); err != nil || to != "" {
			attempt = 0
			if err != nil {
				return err
			}
			return s.end(ctx, tx, entry, to, why)
		}
		attempt = d.Attempts + 1
		if err := s.markInFlight(ctx, tx, entry, attempt, true); err != nil {
			return err
		}
		_, err = s.Conversations.MoveDelivery(ctx, tx, entry, conversation.Sending, "")
		return err
	})
	if err == nil && attempt > 0 {
		if err = s.complete(ctx, &out); err != nil { // nobody was called: it may be tried again
			err = errors.Join(err, s.DB.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error {
				return s.markInFlight(ctx, tx, entry, attempt-1, false)
			}))
		}
	}
	return out, attempt, err
}

// drop ends a change that a newer one has overtaken, unless it failed to find that out.
func (s *Service) drop(ctx context.Context, tx *db.Tx, entry id.Entry, failed error) error {
	if failed != nil {
		return failed
	}
	return s.end(ctx, tx, entry, conversation.Cancelled, "delivery.overtaken")
}

// complete adds what an answer needs besides what was stored of it.
func (s *Service) complete(ctx context.Context, out *Outgoing) (err error) {
	if out.Entry.Code == Carried {
		return s.writeLetter(ctx, out)
	}
	out.Author, err = s.author(ctx, out.Entry)
	return err
}

// author returns the name of who wrote an answer. Without one it is sent all the same.
func (s *Service) author(ctx context.Context, e conversation.Entry) (string, error) {
	if e.UserID == 0 {
		return "", nil
	}
	names, err := s.People.Names(ctx, []id.User{e.UserID})
	return names[e.UserID], err
}

// earlyError says that an answer is not due yet.
type earlyError struct{ wait time.Duration }

func (e earlyError) Error() string { return "not due for " + e.wait.String() }

// needless returns how an answer ends that is not to be sent any more, and why; nothing if it is.
func (s *Service) needless(ctx context.Context, tx *db.Tx, d dispatch, out Outgoing) (to conversation.Delivery, why string, err error) {
	switch {
	case d.overtaken(out.Conversation):
		return conversation.Failed, "delivery.overtaken", nil
	case out.Entry.Code != Carried:
		return "", "", nil
	}
	if why, err = s.overtakenLetter(ctx, tx, out); why != "" {
		to = conversation.Cancelled
	}
	return to, why, err
}

// overtaken reports whether the customer has written since the answer was planned.
func (d dispatch) overtaken(c conversation.Conversation) bool {
	return d.BasedOnSeq > 0 && c.CustomerSeq > d.BasedOnSeq
}

// attempts is how often a channel is asked before an answer has failed.
func (s *Service) attempts(name string) int {
	if l, known := s.Channels.Limits(name); known && l.Attempts > 0 {
		return l.Attempts
	}
	return maxAttempts
}

// outcome is what came of a call.
type outcome struct {
	sent    channel.Sent
	failure error
	more    bool // it may be tried again
	attempt int
}

// settle keeps what a call has led to.
func (s *Service) settle(ctx context.Context, tx *db.Tx, out Outgoing, o outcome) error {
	entry := out.Entry.ID
	if err := s.name(ctx, tx, entry, o.sent); err != nil {
		return err
	}
	if o.failure == nil {
		return s.settleSent(ctx, tx, out, o.sent)
	}
	f := channel.Judge(o.failure)
	switch {
	case f.Verdict == channel.Ambiguous:
		return s.end(ctx, tx, entry, conversation.Ambiguous, f.Code)
	case again(f) && o.more:
		return s.markInFlight(ctx, tx, entry, o.attempt, false)
	}
	if err := s.tellRefusal(ctx, tx, out, f); err != nil {
		return err
	}
	if err := s.came(ctx, tx, out.Entry, conversation.Failed); err != nil {
		return err
	}
	return s.end(ctx, tx, entry, conversation.Failed, f.Code)
}

// tellRefusal keeps the provider's own words about an answer that it did not take.
func (s *Service) tellRefusal(ctx context.Context, tx *db.Tx, out Outgoing, f *channel.Failure) error {
	if f.Words == "" {
		return nil
	}
	data, err := json.Marshal(map[string]string{"words": f.Words})
	if err != nil {
		return err
	}
	c, err := s.Conversations.Lock(ctx, tx, out.Conversation.ID)
	if err != nil {
		return err
	}
	_, _, err = s.Conversations.Append(ctx, tx, &c, conversation.NewEntry{
		Kind: conversation.System, Author: conversation.BySystem, Target: out.Entry.ID, Code: refusedCode(out.Entry.Kind), Data: data,
	})
	return err
}

// refusedCode is the code of what is said where a provider says why it refuses something.
func refusedCode(k conversation.Kind) string {
	if k == conversation.Message {
		return "delivery_refused"
	}
	return "change_refused"
}

// name keeps how a channel calls what it has taken: all of an answer, or what went out before something failed.
func (s *Service) name(ctx context.Context, tx *db.Tx, entry id.Entry, sent channel.Sent) error {
	if sent.ExternalID != "" {
		if err := s.Conversations.NameSent(ctx, tx, entry, sent.ExternalID); err != nil {
			return err
		}
	}
	return s.Conversations.NameParts(ctx, tx, entry, sent.Parts...)
}

func (s *Service) settleSent(ctx context.Context, tx *db.Tx, out Outgoing, sent channel.Sent) error {
	entry := out.Entry.ID
	if err := s.goOn(ctx, tx, out, sent); err != nil {
		return err
	}
	if err := s.came(ctx, tx, out.Entry, conversation.Sent); err != nil {
		return err
	}
	if sent.Delivered {
		return s.end(ctx, tx, entry, conversation.Delivered, "")
	}
	return s.end(ctx, tx, entry, conversation.Sent, "")
}

// again reports an answer that was not taken and may be taken later.
func again(failure error) bool {
	v := channel.Judge(failure).Verdict
	return v == channel.Retry || v == channel.Reconnect
}

// end moves the delivery to its last state as far as we are concerned; receipts may move it on.
func (s *Service) end(ctx context.Context, tx *db.Tx, entry id.Entry, to conversation.Delivery, reason string) error {
	if err := s.deleteDispatch(ctx, tx, entry); err != nil {
		return err
	}
	_, err := s.Conversations.MoveDelivery(ctx, tx, entry, to, reason)
	return err
}

// Receipt is what a channel says later about an answer.
type Receipt struct {
	Point      id.EntryPoint
	ExternalID string
	State      conversation.Delivery
	Reason     string
}

// Receive moves the delivery that a receipt is about. One that comes late or
// twice moves nothing; one about an answer that is not ours is NotFound.
func (s *Service) Receive(ctx context.Context, r Receipt) error {
	const op = "delivery.Receive"
	return errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		e, err := s.Conversations.FindSent(ctx, tx, r.Point, r.ExternalID)
		if err != nil {
			return err
		}
		_, err = s.Conversations.MoveDelivery(ctx, tx, e.ID, r.State, r.Reason)
		return err
	}))
}
