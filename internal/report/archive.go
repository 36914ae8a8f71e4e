package report

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxContacts bounds the contacts that an archive is computed from, the newest.
const maxContacts = 1000

// Reach says what of the conversations somebody may see.
type Reach interface {
	// Reach returns the condition under which the actor of ctx may see a conversation c; nil if all of their brands.
	Reach(ctx context.Context) (condition func(w *db.Where) string, err error)
}

// Archive answers what the contacts of a customer have been.
type Archive struct {
	db    *db.DB
	reach Reach
	now   func() time.Time
}

// NewArchive returns an Archive over d.
func NewArchive(d *db.DB, reach Reach) *Archive { return &Archive{db: d, reach: reach, now: time.Now} }

// ChannelUse is what a customer has done on one channel.
type ChannelUse struct {
	Channel  string
	Contacts int64
	Begun    int64 // by the customer
	HandleUS int64
	LastAt   time.Time // arrival of the newest contact
}

// Contacts are what is known of the contacts with a customer.
type Contacts struct {
	Channels       []ChannelUse // the most used first
	Preferred      string       // on which the customer has begun the most contacts; of equals the latest
	Contacts       int64
	HandleUS       int64 // agents' time: talk and wrap-up of all shares that have ended
	FirstAt        time.Time
	LastAt         time.Time
	FirstContact   Ratio // resolved without a repeat
	ResolvedByCode Ratio
	RepeatDays     int
	Partial        bool // the viewer does not see all conversations of the brand
	Capped         bool // older contacts than the newest 1 000 are not in it
}

// ArchiveQuery says whose contacts to sum up.
type ArchiveQuery struct {
	Customer     id.Customer
	Organisation id.Organisation // instead of a customer: of all its people
	RepeatDays   int             // 0: DefaultRepeatDays
}

// Of sums up the contacts of a customer, with those of who is held to be the same, as far as the actor may see them.
func (a *Archive) Of(ctx context.Context, q ArchiveQuery) (Contacts, error) {
	const op = "report.Archive"
	who, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return Contacts{}, err
	}
	if q.RepeatDays == 0 {
		q.RepeatDays = DefaultRepeatDays
	}
	if q.RepeatDays < 1 || q.RepeatDays > MaxRepeatDays {
		return Contacts{}, errs.Fields(op, errs.Field{Path: "query.repeat_days", Code: "number.max", Values: errs.Values{"max": MaxRepeatDays}})
	}
	if who.Scope(actor.ConversationRead) == actor.None {
		return Contacts{RepeatDays: q.RepeatDays, Partial: true}, nil
	}
	all, partial, err := a.contacts(ctx, q)
	if err != nil {
		return Contacts{}, errs.Op(op, err)
	}
	out := sumUp(all[max(0, len(all)-maxContacts):], q.RepeatDays, a.now())
	out.Partial, out.Capped = partial, len(all) > maxContacts
	return out, nil
}

// sumUp computes everything from contacts in the order of their arrival.
func sumUp(all []contact, days int, now time.Time) Contacts {
	out := Contacts{
		RepeatDays: days, FirstContact: firstContactResolution(all, time.Duration(days)*24*time.Hour, now), ResolvedByCode: resolvedByCode(all),
	}
	for i, c := range all {
		if i == 0 {
			out.FirstAt = c.ArrivedAt
		}
		out.Contacts++
		out.HandleUS += c.HandleUS
		out.LastAt = c.ArrivedAt
		at := slices.IndexFunc(out.Channels, func(u ChannelUse) bool { return u.Channel == c.Channel })
		if at < 0 {
			at = len(out.Channels)
			out.Channels = append(out.Channels, ChannelUse{Channel: c.Channel})
		}
		u := &out.Channels[at]
		u.Contacts++
		u.Begun += one(c.byCustomer())
		u.HandleUS += c.HandleUS
		u.LastAt = c.ArrivedAt
	}
	slices.SortFunc(out.Channels, func(a, b ChannelUse) int {
		return cmp.Or(cmp.Compare(b.Contacts, a.Contacts), b.LastAt.Compare(a.LastAt))
	})
	if len(out.Channels) > 0 {
		out.Preferred = slices.MaxFunc(out.Channels, func(a, b ChannelUse) int { return cmp.Or(cmp.Compare(a.Begun, b.Begun), a.LastAt.Compare(b.LastAt)) }).Channel
	}
	return out
}

// contacts returns the newest contacts in the order of their arrival, one more than
// the bound if there are more, and whether the actor sees only a part.
func (a *Archive) contacts(ctx context.Context, q ArchiveQuery) (all []contact, partial bool, err error) {
	people, err := a.people(ctx, q)
	if err != nil || len(people) == 0 {
		return nil, false, err
	}
	reach, err := a.reach.Reach(ctx)
	if err != nil {
		return nil, false, err
	}
	who := actor.From(ctx)
	w := &db.Where{}
	w.And("c.tenant_id = ?", who.Tenant)
	db.In(w, "c.customer_id", people)
	switch {
	case reach != nil:
		w.And(reach(w))
	case !who.Brands.All:
		db.In(w, "c.brand_id", who.Brands.Some)
	}
	w.And("i.tenant_id = c.tenant_id")
	w.And("i.conversation_id = c.id")
	// Conversations first, and an order that no index has: else all interactions of the tenant might be walked.
	all, err = db.Many[contact](ctx, a.db, `SELECT i.conversation_id, i.channel, i.direction, i.state, i.queue_id, i.outcome, i.disposition_id, i.arrived_at, i.closed_at,
			COALESCE(d.resolved, FALSE) AS resolved,
			COALESCE((SELECT MIN(l.case_id) FROM case_link l WHERE l.tenant_id = i.tenant_id AND l.conversation_id = i.conversation_id AND l.conversation_id <> 0), 0) AS case_id,
			CAST(COALESCE((SELECT SUM(s.ended_at - s.started_at - s.parked_us) FROM segment s
				WHERE s.tenant_id = i.tenant_id AND s.interaction_id = i.id AND s.ended_at > 0), 0) AS BIGINT) AS handle_us
		FROM conversation c CROSS JOIN interaction i LEFT JOIN disposition d ON d.tenant_id = i.tenant_id AND d.id = i.disposition_id`+
		w.SQL()+` ORDER BY i.arrived_at DESC, i.id DESC LIMIT 1001`, w.Args()...)
	slices.Reverse(all)
	return all, reach != nil, err
}

func (a *Archive) people(ctx context.Context, q ArchiveQuery) ([]id.Customer, error) {
	if q.Organisation != 0 {
		return customer.PeopleOf(ctx, a.db, q.Organisation)
	}
	return customer.Same(ctx, a.db, q.Customer)
}
