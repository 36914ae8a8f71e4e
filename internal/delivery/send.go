package delivery

import (
	"context"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
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
	if err != nil || attempt == 0 {
		return errs.Op(op, err)
	}
	sent, failure := s.Channels.Send(ctx, out)
	// The outcome is kept even if the job's time is over: the call has been made.
	err = s.DB.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		return s.settle(ctx, tx, j.Entry, attempt, outcome{sent, failure})
	})
	if err == nil && failure != nil && again(failure) && attempt < maxAttempts {
		err = failure
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
		attempt = d.Attempts + 1
		if err := s.markInFlight(ctx, tx, entry, attempt, true); err != nil {
			return err
		}
		_, err = s.Conversations.MoveDelivery(ctx, tx, entry, conversation.Sending, "")
		return err
	})
	return out, attempt, err
}

// outcome is what came of a call.
type outcome struct {
	sent    channel.Sent
	failure error
}

// settle keeps what a call has led to.
func (s *Service) settle(ctx context.Context, tx *db.Tx, entry id.Entry, attempt int, o outcome) error {
	if o.failure == nil {
		return s.settleSent(ctx, tx, entry, o.sent)
	}
	f := channel.Judge(o.failure)
	switch {
	case f.Verdict == channel.Ambiguous:
		return s.end(ctx, tx, entry, conversation.Ambiguous, f.Code)
	case again(f) && attempt < maxAttempts:
		return s.markInFlight(ctx, tx, entry, attempt, false)
	}
	return s.end(ctx, tx, entry, conversation.Failed, f.Code)
}

func (s *Service) settleSent(ctx context.Context, tx *db.Tx, entry id.Entry, sent channel.Sent) error {
	if sent.ExternalID != "" {
		if err := s.Conversations.NameSent(ctx, tx, entry, sent.ExternalID); err != nil {
			return err
		}
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
