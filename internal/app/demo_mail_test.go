package app

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/public"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
)

func TestTheDemosCustomersWriteAndGetMail(t *testing.T) {
	t.Parallel()
	c := config.Default(t.TempDir())
	c.HTTPAddr = "127.0.0.1:0"
	a, err := New(t.Context(), c, Options{Version: "test", Demo: true}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	door := demoDoor{a}
	err = door.Write(t.Context(), "fala-net", public.CustomerMail{From: "Jan <jan@poczta.example>", Subject: "Router", Text: "Nie działa."})
	if err != nil {
		t.Fatal(err)
	}
	home, err := a.home(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var thread id.Conversation
	until(t, "the mail is a conversation", func() bool {
		key, found, err := db.Find[id.Conversation](home, a.db, `SELECT id FROM conversation WHERE channel = 'email' AND open`)
		thread = key
		return err == nil && found
	})
	answerAs(t, a, home, thread)
	until(t, "the customer has the answer", func() bool {
		address, got, err := door.Sent(t.Context(), "fala-net")
		return err == nil && address == "info@fala-net.example" && len(got) == 1 && got[0].To == "jan@poczta.example" &&
			got[0].Subject == "Re: Router" && strings.Contains(got[0].Text, "Sprawdzimy.")
	})
	if _, _, err := door.Sent(t.Context(), "nobody"); err == nil {
		t.Error("a brand that is none has post")
	}
}

// answerAs answers a conversation as somebody who may answer everything.
func answerAs(t *testing.T, a *App, home context.Context, thread id.Conversation) { //nolint:revive // the context is that of the demo
	t.Helper()
	users, err := db.Many[id.User](home, a.db, `SELECT id FROM app_user WHERE email = 'marta@demo.example'`)
	if err != nil || len(users) != 1 {
		t.Fatalf("%v %v", users, err)
	}
	as := actor.With(home, actor.Actor{
		Kind: actor.User, Tenant: actor.From(home).Tenant, User: users[0], Rights: actor.Supervisor.Rights(), Brands: actor.Brands{All: true},
	})
	c, err := a.services.conversations.Find(as, a.db, thread)
	if err != nil {
		t.Fatal(err)
	}
	var e conversation.Entry
	e, err = a.services.delivery.Reply(as, delivery.ReplyInput{Conversation: c.ID, Text: "Sprawdzimy.", ClientID: "one", Force: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = a.services.delivery.Reschedule(as, c.ID, e.ID, e.ReceivedAt); err != nil {
		t.Fatal(err)
	}
}
