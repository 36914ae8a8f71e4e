package instagram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/threads"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Ways of signing in, by which an account is spoken for.
const (
	byFacebook  = "facebook"
	byInstagram = "instagram"
)

// Scopes are the permissions that the token of a page needs.
func Scopes() []string {
	return []string{"instagram_basic", "instagram_manage_messages", "pages_manage_metadata"}
}

// OwnScopes are the permissions that the token of an account needs.
func OwnScopes() []string {
	return []string{"instagram_business_basic", "instagram_business_manage_messages"}
}

// PublicScopes are the permissions that the token of a page needs beside those for what everybody reads.
func PublicScopes() []string { return []string{"instagram_manage_comments", "pages_read_engagement"} }

// OwnPublicScopes are those that the token of an account needs beside.
func OwnPublicScopes() []string { return []string{"instagram_business_manage_comments"} }

// Fields are what the app must be told of accounts, and what an account must tell the app.
func Fields() []string { return append(messageFields(), publicFields()...) }

func messageFields() []string {
	return []string{"messages", "message_edit", "message_reactions", "messaging_postbacks", "messaging_referral", "messaging_seen", "standby"}
}

func publicFields() []string { return []string{fieldComments, fieldMentions} }

// pageFields are what a page must tell the app of, so that its account is heard of.
func pageFields() []string { return []string{"messages"} }

const (
	secretToken = "token"
	maxToken    = 2000 // characters
)

// Times of a token of an account, from Meta's documents.
const (
	tokenLasts  = 60 * 24 * time.Hour
	renewBefore = 20 * 24 * time.Hour
)

// The steps of a test.
const (
	tryApp          = "app"          // the operator's app is set up
	tryAddress      = "address"      // Meta can reach us
	tryToken        = "token"        // the token is good
	tryPermissions  = "permissions"  // it has all that is needed
	tryPublicStep   = "public"       // … and what is needed for what everybody reads
	tryAccount      = "account"      // it is of this account, which answers
	trySubscription = "subscription" // the account tells our app of everything
)

// Form describes what an account is connected with.
func (a *Adapter) Form() channel.Form {
	f := channel.Form{
		Fields: []channel.FormField{
			{Key: "login", Kind: channel.FieldChoice, Choices: []string{byFacebook, byInstagram}, Fixed: true},
			{Key: secretToken, Kind: channel.FieldSecret, Required: true, Most: maxToken},
			{Key: "human_agent", Kind: channel.FieldSwitch},
		},
		Tries: []string{tryApp, tryAddress, tryToken, tryPermissions, tryPublicStep, tryAccount, trySubscription},
	}
	if a.clients.Facebook == nil || !a.clients.Facebook.Ready() {
		f.Unable = "meta.no_app"
		return f
	}
	f.Guide = []channel.GuideStep{
		{Step: "hook", Copy: []channel.Copy{{Name: "callback", Value: meta.HookPath}, {Name: "verify", Value: a.clients.Facebook.Token()}}},
		{Step: "fields", Words: Fields()},
		{Step: "token", Words: append(Scopes(), PublicScopes()...), When: &channel.When{Field: "login", Is: byFacebook}},
		{Step: "own_token", Words: append(OwnScopes(), OwnPublicScopes()...), When: &channel.When{Field: "login", Is: byInstagram}},
		{Step: "allow"},
	}
	return f
}

// node is an account as Meta tells of it.
type node struct {
	ID       string `json:"id"`
	UserID   string `json:"user_id"` // with Instagram Login: the id by which the account is told of
	Username string `json:"username"`
	Name     string `json:"name"`
	Account  *node  `json:"instagram_business_account"` // of a page
}

