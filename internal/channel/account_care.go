package channel

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lanes"
)

// Times of looking after accounts.
const (
	TendEvery  = 15 * time.Minute // between looks for what was not posted to us
	checkEvery = 24 * time.Hour   // between looks at an account that works
	lookTries  = 3

	renewWithin = 2 * time.Minute // a renewal that began longer ago is not under way any more
	storeTries  = 6
)

// Tend is the job of the installation that has all accounts looked at.
type Tend struct{}

// Kind returns "channel.tend".
func (Tend) Kind() string { return "channel.tend" }

// LookAfter is the job that looks at one account.
type LookAfter struct {
	Point id.EntryPoint `json:"point"`
}

// Kind returns "channel.look_after".
func (LookAfter) Kind() string { return "channel.look_after" }

// RegisterJobs adds the work on accounts.
func (s *Accounts) RegisterJobs(w *job.Workers) {
	job.Register(w, s.Tend)
	job.Register(w, s.LookAfter)
	job.Register(w, s.Introduce)
	job.Register(w, s.Explain)
}

// PeriodicJobs returns what comes again and again.
func (s *Accounts) PeriodicJobs() []job.Periodic {
	return []job.Periodic{{Args: Tend{}, Every: TendEvery}}
}

// Tend has each open account looked at.
func (s *Accounts) Tend(ctx context.Context, _ Tend) error {
	for _, adapter := range s.Registry.Connecting() {
		if adapter.Form().Unable != "" {
			continue
		}
		points, err := s.Points.Open(ctx, adapter.Channel())
		if err != nil {
			return err
		}
		for _, p := range points {
			err := s.DB.Update(ctx, func(tx *db.Tx) error {
				return job.Enqueue(actor.With(ctx, actor.ForSystem(p.Tenant)), tx, LookAfter{p.ID}, job.Unique("account "+p.ID.String()), job.Attempts(lookTries))
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// LookAfter renews access that ends soon, once a day or while something is wrong tries
// everything that an account needs, and fetches what was not posted to us.
func (s *Accounts) LookAfter(ctx context.Context, j LookAfter) error {
	p, err := s.Points.Lookup(ctx, s.DB, actor.From(ctx).Tenant, j.Point)
	if errs.Is(errs.NotFound, err) || err == nil && !p.Open() {
		return nil
	}
	if err != nil {
		return err
	}
	adapter, is := s.connecting(p.Channel)
	r, found, err := findAccount(ctx, s.DB, p)
	if err != nil || !found || !is {
		return err
	}
	if err := s.renew(ctx, adapter, p, r); err != nil { // there is time: what was written is fetched all the same, as long as there is access
		if left := s.left(ctx, p, err); left != nil || Judge(err).Verdict == Reconnect {
			return left
		}
	}
	if p.Health != Healthy || time.Since(r.CheckedAt) > checkEvery {
		s.settle(ctx, adapter, p)
		if p, err = s.Points.Lookup(ctx, s.DB, p.Tenant, p.ID); err != nil || p.Health != Healthy {
			return err // it stands with the account; somebody has to do something
		}
	}
	if err := s.lookBeside(ctx, p); err != nil {
		return err
	}
	if _, err = s.fetch(ctx, adapter, p, false); err == nil {
		_, err = s.recheck(ctx, adapter, p, false)
	}
	return s.left(ctx, p, err)
}

// left leaves it to the next look where the provider is what is wrong; the job need not come again before.
func (s *Accounts) left(ctx context.Context, p EntryPoint, err error) error {
	if err == nil {
		return nil
	}
	f := Judge(err)
	if f.Code == "delivery.unknown" { // no adapter has judged it: it is our own fault
		return err
	}
	if f.Verdict == Reconnect {
		s.Learn(ctx, p, f.Code)
	}
	s.Log.WarnContext(ctx, "channel accounts: one could not be looked at", "channel", p.Channel, "entry_point", p.ID, "err", err)
	return nil
}

// renew prolongs access that ends soon. Some of what access is renewed with is good once:
// that it is about to be used is written down before, and what comes in its place is stored
// before anything is done with it, whoever wants to stop meanwhile. An answer that was lost
// leaves the mark, so that the next try knows of it.
func (s *Accounts) renew(ctx context.Context, adapter Connecting, p EntryPoint, r accountRow) error {
	renewing, able := adapter.(Renewing)
	if !able || r.ExpiresAt.IsZero() || time.Until(r.ExpiresAt) > renewing.RenewBefore() {
		return nil
	}
	account, err := s.Open(ctx, p)
	if err != nil {
		return err
	}
	mine := false
	err = s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		mine, err = beginRenewal(ctx, tx, p, r)
		return err
	})
	if err != nil || !mine {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewWithin/2)
	defer cancel()
	proof, err := renewing.Renew(ctx, account)
	if err == nil && proof.Secrets != nil {
		return s.renewed(ctx, p, r, proof)
	}
	if err != nil && Judge(err).Verdict == Ambiguous {
		return err
	}
	return errors.Join(err, s.DB.Update(ctx, func(tx *db.Tx) error { return endRenewal(ctx, tx, p, r.RenewingAt) }))
}

// renewed stores renewed secrets, again where that fails: nobody else has them.
func (s *Accounts) renewed(ctx context.Context, p EntryPoint, r accountRow, proof Proof) error {
	sealed, held, err := s.seal(p, proof.Secrets)
	if err != nil {
		return err
	}
	for try := range storeTries {
		if try > 0 {
			s.Log.WarnContext(ctx, "channel accounts: renewed access cannot be stored", "channel", p.Channel, "entry_point", p.ID, "err", err)
			lanes.Pause(ctx, nil, time.Duration(try)*time.Second)
		}
		err = s.DB.Update(ctx, func(tx *db.Tx) error {
			if err := replaceSecrets(ctx, tx, p, r.Secrets, accountRow{Secrets: sealed, Held: held, ExpiresAt: proof.ExpiresAt}); err != nil {
				return err
			}
			return audit.Changed(ctx, tx, audit.Entry{
				Action: "entry_point.secrets", Subject: p.subject(), Brand: p.Brand, After: map[string]any{"address": p.Address, "secrets": held, "expires_at": proof.ExpiresAt},
			})
		})
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	return err
}

// Catch brings what an open account and what stands beside it has missed, for who listens to it by
// itself, and returns how much of it is new. Its errors are Failures, or our own fault.
func (s *Accounts) Catch(ctx context.Context, p EntryPoint) (fresh int, err error) {
	adapter, is := s.connecting(p.Channel)
	if !is {
		return 0, Fail(Permanent, "account.disconnected", nil)
	}
	return s.fetchAll(ctx, adapter, p)
}

// fetch brings what happened since everything was here last, and returns how much of it is new.
func (s *Accounts) fetch(ctx context.Context, adapter Adapter, p EntryPoint, asked bool) (fresh int, err error) {
	account, err := s.Open(ctx, p)
	if err != nil {
		return 0, err
	}
	fetching, able := adapter.(Fetching)
	if !able {
		return 0, nil
	}
	account.Asked = asked
	cursor, err := fetching.Fetch(ctx, account, func(ctx context.Context, arrived []Arrival) error {
		if len(arrived) == 0 {
			return nil
		}
		n, err := s.Events.Take(ctx, p, arrived)
		fresh += n
		return err
	})
	if err != nil || cursor == account.Cursor {
		return fresh, err
	}
	return fresh, s.DB.Update(ctx, func(tx *db.Tx) error { return saveFetched(ctx, tx, p, account.Cursor, cursor) })
}

// Open returns an account with what it takes to speak for it. Its errors are Failures.
func (s *Accounts) Open(ctx context.Context, p EntryPoint) (Account, error) {
	if a, _ := s.Registry.Adapter(p.Channel); isBeside(a) {
		return s.openAt(ctx, p)
	}
	adapter, is := s.connecting(p.Channel)
	if !is || p.Archived {
		return Account{}, Fail(Permanent, "account.disconnected", nil)
	}
	if why := adapter.Form().Unable; why != "" {
		return Account{}, Fail(Reconnect, why, nil)
	}
	r, found, err := findAccount(ctx, s.DB, p)
	if err != nil {
		return Account{}, Fail(Retry, "delivery.not_ready", err)
	}
	if !found {
		return Account{}, Fail(Permanent, "account.disconnected", nil)
	}
	a, err := s.opened(p, r)
	if err != nil {
		return Account{}, Fail(Reconnect, "account.reconnect", err)
	}
	return a, nil
}

// Learn keeps whether an account works; code says why not. That it cannot be kept costs nothing but the news.
func (s *Accounts) Learn(ctx context.Context, p EntryPoint, code string) {
	health := Healthy
	if code != "" {
		health = Failing
	}
	if health == p.Health && code == p.HealthCode {
		return
	}
	ctx = actor.With(context.WithoutCancel(ctx), actor.ForSystem(p.Tenant))
	if _, err := s.Points.SetHealth(ctx, p.ID, health, code); err != nil {
		s.Log.WarnContext(ctx, "channel accounts: the health of one cannot be kept", "channel", p.Channel, "entry_point", p.ID, "err", err)
	}
}

// Relearn is Learn for who has held p for long: what is learnt is compared with what is stored now.
func (s *Accounts) Relearn(ctx context.Context, p EntryPoint, code string) {
	if fresh, err := s.Points.Lookup(ctx, s.DB, p.Tenant, p.ID); err == nil {
		p = fresh
	}
	s.Learn(ctx, p, code)
}

// Heard keeps what a call for an account tells of it, and returns its error as it is.
func (s *Accounts) Heard(ctx context.Context, p EntryPoint, err error) error {
	if err == nil {
		s.Learn(ctx, p, "")
	} else if f := Judge(err); f.Verdict == Reconnect {
		s.Learn(ctx, p, f.Code)
	}
	return err
}

// stepAccess is the step that fails where an account cannot be spoken for at all.
const stepAccess = "access"

// settle tries everything that an account needs, and keeps what came of it.
func (s *Accounts) settle(ctx context.Context, adapter trying, p EntryPoint) []Trial {
	account, err := s.Open(ctx, p)
	if err != nil {
		code := Judge(err).Code
		if !p.Archived {
			s.Learn(ctx, p, code)
		}
		return []Trial{{Step: stepAccess, Code: code}}
	}
	report := adapter.Try(ctx, account)
	s.remember(ctx, p, report)
	return report.Trials
}

// remember keeps what a test has found out of an account.
func (s *Accounts) remember(ctx context.Context, p EntryPoint, r Report) {
	err := s.DB.Update(ctx, func(tx *db.Tx) error { return saveChecked(ctx, tx, p, r.ExpiresAt) })
	if err == nil && len(r.Config) > 0 {
		err = s.Points.FoundOut(actor.With(ctx, actor.ForSystem(p.Tenant)), p, r.Config)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "channel accounts: what was tried cannot be kept", "channel", p.Channel, "entry_point", p.ID, "err", err)
	}
	for _, t := range r.Trials {
		switch {
		case t.OK || t.Aside:
		case t.Passing:
			return // whether it works is not known: it stays as it was
		default:
			s.Learn(ctx, p, t.Code)
			return
		}
	}
	s.Learn(ctx, p, "")
}
