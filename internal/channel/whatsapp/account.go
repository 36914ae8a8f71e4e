package whatsapp

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Scopes are the permissions that the token of a business account needs.
func Scopes() []string {
	return []string{"whatsapp_business_messaging", "whatsapp_business_management"}
}

// Fields are what the app must be told of business accounts.
func Fields() []string { return []string{fieldMessages, fieldTemplates} }

// Keys of the form.
const (
	keyBusiness = "waba_id"
	keyPhone    = "phone_number_id"
	secretToken = "token"
	maxToken    = 2000 // characters
	maxKey      = 30
)

// The steps of a test.
const (
	tryApp          = "app"          // the operator's app is set up
	tryAddress      = "address"      // Meta can reach us
	tryToken        = "token"        // the token is good
	tryPermissions  = "permissions"  // it has all that is needed
	tryNumber       = "number"       // the number is of the business account
	tryQuality      = "quality"      // people do not complain of it
	trySubscription = "subscription" // the business account tells our app of everything
)

// Form describes what a number is connected with.
func (a *Adapter) Form() channel.Form {
	f := channel.Form{
		Fields: []channel.FormField{
			{Key: keyBusiness, Kind: channel.FieldText, Required: true, Fixed: true, Most: maxKey, Example: "419561257915477"},
			{Key: keyPhone, Kind: channel.FieldText, Required: true, Fixed: true, Most: maxKey, Example: "106540352242922"},
			{Key: secretToken, Kind: channel.FieldSecret, Required: true, Most: maxToken},
		},
		Tries: []string{tryApp, tryAddress, tryToken, tryPermissions, tryNumber, tryQuality, trySubscription},
	}
	if a.client == nil || !a.client.Ready() {
		f.Unable = "meta.no_app"
		return f
	}
	f.Guide = []channel.GuideStep{
		{Step: "hook", Copy: []channel.Copy{{Name: "callback", Value: meta.HookPath}, {Name: "verify", Value: a.client.Token()}}},
		{Step: "fields", Words: Fields()},
		{Step: "number"},
		{Step: "token", Words: Scopes()},
	}
	return f
}

// phoneNode is a number as Meta tells of it.
type phoneNode struct {
	ID      string `json:"id"`
	Number  string `json:"display_phone_number"`
	Name    string `json:"verified_name"`
	Quality string `json:"quality_rating"`
}

// number returns the number of a line among those of its business account; an empty one where it is none of them.
func (l line) number(ctx context.Context) (found phoneNode, err error) {
	call := l.call("", l.Business+"/phone_numbers", nil)
	call.Query = url.Values{"fields": {"id,display_phone_number,verified_name,quality_rating"}, "limit": {"100"}}
	err = l.client.Each(ctx, call, 5, func(item json.RawMessage) (bool, error) {
		var n phoneNode
		if err := json.Unmarshal(item, &n); err != nil {
			return false, err
		}
		if n.ID == l.PhoneID {
			found = n
		}
		return found.ID == "", nil
	})
	return found, err
}

// Prove finds out whether a token may speak for a number.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "whatsapp.Prove"
	s, err := parseSettings(in.Config)
	if err != nil {
		return channel.Proof{}, err
	}
	for key, value := range map[string]string{keyBusiness: s.Business, keyPhone: s.PhoneID} {
		if strings.Trim(value, "0123456789") != "" {
			return channel.Proof{}, channel.Wrong(op, key, "whatsapp.id", nil)
		}
	}
	token := strings.TrimSpace(in.Secrets[secretToken])
	said, err := a.client.Inspect(ctx, token)
	switch {
	case err != nil:
		return channel.Proof{}, meta.Unavailable(op, err)
	case !said.Valid:
		return channel.Proof{}, channel.Wrong(op, secretToken, "meta.token_invalid", errs.Values{"words": said.Words()})
	case said.App != a.client.ID:
		return channel.Proof{}, channel.Wrong(op, secretToken, "meta.token_app", nil)
	}
	if missing := said.Lacks(Scopes()...); len(missing) > 0 {
		return channel.Proof{}, channel.Wrong(op, secretToken, "meta.token_scopes", errs.Values{"missing": strings.Join(missing, ", ")})
	}
	n, err := line{Settings: s, client: a.client, token: token}.number(ctx)
	if f := failure(err); err != nil && (f.Verdict == channel.Retry || f.Verdict == channel.Ambiguous) {
		return channel.Proof{}, meta.Unavailable(op, err)
	} else if err != nil { // it may not look at the business account, or there is none such
		return channel.Proof{}, channel.Wrong(op, keyBusiness, "whatsapp.no_business", nil)
	}
	if n.ID == "" {
		return channel.Proof{}, channel.Wrong(op, keyPhone, "whatsapp.no_number", nil)
	}
	s.Number = clip.Bytes(n.Number, maxName)
	config, err := json.Marshal(s)
	name := strings.TrimSpace(clip.Bytes(n.Name, maxName) + " " + s.Number)
	return channel.Proof{Address: n.ID, Name: name, Config: config, Secrets: channel.Secrets{secretToken: token}, ExpiresAt: said.ExpiresAt()}, err
}

