package mastodon

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/weburl"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

const (
	secretToken = "token"
	maxToken    = 500 // characters
)

// The steps of a test.
const (
	tryServer  = "server"  // it answers, and is one of those that we can speak with
	tryToken   = "token"   // the token is good, and of this account
	tryScopes  = "scopes"  // it may do what we need
	tryReading = "reading" // what was said to us can be read
	tryStream  = "stream"  // the server tells at once what is new
	tryBlocks  = "blocks"  // who writes can be blocked
)

// scopes are what a token must be good for. A whole one has all of its parts.
func scopes() []string {
	return []string{
		"read:accounts", "read:notifications", "read:statuses", "write:favourites", "write:media", "write:statuses",
	}
}

// Form describes what an account is connected with.
func (*Adapter) Form() channel.Form {
	return channel.Form{
		Fields: []channel.FormField{
			{Key: "server", Kind: channel.FieldText, Required: true, Proves: true, Fixed: true, Example: "mastodon.social"},
			{Key: secretToken, Kind: channel.FieldSecret, Required: true, Most: maxToken},
			{Key: "answers", Kind: channel.FieldChoice, Required: true, Choices: []string{asAsked, unlisted}},
		},
		Guide: []channel.GuideStep{
			{Step: "app"}, {Step: "scopes", Words: []string{"read", "write"}}, {Step: "copy"},
		},
		Tries: []string{tryServer, tryToken, tryScopes, tryReading, tryStream, tryBlocks},
	}
}

// Prove finds out which account a token speaks for.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	return a.service.prove(ctx, in)
}

// Try tries everything that an account needs.
func (a *Adapter) Try(ctx context.Context, account channel.Account) channel.Report {
	r := channel.Report{Trials: a.service.try(ctx, account)}
	if r.Trials[len(r.Trials)-1].Step != tryStream { // it went no further
		return r
	}
	return a.service.tryBlocks(ctx, account, r)
}

// prove finds out which account a token speaks for, and what its server carries.
func (s *Service) prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "mastodon.Prove"
	settings, err := parseSettings(in.Config)
	if err != nil {
		return channel.Proof{}, err
	}
	at, ok := weburl.Server(settings.Server)
	if !ok || at.Scheme != "https" && !s.Plain(at.Hostname()) {
		return channel.Proof{}, channel.Wrong(op, "server", "mastodon.server", nil)
	}
	said, err := s.instance(ctx, at.String())
	if err != nil {
		return channel.Proof{}, unproven(op, "server", "mastodon.no_server", err)
	}
	settings.learn(said, at)
	l := line{Settings: settings, token: in.Secrets[secretToken]}
	me, err := s.me(ctx, l)
	if err != nil {
		return channel.Proof{}, unproven(op, secretToken, "mastodon.token", err)
	}
	has, err := s.scopesOf(ctx, l)
	missing := lacking(has)
	switch {
	case err != nil:
		return channel.Proof{}, unproven(op, secretToken, "mastodon.token", err)
	case len(missing) > 0:
		return channel.Proof{}, channel.Wrong(op, secretToken, "mastodon.scopes", errs.Values{"missing": strings.Join(missing, ", ")})
	}
	settings.Account, settings.Blocks = me.ID, mayBlock(has)
	config, err := (&Adapter{}).CheckConfig(settings.config())
	if err != nil {
		return channel.Proof{}, err
	}
	handle := handleOf(me.Acct, settings.Domain)
	return channel.Proof{Address: handle, Name: "@" + handle, Config: config}, nil
}

// unproven says which field was wrong where the server refuses, or that it cannot be asked at present.
func unproven(op, field, code string, err error) error {
	f, is := errors.AsType[*Fault](err)
	lost, broke := errors.AsType[*outhttp.Lost](err)
	switch {
	case is && f.Status/100 == 4 && f.Status != http.StatusTooManyRequests, is && f.Status/100 == 3, field == "server" && broke && lost.Began:
		return channel.Wrong(op, field, code, nil)
	}
	return &errs.Error{Kind: errs.Unavailable, Op: op, Code: "mastodon.unreachable", Err: err}
}

// instance asks a server what it is: in the words of today, or of before.
func (s *Service) instance(ctx context.Context, server string) (i instance, err error) {
	for _, path := range []string{"/api/v2/instance", "/api/v1/instance"} {
		i = instance{}
		if _, err = s.Client.do(ctx, call{server: server, path: path}, &i); err == nil && i.Version == "" {
			err = &outhttp.Lost{Began: true, Err: errors.New("an answer that is not Mastodon's")}
		}
		if f, is := errors.AsType[*Fault](err); !is || f.Status != http.StatusNotFound {
			return i, err
		}
	}
	return i, err
}

