package sms

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/phone"
	"github.com/zongler/zongler/internal/kit/smstext"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of confirmations.
const (
	confirmEvery  = 24 * time.Hour // to one number: whatever answers by itself cannot keep us writing
	confirmWithin = time.Hour      // later it would only astonish
	maxConfirm    = 300
)

// codeConfirmed is what is said in the conversation about a confirmation.
const codeConfirmed = "sms_stop_confirmed"

// Confirm is the job that tells somebody that their STOP is heeded: the one message that still goes there.
type Confirm struct {
	Point        id.EntryPoint   `json:"point"`
	Conversation id.Conversation `json:"conversation"`
	Customer     id.Customer     `json:"customer"`
	Number       string          `json:"number"`
	At           time.Time       `json:"at"`
}

// Kind returns "sms.confirm".
func (Confirm) Kind() string { return "sms.confirm" }

// Confirm sends a confirmation, if the number has a text for it: at most once, and not at all to who has had one within a day.
func (s *Service) Confirm(ctx context.Context, j Confirm) error {
	p, err := s.Points.Lookup(ctx, s.DB, actor.From(ctx).Tenant, j.Point)
	if errs.Is(errs.NotFound, err) || err == nil && !p.Open() || time.Since(j.At) > confirmWithin {
		return nil
	}
	if err != nil {
		return err
	}
	settings, err := parseSettings(p.Config)
	if err != nil {
		return err
	}
	language, err := s.Consents.LanguageOf(ctx, s.DB, j.Customer)
	if err != nil {
		return err
	}
	text := settings.confirmation(language, j.Number)
	if text == "" || !writable.MatchString(j.Number) {
		return nil
	}
	return s.confirm(ctx, p, settings, j, text)
}

// writable are the numbers of people: those of services answer by themselves.
var writable = regexp.MustCompile(`^\+[0-9]{7,15}$`)

// confirmation returns the text in somebody's language, else in that of their number's country, else in any.
func (s Settings) confirmation(language, number string) string {
	texts := map[string]string{"en": s.ConfirmEN, "pl": s.ConfirmPL, "hu": s.ConfirmHU}
	for _, one := range []string{texts[language], texts[strings.ToLower(phone.Region(number))], s.ConfirmEN, s.ConfirmPL, s.ConfirmHU} {
		if one != "" {
			return one
		}
	}
	return ""
}

// confirm sends text. What may have been taken is not sent again; what was not is tried again.
func (s *Service) confirm(ctx context.Context, p channel.EntryPoint, settings Settings, j Confirm, text string) error {
	mine := false
	err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		mine, err = claimConfirm(ctx, tx, p, j.Number)
		return err
	})
	if err != nil || !mine {
		return err
	}
	if f := s.tellStopped(ctx, p, settings, j.Number, text); f != nil {
		if f.Verdict == channel.Retry {
			return s.unclaim(ctx, p, j.Number, f)
		}
		s.Log.WarnContext(ctx, "sms: a STOP is not confirmed", "entry_point", p.ID, "code", f.Code, "err", f)
		return nil
	}
	data, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		c, err := s.Conversations.Lock(ctx, tx, j.Conversation)
		if err != nil {
			return err
		}
		_, _, err = s.Conversations.Append(ctx, tx, &c, conversation.NewEntry{Kind: conversation.System, Author: conversation.BySystem, Code: codeConfirmed, Data: data})
		return err
	})
}

// unclaim lets a confirmation be tried again of which nothing went out.
func (s *Service) unclaim(ctx context.Context, p channel.EntryPoint, number string, why error) error {
	err := s.DB.Update(ctx, func(tx *db.Tx) error { return freeConfirm(ctx, tx, p, number) })
	if err == nil {
		err = why
	}
	return err
}

// tellStopped hands a text to the centre. No receipt is asked for: nothing would follow from it.
func (s *Service) tellStopped(ctx context.Context, p channel.EntryPoint, settings Settings, number, text string) *channel.Failure {
	session, w, err := s.pool.session(ctx, p)
	if err != nil {
		return unbound(err)
	}
	if settings.Plain {
		text = smstext.Plain(text)
	}
	for i, m := range messages(settings, channel.Outgoing{Entry: id.New[id.Entry](), To: party(number)}, text) {
		m.Registered = 0
		if _, err := s.submitPart(ctx, session, w, m, i > 0); err != nil {
			f := failureOf(err)
			if i > 0 && f.Verdict == channel.Retry { // the beginning is out
				f = channel.Fail(channel.Ambiguous, "sms.partly_sent", err)
			}
			return f
		}
	}
	return nil
}