// Try tries everything that a number needs. What the business account does not tell our app of is asked for on the way.
func (a *Adapter) Try(ctx context.Context, account channel.Account) (r channel.Report) {
	r.ExpiresAt = account.ExpiresAt
	say := func(t channel.Trial) { r.Trials = append(r.Trials, t) }
	say(channel.Trial{Step: tryApp, OK: true})
	say(meta.TryAddress(tryAddress, a.reached))
	l, err := a.line(account)
	if err != nil {
		say(tried(tryToken, err))
		return r
	}
	said, err := l.client.Inspect(ctx, l.token)
	switch {
	case err != nil:
		say(tried(tryToken, err))
		return r
	case !said.Valid:
		say(channel.Trial{Step: tryToken, Code: "meta.reconnect", Words: said.Words()})
		return r
	}
	r.ExpiresAt = said.ExpiresAt()
	say(channel.Trial{Step: tryToken, OK: true})
	say(meta.Lacking(tryPermissions, "meta.permission", said.Lacks(Scopes()...)))
	n, err := l.number(ctx)
	switch {
	case err != nil:
		say(tried(tryNumber, err))
		return r
	case n.ID == "":
		say(channel.Trial{Step: tryNumber, Code: "whatsapp.no_number"})
		return r
	}
	say(channel.Trial{Step: tryNumber, OK: true, Words: strings.TrimSpace(clip.Bytes(n.Name, maxName) + " " + clip.Bytes(n.Number, maxName))})
	say(quality(n.Quality))
	if err := l.subscribe(ctx); err != nil {
		say(tried(trySubscription, err))
		return r
	}
	say(channel.Trial{Step: trySubscription, OK: true})
	return r
}

// tried is a step in which a call has failed.
func tried(step string, err error) channel.Trial {
	f := failure(harmless(err)) // it may be asked twice
	return channel.Trial{Step: step, Code: f.Code, Words: f.Words, Passing: f.Verdict == channel.Retry}
}

// quality says what people think of a number: at a low one Meta takes fewer messages, and in the end none.
func quality(rating string) channel.Trial {
	t := channel.Trial{Step: tryQuality, OK: true, Words: clip.Bytes(rating, maxName)}
	if strings.EqualFold(rating, "RED") || strings.EqualFold(rating, "YELLOW") {
		t.OK, t.Aside, t.Code = false, true, "whatsapp.quality"
	}
	return t
}

// subscribe has the business account tell our app of what happens. Of which fields, is said in the app.
func (l line) subscribe(ctx context.Context) error {
	path, there := l.Business+"/subscribed_apps", false
	err := l.client.Each(ctx, l.call("", path, nil), 2, func(item json.RawMessage) (bool, error) {
		var app struct {
			Data struct {
				ID string `json:"id"`
			} `json:"whatsapp_business_api_data"`
		}
		if err := json.Unmarshal(item, &app); err != nil {
			return false, err
		}
		there = there || app.Data.ID == l.client.ID
		return true, nil
	})
	if err != nil || there {
		return err
	}
	return l.client.Do(ctx, l.call(http.MethodPost, path, nil), nil)
}
