package desk

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/worklist"
)

// liveRow is a row for everybody who sees it: without what differs from viewer to viewer.
type liveRow struct {
	ConversationRow

	Unread *int64 `json:"unread,omitempty"`
	Draft  *bool  `json:"draft,omitempty"`
}

func liveRowOf(r worklist.Row) liveRow { return liveRow{ConversationRow: RowOf(r)} }

type goneBody struct {
	ID id.Conversation `json:"id"`
}

// tellRows shows the changed rows of the worklist to those who see them. Those of
// the brand who do not see one are told that it is not theirs, in case it was.
func (f *Feed) tellRows(_ context.Context, people []*person, rows map[id.Conversation]*seen, _ *changes) error {
	for _, s := range rows {
		thing := "conversation " + s.ID.String()
		gone, err := frameOf("conversation.gone", thing, goneBody{s.ID})
		if err != nil {
			return err
		}
		plain, err := frameOf("conversation", thing, liveRowOf(s.Row))
		if err != nil {
			return err
		}
		for _, p := range people {
			switch {
			case !p.sees(s):
				if p.actor.Brands.Has(s.BrandID) && p.actor.Scope(actor.ConversationRead) != actor.None {
					f.sendTo(p.key, gone)
				}
			case p.actor.Scope(actor.NamesRead) != actor.None:
				f.sendTo(p.key, plain)
			default:
				masked, err := frameOf("conversation", thing, liveRowOf(p.named(s.Row)))
				if err != nil {
					return err
				}
				f.sendTo(p.key, masked)
			}
		}
	}
	return nil
}

type entryFrameBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	Entry          Entry           `json:"entry"`
}

// tellEntries shows new entries to those who look at their conversation or work on it.
func (f *Feed) tellEntries(ctx context.Context, people []*person, rows map[id.Conversation]*seen, c *changes) error {
	for _, added := range c.entries {
		s := rows[added.Conversation]
		if s == nil || !slices.ContainsFunc(people, func(p *person) bool { return p.looksAt(s) && p.sees(s) }) {
			continue
		}
		e, err := f.Conversations.FindEntry(ctx, f.DB, added.Entry)
		if err != nil {
			return err
		}
		names, err := f.People.Names(ctx, authors([]conversation.Entry{e}))
		if err != nil {
			return err
		}
		frame, err := frameOf("entry", "", entryFrameBody{added.Conversation, EntryOf(e, names)})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool { return p.looksAt(s) && p.sees(s) })
	}
	return nil
}

type deliveryFrameBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	EntryID        id.Entry        `json:"entry_id"`
	Seq            int64           `json:"seq"`
	State          string          `json:"state"`
	Reason         string          `json:"reason,omitempty"`
}

type readFrameBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	By             string          `json:"by"` // customer, user
	UserID         id.User         `json:"user_id,omitzero"`
	Seq            int64           `json:"seq"`
}

// tellMarks shows what was delivered and read to those who have the conversation
// open, and one's own reading to one's other windows. Who has it open may see it:
// that was checked when it was opened, and a change of rights sends a new row.
func (f *Feed) tellMarks(_ context.Context, people []*person, _ map[id.Conversation]*seen, c *changes) error {
	for _, d := range c.deliveries {
		frame, err := frameOf("delivery", "", deliveryFrameBody{d.Conversation, d.Entry, d.Seq, d.State, d.Reason})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool { return p.views(d.Conversation) && p.actor.Brands.Has(d.Brand) })
	}
	for _, r := range c.reads {
		frame, err := frameOf("read", "read "+r.Conversation.String()+r.By+r.User.String(), readFrameBody{r.Conversation, r.By, r.User, r.Seq})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool {
			return p.actor.Brands.Has(r.Brand) && (p.views(r.Conversation) || r.User != 0 && r.User == p.key.User)
		})
	}
	return nil
}

type mentionFrameBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	EntryID        id.Entry        `json:"entry_id"`
	Kind           string          `json:"kind"`
}

// tellMentions tells users that a note names them.
func (f *Feed) tellMentions(_ context.Context, people []*person, _ map[id.Conversation]*seen, c *changes) error {
	for _, m := range c.mentions {
		frame, err := frameOf("notification", "", mentionFrameBody{m.Conversation, m.Entry, conversation.KindMention})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool { return p.key.User == m.User })
	}
	return nil
}