// who returns which account a token speaks for; an empty one where that is none.
func (a *Adapter) who(ctx context.Context, login, token string) (node, error) {
	var at node
	fields := "id,name,instagram_business_account{id,username,name}"
	if login == byInstagram {
		fields = "user_id,username,name"
	}
	err := a.client(login).Do(ctx, meta.Call{Token: token, Path: "me", Query: url.Values{"fields": {fields}}}, &at)
	if err != nil || login == byInstagram {
		at.ID = at.UserID
		return at, err
	}
	if at.Account == nil {
		return node{}, nil
	}
	return *at.Account, nil
}

// Prove finds out which account a token speaks for.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "instagram.Prove"
	s, err := parseSettings(in.Config)
	if err != nil {
		return channel.Proof{}, err
	}
	proof := channel.Proof{Secrets: in.Secrets}
	if s.Login == byInstagram {
		proof, err = a.proveOwn(ctx, op, in)
	} else {
		proof.ExpiresAt, err = a.provePage(ctx, op, in.Secrets[secretToken])
	}
	if err != nil {
		return channel.Proof{}, err
	}
	at, err := a.who(ctx, s.Login, proof.Secrets[secretToken])
	switch {
	case err != nil:
		return channel.Proof{}, meta.Unavailable(op, err)
	case at.ID == "":
		return channel.Proof{}, channel.Wrong(op, secretToken, "instagram.no_account", nil)
	}
	s.Username = clip.Bytes(at.Username, meta.MaxID)
	proof.Address, proof.Name = at.ID, at.Name
	if proof.Name == "" {
		proof.Name = "@" + s.Username
	}
	proof.Config, err = json.Marshal(s)
	return proof, err
}

// provePage says until when the token of a page is good, or what is wrong with it.
func (a *Adapter) provePage(ctx context.Context, op, token string) (time.Time, error) {
	wrong := func(code string, values errs.Values) error { return channel.Wrong(op, secretToken, code, values) }
	said, err := a.clients.Facebook.Inspect(ctx, token)
	switch {
	case err != nil:
		return time.Time{}, meta.Unavailable(op, err)
	case !said.Valid:
		return time.Time{}, wrong("meta.token_invalid", errs.Values{"words": said.Words()})
	case said.App != a.clients.Facebook.ID:
		return time.Time{}, wrong("meta.token_app", nil)
	case said.Type != "PAGE":
		return time.Time{}, wrong("facebook.token_user", nil)
	}
	if missing := said.Lacks(Scopes()...); len(missing) > 0 {
		return time.Time{}, wrong("meta.token_scopes", errs.Values{"missing": strings.Join(missing, ", ")})
	}
	return said.ExpiresAt(), nil
}

// proveOwn tries the token of an account: one that is a day old is renewed at once, so that it is known until when it is good.
func (a *Adapter) proveOwn(ctx context.Context, op string, in channel.Entered) (channel.Proof, error) {
	token := in.Secrets[secretToken]
	if missing, err := a.mayRead(ctx, token); err != nil {
		if f := meta.Failure(err); f.Verdict == channel.Reconnect {
			said := &meta.Fault{}
			_ = errors.As(err, &said) // where it is none, it says nothing
			return channel.Proof{}, channel.Wrong(op, secretToken, "meta.token_invalid", errs.Values{"words": said.Message})
		}
		return channel.Proof{}, meta.Unavailable(op, err)
	} else if len(missing) > 0 {
		return channel.Proof{}, channel.Wrong(op, secretToken, "meta.token_scopes", errs.Values{"missing": strings.Join(missing, ", ")})
	}
	renewed, err := a.refresh(ctx, token)
	if err != nil { // it is younger than a day
		return channel.Proof{Secrets: in.Secrets, ExpiresAt: time.Now().Add(tokenLasts - 24*time.Hour).Truncate(time.Microsecond)}, nil //nolint:nilerr // see above
	}
	return renewed, nil
}

