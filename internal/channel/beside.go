package channel

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Beside is an adapter of something that accounts of another channel have beside it: what
// everybody reads on a page, beside its messages. It is a channel and an entry point of its
// own, with a queue and figures of its own, at the address of the account; it is made,
// looked after and closed with the account, and speaks with its secrets. How far it was
// fetched is its own.
type Beside interface {
	Adapter
	Fetching
	trying

	// Of names the channel of the accounts. It is a Connecting one.
	Of() Name
}

// Explaining is able to fetch what stands above something that was said in public.
type Explaining interface {
	// Above returns a post, or where it is named a comment under it; nothing where it is not
	// shown. Its errors are Failures.
	Above(ctx context.Context, a Account, post, comment string) ([]Arrival, error)
}

// Asking is able to fetch something that a provider has named and not told.
type Asking interface {
	// Asked returns a post, or where it is named a comment under it, with what stands above; nothing
	// where it is not shown. Its errors are Failures.
	Asked(ctx context.Context, a Account, post, comment string) ([]Arrival, error)
}

func isBeside(a Adapter) bool {
	_, is := a.(Beside)
	return is
}

// trying is what tries everything that an account needs.
type trying interface {
	Try(ctx context.Context, a Account) Report
}

// Explain is the job that fetches what stands above something that was said in public and is
// not here, or what a provider has named and not told.
type Explain struct {
	Point   id.EntryPoint `json:"point"`
	Post    string        `json:"post"`
	Comment string        `json:"comment,omitempty"` // empty: the post itself
	Named   bool          `json:"named,omitempty"`   // somebody speaks to us there: it has to be known
}

// Kind returns "channel.explain".
func (Explain) Kind() string { return "channel.explain" }

// besideOf returns the adapters of what accounts of a channel have beside it.
func (r *Registry) besideOf(n Name) []Beside {
	var all []Beside
	for _, a := range r.all {
		if b, is := a.(Beside); is && b.Of() == n {
			all = append(all, b)
		}
	}
	return all
}

// AccountOf returns the account beside which p is.
func (s *Accounts) AccountOf(ctx context.Context, p EntryPoint) (EntryPoint, error) {
	const op = "channel.AccountOf"
	adapter, _ := s.Registry.Adapter(p.Channel)
	b, is := adapter.(Beside)
	if !is {
		return EntryPoint{}, errs.New(errs.NotFound, op, "not_found")
	}
	account, err := s.Points.ByAddress(ctx, b.Of(), p.Address)
	if err == nil && account.Tenant != p.Tenant {
		err = errs.New(errs.NotFound, op, "not_found")
	}
	return account, errs.Op(op, err)
}

// openAt returns p, which is beside an account, with what that is spoken for with. Its errors are Failures.
func (s *Accounts) openAt(ctx context.Context, p EntryPoint) (Account, error) {
	main, err := s.AccountOf(ctx, p)
	if errs.Is(errs.NotFound, err) || p.Archived {
		return Account{}, Fail(Permanent, "account.disconnected", nil)
	}
	if err != nil {
		return Account{}, Fail(Retry, "delivery.not_ready", err)
	}
	a, err := s.Open(ctx, main)
	if err != nil {
		return Account{}, err
	}
	r, _, err := findAccount(ctx, s.DB, p)
	if err != nil {
		return Account{}, Fail(Retry, "delivery.not_ready", err)
	}
	a.EntryPoint, a.Cursor, a.CheckedAt, a.ConnectedAt = p, r.Fetched, r.CheckedAt, r.ConnectedAt
	return a, nil
}

// at returns the entry point that b has beside p, and whether there is one.
func (s *Accounts) at(ctx context.Context, b Beside, p EntryPoint) (EntryPoint, bool, error) {
	found, err := s.Points.ByAddress(ctx, b.Channel(), p.Address)
	if errs.Is(errs.NotFound, err) || err == nil && found.Tenant != p.Tenant {
		return EntryPoint{}, false, nil
	}
	return found, err == nil, err
}

// openBeside makes the entry points that stand beside p, or opens those that were closed with it.
func (s *Accounts) openBeside(ctx context.Context, tx *db.Tx, p EntryPoint) error {
	for _, b := range s.Registry.besideOf(p.Channel) {
		at, found, err := s.at(ctx, b, p)
		switch {
		case err != nil:
			return err
		case found && !at.Archived:
			continue
		case found:
			if _, err := s.Points.RestoreIn(ctx, tx, at.ID); err != nil {
				return err
			}
			at, err = s.Points.UpdateIn(ctx, tx, at.ID, EntryPointPatch{Name: &p.Name, Queue: &p.Queue, Active: new(true)})
		default:
			at, err = s.Points.CreateIn(ctx, tx, NewEntryPoint{
				Brand: p.Brand, Channel: b.Channel(), Name: p.Name, Address: p.Address, Config: json.RawMessage(`{}`), Queue: p.Queue, Proven: true,
			})
		}
		if err != nil {
			return err
		}
		if err := saveAccount(ctx, tx, at, accountRow{ConnectedAt: tx.Now()}); err != nil {
			return err
		}
		if err := s.Events.Adopt(ctx, tx, at); err != nil {
			return err
		}
	}
	return nil
}

