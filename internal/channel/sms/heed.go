package sms

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/smstext"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of what is kept for centres.
const (
	tendEvery    = time.Minute
	keepSegments = 8 * 24 * time.Hour // receipts come within days
	keepReceived = 24 * time.Hour
)

// Heed is the job that does what somebody wants who writes STOP or START.
type Heed struct {
	Point        id.EntryPoint   `json:"point"`
	Conversation id.Conversation `json:"conversation,omitzero"` // in which it was said
	Customer     id.Customer     `json:"customer"`
	Number       string          `json:"number"`
	Stop         bool            `json:"stop"`
	Words        string          `json:"words"`
	At           time.Time       `json:"at"`
}

// Kind returns "sms.heed".
func (Heed) Kind() string { return "sms.heed" }

// Wanted returns the job that follows a message of somebody, if it is a wish.
func Wanted(h Heed) (Heed, bool) {
	wish := smstext.WishOf(h.Words)
	h.Stop = wish == smstext.Stop
	return h, wish != smstext.NoWish
}

// Tend is the job of the installation that looks after what waits for centres.
type Tend struct{}

// Kind returns "sms.tend".
func (Tend) Kind() string { return "sms.tend" }

// RegisterJobs adds the work of the channel.
func (s *Service) RegisterJobs(w *job.Workers) {
	job.Register(w, s.Heed)
	job.Register(w, s.Confirm)
	job.Register(w, s.Tend)
}

// PeriodicJobs returns what comes again and again.
func (s *Service) PeriodicJobs() []job.Periodic {
	return []job.Periodic{{Args: Tend{}, Every: tendEvery}}
}

// Heed keeps what somebody wants, with the customer's consents.
func (s *Service) Heed(ctx context.Context, j Heed) error {
	tenant := actor.From(ctx).Tenant
	p, err := s.Points.Lookup(ctx, s.DB, tenant, j.Point)
	if errs.Is(errs.NotFound, err) {
		return nil
	}
	if err != nil {
		return err
	}
	c := customer.Consent{State: customer.Given, Purpose: "service", Channel: string(channel.SMS), What: j.Words, Evidence: p.Name, At: j.At}
	if j.Stop {
		c.State = customer.Withdrawn
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		before, err := s.stopped(ctx, tx, p, j.Number)
		if err != nil {
			return err
		}
		news, err := saveStop(ctx, tx, p, j.Number, j.Stop, j.At)
		if err != nil || !news {
			return err
		}
		if j.Stop && !before && j.Conversation != 0 {
			if err := job.Enqueue(ctx, tx, Confirm{Point: j.Point, Conversation: j.Conversation, Customer: j.Customer, Number: j.Number, At: tx.Now()}); err != nil {
				return err
			}
		}
		_, err = s.Consents.NoteConsentIn(ctx, tx, j.Customer, c)
		if errs.Is(errs.NotFound, err) { // who has been erased meanwhile
			return nil
		}
		return err
	})
}

// Tend takes long messages of which a part does not come, and forgets what is old.
func (s *Service) Tend(ctx context.Context, _ Tend) error {
	points, err := s.Points.Open(ctx, channel.SMS)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, p := range points {
		if err := s.whole(actor.With(ctx, actor.ForSystem(p.Tenant)), p, now); err != nil {
			return err
		}
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error { return prune(ctx, tx, now.Add(-keepSegments), now.Add(-keepReceived)) })
}
