package facebook

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Scopes are the permissions that a token needs.
func Scopes() []string { return []string{"pages_messaging", "pages_manage_metadata"} }

// Fields are what a page must tell our app of.
func Fields() []string {
	return []string{
		"messages", "messaging_postbacks", "messaging_referrals", "messaging_handovers", "message_echoes", "message_edits",
		"message_reactions", "message_reads", "message_deliveries", "standby",
	}
}

// Step is a part of a test.
type Step string

// Steps, in their order.
const (
	StepApp          Step = "app"          // the operator's app is set up
	StepAddress      Step = "address"      // Meta can reach us
	StepToken        Step = "token"        // the token is good
	StepPermissions  Step = "permissions"  // it has all that is needed
	StepPage         Step = "page"         // it is of this page, which answers
	StepSubscription Step = "subscription" // the page tells our app of everything
)

// Steps returns all there are.
func Steps() []Step {
	return []Step{StepApp, StepAddress, StepToken, StepPermissions, StepPage, StepSubscription}
}

// Trial is what came of one step.
type Trial struct {
	Step    Step
	OK      bool
	Code    string   // what is wrong, a key of the catalogues
	Missing []string // what lacks, in Meta's words
	Words   string   // what Meta said
}

// maxToken bounds a token, in bytes.
const maxToken = 2000

// proof is what a token has shown.
type proof struct {
	token   string
	page    string
	name    string
	expires time.Time
}

// prove finds out which page a token speaks for. Its errors say what is wrong with the token.
func (s *Service) prove(ctx context.Context, op, token string) (proof, error) {
	token = strings.TrimSpace(token)
	wrong := func(code string, values errs.Values) error {
		return errs.Fields(op, errs.Field{Path: "token", Code: code, Values: values})
	}
	switch {
	case !s.Client.Ready():
		return proof{}, errs.New(errs.Conflict, op, "meta.no_app")
	case token == "" || len(token) > maxToken:
		return proof{}, wrong("required", nil)
	}
	said, err := s.Client.Inspect(ctx, token)
	switch {
	case err != nil:
		return proof{}, unavailable(op, err)
	case !said.Valid:
		return proof{}, wrong("facebook.token_invalid", errs.Values{"words": said.Words()})
	case said.App != s.Client.ID:
		return proof{}, wrong("facebook.token_app", nil)
	case said.Type != "PAGE":
		return proof{}, wrong("facebook.token_user", nil)
	}
	if missing := said.Lacks(Scopes()...); len(missing) > 0 {
		return proof{}, wrong("facebook.token_scopes", errs.Values{"missing": strings.Join(missing, ", ")})
	}
	at, err := s.who(ctx, token)
	if err != nil {
		return proof{}, unavailable(op, err)
	}
	if at.ID == "" || said.Profile != "" && said.Profile != at.ID {
		return proof{}, wrong("facebook.token_user", nil)
	}
	return proof{token, at.ID, at.Name, said.ExpiresAt()}, nil
}

// unavailable says that Meta could not be asked.
func unavailable(op string, err error) error {
	return &errs.Error{Kind: errs.Unavailable, Op: op, Code: meta.Failure(err).Code, Err: err}
}

type node struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// who returns which page a token is of.
func (s *Service) who(ctx context.Context, token string) (node, error) {
	var at node
	err := s.Client.Do(ctx, meta.Call{Token: token, Path: "me", Query: url.Values{"fields": {"id,name"}}}, &at)
	return at, err
}

// subscribed returns of what a page tells our app.
func (s *Service) subscribed(ctx context.Context, p page) (fields []string, err error) {
	call := meta.Call{Account: p.id, Token: p.token, Path: p.id + "/subscribed_apps", Query: url.Values{"fields": {"id,name,subscribed_fields"}}}
	err = s.Client.Each(ctx, call, 2, func(item json.RawMessage) (bool, error) {
		var app struct {
			ID     string   `json:"id"`
			Fields []string `json:"subscribed_fields"`
		}
		if err := json.Unmarshal(item, &app); err != nil {
			return false, err
		}
		if app.ID == s.Client.ID {
			fields = app.Fields
		}
		return app.ID != s.Client.ID, nil
	})
	return fields, err
}

