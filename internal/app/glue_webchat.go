package app

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/desk"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/survey"
	"github.com/zongler/zongler/internal/tenant"
)

// chatIntake takes in what visitors of web pages write.
type chatIntake struct{ *intake.Service }

// Receive stores a message of a visitor.
func (c chatIntake) Receive(ctx context.Context, m webchat.Inbound) (webchat.Stored, error) {
	r, err := c.Service.Receive(ctx, intake.Inbound{
		Point: intake.Point{ID: m.EntryPoint.ID, Brand: m.EntryPoint.Brand, Channel: string(m.EntryPoint.Channel), Queue: m.EntryPoint.Queue},
		From: intake.Sender{
			Provider: m.From.Provider, Scope: m.From.Scope, ExternalID: m.From.ExternalID, Name: m.From.DisplayName,
			Email: m.From.Email, Phone: m.From.Phone, Language: m.From.Language, Verified: m.From.Verified,
		},
		Thread: m.Thread, ExternalID: m.ExternalID, ClientID: m.ClientID, Text: m.Text, Files: m.Files, Preferred: m.Preferred,
	})
	return webchat.Stored{Conversation: r.Conversation, Seq: r.Seq, At: r.At, Duplicate: r.Duplicate}, err
}

// chatQueues says what somebody who comes to a queue has to expect.
type chatQueues struct {
	db        *db.DB
	queues    *routing.Queues
	tenants   *tenant.Service
	calendars *calendar.Service
	router    *routing.Router
}

// Outlook joins the queue's hours, its line, and its texts.
func (c chatQueues) Outlook(ctx context.Context, brand id.Brand, queue id.Queue, language string) (webchat.Outlook, error) {
	ctx = actor.With(ctx, actor.ForSystem(actor.From(ctx).Tenant)) // a visitor may not read configuration: what is shown is decided here
	q, err := c.queues.Get(ctx, queue)
	if err != nil {
		return webchat.Outlook{}, err
	}
	b, err := tenant.Lookup(ctx, c.db, actor.From(ctx).Tenant, brand)
	if err != nil {
		return webchat.Outlook{}, err
	}
	hours := q.CalendarID
	if hours == 0 {
		hours = b.CalendarID
	}
	o := webchat.Outlook{Open: true}
	if hours != 0 {
		h, err := c.calendars.HoursOf(ctx, c.db, actor.From(ctx).Tenant, hours)
		if err != nil {
			return webchat.Outlook{}, err
		}
		o.Open = h.OpenAt(time.Now())
		o.Next, _ = h.NextChange(time.Now())
	}
	o.Greeting, o.Away = textIn(q.Texts["greeting"], language, b.Languages), textIn(q.Texts["away"], language, b.Languages)
	o.Full = c.full(ctx, q)
	o.Wait = c.router.Outlook(ctx, queue, string(channel.Webchat))
	return o, nil
}

// full reports whether there is no room left in the queue.
func (c chatQueues) full(ctx context.Context, q routing.Queue) bool {
	board, err := c.router.Board(ctx)
	if err != nil {
		return false
	}
	for _, v := range board {
		if v.Queue == q.ID {
			return q.MaxWaiting > 0 && q.OverflowQueueID == 0 && v.Waiting >= q.MaxWaiting
		}
	}
	return false
}

// textIn returns the text in language, or in the first of others that has one.
func textIn(texts map[string]string, language string, others []string) string {
	if text := texts[language]; text != "" {
		return text
	}
	for _, l := range others {
		if text := texts[l]; text != "" {
			return text
		}
	}
	return ""
}

// chatSurveys keeps what visitors thought of their contacts.
type chatSurveys struct{ *survey.Service }

// Answer keeps an opinion.
func (c chatSurveys) Answer(ctx context.Context, tx *db.Tx, o webchat.Opinion) error {
	_, err := c.Service.Answer(ctx, tx, survey.Given{
		Conversation: o.Conversation, Interaction: o.Interaction, Brand: o.Brand, Queue: o.Queue, Agent: o.Agent,
		Channel: string(channel.Webchat), Stars: o.Stars, Comment: o.Comment, AskedAt: o.AskedAt,
	})
	return err
}

// Answered reports whether there is an opinion about an interaction.
func (c chatSurveys) Answered(ctx context.Context, q db.Queryer, interaction id.Interaction) (bool, error) {
	_, found, err := survey.Of(ctx, q, interaction)
	return found, err
}

// chatDesk tells the desks of all nodes that a visitor types.
type chatDesk struct {
	feed  *desk.Feed
	marks *marks
}

// VisitorTyping shows the mark to those who look at the conversation.
func (c chatDesk) VisitorTyping(_ context.Context, t webchat.Typing) {
	c.feed.CustomerTyping(t.Tenant, t.Conversation, t.Name, t.On)
	c.marks.visitor(t)
}
