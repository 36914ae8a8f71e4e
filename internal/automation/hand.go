package automation

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/canned"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
)

// Hand carries out commands: through the use-cases that people use, by the rights of the actor of the context.
type Hand struct {
	DB            *db.DB
	Conversations interface {
		AddTags(ctx context.Context, c id.Conversation, tags []string) error
		RemoveTags(ctx context.Context, c id.Conversation, tags []string) error
		AddNote(ctx context.Context, in conversation.NoteInput) (conversation.Entry, error)
		TellOfConversation(ctx context.Context, c id.Conversation, users []id.User) error
	}
	Cases interface {
		Open(ctx context.Context, o casework.Opening) (casework.Case, error)
		Update(ctx context.Context, key id.Case, change casework.Change) (casework.Case, error)
		AddNote(ctx context.Context, key id.Case, text, clientID string) (casework.Note, error)
		Watch(ctx context.Context, key id.Case, user id.User, on bool) error
	}
	Replies interface {
		Reply(ctx context.Context, in delivery.ReplyInput) (conversation.Entry, error)
	}
	Routing interface {
		Transfer(ctx context.Context, t routing.Transfer) error
	}
	People interface {
		MembersOf(ctx context.Context, q db.Queryer, brand id.Brand, team id.Team) ([]id.User, error)
		TellOfCase(ctx context.Context, tx *db.Tx, c casework.Case, kind string, user id.User, team id.Team) error
	}
	Canned interface {
		Get(ctx context.Context, reply id.Canned) (canned.Reply, error)
	}
	Brands interface {
		BrandName(ctx context.Context, brand id.Brand) (string, error)
	}
	Webhooks *Webhooks
}

// KindCaseRule is the kind of a notification that a rule wanted the user to know of a case.
const KindCaseRule = "case.rule"

// do carries out a command on what there is. What is written has the name clientID, and is written once.
func (h Hand) do(ctx context.Context, s seen, c rule.Command, clientID string) error {
	switch c.Do {
	case rule.AddTags:
		return h.Conversations.AddTags(ctx, s.conversation.ID, c.Tags)
	case rule.RemoveTags:
		return h.Conversations.RemoveTags(ctx, s.conversation.ID, c.Tags)
	case rule.MoveToQueue:
		return h.Routing.Transfer(ctx, routing.Transfer{Interaction: s.conversation.InteractionID, Queue: c.QueueID})
	case rule.AddNote:
		if s.conversation.ID == 0 {
			_, err := h.Cases.AddNote(ctx, s.matter.ID, c.Text, clientID)
			return err
		}
		_, err := h.Conversations.AddNote(ctx, conversation.NoteInput{Conversation: s.conversation.ID, Text: c.Text, ClientID: clientID})
		return err
	case rule.SendReply:
		return h.reply(ctx, s, c, clientID)
	case rule.OpenCase:
		return h.open(ctx, s, c)
	case rule.Notify:
		return h.notify(ctx, s, c)
	case rule.Watch:
		return h.Cases.Watch(ctx, s.matter.ID, c.UserID, true)
	case rule.CallWebhook:
		return h.Webhooks.fired(ctx, s, c.WebhookID, clientID)
	case rule.SetStatus, rule.SetPriority, rule.SetTopic, rule.SetOwner, rule.AddCaseTags, rule.RemoveCaseTags:
		return h.change(ctx, s.matter, c)
	case rule.InsertReply: // the desk puts it into the composer
	}
	return nil
}

// reply sends a reply to the customer. One that has a gap which nothing fills is not sent.
func (h Hand) reply(ctx context.Context, s seen, c rule.Command, clientID string) error {
	said, err := h.say(ctx, s, c)
	if err != nil {
		return err
	}
	if len(said.Unknown) > 0 {
		return errs.New(errs.Conflict, "automation.reply", "rule.unfilled").With(errs.Values{"names": strings.Join(said.Unknown, ", ")})
	}
	_, err = h.Replies.Reply(ctx, delivery.ReplyInput{Conversation: s.conversation.ID, Text: said.Text, ClientID: clientID, Force: true})
	return err
}

