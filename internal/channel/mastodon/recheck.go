package mastodon

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

var (
	_ channel.Rechecking = (*Adapter)(nil)
	_ channel.Rechecking = (*Private)(nil)
)

// rechecks bounds what is asked for again: a call each, of some three hundred in five minutes. The stream
// tells of what is taken back while we listen.
func rechecks() channel.Rechecks { return channel.Rechecks{Every: time.Hour, Most: 40} }

// takenBack asks for statuses, and returns a deletion of each that the server does not show us any more.
func (s *Service) takenBack(ctx context.Context, a channel.Account, said []channel.Still) ([]channel.Arrival, error) {
	l, err := lineOf(a)
	if err != nil {
		return nil, err
	}
	var all []channel.Arrival
	for _, one := range said {
		if !isID(one.Name) {
			continue
		}
		raw, _, err := s.status(ctx, l, one.Name)
		if err != nil {
			return nil, s.failed(ctx, l, err)
		}
		if raw == nil {
			all = append(all, l.arrival(event{Event: evDelete, ID: one.Name, At: time.Now()}))
		}
	}
	return all, nil
}

// Rechecks bounds what is asked for again.
func (*Adapter) Rechecks() channel.Rechecks { return rechecks() }

// Recheck returns a deletion of each status that the server does not show us any more.
func (a *Adapter) Recheck(ctx context.Context, account channel.Account, said []channel.Still) ([]channel.Arrival, error) {
	return a.service.takenBack(ctx, account, said)
}

// Rechecks bounds what is asked for again.
func (*Private) Rechecks() channel.Rechecks { return rechecks() }

// Recheck returns a deletion of each status that the server does not show us any more.
func (p *Private) Recheck(ctx context.Context, account channel.Account, said []channel.Still) ([]channel.Arrival, error) {
	return p.public.service.takenBack(ctx, account, said)
}
