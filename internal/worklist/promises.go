package worklist

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxPromises bounds what is shown of each sort.
const maxPromises = 50

// soon is within which time an answer is on its way rather than planned: it only waits for being taken back.
const soon = time.Minute

// Promises are what a customer may count on: what we have begun and not yet done.
type Promises struct {
	Cases   []OpenCase     // the nearest deadline first
	Talks   []OpenTalk     // conversations that go on, the newest first
	Planned []PlannedReply // answers that wait to be sent, the next first
}

// OpenCase is a case that is not done, with the clocks that run or stand still.
type OpenCase struct {
	CaseRow

	Clocks []Clock
}

// OpenTalk is a conversation that is not closed.
type OpenTalk struct {
	Row

	ParkedUntil time.Time // zero: it was not put aside until some time
}

// PlannedReply is an answer that waits to be sent.
type PlannedReply struct {
	EntryID        id.Entry
	ConversationID id.Conversation
	Channel        string
	Subject        string
	SendAt         time.Time
}

// Promises returns what a customer, with who is held to be the same, may count on, as far as the viewer may see it.
func (s *Service) Promises(ctx context.Context, key id.Customer) (Promises, error) {
	const op = "worklist.Promises"
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return Promises{}, err
	}
	people, err := customer.Same(ctx, s.db, key)
	if err != nil || len(people) == 0 {
		return Promises{}, errs.Op(op, err)
	}
	people = people[:min(len(people), maxLanes)]
	var p Promises
	if a.Scope(actor.CaseRead) != actor.None {
		if p.Cases, err = s.openCases(ctx, people); err != nil {
			return p, errs.Op(op, err)
		}
	}
	if a.Scope(actor.ConversationRead) == actor.None {
		return p, nil
	}
	v, err := look(ctx, s.db, op, false)
	if err != nil {
		return p, errs.Op(op, err)
	}
	if p.Talks, err = s.openTalks(ctx, v, people); err != nil {
		return p, errs.Op(op, err)
	}
	p.Planned, err = s.planned(ctx, v, people)
	return p, errs.Op(op, err)
}

func (s *Service) openCases(ctx context.Context, people []id.Customer) ([]OpenCase, error) {
	v, err := lookAtCases(ctx, s.db, "worklist.Promises", false)
	if err != nil {
		return nil, err
	}
	l := &caseLanes{query: CaseQuery{Sort: ByDeadline, Limit: maxPromises - 1}, view: v}
	for _, c := range people {
		l.add(caseFile, "f.customer_id <> 0", "f.customer_id = "+l.args.Arg(c), v.reachCases(&l.args))
	}
	rows, err := db.Many[CaseRow](ctx, s.db, l.sql(), l.args.Args()...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	v.maskCases(rows)
	out, keys := make([]OpenCase, len(rows)), make([]id.Case, len(rows))
	for i, r := range rows {
		out[i].CaseRow, keys[i] = r, r.ID
	}
	w := &db.Where{}
	w.And("c.tenant_id = ?", v.Tenant)
	db.In(w, "c.case_id", keys)
	w.And("c.state IN ('running', 'paused')")
	clocks, err := db.Many[caseClock](ctx, s.db, `SELECT c.case_id, `+clockColumns+w.SQL()+` ORDER BY c.started_at, c.id LIMIT 500`, w.Args()...)
	for _, k := range clocks {
		for i := range out {
			if out[i].ID == k.CaseID {
				out[i].Clocks = append(out[i].Clocks, k.Clock)
			}
		}
	}
	return out, err
}

// caseClock is a clock with the case that it belongs to.
type caseClock struct {
	Clock

	CaseID id.Case
}

func (s *Service) openTalks(ctx context.Context, v viewer, people []id.Customer) ([]OpenTalk, error) {
	l := &lanes{query: Query{Sort: Newest, Limit: maxPromises - 1}, view: v}
	for _, c := range people {
		l.add("c.open", "c.customer_id = "+l.args.Arg(c), v.reach(&l.args))
	}
	rows, err := db.Many[Row](ctx, s.db, l.sql(), l.args.Args()...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	v.mask(rows)
	out, work := make([]OpenTalk, len(rows)), make([]id.Interaction, len(rows))
	for i, r := range rows {
		out[i].Row, work[i] = r, r.InteractionID
	}
	w := &db.Where{}
	w.And("tenant_id = ?", v.Tenant)
	db.In(w, "id", work)
	w.And("parked_until <> 0")
	parked, err := db.Many[struct {
		ID          id.Interaction
		ParkedUntil time.Time
	}](ctx, s.db, `SELECT id, parked_until FROM interaction`+w.SQL(), w.Args()...)
	for _, p := range parked {
		for i := range out {
			if out[i].InteractionID == p.ID && out[i].InteractionState == "parked" {
				out[i].ParkedUntil = p.ParkedUntil
			}
		}
	}
	return out, err
}

// planned returns the answers that wait to be sent. What waits at all is little, so it is looked through.
func (s *Service) planned(ctx context.Context, v viewer, people []id.Customer) ([]PlannedReply, error) {
	w := &db.Where{}
	w.And("d.tenant_id = ?", v.Tenant)
	w.And("d.due_at > ?", time.Now().Add(soon))
	w.And("e.tenant_id = d.tenant_id")
	w.And("e.id = d.entry_id")
	w.And("c.tenant_id = e.tenant_id")
	w.And("c.id = e.conversation_id")
	db.In(w, "c.customer_id", people)
	w.And(v.reach(w))
	return db.Many[PlannedReply](ctx, s.db, `SELECT d.entry_id, e.conversation_id, c.channel, c.subject, d.due_at AS send_at
		FROM dispatch d CROSS JOIN entry e CROSS JOIN conversation c`+w.SQL()+` ORDER BY d.due_at, d.entry_id LIMIT 50`, w.Args()...)
}
