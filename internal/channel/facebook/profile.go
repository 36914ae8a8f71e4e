package facebook

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of asking who somebody is.
const (
	askAgain = time.Hour // who has no name then, or does not let us know it, is asked for again
	maxAsked = 10_000

	maxPersonName = 300 // bytes
)

// Introduce is the job that asks Meta for the name of somebody who has none here.
type Introduce struct {
	Point id.EntryPoint `json:"point"`
	PSID  string        `json:"psid"`
}

// Kind returns "facebook.introduce".
func (Introduce) Kind() string { return "facebook.introduce" }

// Introduce asks for a name and keeps it. A person whose name is not to be had stays without.
func (s *Service) Introduce(ctx context.Context, j Introduce) error {
	tenant := actor.From(ctx).Tenant
	p, err := s.Points.Lookup(ctx, s.DB, tenant, j.Point)
	if errs.Is(errs.NotFound, err) || err == nil && !p.Open() {
		return nil
	}
	if err != nil {
		return err
	}
	if !s.mayAsk(p.Address+" "+j.PSID, time.Now()) {
		return nil
	}
	name, err := s.nameOf(ctx, p, j.PSID)
	if err != nil || name == "" {
		return s.unnamed(p, j, err)
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := s.People.Resolve(ctx, tx, customer.Seen{
			Brand: p.Brand, EntryPoint: p.ID, Provider: provider, Scope: p.Address, ExternalID: j.PSID, DisplayName: name,
		})
		return err
	})
}

// unnamed says whether to ask again: where Meta was busy or away, not where it does not tell.
func (s *Service) unnamed(p channel.EntryPoint, j Introduce, err error) error {
	if err == nil {
		return nil
	}
	f := meta.Failure(err)
	if f.Verdict != channel.Retry && f.Verdict != channel.Ambiguous {
		s.Log.Debug("facebook: no name", "entry_point", p.ID, "err", err)
		return nil
	}
	s.mu.Lock()
	delete(s.asked, p.Address+" "+j.PSID)
	s.mu.Unlock()
	if f.After > 0 {
		return job.Snooze(f.After)
	}
	return err
}

// mayAsk reports whether nobody has asked lately.
func (s *Service) mayAsk(who string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.asked[who]) < askAgain {
		return false
	}
	if len(s.asked) >= maxAsked {
		clear(s.asked)
	}
	s.asked[who] = now
	return true
}

// nameOf asks Meta what somebody is called.
func (s *Service) nameOf(ctx context.Context, p channel.EntryPoint, psid string) (string, error) {
	if strings.ContainsAny(psid, "/?#%\\ ") || psid == "" || psid == "me" {
		return "", errors.New("not an id of a person")
	}
	page, err := s.open(ctx, p)
	if err != nil {
		return "", err
	}
	var who struct {
		First string `json:"first_name"`
		Last  string `json:"last_name"`
		Name  string `json:"name"`
	}
	call := meta.Call{Account: page.id, Token: page.token, Path: url.PathEscape(psid), Query: url.Values{"fields": {"first_name,last_name,name"}}}
	if err := s.Client.Do(ctx, call, &who); err != nil {
		return "", err
	}
	name := strings.TrimSpace(who.First + " " + who.Last)
	if name == "" {
		name = strings.TrimSpace(who.Name)
	}
	return meta.Clip(name, maxPersonName), nil
}
