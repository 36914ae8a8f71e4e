package desk

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/live"
)

type goneBody struct {
	ID id.Conversation `json:"id"`
}

// tellRows shows the changed rows of the worklist to those who see them, each with
// what the viewer has read of it. Those who may have seen one and do not any more
// are told that it is gone.
func (f *Feed) tellRows(ctx context.Context, people []*person, rows map[id.Conversation]*seen, c *changes) error {
	for _, s := range rows {
		was, moved := c.traceOf(s.ID), c.conversations[s.ID]
		f.lists.memory.recall(viewKey{actor.From(ctx).Tenant, s.ID}, was, s, moved)
		thing := "conversation " + s.ID.String()
		gone, err := frameOf("conversation.gone", thing, goneBody{s.ID})
		if err != nil {
			return err
		}
		frames := rowFrames{thing: thing, row: s, made: map[rowView]live.Frame{}}
		for _, p := range people {
			if !p.sees(s) {
				if moved && p.loses(s, was) {
					f.sendTo(p, gone)
				}
				continue
			}
			frame, err := frames.of(p)
			if err != nil {
				return err
			}
			f.sendTo(p, frame)
		}
	}
	return nil
}

// hide notes who may not see any more what they look at, and who may again: they stand in people as they are then.
func (f *Feed) hide(people []*person, rows map[id.Conversation]*seen) {
	for _, s := range rows {
		for i, p := range people {
			if hidden := !p.sees(s); hidden != p.hidden[s.ID] && (!hidden || p.follows(s.ID)) {
				people[i] = f.setHidden(p, s.ID, hidden)
			}
		}
	}
}

// rowView is what of a row differs between its viewers.
type rowView struct {
	named   bool
	read    int64
	drafted bool
}

// rowFrames are the frames of one row. Most viewers share one.
type rowFrames struct {
	thing string
	row   *seen
	made  map[rowView]live.Frame
}

func (r *rowFrames) of(p *person) (live.Frame, error) {
	part := r.row.parts[p.key.User]
	view := rowView{p.readsNames(), part.ReadSeq, part.Drafted}
	if frame, ok := r.made[view]; ok {
		return frame, nil
	}
	row := p.named(r.row.Row)
	row.ReadSeq, row.Drafted = part.ReadSeq, part.Drafted
	frame, err := frameOf("conversation", r.thing, RowOf(row))
	r.made[view] = frame
	return frame, err
}

type entryFrameBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	Entry          Entry           `json:"entry"`
}

// tellEntries shows new entries to those who look at their conversation or work on it.
func (f *Feed) tellEntries(ctx context.Context, people []*person, rows map[id.Conversation]*seen, c *changes) error {
	var wanted []id.Entry
	readers := map[id.Conversation][]*person{}
	for _, added := range c.entries {
		s := rows[added.Conversation]
		if s == nil {
			continue
		}
		if _, asked := readers[s.ID]; !asked {
			readers[s.ID] = slices.DeleteFunc(slices.Clone(people), func(p *person) bool { return !p.looksAt(s) || !p.sees(s) })
		}
		if len(readers[s.ID]) > 0 {
			wanted = append(wanted, added.Entry)
		}
	}
	for chunk := range slices.Chunk(wanted, conversation.MaxFound) {
		entries, err := f.Conversations.FindEntries(ctx, f.DB, chunk)
		if err != nil {
			return err
		}
		names, err := f.People.Names(ctx, authors(entries))
		if err != nil {
			return err
		}
		by, err := speakersOf(ctx, f.Speakers, f.DB, entries)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := f.tellEntry(readers[e.ConversationID], e.ConversationID, spoken(EntryOf(e, names), by)); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellEntry shows one entry to its readers, to each as much as they may see.
func (f *Feed) tellEntry(readers []*person, conversation id.Conversation, e Entry) error {
	whole, err := frameOf("entry", "", entryFrameBody{conversation, e})
	if err != nil {
		return err
	}
	masked, err := frameOf("entry", "", entryFrameBody{conversation, withoutParties(e)})
	if err != nil {
		return err
	}
	for _, p := range readers {
		if p.readsNames() {
			f.sendTo(p, whole)
		} else {
			f.sendTo(p, masked)
		}
	}
	return nil
}

type deliveryFrameBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	EntryID        id.Entry        `json:"entry_id"`
	Seq            int64           `json:"seq"`
	State          string          `json:"state"`
	Reason         string          `json:"reason,omitempty"`
	At             time.Time       `json:"at"`
}

type readFrameBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	By             string          `json:"by"` // customer, user
	UserID         id.User         `json:"user_id,omitzero"`
	Seq            int64           `json:"seq"`
}