// mayRead says which permissions the token of an account lacks: Meta does not tell, so it is tried.
func (a *Adapter) mayRead(ctx context.Context, token string) (missing []string, err error) {
	call := meta.Call{Token: token, Path: "me/conversations", Query: url.Values{"platform": {"instagram"}, "limit": {"1"}}}
	err = a.clients.Instagram.Do(ctx, call, nil)
	if said, is := errors.AsType[*meta.Fault](err); is && meta.Failure(said).Code == "meta.permission" {
		return OwnScopes()[1:], nil
	}
	return nil, err
}

// refresh prolongs the token of an account.
func (a *Adapter) refresh(ctx context.Context, token string) (channel.Proof, error) {
	var said struct {
		Token string      `json:"access_token"`
		In    meta.Number `json:"expires_in"` // seconds
	}
	call := meta.Call{Token: token, Root: true, Path: "refresh_access_token", Query: url.Values{"grant_type": {"ig_refresh_token"}}}
	if err := a.clients.Instagram.Do(ctx, call, &said); err != nil {
		return channel.Proof{}, meta.Failure(err)
	}
	if said.Token == "" || len(said.Token) > maxToken {
		return channel.Proof{}, channel.Fail(channel.Retry, "meta.failing", errors.New("an answer without a token"))
	}
	until := time.Now().Add(time.Duration(said.In) * time.Second).Truncate(time.Microsecond)
	return channel.Proof{Secrets: channel.Secrets{secretToken: said.Token}, ExpiresAt: until}, nil
}

// RenewBefore says how long before its end a token of an account is renewed.
func (*Adapter) RenewBefore() time.Duration { return renewBefore }

// Renew prolongs the token of an account. That of a page cannot be: somebody enters another.
func (a *Adapter) Renew(ctx context.Context, account channel.Account) (channel.Proof, error) {
	s, err := parseSettings(account.Config)
	if err != nil || s.Login != byInstagram {
		return channel.Proof{}, nil //nolint:nilerr // nothing changes
	}
	return a.refresh(ctx, account.Secrets[secretToken])
}

// Try tries everything that an account needs. What it does not tell our app of is asked for on the way.
func (a *Adapter) Try(ctx context.Context, account channel.Account) (r channel.Report) {
	r.ExpiresAt = account.ExpiresAt
	say := func(t channel.Trial) bool {
		r.Trials = append(r.Trials, t)
		return t.OK || t.Aside
	}
	say(channel.Trial{Step: tryApp, OK: true})
	say(meta.TryAddress(tryAddress, meta.Reachable(a.base)))
	line, err := a.line(account)
	if err != nil {
		say(meta.Tried(tryToken, err))
		return r
	}
	for _, t := range a.tryToken(ctx, line, &r) {
		if !say(t) && t.Step == tryToken {
			return r
		}
	}
	public := a.tryPublic(ctx, account)
	public.Step, public.Aside = tryPublicStep, true // the messages work without
	say(public)
	login := byFacebook
	if line.Client == a.clients.Instagram {
		login = byInstagram
	}
	at, err := a.who(ctx, login, line.Token)
	switch {
	case err != nil:
		say(meta.Tried(tryAccount, err))
		return r
	case at.ID != account.Address:
		say(channel.Trial{Step: tryAccount, Code: "account.other_now"})
		return r
	}
	say(channel.Trial{Step: tryAccount, OK: true})
	missing, err := a.subscribe(ctx, line, messageFields())
	if err != nil {
		say(meta.Tried(trySubscription, err))
		return r
	}
	say(meta.Lacking(trySubscription, "instagram.unsubscribed", missing))
	return r
}

