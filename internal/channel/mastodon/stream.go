package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Times and bounds of listening.
const (
	maxFrame     = 1 << 20 // bytes: a status of some thousand characters, with all that goes with it
	pingEvery    = 45 * time.Second
	pongWithin   = 15 * time.Second
	firstPause   = time.Second // after a stream that ended
	longestPause = 2 * time.Minute
	steadyFor    = time.Minute // a stream that lived so long was a good one
	catches      = 100         // fetches after an outage, one after another
)

// Receiver listens to the streams of all accounts, on one node at a time.
type Receiver struct {
	*Service

	keeper *lease.Keeper
}

// NewReceiver returns a Receiver that does nothing until Run.
func NewReceiver(s *Service, keeper *lease.Keeper) *Receiver { return &Receiver{s, keeper} }

// Run listens until ctx ends.
func (r *Receiver) Run(ctx context.Context) error {
	r.keeper.Hold(ctx, "mastodon", func(ctx context.Context, _ lease.Held) error {
		return r.Points.KeepUp(ctx, channel.Upkeep{Channel: channel.Mastodon, Run: r.follow})
	})
	return nil
}

// follow listens to an account until ctx ends. What is new is read from the list each time that a
// stream begins, and where none does: then as often as one is tried.
func (r *Receiver) follow(ctx context.Context, p channel.EntryPoint) {
	failures := 0
	for ctx.Err() == nil {
		began := time.Now()
		err := r.once(ctx, p)
		if ctx.Err() != nil {
			return
		}
		failures++
		if time.Since(began) > steadyFor {
			failures = 1
		}
		f, is := errors.AsType[*channel.Failure](err)
		if !is {
			f = failureOf(err, true)
		}
		r.Log.WarnContext(ctx, "mastodon: a stream has ended", "entry_point", p.ID, "code", f.Code, "err", err)
		if f.Verdict == channel.Reconnect {
			r.Accounts.Relearn(ctx, p, f.Code)
		}
		wait := min(firstPause<<min(failures-1, 10), longestPause)
		lanes.Pause(ctx, nil, max(f.After, wait-time.Duration(rand.Int64N(int64(wait)/4+1))))
	}
}

// once begins a stream, brings what was missed before, and takes what comes, until the stream ends.
func (r *Receiver) once(ctx context.Context, p channel.EntryPoint) error {
	l, err := r.open(ctx, p)
	if err != nil {
		return err
	}
	conn, refused := r.listen(ctx, l)
	if refused == nil {
		defer conn.CloseNow() //nolint:errcheck // whoever is there needs no farewell
	}
	if err := r.catchUp(ctx, p); err != nil || refused != nil {
		return errors.Join(err, refused)
	}
	r.Accounts.Relearn(ctx, p, "")
	life, end := context.WithCancel(ctx)
	defer end()
	go func() {
		defer end()
		r.pulse(life, conn)
	}()
	for {
		_, raw, err := conn.Read(life)
		if err == nil {
			err = r.frame(ctx, l, raw)
		}
		if err != nil {
			return err
		}
	}
}

// catchUp brings what was missed. An outage may have been longer than one fetch.
func (r *Receiver) catchUp(ctx context.Context, p channel.EntryPoint) error {
	for range catches {
		if fresh, err := r.Accounts.Catch(ctx, p); err != nil || fresh < perPage {
			return err
		}
	}
	return nil
}

// pulse asks again and again whether the server is there, until ctx ends or it is not.
func (r *Receiver) pulse(ctx context.Context, conn *websocket.Conn) {
	for ctx.Err() == nil {
		lanes.Pause(ctx, nil, pingEvery)
		asked, cancel := context.WithTimeout(ctx, pongWithin)
		err := conn.Ping(asked)
		cancel()
		if err != nil {
			return
		}
	}
}

