package worklist

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Service lists.
type Service struct{ db *db.DB }

// New returns a Service that reads from d.
func New(d *db.DB) *Service { return &Service{db: d} }

// List returns the rows of a view in order, one more than the limit if there are
// more. They hold what a list shows (listed); Open and Rows return all.
func (s *Service) List(ctx context.Context, q Query) ([]Row, error) {
	const op = "worklist.List"
	if err := q.complete(op); err != nil {
		return nil, err
	}
	v, err := look(ctx, s.db, op, q.View == Queues)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	l := &lanes{query: q, view: v}
	if q.Text != "" {
		err = s.addFound(ctx, l)
	} else {
		l.addView()
	}
	if err != nil || len(l.parts) == 0 {
		return nil, errs.Op(op, err)
	}
	rows, err := db.Many[Row](ctx, s.db, l.sql(), l.args.Args()...)
	return v.mask(rows), errs.Op(op, err)
}

// Rows returns those of some conversations that the viewer may see, for live frames.
func (s *Service) Rows(ctx context.Context, conversations []id.Conversation) ([]Row, error) {
	const op = "worklist.Rows"
	if len(conversations) == 0 {
		return nil, nil
	}
	v, err := look(ctx, s.db, op, false)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	rows, err := readRows(ctx, s.db, v, conversations[:min(len(conversations), MaxPage)])
	return rows, errs.Op(op, err)
}

// AskRows asks within q for what Rows returns.
func (s *Service) AskRows(ctx context.Context, q db.Queryer, conversations []id.Conversation) (answer func(ctx context.Context) ([]Row, error)) {
	const op = "worklist.AskRows"
	v, err := look(ctx, q, op, false)
	if err != nil || len(conversations) == 0 {
		return func(context.Context) ([]Row, error) { return nil, errs.Op(op, err) }
	}
	asked := askRows(ctx, q, v, conversations[:min(len(conversations), MaxPage)])
	return func(ctx context.Context) ([]Row, error) {
		rows, err := asked.Many(ctx)
		return v.mask(rows), errs.Op(op, err)
	}
}

func readRows(ctx context.Context, q db.Queryer, v viewer, conversations []id.Conversation) ([]Row, error) {
	rows, err := askRows(ctx, q, v, conversations).Many(ctx)
	return v.mask(rows), err
}

func askRows(ctx context.Context, q db.Queryer, v viewer, conversations []id.Conversation) *db.Reading[Row] {
	l := &lanes{view: v}
	tenant := l.args.Arg(v.Tenant)
	beside, joins := l.beside(tenant)
	text := `SELECT ` + columnsOf("c") + `, c.last_at AS sort_key, ` + beside + ` FROM conversation c` + joins +
		` WHERE c.tenant_id = ` + tenant + ` AND ` + db.OneOf(&l.args, "c.id", conversations) + ` AND ` + v.reach(&l.args)
	return db.Ask[Row](ctx, q, text, l.args.Args()...)
}

// Open returns one conversation with what stands around it.
func (s *Service) Open(ctx context.Context, c id.Conversation) (Detail, error) {
	const op = "worklist.Open"
	v, err := look(ctx, s.db, op, false)
	if err != nil {
		return Detail{}, errs.Op(op, err)
	}
	rows, err := readRows(ctx, s.db, v, []id.Conversation{c})
	if err != nil {
		return Detail{}, errs.Op(op, err)
	}
	if len(rows) == 0 {
		return Detail{}, errs.E(errs.NotFound, op, nil)
	}
	d := Detail{Row: rows[0]}
	d.EntryPointName, _, err = db.Find[string](ctx, s.db, `SELECT name FROM entry_point WHERE tenant_id = $1 AND id = $2`, v.Tenant, d.EntryPointID)
	if err != nil {
		return Detail{}, errs.Op(op, err)
	}
	d.Interactions, err = db.Many[Interaction](ctx, s.db, `SELECT i.id, i.direction, i.state, i.queue_id, COALESCE(q.name, '') AS queue_name,
			i.agent_id, COALESCE(u.name, '') AS agent_name, i.arrived_at, i.answered_at, i.ended_at, i.closed_at, i.outcome, i.disposition_id
		FROM interaction i
		LEFT JOIN queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
		LEFT JOIN app_user u ON u.tenant_id = i.tenant_id AND u.id = i.agent_id
		WHERE i.tenant_id = $1 AND i.conversation_id = $2 ORDER BY i.id DESC LIMIT $3`, v.Tenant, c, maxInteractions)
	return d, errs.Op(op, err)
}