// followBeside changes what stands beside an account with it, but for what an administrator has set apart.
func (s *Accounts) followBeside(ctx context.Context, tx *db.Tx, before, after EntryPoint) error {
	for _, b := range s.Registry.besideOf(after.Channel) {
		at, found, err := s.at(ctx, b, after)
		if err != nil {
			return err
		}
		if !found || at.Archived {
			continue
		}
		patch := EntryPointPatch{}
		if at.Name == before.Name {
			patch.Name = &after.Name
		}
		if at.Queue == before.Queue {
			patch.Queue = &after.Queue
		}
		if at.Active == before.Active {
			patch.Active = &after.Active
		}
		if _, err = s.Points.UpdateIn(ctx, tx, at.ID, patch); err != nil {
			return err
		}
	}
	return nil
}

// closeBeside closes what stands beside an account with it.
func (s *Accounts) closeBeside(ctx context.Context, tx *db.Tx, p EntryPoint) error {
	for _, b := range s.Registry.besideOf(p.Channel) {
		at, found, err := s.at(ctx, b, p)
		if err == nil && found && !at.Archived {
			_, err = s.Points.ArchiveIn(ctx, tx, at.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settleAll tries everything that an account needs, and what stands beside it. Its trials are those of the account.
func (s *Accounts) settleAll(ctx context.Context, adapter Connecting, p EntryPoint) []Trial {
	trials := s.settle(ctx, adapter, p)
	for _, b := range s.Registry.besideOf(p.Channel) {
		if at, found, err := s.at(ctx, b, p); err == nil && found && at.Open() {
			s.settle(ctx, b, at)
		}
	}
	return trials
}

// lookBeside makes sure that what stands beside an account is there, works, and misses
// nothing. Where it does not work, that stands with it: the account goes on.
func (s *Accounts) lookBeside(ctx context.Context, p EntryPoint) error {
	for _, b := range s.Registry.besideOf(p.Channel) {
		at, found, err := s.at(ctx, b, p)
		if err == nil && !found { // the account is older than what stands beside it
			if err = s.DB.Update(ctx, func(tx *db.Tx) error { return s.openBeside(ctx, tx, p) }); err == nil {
				at, found, err = s.at(ctx, b, p)
			}
		}
		if err != nil {
			return err
		}
		if !found || !at.Open() {
			continue
		}
		r, _, err := findAccount(ctx, s.DB, at)
		if err != nil {
			return err
		}
		if at.Health != Healthy || time.Since(r.CheckedAt) > checkEvery {
			s.settle(ctx, b, at)
		}
		if _, err = s.fetch(ctx, b, at, false); err == nil {
			_, err = s.recheck(ctx, b, at, false)
		}
		if err := s.left(ctx, at, err); err != nil {
			return err
		}
	}
	return nil
}

// fetchAll brings what was missed by an account and by what stands beside it.
func (s *Accounts) fetchAll(ctx context.Context, adapter Connecting, p EntryPoint) (fresh int, err error) {
	if fresh, err = s.fetch(ctx, adapter, p, true); err != nil {
		return fresh, err
	}
	for _, b := range s.Registry.besideOf(p.Channel) {
		at, found, err := s.at(ctx, b, p)
		if err != nil || !found || !at.Open() {
			return fresh, err
		}
		n, err := s.fetch(ctx, b, at, true)
		fresh += n
		if err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}

// Explain fetches it. What the provider does not show stays unknown.
func (s *Accounts) Explain(ctx context.Context, j Explain) error {
	p, err := s.Points.Lookup(ctx, s.DB, actor.From(ctx).Tenant, j.Point)
	if errs.Is(errs.NotFound, err) || err == nil && !p.Open() {
		return nil
	}
	if err != nil {
		return err
	}
	account, err := s.Open(ctx, p)
	if err != nil {
		return s.unexplained(ctx, p, j, err)
	}
	arrived, err := s.explained(ctx, account, j)
	if err != nil {
		return s.unexplained(ctx, p, j, err)
	}
	if len(arrived) > 0 {
		_, err = s.Events.Take(ctx, p, arrived)
	}
	return err
}

// explained asks for it.
func (s *Accounts) explained(ctx context.Context, account Account, j Explain) ([]Arrival, error) {
	adapter, _ := s.Registry.Adapter(account.Channel)
	if asking, able := adapter.(Asking); able && j.Named {
		return asking.Asked(ctx, account, j.Post, j.Comment)
	}
	if explaining, able := adapter.(Explaining); able && !j.Named {
		return explaining.Above(ctx, account, j.Post, j.Comment)
	}
	return nil, nil
}

// unexplained says whether to ask again: where the provider was busy or away, not where it does not show.
func (s *Accounts) unexplained(ctx context.Context, p EntryPoint, j Explain, err error) error {
	f := Judge(err)
	if f.Verdict == Reconnect && j.Named { // somebody waits: it is told, and asked for again
		s.Learn(ctx, p, f.Code)
		return err
	}
	if f.Verdict != Retry && f.Verdict != Ambiguous {
		s.Log.DebugContext(ctx, "channel accounts: what stands above is not shown", "channel", p.Channel, "entry_point", p.ID, "err", err)
		return nil
	}
	if f.After > 0 {
		return job.Snooze(f.After)
	}
	return err
}
