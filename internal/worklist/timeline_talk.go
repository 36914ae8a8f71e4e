package worklist

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// How far one page looks. Conversations are taken by their newest message, so those
// that follow hold nothing newer than what the last one ended with.
const (
	threadsAtOnce = 16
	maxRounds     = 16
	shownText     = "2000" // characters of a text that a timeline shows
)

func words(n int) string { return strconv.Itoa(n) }

// thread is a conversation on the way to its entries.
type thread struct {
	ID           id.Conversation
	CustomerID   id.Customer
	CustomerName string
	Channel      string
	Subject      string
	LastAt       time.Time
}

// talk adds what was said and noted in conversations. It goes from the one that was
// talked in last to earlier ones, until those cannot hold anything newer than the page.
func (t *telling) talk(ctx context.Context) error {
	var kinds []conversation.Kind
	if t.query.wants(Said) {
		kinds = append(kinds, conversation.Message)
	}
	if t.query.wants(Noted) {
		kinds = append(kinds, conversation.Note)
	}
	if len(kinds) == 0 || t.actor.Scope(actor.ConversationRead) == actor.None {
		return nil
	}
	v, err := look(ctx, t.db, "worklist.Timeline", false)
	if err != nil {
		return err
	}
	place := thread{ID: math.MaxInt64, LastAt: db.Time(math.MaxInt64)}
	for round := 1; ; round++ {
		threads, err := t.threads(ctx, v, place)
		if err != nil {
			return err
		}
		if err := t.entries(ctx, threads, kinds); err != nil {
			return err
		}
		if len(threads) < threadsAtOnce {
			return nil
		}
		place = threads[len(threads)-1]
		bound := place.LastAt.UnixMicro()
		if full := t.query.Limit; len(t.found) > full && t.found[full].At.UnixMicro() > bound {
			return nil
		}
		if round >= maxRounds && bound < t.query.Before.At { // else the page would not get on
			t.until = bound
			return nil
		}
	}
}

// threads returns the next conversations behind one, by the time of their newest
// message: one lane for each customer, each a walk along its index.
func (t *telling) threads(ctx context.Context, v viewer, after thread) ([]thread, error) {
	w := &db.Where{}
	var lanes []string
	lane := func(whose string) {
		all := []string{
			"c.tenant_id = " + w.Arg(t.actor.Tenant), whose, v.reach(w), "c.created_at <= " + w.Arg(t.query.Before.At),
			"(c.last_at, c.id) < (" + w.Arg(after.LastAt) + ", " + w.Arg(after.ID) + ")",
		}
		if t.query.Channel != "" {
			all = append(all, "c.channel = "+w.Arg(t.query.Channel))
		}
		lanes = append(lanes, "SELECT * FROM (SELECT c.id, c.customer_id, c.customer_name, c.channel, c.subject, c.last_at FROM conversation c WHERE "+
			strings.Join(all, " AND ")+" ORDER BY c.last_at DESC, c.id DESC LIMIT "+words(threadsAtOnce)+") l")
	}
	if len(t.people) > maxLanes {
		lane(db.OneOf(w, "c.customer_id", t.people))
	} else {
		for _, c := range t.people {
			lane("c.customer_id = " + w.Arg(c))
		}
	}
	return db.Many[thread](ctx, t.db, strings.Join(lanes, " UNION ALL ")+" ORDER BY last_at DESC, id DESC LIMIT "+words(threadsAtOnce), w.Args()...)
}

// entries adds what was said in some conversations. No index has their order, so a
// conversation is read as a whole: seq, which is indexed, may differ from the time of arrival.
func (t *telling) entries(ctx context.Context, threads []thread, kinds []conversation.Kind) error {
	if len(threads) == 0 {
		return nil
	}
	keys := make([]id.Conversation, len(threads))
	for i, th := range threads {
		keys[i] = th.ID
	}
	w := &db.Where{}
	w.And("e.tenant_id = ?", t.actor.Tenant)
	db.In(w, "e.conversation_id", keys)
	db.In(w, "e.kind", kinds)
	t.older(w, "e.received_at", "e.id")
	found, err := db.Many[Moment](ctx, t.db, `SELECT e.id, e.kind, e.received_at AS at, e.conversation_id, e.author, e.user_id AS who_id, COALESCE(u.name, '') AS who,
			SUBSTR(e.body, 1, `+shownText+`) AS text, LENGTH(e.body) > `+shownText+` AS cut, e.attachments AS files
		FROM entry e LEFT JOIN app_user u ON u.tenant_id = e.tenant_id AND u.id = e.user_id`+w.SQL()+
		` ORDER BY e.received_at DESC, e.id DESC LIMIT `+t.most(), w.Args()...)
	if err != nil {
		return err
	}
	for i := range found {
		of := threads[slices.IndexFunc(threads, func(th thread) bool { return th.ID == found[i].ConversationID })]
		found[i].CustomerID, found[i].Customer, found[i].Channel, found[i].Subject = of.CustomerID, of.CustomerName, of.Channel, of.Subject
	}
	if err := t.corrections(ctx, keys, found); err != nil {
		return err
	}
	t.add(found)
	return nil
}

// corrections shows of what was said what its author has made of it since.
func (t *telling) corrections(ctx context.Context, keys []id.Conversation, found []Moment) error {
	if len(found) == 0 {
		return nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", t.actor.Tenant)
	db.In(w, "conversation_id", keys)
	db.In(w, "kind", []conversation.Kind{conversation.Edit, conversation.Deletion})
	w.And("delivery_state <> 'failed' AND delivery_state <> 'cancelled'") // those have come to nothing
	later, err := db.Many[conversation.Entry](ctx, t.db, `SELECT target_id, kind, SUBSTR(body, 1, `+shownText+`) AS body FROM entry`+w.SQL()+
		` ORDER BY received_at, id`, w.Args()...)
	for _, e := range later {
		i := slices.IndexFunc(found, func(m Moment) bool { return m.ID == int64(e.TargetID) })
		switch {
		case i < 0:
		case e.Kind == conversation.Deletion:
			found[i].Text, found[i].Files, found[i].Deleted, found[i].Cut = "", nil, true, false
		case !found[i].Deleted:
			found[i].Text = e.Body
		}
	}
	return err
}
