package x

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Way is how we hear of what happens.
type Way string

// Ways.
const (
	Stream Way = "stream" // we listen
	Posted Way = "posted" // X posts it to us
)

// Settings is what an account keeps as its config.
type Settings struct {
	Way        Way    `json:"way"`
	Enterprise bool   `json:"enterprise,omitempty"` // the app may answer whomever it wants
	Username   string `json:"username,omitempty"`   // as it was when the account was connected
}

func parseSettings(config []byte) (Settings, error) {
	var s Settings
	if len(config) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("x.parseSettings", errs.Field{Path: "settings", Code: "type.object"})
	}
	return s, nil
}

// CheckConfig checks settings and returns them in their normal form.
func (a *Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err != nil {
		return nil, err
	}
	if s.Way != Posted {
		s.Way = Stream
	}
	if s.Way == Posted && a.client != nil && a.client.postedAt() == "" {
		return nil, channel.Wrong("x.CheckConfig", "way", "x.no_address", nil)
	}
	return json.Marshal(s)
}

// Steps of a test.
const (
	tryAccess       = "access"       // we may speak for the account
	tryAccount      = "account"      // it is this one
	trySubscription = "subscription" // X tells of everything that happens
)

// Form describes what an account is connected with.
func (a *Adapter) Form() channel.Form {
	f := channel.Form{
		Fields: []channel.FormField{
			{Key: secretGrant, Kind: channel.FieldSecret, Required: true},
			{Key: "way", Kind: channel.FieldChoice, Required: true, Choices: []string{string(Stream), string(Posted)}},
			{Key: "enterprise", Kind: channel.FieldSwitch},
		},
		Tries: []string{tryAccess, tryAccount, trySubscription},
	}
	if a.client == nil || !a.client.Ready() {
		f.Unable = "x.no_app"
		return f
	}
	f.Guide = []channel.GuideStep{
		{Step: "app", Copy: []channel.Copy{{Name: "callback", Value: ReturnPath}}},
		{Step: "sign_in", Copy: []channel.Copy{{Name: "sign_in", Value: a.client.signIn()}}},
		{Step: "paste"},
	}
	return f
}

// user is an account as X tells of it.
type user struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username"`
}

// who returns which account a token speaks for.
func (c *Client) who(ctx context.Context, token string) (user, error) {
	var said struct {
		Data user `json:"data"`
	}
	err := c.do(ctx, call{who: channel.NameOf([]byte(token)), token: token, path: "2/users/me", query: url.Values{"user.fields": {"name,username"}}}, &said)
	if err == nil && !isID(said.Data.ID) {
		err = &outhttp.Lost{Began: true, Err: errors.New("an account without a name")}
	}
	return said.Data, err
}

// Prove finds out which account what was entered speaks for. What was entered is good once;
// what X gives in its place is kept.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "x.Prove"
	s, err := parseSettings(in.Config)
	if err != nil {
		return channel.Proof{}, err
	}
	if s.Way == Posted && a.client.postedAt() == "" {
		return channel.Proof{}, channel.Wrong(op, "way", "x.no_address", nil)
	}
	g, err := a.client.redeem(ctx, strings.TrimSpace(in.Secrets[secretGrant]))
	if f, is := errors.AsType[*Fault](err); is && f.Status/100 == 4 && f.Status != 429 && f.Token != "invalid_client" && f.Token != "unauthorized_client" {
		return channel.Proof{}, channel.Wrong(op, secretGrant, "x.grant_refused", errs.Values{"words": f.Detail})
	}
	if err != nil {
		return channel.Proof{}, unavailable(op, err)
	}
	if missing := g.lacks(); len(missing) > 0 {
		return channel.Proof{}, channel.Wrong(op, secretGrant, "x.scopes", errs.Values{"missing": strings.Join(missing, ", ")})
	}
	at, err := a.client.who(ctx, g.Access)
	if err != nil {
		return channel.Proof{}, unavailable(op, err)
	}
	s.Username = clip.Bytes(at.Username, maxName)
	proof := g.proof(time.Now())
	proof.Address, proof.Name = at.ID, "@"+s.Username
	proof.Config, err = json.Marshal(s)
	return proof, err
}

// Try tries everything that an account needs. What X does not tell of is asked for on the way.
func (a *Adapter) Try(ctx context.Context, account channel.Account) channel.Report {
	r := channel.Report{ExpiresAt: account.ExpiresAt}
	at, err := a.client.who(ctx, account.Secrets[secretAccess])
	if err != nil {
		r.Trials = append(r.Trials, tried(tryAccess, err))
		return r
	}
	r.Trials = append(r.Trials, channel.Trial{Step: tryAccess, OK: true})
	if at.ID != account.Address {
		r.Trials = append(r.Trials, channel.Trial{Step: tryAccount, Code: "account.other_now"})
		return r
	}
	r.Trials = append(r.Trials, channel.Trial{Step: tryAccount, OK: true})
	missing, err := a.client.subscribe(ctx, account)
	switch {
	case err != nil:
		r.Trials = append(r.Trials, tried(trySubscription, err))
	case len(missing) > 0:
		r.Trials = append(r.Trials, channel.Trial{Step: trySubscription, Code: "x.unsubscribed", Values: missing})
	default:
		r.Trials = append(r.Trials, channel.Trial{Step: trySubscription, OK: true})
	}
	return r
}

// tried says why a step could not be tried or was refused.
func tried(step string, err error) channel.Trial {
	f := harmless(err)
	return channel.Trial{Step: step, Code: f.Code, Words: f.Words, Passing: f.Verdict == channel.Retry}
}

// WhoIs asks X what somebody is called.
func (a *Adapter) WhoIs(ctx context.Context, account channel.Account, person string) (channel.Party, error) {
	who := channel.Party{Provider: provider, ExternalID: person}
	if !isID(person) {
		return who, nil
	}
	var said struct {
		Data user `json:"data"`
	}
	err := a.client.do(ctx, call{
		who: account.Address, token: account.Secrets[secretAccess], path: "2/users/" + person, route: "2/users/id", query: url.Values{"user.fields": {"name,username"}},
	}, &said)
	if err != nil {
		return who, harmless(err)
	}
	return said.Data.party(), nil
}
