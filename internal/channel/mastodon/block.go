package mastodon

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/channel"
)

var (
	_ channel.Blocker = (*Adapter)(nil)
	_ channel.Blocker = (*Private)(nil)
)

// Block keeps somebody and the account apart, or ends that.
func (a *Adapter) Block(ctx context.Context, p channel.EntryPoint, who channel.Party, blocked bool) error {
	return a.service.block(ctx, p, who, blocked)
}

// Block keeps somebody and the account apart, or ends that: in public, too.
func (p *Private) Block(ctx context.Context, at channel.EntryPoint, who channel.Party, blocked bool) error {
	return p.public.service.block(ctx, at, who, blocked)
}

// mayBlock reports whether a token with scopes is good for blocking. Where a server does not tell the scopes, it may be.
func mayBlock(scopes []string) bool {
	return len(scopes) == 0 || slices.ContainsFunc([]string{"write", "write:blocks", "follow"}, func(one string) bool { return slices.Contains(scopes, one) })
}

// block keeps somebody and the account apart, or ends that: what the account says they do not read, in public or
// alone, and what they say it is not told of. People are known by their handles here, and by numbers at a server.
func (s *Service) block(ctx context.Context, p channel.EntryPoint, who channel.Party, blocked bool) error {
	l, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	them, err := s.lookUp(ctx, l, who.ExternalID)
	if err != nil {
		return err
	}
	act := "/unblock"
	if blocked {
		act = "/block"
	}
	_, err = s.get(ctx, l, call{method: http.MethodPost, path: "/api/v1/accounts/" + them + act}, nil)
	if f, is := errors.AsType[*Fault](err); is && f.Status == http.StatusForbidden { // everything else the token may be good for
		return channel.Fail(channel.Permanent, "mastodon.no_blocks", err)
	}
	return s.heard(ctx, l, err, true)
}

// lookUp returns the server's number of somebody. Its errors are Failures.
func (s *Service) lookUp(ctx context.Context, l line, handle string) (string, error) {
	if !isHandle(handle) {
		return "", channel.Fail(channel.Permanent, "entry.author_unknown", nil)
	}
	name := strings.TrimSuffix(strings.ToLower(handle), "@"+l.Domain) // those of the same server have none behind the @
	var them person
	_, err := s.get(ctx, l, call{path: "/api/v1/accounts/lookup", query: url.Values{"acct": {name}}}, &them)
	f, is := errors.AsType[*Fault](err)
	switch {
	case is && (f.Status == http.StatusNotFound || f.Status == http.StatusGone):
		return "", channel.Fail(channel.Permanent, "mastodon.no_person", err)
	case err != nil:
		return "", s.heard(ctx, l, err, true)
	case !isID(them.ID) || !isHandle(them.Acct) || them.ID == l.Account || handleOf(them.Acct, l.Domain) != handleOf(name, l.Domain):
		return "", channel.Fail(channel.Permanent, "mastodon.no_person", nil)
	}
	return them.ID, nil
}
