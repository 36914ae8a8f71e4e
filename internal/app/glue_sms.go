package app

import (
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/job"
)

// smsService builds the channel of text messages and connects its adapter.
func (s *services) smsService(a *App) {
	out := a.outside()
	s.texts = sms.New(sms.Deps{
		DB: a.db, Accounts: s.accounts, Points: s.points, Events: s.events, Consents: s.customers, Conversations: s.conversations, Dialer: out.dialer, HTTP: out.client,
		BaseURL: a.config.BaseURL, Log: a.log,
	})
	s.textAdapter.Connect(s.texts)
}

// wishes is that somebody forbids or allows text messages with one.
func wishes(r intake.Receipt) []job.Args {
	if r.Point.Channel != string(channel.SMS) || r.Kind != conversation.Message || r.Duplicate {
		return nil
	}
	wish, is := sms.Wanted(sms.Heed{Point: r.Point.ID, Conversation: r.Conversation, Customer: r.Customer, Number: r.From.ExternalID, Words: r.Text, At: r.OccurredAt})
	if !is {
		return nil
	}
	return []job.Args{wish}
}
