package webchat

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// EntriesQuery asks for a page of a conversation, or waits until there is one.
type EntriesQuery struct {
	Conversation id.Conversation // zero: the open one
	After        int64
	Wait         time.Duration // at most PollWaitMax
	Version      string        // of the state that the widget has
}

// Entries returns what a widget without a websocket wants: the entries behind
// the one it has and the state, at once if there is anything new.
func (s *Server) Entries(ctx context.Context, ses *Session, q EntriesQuery) (Entries, error) {
	const op = "webchat.Entries"
	ctx = ses.act(ctx)
	c, row, found, err := s.onScreen(ctx, ses, q.Conversation)
	if err == nil && (!found || q.Conversation != 0 && q.Conversation != row.ID) {
		err = errs.New(errs.NotFound, op, CodeNoConversation)
	}
	if err != nil {
		return Entries{}, errs.Op(op, err)
	}
	if row.LastAgentID != 0 {
		if err := s.arrived(ctx, row.ID, min(q.After, row.LastSeq), row.CustomerReadSeq); err != nil {
			return Entries{}, errs.Op(op, err)
		}
	}
	r, leave, err := s.rooms.poll(ses.entrance, row.ID)
	if err != nil {
		return Entries{}, errs.Op(op, err)
	}
	defer leave()
	r.settle(c, row) //nolint:contextcheck // lines are told by the server, after the request
	s.locate(ctx, r) // who asks again and again must not lose the place between two questions
	timeout := time.NewTimer(min(max(q.Wait, 0), PollWaitMax))
	defer timeout.Stop()
	for last := false; ; {
		changed := r.watching()
		page, err := s.page(ctx, ses, r, q.After)
		if err != nil || last || len(page.Entries) > 0 || page.Version != q.Version {
			return page, errs.Op(op, err)
		}
		select {
		case <-changed:
		case <-timeout.C:
			last = true
		case <-ctx.Done():
			return Entries{}, errs.E(errs.Unavailable, op, ctx.Err())
		case <-s.life.Done():
			return page, nil
		}
	}
}

// watching returns a channel that closes when there is anything new.
func (r *room) watching() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

// onScreen returns the conversation that the visitor looks at; if they name none of theirs, the open one.
func (s *Server) onScreen(ctx context.Context, ses *Session, key id.Conversation) (chat, conversation.Conversation, bool, error) {
	if key != 0 {
		c, row, err := s.own(ctx, ses, key)
		if err == nil || !errs.Is(errs.NotFound, err) {
			return c, row, err == nil, err
		}
	}
	return s.openChat(ctx, s.DB, &ses.visitor)
}

func (s *Server) page(ctx context.Context, ses *Session, r *room, after int64) (Entries, error) {
	c, row, err := s.own(ctx, ses, r.conversation)
	if err != nil {
		return Entries{}, err
	}
	r.mu.Lock()
	at, typing := r.place, time.Now().Before(r.typing)
	r.mu.Unlock()
	out := Entries{Entries: []Entry{}, Typing: typing}
	if out.State, err = s.stateOf(ctx, ses.entrance, c, row, at); err != nil {
		return Entries{}, err
	}
	if out.Version, err = out.version(); err != nil {
		return Entries{}, err
	}
	for more := true; more && len(out.Entries) == 0; { // what visitors may not see is no reason to stop
		var found []conversation.Entry
		if found, more, err = s.after(ctx, s.DB, r.conversation, after, EntriesPageMax); err != nil {
			return Entries{}, err
		}
		if err := s.emptyGone(ctx, found, more); err != nil {
			return Entries{}, err
		}
		for _, e := range found {
			shown, ok, err := s.shown(ctx, r.tenant, e)
			if err != nil {
				return Entries{}, err
			}
			if ok {
				out.Entries = append(out.Entries, shown)
			}
			after = e.Seq
		}
		out.More = more
	}
	return out, nil
}

// version names state and typing in a few characters.
func (e *Entries) version() (string, error) {
	raw, err := json.Marshal(struct {
		State  State
		Typing bool
	}{e.State, e.Typing})
	if err != nil {
		return "", errs.E(errs.Internal, "webchat.version", err)
	}
	h := fnv.New64a()
	h.Write(raw)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// after returns the entries behind seq that are not for colleagues only, the
// oldest first, and whether there are more.
func (s *Server) after(ctx context.Context, q db.Queryer, key id.Conversation, seq int64, limit int) ([]conversation.Entry, bool, error) {
	w := conversation.Window{AfterSeq: seq, Limit: limit, External: true}
	if seq == 0 { // seq is dense from 1: so these are the first
		w = conversation.Window{BeforeSeq: int64(limit) + 1, Limit: limit, External: true}
	}
	found, more, err := s.Conversations.Page(ctx, q, key, w)
	if seq == 0 && err == nil {
		row, err := s.Conversations.Find(ctx, q, key)
		return found, row.LastSeq > int64(limit), err
	}
	return found, more, err
}