// subscribe has a page tell our app of everything that we need. What it tells beside that stays.
func (s *Service) subscribe(ctx context.Context, p page) (missing []string, err error) {
	has, err := s.subscribed(ctx, p)
	if err != nil {
		return nil, err
	}
	if missing = lacking(has); len(missing) == 0 {
		return nil, nil
	}
	all := append(slices.Clone(has), missing...)
	call := p.post("subscribed_apps", nil)
	call.Query = url.Values{"subscribed_fields": {strings.Join(all, ",")}}
	if err := s.Client.Do(ctx, call, nil); err != nil {
		return missing, err
	}
	has, err = s.subscribed(ctx, p)
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

// Test tries everything that a page needs, and says what lacks.
func (s *Service) Test(ctx context.Context, point id.EntryPoint) ([]Trial, error) {
	const op = "facebook.Test"
	p, err := s.Get(ctx, point)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	all := s.try(ctx, p.EntryPoint)
	s.remember(ctx, p.EntryPoint, all)
	return all, nil
}

// try tries everything, step by step. Where one fails, those that stand on it are not tried.
func (s *Service) try(ctx context.Context, p channel.EntryPoint) []Trial {
	if !s.Client.Ready() {
		return []Trial{{Step: StepApp, Code: "meta.no_app"}}
	}
	all := []Trial{{Step: StepApp, OK: true}, s.tryAddress()}
	at, err := s.open(ctx, p)
	if err != nil {
		return append(all, Trial{Step: StepToken, Code: channel.Judge(err).Code})
	}
	said, err := s.Client.Inspect(ctx, at.token)
	switch {
	case err != nil:
		return append(all, failed(StepToken, err))
	case !said.Valid:
		return append(all, Trial{Step: StepToken, Code: "meta.reconnect", Words: said.Words()})
	}
	all = append(all, Trial{Step: StepToken, OK: true}, lacks(StepPermissions, "meta.permission", said.Lacks(Scopes()...)))
	who, err := s.who(ctx, at.token)
	switch {
	case err != nil:
		return append(all, failed(StepPage, err))
	case who.ID != p.Address:
		return append(all, Trial{Step: StepPage, Code: "facebook.other_page"})
	}
	all = append(all, Trial{Step: StepPage, OK: true})
	missing, err := s.subscribe(ctx, at)
	if err != nil {
		t := failed(StepSubscription, err)
		t.Missing = missing
		return append(all, t)
	}
	return append(all, lacks(StepSubscription, "facebook.unsubscribed", missing))
}

// tryAddress says whether Meta can reach us: it calls only https addresses of the world.
func (s *Service) tryAddress() Trial {
	at, err := url.Parse(s.BaseURL)
	if err != nil || at.Scheme != "https" || at.Host == "" {
		return Trial{Step: StepAddress, Code: "meta.no_address"}
	}
	return Trial{Step: StepAddress, OK: true}
}

func lacks(step Step, code string, missing []string) Trial {
	if len(missing) == 0 {
		return Trial{Step: step, OK: true}
	}
	return Trial{Step: step, Code: code, Missing: missing}
}

func failed(step Step, err error) Trial {
	f := meta.Failure(err)
	t := Trial{Step: step, Code: f.Code, Words: f.Words}
	if said, ok := errors.AsType[*meta.Fault](err); ok && t.Words == "" {
		t.Words = said.Message
	}
	return t
}

// remember keeps what a test has found out of a page. Whether our own address is known says nothing of the page.
func (s *Service) remember(ctx context.Context, p channel.EntryPoint, all []Trial) {
	for _, t := range all {
		if !t.OK && t.Step != StepAddress {
			if t.Code != "meta.busy" && t.Code != "meta.failing" && t.Code != "meta.unreachable" {
				s.learn(ctx, p, t.Code)
			}
			return
		}
	}
	s.learn(ctx, p, "")
}

// settle has a page just connected tell us of everything, and keeps whether it does.
func (s *Service) settle(ctx context.Context, p channel.EntryPoint) {
	s.remember(ctx, p, s.try(ctx, p))
}

// check finds out whether a page works, and until when its token is good.
func (s *Service) check(ctx context.Context, p channel.EntryPoint) error {
	all := s.try(ctx, p)
	s.remember(ctx, p, all)
	at, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	said, err := s.Client.Inspect(ctx, at.token)
	if err != nil {
		return meta.Failure(err)
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error { return saveChecked(ctx, tx, p.Tenant, p.ID, said.ExpiresAt()) })
	if err != nil {
		return err
	}
	for _, t := range all {
		if !t.OK && t.Step != StepAddress {
			return channel.Fail(channel.Reconnect, t.Code, nil)
		}
	}
	return nil
}
