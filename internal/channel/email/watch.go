package email

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
)

// Times of listening.
const (
	lookAgain       = 5 * time.Minute // below missed wake-ups: for mail that a server did not tell of
	pollWithoutIdle = time.Minute     // where a server cannot tell
	firstPause      = time.Second     // after a connection was lost
	longestPause    = 5 * time.Minute
	refusedPause    = time.Minute // after a refused password: servers lock out who asks too often
	longestRefused  = 15 * time.Minute
)

// Receiver listens to all mailboxes of the installation, on one node at a time.
type Receiver struct {
	*Service

	keeper *lease.Keeper
}

// NewReceiver returns a Receiver that does nothing until Run.
func NewReceiver(s *Service, keeper *lease.Keeper) *Receiver { return &Receiver{s, keeper} }

// Run listens until ctx ends.
func (r *Receiver) Run(ctx context.Context) error {
	r.keeper.Hold(ctx, "email", func(ctx context.Context, held lease.Held) error {
		return r.Points.KeepUp(ctx, channel.Upkeep{
			Channel: channel.Email,
			Run: func(ctx context.Context, p channel.EntryPoint) {
				(&watcher{Service: r.Service, point: p, held: held}).run(ctx)
			},
		})
	})
	return nil
}

// watcher listens to one mailbox.
type watcher struct {
	*Service

	point    channel.EntryPoint
	held     lease.Held
	health   string // code that was told last; "?" at first
	failures int    // since everything was taken
}

// run listens until ctx ends, and connects again after each loss.
func (w *watcher) run(ctx context.Context) {
	w.health = "?"
	for ctx.Err() == nil {
		err := w.session(ctx)
		if ctx.Err() != nil {
			return
		}
		w.failures++
		f := faultOf(err)
		w.Log.Warn("mailbox", "entry_point", w.point.ID, "kind", f.Step, "code", f.Code, "err", err)
		if w.failures > 1 || f.refused() {
			w.tell(ctx, f.Code)
		}
		lanes.Pause(ctx, nil, backoff(f.refused(), w.failures))
	}
}

// refused reports whether a server has said no, rather than nothing.
func (f Fault) refused() bool {
	return f.Words != "" && (f.Step == StepLogin || f.Step == StepToken || f.Step == StepFolder)
}

// backoff is the pause before the next connection, spread so that many mailboxes of one server do not come at once.
func backoff(refused bool, failures int) time.Duration {
	first, most := firstPause, longestPause
	if refused {
		first, most = refusedPause, longestRefused
	}
	d := min(first<<min(failures-1, 20), most)
	return jitter(d)
}

// jitter returns d or up to a quarter less.
func jitter(d time.Duration) time.Duration {
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}

// tell notes the mailbox's health where it has changed. An empty code is good health.
func (w *watcher) tell(ctx context.Context, code string) {
	if w.health == code {
		return
	}
	health := channel.Healthy
	if code != "" {
		health = channel.Failing
	}
	if _, err := w.Points.SetHealth(ctx, w.point.ID, health, code); err != nil {
		w.Log.Error("mailbox", "entry_point", w.point.ID, "err", err)
		return
	}
	w.health = code
}

// session is one connection: it catches up, then waits for news, again and again.
func (w *watcher) session(ctx context.Context) (err error) {
	a, err := w.account(ctx, w.point)
	if err != nil {
		return err
	}
	if a.settings.Transport == Sink {
		<-ctx.Done()
		return ctx.Err()
	}
	b, err := w.Network.openInbox(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	place, err := w.place(ctx, a, b.folder)
	if err != nil {
		return err
	}
	for {
		if err := w.catchUp(ctx, b, a, &place); err != nil {
			return err
		}
		w.failures = 0
		w.tell(ctx, "")
		if err := b.idle(ctx, jitter(lookAgain)); err != nil {
			return err
		}
	}
}

// place is how far a folder was read.
type place struct {
	UIDValidity uint32
	LastUID     imap.UID
	again       bool // the keys have changed: what is known is not taken again
}

// place returns where to go on in a folder.
func (w *watcher) place(ctx context.Context, a account, folder *imap.SelectData) (place, error) {
	kept, err := w.findPlace(ctx, w.point)
	if err != nil || kept.UIDValidity == folder.UIDValidity {
		return kept, err
	}
	fresh := place{UIDValidity: folder.UIDValidity, again: kept.UIDValidity != 0}
	if kept.UIDValidity == 0 && !a.settings.ImportAll && folder.UIDNext > 0 {
		fresh.LastUID = folder.UIDNext - 1 // what lay there before we came is not ours
	}
	if fresh.again {
		w.Log.Info("mailbox: its keys have changed, everything is compared", "entry_point", w.point.ID)
	}
	return fresh, w.savePlace(ctx, w.point, fresh)
}

// catchUp takes everything that is new.
func (w *watcher) catchUp(ctx context.Context, b *inbox, a account, p *place) error {
	uids, err := b.newer(ctx, p.LastUID)
	if err != nil {
		return err
	}
	k := keeper{w.Blobs, fmt.Sprintf("mail/%s/%s/%s", w.point.Tenant, w.point.ID, strconv.FormatUint(uint64(p.UIDValidity), 10))}
	for len(uids) > 0 {
		some := uids[:min(len(uids), batchMails)]
		uids = uids[len(some):]
		mails, err := b.list(ctx, some)
		if err != nil {
			return err
		}
		last := some[len(some)-1]
		if mails, err = w.unknown(ctx, w.point, mails); err != nil {
			return err
		}
		for _, part := range batches(mails) {
			if err := w.takePart(ctx, b, k, a, part); err != nil {
				return err
			}
		}
		p.LastUID = last
		if err := w.savePlace(ctx, w.point, *p); err != nil {
			return err
		}
	}
	p.again = false
	return nil
}

// takePart takes some mails: first their bytes, then their rows and the jobs that
// read them, at last the mark in the mailbox.
func (w *watcher) takePart(ctx context.Context, b *inbox, k keeper, a account, part []listed) error {
	took, err := b.take(ctx, k, part)
	if err != nil {
		return err
	}
	if err := w.keepMails(ctx, w.point, w.held, took); err != nil {
		return err
	}
	if err := b.mark(ctx, a.settings, took); err != nil {
		if b.client.State() == imap.ConnStateSelected { // the server does not let us: that is no reason to stop
			w.Log.Info("mailbox: what was taken cannot be marked", "entry_point", w.point.ID, "err", err)
			return nil
		}
		return err
	}
	return nil
}
