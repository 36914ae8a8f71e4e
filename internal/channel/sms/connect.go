package sms

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/channel/sms/twilio"
	"github.com/zongler/zongler/internal/errs"
)

// Steps of a test, in their order.
const (
	StepAddress = "address" // a gateway can reach us
	StepSignIn  = "sign_in" // the centre or gateway knows us
	StepNumber  = "number"  // the number is ours there
	StepHook    = "hook"    // and what is written to it is posted to us
)

// form describes what is entered to connect a number.
func form() channel.Form {
	centre, gateway := &channel.When{Field: "transport", Is: string(SMPP)}, &channel.When{Field: "transport", Is: string(Gateway)}
	return channel.Form{
		Fields: []channel.FormField{
			{Key: "transport", Kind: channel.FieldChoice, Required: true, Fixed: true, Choices: []string{string(SMPP), string(Gateway)}},
			{Key: "number", Kind: channel.FieldText, Required: true, Fixed: true, Most: 20, Example: "+48 601 234 567"},
			{Key: "country", Kind: channel.FieldText, Most: 2, Example: "PL"},
			{Key: "host", Kind: channel.FieldText, Required: true, Fixed: true, Most: 200, Example: "smpp.example.com:2775", When: centre},
			{Key: "unsafe", Kind: channel.FieldSwitch, Proves: true, When: centre},
			{Key: "ca", Kind: channel.FieldText, Proves: true, Most: maxCA, Example: "-----BEGIN CERTIFICATE-----…", When: centre},
			{Key: "system_id", Kind: channel.FieldText, Required: true, Fixed: true, Most: 15, When: centre},
			{Key: secretPassword, Kind: channel.FieldSecret, Required: true, Most: 8, When: centre},
			{Key: "system_type", Kind: channel.FieldText, Proves: true, Most: 12, When: centre},
			{Key: "window", Kind: channel.FieldNumber, Least: 1, Most: 100, Default: smpp.DefaultWindow, When: centre},
			{Key: "ids", Kind: channel.FieldChoice, Choices: []string{string(Same), string(Hex), string(Decimal)}, When: centre},
			{Key: "confirm_en", Kind: channel.FieldText, Most: maxConfirm, When: centre},
			{Key: "confirm_pl", Kind: channel.FieldText, Most: maxConfirm, When: centre},
			{Key: "confirm_hu", Kind: channel.FieldText, Most: maxConfirm, When: centre},
			{Key: "account", Kind: channel.FieldText, Required: true, Fixed: true, Most: 64, Example: "AC0123456789abcdef0123456789abcdef", When: gateway},
			{Key: secretToken, Kind: channel.FieldSecret, Required: true, Most: 200, When: gateway},
			{Key: "base_url", Kind: channel.FieldText, Fixed: true, Most: 200, Example: twilio.BaseURL, When: gateway},
			{Key: "plain", Kind: channel.FieldSwitch},
		},
		Guide: []channel.GuideStep{
			{Step: "centre", When: centre},
			{Step: "receipts", When: centre},
			{Step: "token", When: gateway},
			{Step: "number", When: gateway},
		},
		Tries: []string{StepAddress, StepSignIn, StepNumber, StepHook},
	}
}

// prove finds out whether one can sign in with what was entered.
func (s *Service) prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "sms.Prove"
	settings, err := parseSettings(in.Config)
	if err == nil {
		settings, err = settings.check(op)
	}
	if err != nil {
		return channel.Proof{}, err
	}
	config, err := json.Marshal(settings)
	if err != nil {
		return channel.Proof{}, errs.E(errs.Internal, op, err)
	}
	account := channel.Account{EntryPoint: channel.EntryPoint{Config: config}, Secrets: in.Secrets}
	if settings.Transport == Gateway {
		if err := s.proveGateway(ctx, op, settings, in.Secrets); err != nil {
			return channel.Proof{}, err
		}
	} else if err := s.signIn(ctx, account); err != nil {
		return channel.Proof{}, wrongSignIn(op, err)
	}
	return channel.Proof{Address: settings.address(), Name: settings.Number, Config: config}, nil
}

// signIn binds to a centre, to send alone, and leaves it.
func (s *Service) signIn(ctx context.Context, a channel.Account) error {
	session, err := s.bind(ctx, a, false)
	if err != nil {
		return err
	}
	session.Close(ctx)
	return nil
}

