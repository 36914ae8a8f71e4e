package app

import (
	"context"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// accountService builds what connects and looks after the accounts of all channels that have such.
func (s *services) accountService(a *App) {
	s.accounts = channel.NewAccounts(channel.AccountDeps{
		DB: a.db, Points: s.points, Registry: s.registry, Sealer: a.box, Events: s.events, People: introduced{s.customers}, Said: stillSaid{s.conversations, a.db}, Log: a.log,
	})
	s.pageAdapter.Connect(s.accounts)
	s.instagram.Connect(s.accounts, s.points, s.files)
	s.numbers.Connect(s.accounts, s.points)
	s.x.posts.Connect(s.accounts, s.points)
}

// stillSaid knows what customers said.
type stillSaid struct {
	conversations *conversation.Service
	db            *db.DB
}

// Standing returns what still stands of it.
func (s stillSaid) Standing(ctx context.Context, p channel.EntryPoint, span channel.Span) ([]channel.Still, error) {
	said, err := s.conversations.SaidLast(ctx, s.db, conversation.Last{Brand: p.Brand, Point: p.ID, After: span.From, Before: span.Until, Most: span.Most})
	all := make([]channel.Still, len(said))
	for i, one := range said {
		all[i] = channel.Still{Name: one.ExternalID, Text: one.Text, Post: one.Post}
	}
	return all, err
}

// introduced keeps what channels say of who somebody is.
type introduced struct{ customers *customer.Service }

// Introduce keeps it.
func (i introduced) Introduce(ctx context.Context, tx *db.Tx, p channel.EntryPoint, who channel.Party) error {
	_, err := i.customers.Resolve(ctx, tx, customer.Seen{
		Brand: p.Brand, EntryPoint: p.ID, Provider: who.Provider, Scope: who.Scope, ExternalID: who.ExternalID, DisplayName: who.DisplayName,
		Email: who.Email, Phone: who.Phone, Language: who.Language, Verified: who.Verified,
	})
	return err
}

// afterMessage names the jobs that follow a message of a customer.
func (s *services) afterMessage(r intake.Receipt) []job.Args {
	return append(s.introduction(r), wishes(r)...)
}

// introduction is that a channel says who somebody is, and what stands above what they said.
func (s *services) introduction(r intake.Receipt) (all []job.Args) {
	if r.Duplicate {
		return nil
	}
	if r.Name == "" && s.registry.Introduces(channel.Name(r.Point.Channel)) {
		all = append(all, channel.Introduce{Point: r.Point.ID, Person: r.From.ExternalID})
	}
	return append(all, explained(r)...)
}

// explained names the jobs that fetch what stands above something that was said in public and is not here.
func explained(r intake.Receipt) (all []job.Args) {
	if at := r.Public; at.Post != 0 {
		if !at.Known {
			all = append(all, channel.Explain{Point: r.Point.ID, Post: at.External})
		}
		if at.Missing != "" {
			all = append(all, channel.Explain{Point: r.Point.ID, Post: at.External, Comment: at.Missing})
		}
	}
	return all
}
