package facebook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/threads"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Scopes are the permissions that a token needs.
func Scopes() []string { return []string{"pages_messaging", "pages_manage_metadata"} }

// PublicScopes are the permissions that a token needs beside those for what is public on the page.
func PublicScopes() []string {
	return []string{"pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"}
}

// Fields are what a page must tell our app of.
func Fields() []string {
	return []string{
		"messages", "messaging_postbacks", "messaging_referrals", "messaging_handovers", "message_echoes", "message_edits",
		"message_reactions", "message_reads", "message_deliveries", "standby", fieldFeed, fieldMention, fieldRatings,
	}
}

// secretToken is the page access token.
const secretToken = "token"

// maxToken bounds a token, in characters.
const maxToken = 2000

// The steps of a test.
const (
	tryApp          = "app"          // the operator's app is set up
	tryAddress      = "address"      // Meta can reach us
	tryToken        = "token"        // the token is good
	tryPermissions  = "permissions"  // it has all that is needed
	tryPublic       = "public"       // … and what is needed for what everybody reads
	tryPage         = "page"         // it is of this page, which answers
	trySubscription = "subscription" // the page tells our app of everything
)

// Form describes what a page is connected with.
func (a *Adapter) Form() channel.Form {
	f := channel.Form{
		Fields: []channel.FormField{
			{Key: secretToken, Kind: channel.FieldSecret, Required: true, Most: maxToken},
			{Key: "human_agent", Kind: channel.FieldSwitch},
		},
		Tries: []string{tryApp, tryAddress, tryToken, tryPermissions, tryPublic, tryPage, trySubscription},
	}
	if a.client == nil || !a.client.Ready() {
		f.Unable = "meta.no_app"
		return f
	}
	f.Guide = []channel.GuideStep{
		{Step: "hook", Copy: []channel.Copy{{Name: "callback", Value: meta.HookPath}, {Name: "verify", Value: a.client.Token()}}},
		{Step: "fields", Words: Fields()},
		{Step: "token", Words: append(Scopes(), PublicScopes()...)},
	}
	return f
}

// Prove finds out which page a token speaks for.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "facebook.Prove"
	token := in.Secrets[secretToken]
	wrong := func(code string, values errs.Values) error { return channel.Wrong(op, secretToken, code, values) }
	said, err := a.client.Inspect(ctx, token)
	switch {
	case err != nil:
		return channel.Proof{}, meta.Unavailable(op, err)
	case !said.Valid:
		return channel.Proof{}, wrong("meta.token_invalid", errs.Values{"words": said.Words()})
	case said.App != a.client.ID:
		return channel.Proof{}, wrong("meta.token_app", nil)
	case said.Type != "PAGE":
		return channel.Proof{}, wrong("facebook.token_user", nil)
	}
	if missing := said.Lacks(Scopes()...); len(missing) > 0 {
		return channel.Proof{}, wrong("meta.token_scopes", errs.Values{"missing": strings.Join(missing, ", ")})
	}
	at, err := a.who(ctx, token)
	if err != nil {
		return channel.Proof{}, meta.Unavailable(op, err)
	}
	if at.ID == "" || said.Profile != "" && said.Profile != at.ID {
		return channel.Proof{}, wrong("facebook.token_user", nil)
	}
	return channel.Proof{Address: at.ID, Name: at.Name, ExpiresAt: said.ExpiresAt()}, nil
}

type node struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// who returns which page a token is of.
func (a *Adapter) who(ctx context.Context, token string) (node, error) {
	var at node
	err := a.client.Do(ctx, meta.Call{Token: token, Path: "me", Query: url.Values{"fields": {"id,name"}}}, &at)
	return at, err
}