// tellMarks shows what was delivered and read to those who have the conversation
// open, and one's own reading to one's other windows. Who has it open may see it:
// that was checked when it was opened, and is with each change of the row or of rights.
func (f *Feed) tellMarks(_ context.Context, people []*person, _ map[id.Conversation]*seen, c *changes) error {
	for _, d := range c.deliveries {
		frame, err := frameOf("delivery", "", deliveryFrameBody{d.Conversation, d.Entry, d.Seq, d.State, d.Reason, d.at})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool { return p.follows(d.Conversation) && p.actor.Brands.Has(d.Brand) })
	}
	for _, r := range c.reads {
		frame, err := frameOf("read", "read "+r.Conversation.String()+r.By+r.User.String(), readFrameBody{r.Conversation, r.By, r.User, r.Seq})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool {
			return p.actor.Brands.Has(r.Brand) && (p.follows(r.Conversation) || r.User != 0 && r.User == p.key.User)
		})
	}
	return nil
}

type mentionFrameBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	EntryID        id.Entry        `json:"entry_id"`
	Kind           string          `json:"kind"`
	By             string          `json:"by"`
	At             time.Time       `json:"at"`
}

// tellMentions tells users that a note names them.
func (f *Feed) tellMentions(ctx context.Context, people []*person, _ map[id.Conversation]*seen, c *changes) error {
	for _, m := range c.mentions {
		names, err := f.People.Names(ctx, []id.User{m.by})
		if err != nil {
			return err
		}
		frame, err := frameOf("notification", "", mentionFrameBody{m.Conversation, m.Entry, conversation.KindMention, names[m.by], m.at})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool { return p.key.User == m.User && p.actor.Brands.Has(m.Brand) })
	}
	return nil
}

// shownRenamed is how many conversations of a customer whose details changed are shown anew, the newest.
const shownRenamed = 50

// addRenamed adds the conversations of customers whose details are others to what has changed.
func (f *Feed) addRenamed(ctx context.Context, c *changes) error {
	for customer := range c.customers {
		theirs, err := db.Many[id.Conversation](ctx, f.DB, `SELECT id FROM conversation WHERE tenant_id = $1 AND customer_id = $2
			ORDER BY last_at DESC, id DESC LIMIT $3`, actor.From(ctx).Tenant, customer, shownRenamed)
		if err != nil {
			return err
		}
		for _, conversation := range theirs {
			if _, known := c.conversations[conversation]; !known {
				c.conversations[conversation] = false // it is seen by the same as before
			}
		}
	}
	return nil
}

type customerFrameBody struct {
	ID id.Customer `json:"id"`
}

// tellCustomers tells those who see a conversation of a customer that the customer's details are others.
func (f *Feed) tellCustomers(people []*person, rows map[id.Conversation]*seen, c *changes) error {
	for customer := range c.customers {
		frame, err := frameOf("customer", "customer "+customer.String(), customerFrameBody{customer})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool {
			if p.actor.Scope(actor.CustomerRead) == actor.None {
				return false
			}
			for _, s := range rows {
				if s.CustomerID == customer && p.sees(s) {
					return true
				}
			}
			return false
		})
	}
	return nil
}
