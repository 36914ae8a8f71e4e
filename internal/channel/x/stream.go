package x

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Times of listening: X sends a mark every twenty seconds, and says how long who was
// turned away is to wait.
const (
	silentFor   = 60 * time.Second
	lookAgain   = 5 * time.Minute
	brokenFirst = 250 * time.Millisecond // the line broke
	brokenLast  = 16 * time.Second
	turnedFirst = 5 * time.Second // X said no
	turnedLast  = 320 * time.Second
	storeFirst  = 100 * time.Millisecond // what cannot be stored is stored again
	storeLast   = 10 * time.Second
)

// Events keeps what X tells of.
type Events interface {
	// Hear stores what hook makes of a body, each event where it belongs.
	Hear(ctx context.Context, hook channel.SharedReceiver, body []byte) error
}

// ReceiverDeps is what a Receiver works with.
type ReceiverDeps struct {
	DB     *db.DB
	Client *Client
	Points Points
	Events Events
	Keeper *lease.Keeper
	Log    *slog.Logger
}

// Receiver listens to the stream of the app, on one node at a time.
type Receiver struct{ ReceiverDeps }

// NewReceiver returns a Receiver that does nothing until Run.
func NewReceiver(d ReceiverDeps) *Receiver { return &Receiver{d} }

// Run listens until ctx ends, as long as an account wants it.
func (r *Receiver) Run(ctx context.Context) error {
	if !r.Client.Ready() {
		<-ctx.Done()
		return nil
	}
	r.Keeper.Hold(ctx, "x", func(ctx context.Context, _ lease.Held) error { return r.listen(ctx) })
	return nil
}

func (r *Receiver) listen(ctx context.Context) error {
	woken, end := r.DB.Woken(channel.Topic)
	defer end()
	broken, turned := 0, 0
	for ctx.Err() == nil {
		points, err := r.listening(ctx)
		if err != nil {
			return err
		}
		if len(points) == 0 {
			lanes.Pause(ctx, woken, lookAgain)
			continue
		}
		err = r.once(ctx, &broken, &turned)
		if ctx.Err() != nil {
			return nil
		}
		f := harmless(err)
		r.Log.WarnContext(ctx, "x: the stream has ended", "code", f.Code, "err", err)
		lanes.Pause(ctx, nil, max(f.After, r.rest(err, &broken, &turned)))
	}
	return nil
}

// listening returns the accounts for which we listen.
func (r *Receiver) listening(ctx context.Context) ([]channel.EntryPoint, error) {
	all, err := r.Points.Open(ctx, channel.X)
	var wanted []channel.EntryPoint
	for _, p := range all {
		if s, err := parseSettings(p.Config); err == nil && s.Way != Posted {
			wanted = append(wanted, p)
		}
	}
	return wanted, err
}

// rest returns for how long we are still after an end of the stream.
func (r *Receiver) rest(err error, broken, turned *int) time.Duration {
	first, last, times := brokenFirst, brokenLast, broken
	if _, said := errors.AsType[*Fault](err); said {
		first, last, times = turnedFirst, turnedLast, turned
	}
	wait := min(first<<min(*times, 10), last)
	*times++
	return wait - time.Duration(rand.Int64N(int64(wait)/4+1))
}

// once listens until the stream ends, and says why. Once it listens, what happened before is fetched.
func (r *Receiver) once(ctx context.Context, broken, turned *int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	q := call{token: r.Client.Bearer, path: "2/activity/stream"}
	if wait := r.Client.limits.wait(q.limit(), time.Now()); wait > 0 {
		return &Fault{Status: http.StatusTooManyRequests, Detail: "left alone, as it asked", After: wait}
	}
	request, err := r.Client.request(ctx, q)
	if err != nil {
		return &outhttp.Lost{Err: err}
	}
	res, err := outhttp.Send(r.Client.stream, request)
	if err != nil {
		return err
	}
	defer res.Body.Close() // it was read
	r.Client.limits.learn(q.limit(), res.StatusCode, res.Header, time.Now())
	if res.StatusCode != http.StatusOK {
		text := make([]byte, 1<<16)
		n, _ := res.Body.Read(text) // the status alone is a reason
		err := r.Client.read(q, res.StatusCode, text[:n], nil)
		if _, said := errors.AsType[*Fault](err); !said {
			err = &Fault{Status: res.StatusCode}
		}
		return err
	}
	if err := r.catchUp(ctx); err != nil {
		return err
	}
	alive := time.AfterFunc(silentFor, cancel)
	defer alive.Stop()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(make([]byte, 0, 64<<10), maxEvent+1)
	for lines.Scan() {
		alive.Reset(silentFor)
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			*broken, *turned = 0, 0
			continue
		}
		r.keep(ctx, bytes.Clone(line), alive)
	}
	return &outhttp.Lost{Began: true, Err: errors.Join(errors.New("the line broke"), lines.Err())}
}

// keep stores what came, again and again where that fails: X does not tell it twice.
func (r *Receiver) keep(ctx context.Context, line []byte, alive *time.Timer) {
	for wait := storeFirst; ; wait = min(2*wait, storeLast) {
		err := r.Events.Hear(ctx, heard{}, line)
		if err == nil || ctx.Err() != nil || isInvalid(err) {
			return // what cannot be understood is kept as such
		}
		r.Log.WarnContext(ctx, "x: what came cannot be stored", "err", err)
		lanes.Pause(ctx, nil, wait)
		alive.Reset(silentFor)
	}
}

// catchUp has every account looked at, which fetches what happened while nobody listened.
func (r *Receiver) catchUp(ctx context.Context) error {
	points, err := r.listening(ctx)
	if err != nil {
		return err
	}
	for _, p := range points {
		err := r.DB.Update(ctx, func(tx *db.Tx) error {
			return job.Enqueue(actor.With(ctx, actor.ForSystem(p.Tenant)), tx, channel.LookAfter{Point: p.ID}, job.Unique("account "+p.ID.String()), job.Attempts(3))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
