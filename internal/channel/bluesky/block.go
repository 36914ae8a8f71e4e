package bluesky

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

var (
	_ channel.Blocker = (*Adapter)(nil)
	_ channel.Blocker = (*Private)(nil)
)

// blocks is the collection of whom an account has blocked: a record for each one, which everybody can read.
const blocks = "app.bsky.graph.block"

// Block keeps somebody and the account apart, or ends that.
func (a *Adapter) Block(ctx context.Context, p channel.EntryPoint, who channel.Party, blocked bool) error {
	return a.service.block(ctx, p, who.ExternalID, blocked)
}

// Block keeps somebody and the account apart, or ends that: in public, too.
func (p *Private) Block(ctx context.Context, at channel.EntryPoint, who channel.Party, blocked bool) error {
	return p.public.service.block(ctx, at, who.ExternalID, blocked)
}

// viewed is how an account stands to somebody, as the network sees it.
type viewed struct {
	Blocking string `json:"blocking"` // address of the record, whoever has made it; empty: there is none
	List     *struct {
		Name string `json:"name"`
	} `json:"blockingByList"`
}

// block lays down that somebody is blocked, or takes that back. The record has a key that follows from who is
// blocked, so that it is the same however often it is laid down; one that was made elsewhere has another.
func (s *Service) block(ctx context.Context, p channel.EntryPoint, did string, blocked bool) error {
	l, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	if !isDID(did) || did == l.DID {
		return channel.Fail(channel.Permanent, "entry.author_unknown", nil)
	}
	now, err := s.view(ctx, l, did)
	if err != nil {
		return s.heard(ctx, l, err, true)
	}
	if !blocked {
		return s.unblock(ctx, l, did, now)
	}
	if now.Blocking == "" {
		_, err = s.put(ctx, l, address{l.DID, blocks, keyFor(did)}, map[string]any{"$type": blocks, "subject": did, "createdAt": time.Now().UTC().Format("2006-01-02T15:04:05.000Z")})
	}
	return s.heard(ctx, l, err, true)
}

// unblock takes back our record, also where the network does not show it yet, and one that was made elsewhere.
func (s *Service) unblock(ctx context.Context, l line, did string, now viewed) error {
	ours := address{l.DID, blocks, keyFor(did)}
	err := s.drop(ctx, l, ours)
	if at, is := parseAddress(now.Blocking); err == nil && is && at != ours && at.repo == l.DID && at.collection == blocks {
		err = s.drop(ctx, l, at)
	}
	if err = s.heard(ctx, l, err, true); err != nil || now.List == nil {
		return err
	}
	f := channel.Fail(channel.Permanent, "bluesky.blocked_by_list", nil)
	f.Words = cut(now.List.Name)
	return f
}

// view returns how the account stands to somebody. Who is shown to nobody any more stands as a stranger.
func (s *Service) view(ctx context.Context, l line, did string) (viewed, error) {
	var them struct {
		Viewer viewed `json:"viewer"`
	}
	err := s.get(ctx, l, call{method: "app.bsky.actor.getProfile", query: url.Values{"actor": {did}}}, &them)
	if f, is := errors.AsType[*Fault](err); is && f.Status == http.StatusBadRequest && !expired(err) {
		return viewed{}, nil
	}
	return them.Viewer, err
}