// me returns the account that a token speaks for.
func (s *Service) me(ctx context.Context, l line) (person, error) {
	var me person
	_, err := s.get(ctx, l, call{path: "/api/v1/accounts/verify_credentials"}, &me)
	if err == nil && (!isID(me.ID) || !isHandle(me.Acct)) {
		err = &outhttp.Lost{Began: true, Err: errors.New("an answer that is not Mastodon's")}
	}
	return me, err
}

// scopesOf returns what a token is good for; nothing where the server does not tell.
func (s *Service) scopesOf(ctx context.Context, l line) ([]string, error) {
	var app struct {
		Scopes []string `json:"scopes"`
	}
	_, err := s.get(ctx, l, call{path: "/api/v1/apps/verify_credentials"}, &app)
	if f, is := errors.AsType[*Fault](err); is && (f.Status == http.StatusNotFound || f.Status == http.StatusForbidden) {
		return nil, nil // it does not tell: what is not allowed shows itself
	}
	return app.Scopes, err
}

// lacking returns which of the scopes that a token must have are not among those that it has, where those are known.
func lacking(has []string) (missing []string) {
	for _, scope := range scopes() {
		whole, _, _ := strings.Cut(scope, ":")
		if len(has) > 0 && !slices.Contains(has, whole) && !slices.Contains(has, scope) {
			missing = append(missing, scope)
		}
	}
	return missing
}

// try tries everything that an account needs, in the order of the steps.
func (s *Service) try(ctx context.Context, a channel.Account) []channel.Trial {
	l, err := lineOf(a)
	if err != nil {
		return []channel.Trial{failedStep(tryServer, err)}
	}
	if _, err := s.instance(ctx, l.Server); err != nil {
		return []channel.Trial{failedStep(tryServer, err)}
	}
	all := []channel.Trial{{Step: tryServer, OK: true}}
	me, err := s.me(ctx, l)
	switch {
	case err != nil:
		return append(all, failedStep(tryToken, err))
	case me.ID != l.Account:
		return append(all, channel.Trial{Step: tryToken, Code: "account.other_now"})
	}
	all = append(all, channel.Trial{Step: tryToken, OK: true})
	has, err := s.scopesOf(ctx, l)
	if err != nil {
		return append(all, failedStep(tryScopes, err))
	}
	if missing := lacking(has); len(missing) > 0 {
		return append(all, channel.Trial{Step: tryScopes, Code: "mastodon.forbidden", Values: missing})
	}
	all = append(all, channel.Trial{Step: tryScopes, OK: true})
	if all = append(all, s.tryReading(ctx, a)...); !all[len(all)-1].OK {
		return all
	}
	stream := channel.Trial{Step: tryStream, OK: true}
	if conn, err := s.listen(ctx, l); err != nil {
		stream = channel.Trial{Step: tryStream, Code: "mastodon.no_stream"}
	} else {
		_ = conn.CloseNow() // it was to see whether it opens
	}
	stream.Aside = true // without it what is new is read from the list, later
	return append(all, stream)
}

// tryBlocks adds to a report whether who writes can be blocked, and keeps that: a token of before this was asked
// for may not be good for it, and all else works without.
func (s *Service) tryBlocks(ctx context.Context, a channel.Account, r channel.Report) channel.Report {
	var has []string
	l, err := lineOf(a)
	if err == nil {
		has, err = s.scopesOf(ctx, l)
	}
	t := channel.Trial{Step: tryBlocks, OK: true}
	switch {
	case err != nil:
		t = failedStep(tryBlocks, err)
	case !mayBlock(has):
		t = channel.Trial{Step: tryBlocks, Code: "mastodon.no_blocks", Values: []string{"write:blocks"}}
	}
	t.Aside = true
	r.Trials = append(r.Trials, t)
	if settings := settingsOf(a.EntryPoint); err == nil && settings.Blocks != t.OK {
		settings.Blocks = t.OK
		r.Config = settings.config()
	}
	return r
}

// tryReading tries whether what was said to us can be read.
func (s *Service) tryReading(ctx context.Context, a channel.Account) []channel.Trial {
	l, err := lineOf(a)
	if err == nil {
		_, _, err = s.page(ctx, l, url.Values{"limit": {"1"}})
	}
	if err != nil {
		return []channel.Trial{failedStep(tryReading, err)}
	}
	return []channel.Trial{{Step: tryReading, OK: true}}
}

// failedStep says why a step could not be tried or was refused.
func failedStep(step string, err error) channel.Trial {
	f, is := errors.AsType[*channel.Failure](err)
	if !is {
		f = failureOf(err, true)
	}
	return channel.Trial{Step: step, Code: f.Code, Words: f.Words, Passing: f.Verdict == channel.Retry}
}