// wrongSignIn says at which field it is wrong that a centre does not let us in.
func wrongSignIn(op string, err error) error {
	f := unbound(err)
	switch f.Code {
	case "sms.reconnect":
		return channel.Wrong(op, secretPassword, "sms.sign_in", errs.Values{"words": f.Words})
	case "sms.certificate":
		return channel.Wrong(op, "host", "sms.certificate", errs.Values{"words": f.Words})
	case "sms.plain":
		return channel.Wrong(op, "unsafe", "sms.plain", nil)
	}
	return &errs.Error{Kind: errs.Unavailable, Op: op, Code: "sms.unreachable", Err: err}
}

// proveGateway finds out whether a gateway knows who signs in, and the number as theirs.
func (s *Service) proveGateway(ctx context.Context, op string, settings Settings, secrets channel.Secrets) error {
	client, who := twilio.Client{HTTP: s.HTTP}, caller(settings, secrets)
	_, status, err := client.Owner(ctx, who)
	if f, is := errors.AsType[*twilio.Fault](err); is && (f.HTTP == http.StatusUnauthorized || f.HTTP == http.StatusForbidden || f.HTTP == http.StatusNotFound) {
		return channel.Wrong(op, secretToken, "sms.sign_in", errs.Values{"words": f.Message})
	}
	if err != nil {
		return &errs.Error{Kind: errs.Unavailable, Op: op, Code: "sms.unreachable", Err: err}
	}
	if status != "" && status != "active" {
		return channel.Wrong(op, "account", "sms.account_status", errs.Values{"status": clipped(status, maxName)})
	}
	if !numbers.MatchString(settings.Number) {
		return nil // a name that messages go under: nothing can be written to it
	}
	_, found, err := client.Find(ctx, who, settings.Number)
	switch {
	case err != nil:
		return &errs.Error{Kind: errs.Unavailable, Op: op, Code: "sms.unreachable", Err: err}
	case !found:
		return channel.Wrong(op, "number", "sms.not_yours", nil)
	}
	return nil
}

// try tries everything that a number needs, step by step.
func (s *Service) try(ctx context.Context, a channel.Account) channel.Report {
	settings, err := parseSettings(a.Config)
	if err != nil {
		return channel.Report{Trials: []channel.Trial{{Step: StepSignIn, Code: "delivery.malformed"}}}
	}
	if settings.Transport == Gateway {
		return channel.Report{Trials: s.tryGateway(ctx, a, settings)}
	}
	if s.pool.live(a.EntryPoint) { // some centres let nobody in twice
		return channel.Report{Trials: []channel.Trial{{Step: StepSignIn, OK: true}}}
	}
	if err := s.signIn(ctx, a); err != nil {
		f := unbound(err)
		return channel.Report{Trials: []channel.Trial{{Step: StepSignIn, Code: f.Code, Words: f.Words, Passing: f.Verdict == channel.Retry}}}
	}
	return channel.Report{Trials: []channel.Trial{{Step: StepSignIn, OK: true}}}
}

func (s *Service) tryGateway(ctx context.Context, a channel.Account, settings Settings) []channel.Trial {
	at := s.reachable(a.EntryPoint)
	all := []channel.Trial{{Step: StepAddress, OK: at != "", Aside: true}}
	if at == "" {
		all[0].Code = "sms.no_address"
	}
	client, who := twilio.Client{HTTP: s.HTTP}, caller(settings, a.Secrets)
	if _, _, err := client.Owner(ctx, who); err != nil {
		return append(all, failed(StepSignIn, err))
	}
	all = append(all, channel.Trial{Step: StepSignIn, OK: true})
	if !numbers.MatchString(settings.Number) {
		return all
	}
	n, found, err := client.Find(ctx, who, settings.Number)
	switch {
	case err != nil:
		return append(all, failed(StepNumber, err))
	case !found:
		return append(all, channel.Trial{Step: StepNumber, Code: "sms.not_yours"})
	}
	all = append(all, channel.Trial{Step: StepNumber, OK: true})
	if at == "" {
		return all
	}
	if n.SMSURL != at {
		if err := client.SetHook(ctx, who, n, at); err != nil {
			return append(all, failed(StepHook, err))
		}
	}
	return append(all, channel.Trial{Step: StepHook, OK: true})
}

// failed says why a step could not be tried or was refused.
func failed(step string, err error) channel.Trial {
	f := faultOf(err)
	if f.Verdict == channel.Ambiguous { // to ask twice harms nobody
		f = channel.Fail(channel.Retry, "sms.unreachable", err)
	}
	return channel.Trial{Step: step, Code: f.Code, Words: f.Words, Passing: f.Verdict == channel.Retry}
}
