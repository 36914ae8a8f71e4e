package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/live"
)

// sessionLasts is how long a socket lives before the desk must show its session again.
const sessionLasts = 12 * time.Hour

// tab is one open window of a desk.
type tab struct{ key live.Key }

// Socket answers /ws: it upgrades the request of a signed-in user to the desk's live connection.
func (f *Feed) Socket(problems *httpx.Problems) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := actor.From(r.Context())
		if who.Kind != actor.User {
			problems.Write(w, r, errs.New(errs.Unauthenticated, "desk.Socket", "unauthenticated"))
			return
		}
		t := &tab{key: live.Key{Tenant: who.Tenant, User: who.User}}
		if err := f.enter(r.Context(), t); err != nil {
			problems.Write(w, r, err)
			return
		}
		err := f.Hub.Serve(w, r, t.key, live.Session{
			ID: who.Session, Expires: time.Now().Add(sessionLasts),
			OnFrame: func(ctx context.Context, from *live.Conn, in live.Incoming) error { return f.hear(ctx, t, from, in) },
			OnClose: func(live.CloseCode) { f.leave(t) },
			Refuse:  problems.Write,
		})
		if err != nil {
			f.leave(t)
			f.Log.Warn("open live connection", "err", err)
			return
		}
		f.checkSession(r.Context(), t.key, who.Session)
	})
}

// checkSession ends the tab that was opened while its session ended: whoever ended the session did not find it yet.
func (f *Feed) checkSession(ctx context.Context, key live.Key, session id.Session) {
	lives, err := f.Directory.SessionLives(ctx, key.Tenant, session)
	switch {
	case err != nil:
		f.Log.Warn("look for the session of a desk", "user", key.User, "err", err)
		f.Hub.EndSession(key, session, live.CloseTryAgain, "unavailable")
	case !lives:
		f.Hub.EndSession(key, session, live.CloseSessionEnded, "session.ended")
	}
}

// enter makes the tab's user one of those who are told. It is known before its rights are read: whoever changes them
// meanwhile finds it.
func (f *Feed) enter(ctx context.Context, t *tab) error {
	f.mu.Lock()
	p := f.online[t.key]
	if p == nil {
		p = &person{key: t.key, viewing: map[*tab]id.Conversation{}, hidden: map[id.Conversation]bool{}, boards: map[*tab]bool{}}
	}
	f.becomes(p, func(p *person) { p.tabs++ })
	f.mu.Unlock()
	if err := f.relearn(ctx, t.key); err != nil {
		f.leave(t)
		return err
	}
	return nil
}

// Expect tells from now on the user of ctx, whose desk begins to ask for what it shows and connects afterwards. It
// returns the place in their stream that the desk names then, to be sent what happened meanwhile.
func (f *Feed) Expect(ctx context.Context) (epoch string, seq int64, err error) {
	who := actor.From(ctx)
	t := &tab{key: live.Key{Tenant: who.Tenant, User: who.User}}
	epoch, seq = f.Hub.Begin(t.key) // first: who has no stream is forgotten
	if err := f.enter(ctx, t); err != nil {
		return "", 0, err
	}
	f.leave(t)
	return epoch, seq, nil
}

// leave forgets a tab. Its user is told on as long as the hub remembers their stream, and of what the tab looked at as
// long as it may come back: then it has missed nothing.
func (f *Feed) leave(t *tab) {
	f.mu.Lock()
	p := f.online[t.key]
	if p == nil {
		f.mu.Unlock()
		return
	}
	viewed := p.viewing[t]
	f.becomes(p, func(p *person) {
		p.glanced(viewed, time.Now())
		delete(p.viewing, t)
		delete(p.boards, t)
		p.tabs--
	})
	f.looksMove(viewKey{t.key.Tenant, viewed}, -1)
	f.mu.Unlock()
	f.tellViewers(t.key.Tenant, viewed, false)
}

// hear does what a desk's frame asks for.
func (f *Feed) hear(ctx context.Context, t *tab, from *live.Conn, in live.Incoming) error {
	switch in.Type {
	case "ping":
		return from.Send([]byte(`{"type":"pong"}`))
	case "view":
		return f.hearView(ctx, t, from, in.Data)
	case "typing":
		return f.hearTyping(t, in.Data)
	case "board":
		return f.hearBoard(t, in.Data)
	}
	return errs.New(errs.Invalid, "desk.hear", "live.unknown_type")
}

// read reads the data of a frame; what it does not know is left out, for newer desks.
func read(data json.RawMessage, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return errs.New(errs.Invalid, "desk.hear", "live.malformed")
	}
	return nil
}

func (f *Feed) hearBoard(t *tab, data json.RawMessage) error {
	var in struct {
		On bool `json:"on"`
	}
	if err := read(data, &in); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := f.online[t.key]; p != nil {
		f.becomes(p, func(p *person) {
			delete(p.boards, t)
			if in.On && p.actor.Scope(actor.BoardRead) != actor.None {
				p.boards[t] = true
			}
		})
	}
	return nil
}