// Try tries everything that a page needs. What the page does not tell our app of is asked for on the way.
func (a *Adapter) Try(ctx context.Context, page channel.Account) (r channel.Report) {
	r.ExpiresAt = page.ExpiresAt
	say := func(t channel.Trial) { r.Trials = append(r.Trials, t) }
	say(channel.Trial{Step: tryApp, OK: true})
	say(meta.TryAddress(tryAddress, a.reached))
	line, err := a.line(page)
	if err != nil {
		say(meta.Tried(tryToken, err))
		return r
	}
	said, err := a.client.Inspect(ctx, line.Token)
	if err != nil {
		say(meta.Tried(tryToken, err))
		return r
	}
	r.ExpiresAt = said.ExpiresAt()
	if !said.Valid {
		say(channel.Trial{Step: tryToken, Code: "meta.reconnect", Words: said.Words()})
		return r
	}
	say(channel.Trial{Step: tryToken, OK: true})
	say(meta.Lacking(tryPermissions, "meta.permission", said.Lacks(Scopes()...)))
	public := meta.Lacking(tryPublic, "meta.permission", said.Lacks(PublicScopes()...))
	public.Aside = true // the messages work without
	say(public)
	at, err := a.who(ctx, line.Token)
	switch {
	case err != nil:
		say(meta.Tried(tryPage, err))
		return r
	case at.ID != page.Address:
		say(channel.Trial{Step: tryPage, Code: "account.other_now"})
		return r
	}
	say(channel.Trial{Step: tryPage, OK: true})
	missing, err := subscribe(ctx, line)
	if err != nil {
		t := meta.Tried(trySubscription, err)
		t.Values = missing
		say(t)
		return r
	}
	say(meta.Lacking(trySubscription, "facebook.unsubscribed", missing))
	return r
}

// subscribed returns of what a page tells our app.
func subscribed(ctx context.Context, l threads.Line) (fields []string, err error) {
	call := l.Post("subscribed_apps", nil)
	call.Method, call.Query = http.MethodGet, url.Values{"fields": {"id,name,subscribed_fields"}}
	err = l.Client.Each(ctx, call, 2, func(item json.RawMessage) (bool, error) {
		var app struct {
			ID     string   `json:"id"`
			Fields []string `json:"subscribed_fields"`
		}
		if err := json.Unmarshal(item, &app); err != nil {
			return false, err
		}
		if app.ID == l.Client.ID {
			fields = app.Fields
		}
		return app.ID != l.Client.ID, nil
	})
	return fields, err
}

// subscribe has a page tell our app of everything that we need. What it tells beside that stays.
func subscribe(ctx context.Context, l threads.Line) (missing []string, err error) {
	has, err := subscribed(ctx, l)
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
	has, err = subscribed(ctx, l)
	return lacking(has), err
}

func lacking(has []string) (missing []string) {
	for _, f := range Fields() {
		if !slices.Contains(has, f) {
			missing = append(missing, f)
		}
	}
	return missing
}

// Release has a page tell our app of nothing more.
func (a *Adapter) Release(ctx context.Context, page channel.Account) error {
	line, err := a.line(page)
	if err != nil {
		return err
	}
	call := line.Post("subscribed_apps", nil)
	call.Method = http.MethodDelete
	return line.Client.Do(ctx, call, nil)
}

// maxPersonName bounds a name, in bytes.
const maxPersonName = 300

// WhoIs asks Meta what somebody is called.
func (a *Adapter) WhoIs(ctx context.Context, page channel.Account, psid string) (channel.Party, error) {
	var who struct {
		First string `json:"first_name"`
		Last  string `json:"last_name"`
		Name  string `json:"name"`
	}
	if err := meta.Profile(ctx, a.client, meta.Person{Account: page.Address, Token: page.Secrets[secretToken], ID: psid, Fields: "first_name,last_name,name"}, &who); err != nil {
		return channel.Party{}, err
	}
	name := strings.TrimSpace(who.First + " " + who.Last)
	if name == "" {
		name = strings.TrimSpace(who.Name)
	}
	return channel.Party{Provider: provider, Scope: page.Address, ExternalID: psid, DisplayName: clip.Bytes(name, maxPersonName)}, nil
}