// Said is a reply as a customer would get it.
type Said struct {
	Text     string
	Language string
	Unknown  []string // variables that nothing fills
}

// say returns the text of a reply, in the customer's language if there is one in it.
func (h Hand) say(ctx context.Context, s seen, c rule.Command) (Said, error) {
	text, language := c.Text, s.customer.Language
	who := actor.From(ctx)
	if c.CannedID != 0 {
		reply, err := h.Canned.Get(ctx, c.CannedID)
		if err != nil {
			return Said{}, err
		}
		if reply.Archived {
			return Said{}, errs.New(errs.Conflict, "automation.say", "rule.canned_gone")
		}
		text, language = reply.Text(string(knowledge.ClassOf(s.conversation.Channel)), s.customer.Language, who.Language)
	}
	brand, err := h.Brands.BrandName(ctx, s.brand())
	if err != nil {
		return Said{}, err
	}
	agent, first := who.Name, canned.FirstName(who.Name, who.Language)
	if who.User == 0 { // a rule speaks for the brand
		agent, first = brand, brand
	}
	out := Said{Language: language}
	out.Text, out.Unknown = canned.Render(text, map[string]string{
		canned.CustomerName: s.conversation.CustomerName, canned.CustomerFirstName: canned.FirstName(s.conversation.CustomerName, language),
		canned.AgentName: agent, canned.AgentFirstName: first, canned.BrandName: brand, canned.ConversationSubject: s.conversation.Subject,
	})
	return out, nil
}

func (h Hand) open(ctx context.Context, s seen, c rule.Command) error {
	o := casework.Opening{Conversation: s.conversation.ID, Topic: c.Topic, Priority: casework.Normal}
	if c.Priority != "" {
		o.Priority = slices.Index(rule.Priorities(), c.Priority)
	}
	if s.conversation.Subject == "" {
		o.Subject = s.conversation.CustomerName
	}
	if o.Subject == "" && s.conversation.Subject == "" {
		o.Subject = s.conversation.Channel
	}
	_, err := h.Cases.Open(ctx, o)
	return err
}

func (h Hand) notify(ctx context.Context, s seen, c rule.Command) error {
	users := []id.User{c.UserID}
	if c.TeamID != 0 {
		var err error
		if users, err = h.People.MembersOf(ctx, h.DB, s.brand(), c.TeamID); err != nil {
			return err
		}
	}
	if s.conversation.ID == 0 {
		return h.notifyOfCase(ctx, s.matter, users)
	}
	return h.Conversations.TellOfConversation(ctx, s.conversation.ID, users)
}

func (h Hand) notifyOfCase(ctx context.Context, m casework.Case, users []id.User) error {
	return h.DB.Update(ctx, func(tx *db.Tx) error {
		for _, user := range users {
			if err := h.People.TellOfCase(ctx, tx, m, KindCaseRule, user, 0); err != nil {
				return err
			}
			if err := tx.Record(ctx, fact.UserTold{User: user, Case: m.ID, Brand: m.BrandID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// change changes a case.
func (h Hand) change(ctx context.Context, m casework.Case, c rule.Command) error {
	var change casework.Change
	switch c.Do {
	case rule.SetStatus:
		change.Status = &c.StatusID
	case rule.SetPriority:
		change.Priority = new(slices.Index(rule.Priorities(), c.Priority))
	case rule.SetTopic:
		change.Topic = &c.Topic
	case rule.SetOwner:
		if c.UserID != 0 {
			change.Owner = &c.UserID
		} else {
			change.Team = &c.TeamID
		}
	case rule.AddCaseTags, rule.RemoveCaseTags:
		tags := map[string]bool{}
		for _, tag := range m.Tags {
			tags[tag] = true
		}
		for _, tag := range c.Tags {
			tags[tag] = c.Do == rule.AddCaseTags
		}
		maps.DeleteFunc(tags, func(_ string, has bool) bool { return !has })
		kept := slices.Sorted(maps.Keys(tags))
		change.Tags, change.Version = &kept, m.Version
	default:
	}
	_, err := h.Cases.Update(ctx, m.ID, change)
	return err
}
