package app

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// mailIntake takes in what customers write to mailboxes.
type mailIntake struct {
	*intake.Service

	db *db.DB
}

// Receive stores a mail as an entry. One that goes on with a chat is waited for
// elsewhere than on a page, which the chat learns first.
func (m mailIntake) Receive(ctx context.Context, in email.Inbound) (email.Stored, error) {
	if in.Channel == channel.Webchat && !in.Quiet {
		err := m.db.Update(ctx, func(tx *db.Tx) error { return webchat.KeepWaiting(ctx, tx, in.Of) })
		if err != nil {
			return email.Stored{}, err
		}
	}
	f := in.From
	r, err := m.Service.Receive(ctx, intake.Inbound{
		Point:    intake.Point{ID: in.Point, Brand: in.At.Brand, Channel: string(in.Channel), Queue: in.Queue},
		Customer: in.Customer,
		From:     intake.Sender{Provider: f.Provider, ExternalID: f.ExternalID, Name: f.DisplayName, Email: f.Email},
		Thread:   in.Thread, Subject: in.Subject, ExternalID: in.ExternalID, Text: in.Text, HTML: in.HTML, Data: in.Data, Files: in.Files,
		OccurredAt: in.OccurredAt, Quiet: in.Quiet,
		Settle: func(ctx context.Context, tx *db.Tx, r intake.Receipt) error {
			return in.Settle(ctx, tx, email.Stored{Conversation: r.Conversation, Entry: r.Entry})
		},
	})
	return email.Stored{Conversation: r.Conversation, Entry: r.Entry}, err
}

// passedLetters passes mails on.
type passedLetters struct{ *email.Service }

// PassOn returns a mail as it stands below another.
func (l passedLetters) PassOn(ctx context.Context, f channel.Forward, to conversation.Conversation) (delivery.PassedOn, error) {
	p, err := l.Service.PassOn(ctx, f, to)
	return delivery.PassedOn(p), err
}

// outside are the ways to hosts that users name.
type outside struct {
	dialer *outhttp.Dialer
	client *http.Client
	poster *outhttp.Poster
}

// outside returns the ways out. What the operator allows was checked with the
// configuration; were it wrong, nothing inside is allowed.
func (a *App) outside() outside {
	allow := a.config.InsideAllow
	dialer, err := outhttp.NewDialer(allow)
	if err != nil {
		a.log.Error("inside_allow is not used", "err", err)
		allow = nil
		dialer, _ = outhttp.NewDialer(nil)
	}
	client, _ := outhttp.New(outhttp.Config{Allow: allow})       // it has the same names
	poster, _ := outhttp.NewPoster(outhttp.Config{Allow: allow}) // it too
	return outside{dialer, client, poster}
}

// mailService builds the channel of e-mail and connects its adapter.
func (s *services) mailService(a *App) {
	out := a.outside()
	s.mail = email.New(email.Deps{
		DB: a.db, Points: s.points, Sealer: a.box, Conversations: s.conversations, Customers: s.customers, Files: s.files,
		Intake: mailIntake{s.intake, a.db}, Blobs: a.blobs, Texts: a.texts, Network: email.Network{Dialer: out.dialer}, HTTP: out.client,
		Sink: a.options.Demo, Log: a.log,
	})
	s.mailAdapter.Connect(s.mail)
}
