package bluesky

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

const (
	secretPassword = "password"
	maxPassword    = 200 // characters
)

// The steps of a test.
const (
	trySession = "session" // the app password is good, and of this account
	tryReading = "reading" // what was said to us can be read
	tryChat    = "chat"    // and what was written to us alone
)

// Form describes what an account is connected with.
func (*Adapter) Form() channel.Form {
	return channel.Form{
		Fields: []channel.FormField{
			{Key: "handle", Kind: channel.FieldText, Required: true, Proves: true, Example: "fala.bsky.social"},
			{Key: secretPassword, Kind: channel.FieldSecret, Required: true, Most: maxPassword},
			{Key: "server", Kind: channel.FieldText, Proves: true, Fixed: true, Example: "bsky.social"},
		},
		Guide: []channel.GuideStep{{Step: "password"}, {Step: "messages"}},
		Tries: []string{trySession, tryReading, tryChat},
	}
}

// CheckConfig checks settings and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err != nil {
		return nil, err
	}
	return s.config(), nil
}

// Prove finds out which account an app password speaks for.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	return a.service.prove(ctx, in)
}

// Try tries everything that an account needs.
func (a *Adapter) Try(ctx context.Context, account channel.Account) channel.Report {
	return channel.Report{Trials: a.service.try(ctx, account)}
}

// prove finds out which account an app password speaks for, and where it is at home.
func (s *Service) prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "bluesky.Prove"
	settings, err := parseSettings(in.Config)
	if err != nil {
		return channel.Proof{}, err
	}
	at, ok := serverOf(settings.Server)
	if !ok || at.Scheme != "https" && !s.Plain(at.Hostname()) {
		return channel.Proof{}, channel.Wrong(op, "server", "bluesky.server", nil)
	}
	name, password := strings.TrimPrefix(strings.TrimSpace(settings.Handle), "@"), in.Secrets[secretPassword]
	one, err := s.begin(ctx, at.String(), name, password)
	if err != nil {
		return channel.Proof{}, unproven(err)
	}
	if settings.Home, err = s.home(ctx, one); err != nil {
		return channel.Proof{}, unproven(err)
	}
	if settings.Home != at.String() { // what signs in elsewhere must be good at home
		if one, err = s.begin(ctx, settings.Home, name, password); err != nil {
			return channel.Proof{}, unproven(err)
		}
	}
	settings.DID, settings.Handle = one.DID, strings.ToLower(one.Handle)
	l := line{Settings: settings, password: password}
	s.mu.Lock()
	s.sessions[l.key()] = one
	s.mu.Unlock()
	_, err = s.chatLog(ctx, l, "")
	settings.Chat = !unwanted(err) // who keeps messages may be away: posts are not kept back by that
	return channel.Proof{Address: one.DID, Name: "@" + settings.Handle, Config: settings.config()}, nil
}

// unproven says what was wrong where the server refuses, or that it cannot be asked at present.
func unproven(err error) error {
	const op = "bluesky.Prove"
	f, is := errors.AsType[*Fault](err)
	lost, broke := errors.AsType[*outhttp.Lost](err)
	switch {
	case is && f.Name == "AuthFactorTokenRequired": // it was not an app password
		return channel.Wrong(op, secretPassword, "bluesky.main_password", nil)
	case is && (f.Status == http.StatusUnauthorized || f.Status == http.StatusBadRequest):
		return channel.Wrong(op, secretPassword, "bluesky.password", nil)
	case is && f.Status/100 < 5 && f.Status != http.StatusTooManyRequests, broke && lost.Began:
		return channel.Wrong(op, "server", "bluesky.no_server", nil)
	}
	return &errs.Error{Kind: errs.Unavailable, Op: op, Code: "bluesky.unreachable", Err: err}
}

// try tries everything that an account needs, in the order of the steps.
func (s *Service) try(ctx context.Context, a channel.Account) []channel.Trial {
	l, err := lineOf(a)
	if err != nil {
		return []channel.Trial{failedStep(trySession, err)}
	}
	var me struct {
		DID string `json:"did"`
	}
	err = s.get(ctx, l, call{method: "com.atproto.server.getSession"}, &me)
	switch {
	case err != nil:
		return []channel.Trial{failedStep(trySession, err)}
	case me.DID != l.DID:
		return []channel.Trial{{Step: trySession, Code: "account.other_now"}}
	}
	all := []channel.Trial{{Step: trySession, OK: true}}
	if _, _, err := s.page(ctx, l, url.Values{"limit": {"1"}}); err != nil {
		return append(all, failedStep(tryReading, err))
	}
	chat := s.tryChat(ctx, l)
	chat.Aside = true // what everybody reads works without
	return append(all, channel.Trial{Step: tryReading, OK: true}, chat)
}

// tryChat tries whether what is written to us alone can be read.
func (s *Service) tryChat(ctx context.Context, l line) channel.Trial {
	if !l.Chat {
		return channel.Trial{Step: tryChat, Code: "bluesky.no_chat"}
	}
	if _, err := s.chatLog(ctx, l, ""); unwanted(err) {
		return channel.Trial{Step: tryChat, Code: "bluesky.no_chat"}
	} else if err != nil {
		return failedStep(tryChat, err)
	}
	return channel.Trial{Step: tryChat, OK: true}
}

// failedStep says why a step could not be tried or was refused.
func failedStep(step string, err error) channel.Trial {
	f, is := errors.AsType[*channel.Failure](err)
	if !is {
		f = failureOf(err, true)
	}
	return channel.Trial{Step: step, Code: f.Code, Words: f.Words, Passing: f.Verdict == channel.Retry}
}