// listen begins the stream of an account. Its errors are *Fault and *outhttp.Lost.
func (s *Service) listen(ctx context.Context, l line) (*websocket.Conn, error) {
	at := l.Stream
	if at == "" {
		at = "ws" + strings.TrimPrefix(l.Server, "http")
	}
	if !strings.HasSuffix(at, "/api/v1/streaming") {
		at += "/api/v1/streaming"
	}
	conn, res, err := websocket.Dial(ctx, at+"?"+url.Values{"stream": {"user"}}.Encode(), &websocket.DialOptions{ //nolint:bodyclose // it closes what it has read itself
		HTTPClient: s.Client.HTTP, HTTPHeader: http.Header{"Authorization": {"Bearer " + l.token}, "User-Agent": {agent}},
		Subprotocols: []string{l.token}, // where the server reads no header
	})
	switch {
	case err == nil:
		conn.SetReadLimit(maxFrame)
		return conn, nil
	case res != nil && res.StatusCode != http.StatusSwitchingProtocols:
		return nil, &Fault{Status: res.StatusCode, Words: "a stream is refused"}
	}
	return nil, &outhttp.Lost{Err: errors.New("no stream begins")} // what broke may name the token
}

// frame takes what a server tells of.
func (r *Receiver) frame(ctx context.Context, l line, raw []byte) error {
	var f struct {
		Event   string `json:"event"`
		Payload string `json:"payload"` // JSON within JSON; of what is gone, its name
	}
	_ = json.Unmarshal(raw, &f) // nobody can say what it would have been: what is said to us stands in the list, too
	switch f.Event {
	case "notification":
		var n notification
		if json.Unmarshal([]byte(f.Payload), &n) == nil && n.Type == "mention" {
			return r.take(ctx, l, evMention, n.Status)
		}
	case "update", "status.update":
		var st rawStatus
		_ = json.Unmarshal([]byte(f.Payload), &st) // what cannot be read is nobody's
		if st.Reblog != nil {
			return nil
		}
		ours := st.Account.ID == l.Account
		if f.Event == "update" && ours {
			return r.take(ctx, l, evOwn, st)
		}
		if f.Event == "status.update" && (ours || l.addresses(st.status)) {
			return r.take(ctx, l, evEdit, st)
		}
	case "delete":
		return r.gone(ctx, l, f.Payload)
	}
	return nil
}

// addresses reports whether a status is said to us.
func (l line) addresses(st status) bool {
	for _, m := range st.Mentions {
		if m.ID == l.Account {
			return true
		}
	}
	return false
}

// beside returns l at the entry point to which something belongs that is private, or is not; nothing where there is none.
func (r *Receiver) beside(ctx context.Context, l line, private bool) (line, bool) {
	if !private {
		return l, true
	}
	p, err := r.Points.ByAddress(ctx, channel.MastodonPrivate, l.point.Address)
	l.point = p
	return l, err == nil && p.Open()
}

// take stores what a status tells of.
func (r *Receiver) take(ctx context.Context, l line, kind string, st rawStatus) error {
	private := st.Visibility == direct
	if private && kind != evMention && st.Account.ID == l.Account && (kind == evEdit || len(st.Mentions) == 0) {
		return nil // what we say to ourselves, or correct by other means
	}
	at, there := r.beside(ctx, l, private)
	if !there {
		return nil // it is in the list when somebody opens it
	}
	a, err := r.arrive(ctx, at, kind, st)
	if err != nil {
		return failureOf(err, true)
	}
	_, err = r.Events.Take(ctx, at.point, []channel.Arrival{a})
	return err
}

// gone takes that a status is no more, where it is here: a server tells of all those of whom the account follows.
func (r *Receiver) gone(ctx context.Context, l line, id string) error {
	if !isID(id) {
		return nil
	}
	was, known := r.recall(l, id)
	for _, private := range []bool{false, true} {
		at, there := r.beside(ctx, l, private)
		if !there {
			continue
		}
		here, ours, err := r.knows(ctx, at.point, id)
		if err != nil {
			return err
		}
		if !here && known && was.private == private { // it was taken, and waits to be shown
			here, ours = true, was.ours
		}
		if !here || private && ours { // where only two read it, we have done it ourselves
			continue
		}
		_, err = r.Events.Take(ctx, at.point, []channel.Arrival{at.arrival(event{Event: evDelete, ID: id, At: time.Now()})})
		return err
	}
	return nil
}