// tryToken says whether a token is good and has all that is needed, and until when.
func (a *Adapter) tryToken(ctx context.Context, line threads.Line, r *channel.Report) []channel.Trial {
	if line.Client == a.clients.Instagram {
		missing, err := a.mayRead(ctx, line.Token)
		if err != nil {
			return []channel.Trial{meta.Tried(tryToken, err)}
		}
		return []channel.Trial{{Step: tryToken, OK: true}, meta.Lacking(tryPermissions, "meta.permission", missing)}
	}
	said, err := line.Client.Inspect(ctx, line.Token)
	if err != nil {
		return []channel.Trial{meta.Tried(tryToken, err)}
	}
	r.ExpiresAt = said.ExpiresAt()
	if !said.Valid {
		return []channel.Trial{{Step: tryToken, Code: "meta.reconnect", Words: said.Words()}}
	}
	return []channel.Trial{{Step: tryToken, OK: true}, meta.Lacking(tryPermissions, "meta.permission", said.Lacks(Scopes()...))}
}

// subscribe has the account tell our app of what is wanted, or the page to which it belongs of its messages. What it tells beside that stays.
func (a *Adapter) subscribe(ctx context.Context, l threads.Line, wanted []string) (missing []string, err error) {
	if l.Client != a.clients.Instagram {
		wanted = pageFields()
	}
	lacking := func(has []string) []string {
		return slices.DeleteFunc(slices.Clone(wanted), func(f string) bool { return slices.Contains(has, f) })
	}
	has, err := a.subscribed(ctx, l)
	if err != nil {
		return nil, err
	}
	if missing = lacking(has); len(missing) == 0 {
		return nil, nil
	}
	call := l.Post("subscribed_apps", nil)
	call.Query = url.Values{"subscribed_fields": {strings.Join(append(slices.Clone(has), missing...), ",")}}
	if err := l.Client.Do(ctx, call, nil); err != nil {
		return missing, err
	}
	has, err = a.subscribed(ctx, l)
	return lacking(has), err
}

// subscribed returns of what our app is told. A token of an account sees our app alone.
func (a *Adapter) subscribed(ctx context.Context, l threads.Line) (fields []string, err error) {
	call := l.Post("subscribed_apps", nil)
	call.Method = http.MethodGet
	if l.Client != a.clients.Instagram {
		call.Query = url.Values{"fields": {"id,name,subscribed_fields"}}
	}
	err = l.Client.Each(ctx, call, 2, func(item json.RawMessage) (bool, error) {
		var app struct {
			ID     string   `json:"id"`
			Fields []string `json:"subscribed_fields"`
		}
		if err := json.Unmarshal(item, &app); err != nil {
			return false, err
		}
		if l.Client == a.clients.Instagram || app.ID == l.Client.ID {
			fields = append(fields, app.Fields...)
		}
		return true, nil
	})
	slices.Sort(fields)
	return slices.Compact(fields), err
}

// Release has an account tell our app of nothing more. A page goes on: its messages may be ours, too.
func (a *Adapter) Release(ctx context.Context, account channel.Account) error {
	line, err := a.line(account)
	if err != nil || line.Client != a.clients.Instagram {
		return err
	}
	call := line.Post("subscribed_apps", nil)
	call.Method = http.MethodDelete
	return line.Client.Do(ctx, call, nil)
}

// maxPersonName bounds a name, in bytes.
const maxPersonName = 300

// WhoIs asks Meta what somebody is called; who has set no name goes by their username.
func (a *Adapter) WhoIs(ctx context.Context, account channel.Account, igsid string) (channel.Party, error) {
	line, err := a.line(account)
	if err != nil {
		return channel.Party{}, err
	}
	var who struct {
		Name     string `json:"name"`
		Username string `json:"username"`
	}
	asked := meta.Person{Account: account.Address, Token: line.Token, ID: igsid, Fields: "name,username"}
	if err := meta.Profile(ctx, line.Client, asked, &who); err != nil {
		return channel.Party{}, err
	}
	name := strings.TrimSpace(who.Name)
	if name == "" && who.Username != "" {
		name = "@" + who.Username
	}
	return channel.Party{Provider: provider, Scope: account.Address, ExternalID: igsid, DisplayName: clip.Bytes(name, maxPersonName)}, nil
}