// maxInteractions bounds the past work shown with a conversation.
const maxInteractions = 50

// mask hides names from those who may not read them.
func (v viewer) mask(rows []Row) []Row {
	if v.Scope(actor.NamesRead) != actor.None {
		return rows
	}
	for i := range rows {
		rows[i].CustomerName = customer.Mask(rows[i].CustomerName)
	}
	return rows
}

// addView adds the lanes of the query's view.
func (l *lanes) addView() {
	v := l.view
	switch l.query.View {
	case Mine:
		if v.User == 0 {
			return
		}
		l.add("c.open", "c.agent_id = "+l.args.Arg(v.User), "c.interaction_state <> 'offered'", l.brands("c"))
	case Queues:
		l.addQueues()
	case Unassigned:
		if v.wide() {
			l.addBrands("c.waiting")
			return
		}
		l.addQueues()
	case All:
		l.addScoped("c.open", "p.open = TRUE")
	case Closed:
		l.addScoped("NOT c.open", "p.open = FALSE")
	case Mentions:
		l.addParticipant(v.User, "p.mentioned_seq > 0", l.brands("p"))
	}
}

// addQueues adds what waits in the viewer's queues, if the viewer could do anything about it.
func (l *lanes) addQueues() {
	v := l.view
	if !v.wide() && !v.pulls() {
		return
	}
	if len(v.queues) > maxLanes {
		l.add("c.waiting", db.OneOf(&l.args, "c.queue_id", v.queues), l.brands("c"))
		return
	}
	for _, queue := range v.queues {
		l.add("c.waiting", "c.queue_id = "+l.args.Arg(queue), l.brands("c"))
	}
}

// addScoped adds what the viewer may see of the conversations that meet
// condition, which is own as a participant's row says it.
func (l *lanes) addScoped(condition, own string) {
	v := l.view
	switch {
	case v.wide() && l.query.Agent != 0 && l.query.View == All:
		l.add(condition, l.brands("c"))
	case v.wide():
		l.addBrands(condition)
	case v.scope == actor.Own:
		l.addParticipant(v.User, "p.involved", own, l.brands("p"))
	default:
		l.add(condition, v.reach(&l.args))
	}
}

// addBrands adds one lane for each brand, which is how the indexes are made, or one for all to whom sees all.
func (l *lanes) addBrands(condition string) {
	brands := l.view.brands
	switch {
	case l.query.Brand != 0 && !l.view.Brands.Has(l.query.Brand):
		return
	case l.query.Brand != 0:
		brands = []id.Brand{l.query.Brand}
	case l.view.Brands.All:
		l.add(condition)
		return
	}
	if len(brands) > maxLanes {
		l.add(condition, db.OneOf(&l.args, "c.brand_id", brands))
		return
	}
	for _, brand := range brands {
		l.add(condition, "c.brand_id = "+l.args.Arg(brand))
	}
}

// brands returns the condition that a row's brand is one of the viewer's. For
// somebody who sees all brands it says nothing.
func (l *lanes) brands(alias string) string { return l.view.ofBrands(&l.args, alias) }

// OfCustomer returns the conversations of a customer that the viewer may see,
// newest first, one more than the limit if there are more.
func (s *Service) OfCustomer(ctx context.Context, c id.Customer, after Cursor, limit int) ([]Row, error) {
	const op = "worklist.OfCustomer"
	v, err := look(ctx, s.db, op, false)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	l := &lanes{query: Query{Sort: Newest, After: after, Limit: max(1, min(limit, MaxPage))}, view: v}
	l.add("c.customer_id = "+l.args.Arg(c), v.reach(&l.args))
	rows, err := db.Many[Row](ctx, s.db, l.sql(), l.args.Args()...)
	return v.mask(rows), errs.Op(op, err)
}
