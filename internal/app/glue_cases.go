package app

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing"
)

// caseThreads lets cases know conversations and customers.
type caseThreads struct {
	conversations *conversation.Service
	customers     *customer.Service
}

func threadOf(c conversation.Conversation) casework.Thread {
	return casework.Thread{ID: c.ID, Brand: c.BrandID, Customer: c.CustomerID, Subject: c.Subject}
}

// Readable returns a conversation that the actor of ctx may read.
func (t caseThreads) Readable(ctx context.Context, q db.Queryer, key id.Conversation) (casework.Thread, error) {
	c, err := t.conversations.Visible(ctx, q, actor.ConversationRead, key)
	return threadOf(c), err
}

// Find returns a conversation whoever acts.
func (t caseThreads) Find(ctx context.Context, q db.Queryer, key id.Conversation) (casework.Thread, error) {
	c, err := t.conversations.Find(ctx, q, key)
	return threadOf(c), err
}

// OfInteraction returns the conversation of an interaction.
func (t caseThreads) OfInteraction(ctx context.Context, q db.Queryer, key id.Interaction) (id.Conversation, error) {
	return routing.ConversationOf(ctx, q, key)
}

// BrandOf returns the brand of a customer whom the actor of ctx may know.
func (t caseThreads) BrandOf(ctx context.Context, q db.Queryer, key id.Customer) (id.Brand, error) {
	return t.customers.BrandOf(ctx, q, key)
}

// caseAnswers puts one answer to many into each of their conversations.
type caseAnswers struct {
	conversations *conversation.Service
	delivery      *delivery.Service
	routing       *routing.Service
	directory     *account.Directory
}

// Give answers by the rights that the user has now. Where the work is closed it is
// begun for the answer and ended with it.
func (a caseAnswers) Give(ctx context.Context, g casework.Given) error {
	who, err := a.directory.Current(ctx, actor.From(ctx).Tenant, g.User)
	if err != nil {
		return err
	}
	ctx = actor.With(ctx, who)
	if g.Mode == casework.ByNote {
		_, err := a.conversations.AddNote(ctx, conversation.NoteInput{Conversation: g.Conversation, Text: g.Text, ClientID: g.ClientID})
		return err
	}
	in := delivery.ReplyInput{Conversation: g.Conversation, Text: g.Text, ClientID: g.ClientID, Force: true}
	_, err = a.delivery.Reply(ctx, in)
	if errs.CodeOf(err) != "reply.closed" {
		return err
	}
	begun, err := a.delivery.Reopen(ctx, g.Conversation)
	if err != nil {
		return err
	}
	if _, err := a.delivery.Reply(ctx, in); err != nil {
		return err
	}
	err = a.routing.Finish(ctx, routing.Finish{Interaction: begun})
	if errs.Is(errs.Invalid, err) || errs.Is(errs.Conflict, err) { // an outcome is asked for: the agent gives it
		return nil
	}
	return err
}

// followCases lets cases follow what customers write, on one node at a time.
func (a *App) followCases(ctx context.Context) error {
	lease.NewKeeper(a.db, a.node, a.log).Hold(ctx, "cases", a.services.caseFollower.Run)
	return nil
}

// casePeople tells people of cases.
type casePeople struct {
	users         *account.Users
	conversations *conversation.Service
}

// TellOfCase tells a user and the members of a team that something is the matter with a case.
func (p casePeople) TellOfCase(ctx context.Context, tx *db.Tx, c casework.Case, kind string, user id.User, team id.Team) error {
	var told []id.User
	if user != 0 {
		told = append(told, user)
	}
	if team != 0 {
		members, err := p.users.MembersOf(ctx, tx, c.BrandID, team)
		if err != nil {
			return err
		}
		told = append(told, members...)
	}
	slices.Sort(told)
	return p.conversations.TellOfCase(ctx, tx, slices.Compact(told), kind, c.ID)
}

// slaDirectory knows what promises name.
type slaDirectory struct {
	*account.Users

	calendars *calendar.Service
}

// HasCalendar reports whether the tenant has a calendar.
func (d slaDirectory) HasCalendar(ctx context.Context, q db.Queryer, key id.Calendar) (bool, error) {
	return d.calendars.Has(ctx, q, actor.From(ctx).Tenant, key)
}

// HasUser reports whether a user of the tenant is active and may see brand. A brand of 0 is every one.
func (d slaDirectory) HasUser(ctx context.Context, q db.Queryer, brand id.Brand, user id.User) (bool, error) {
	able, err := d.OfBrand(ctx, q, brand, []id.User{user})
	return len(able) == 1, err
}

// keepPromises lets the clocks of cases follow what happens, on one node at a time.
func (a *App) keepPromises(ctx context.Context) error {
	lease.NewKeeper(a.db, a.node, a.log).Hold(ctx, "sla", a.services.sla.Run)
	return nil
}
