package worklist

import (
	"context"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxMatters bounds the cases of a customer that a timeline tells of, the newest.
const maxMatters = "200"

// matter is a case on the way to what was done with it.
type matter struct {
	ID         id.Case
	Number     int64
	Subject    string
	CustomerID id.Customer
}

// surveys adds what the customer thought.
func (t *telling) surveys(ctx context.Context) error {
	if !t.query.wants(Rated) || t.actor.Scope(actor.ConversationRead) == actor.None {
		return nil
	}
	v, err := look(ctx, t.db, "worklist.Timeline", false)
	if err != nil {
		return err
	}
	w := &db.Where{}
	w.And("c.tenant_id = ?", t.actor.Tenant)
	db.In(w, "c.customer_id", t.people)
	w.And(v.reach(w))
	w.And("s.tenant_id = c.tenant_id")
	w.And("s.conversation_id = c.id")
	t.older(w, "s.answered_at + 0", "s.id")
	if t.query.Channel != "" {
		w.And("c.channel = ?", t.query.Channel)
	}
	// Conversations first, and a time that no index has: else all answers of the tenant would be walked.
	found, err := db.Many[Moment](ctx, t.db, `SELECT s.id, 'survey' AS kind, s.answered_at AS at, s.conversation_id, s.stars, s.comment AS text,
			s.agent_id AS who_id, COALESCE(u.name, '') AS who, 'customer' AS author, c.customer_id, c.customer_name AS customer, c.channel, c.subject
		FROM conversation c CROSS JOIN survey_answer s LEFT JOIN app_user u ON u.tenant_id = s.tenant_id AND u.id = s.agent_id`+w.SQL()+
		` ORDER BY s.answered_at + 0 DESC, s.id DESC LIMIT `+t.most(), w.Args()...)
	t.add(found)
	return err
}

// cases adds what was done with the customer's cases and noted on them.
func (t *telling) cases(ctx context.Context) error {
	notes := t.query.wants(Noted) && t.query.Channel == ""
	if !t.query.wants(CaseDone) && !notes || t.actor.Scope(actor.CaseRead) == actor.None {
		return nil
	}
	matters, err := t.matters(ctx)
	if err != nil || len(matters) == 0 {
		return err
	}
	if t.query.wants(CaseDone) {
		if err := t.deeds(ctx, matters); err != nil {
			return err
		}
	}
	if !notes {
		return nil
	}
	w := &db.Where{}
	w.And("n.tenant_id = ?", t.actor.Tenant)
	db.In(w, "n.case_id", keysOf(matters))
	t.older(w, "n.at", "n.id")
	found, err := db.Many[Moment](ctx, t.db, `SELECT n.id, 'note' AS kind, n.at, n.case_id, n.user_id AS who_id, COALESCE(u.name, '') AS who, 'agent' AS author,
			SUBSTR(n.body, 1, `+shownText+`) AS text, LENGTH(n.body) > `+shownText+` AS cut
		FROM case_note n LEFT JOIN app_user u ON u.tenant_id = n.tenant_id AND u.id = n.user_id`+w.SQL()+
		` ORDER BY n.at DESC, n.id DESC LIMIT `+t.most(), w.Args()...)
	t.add(named(found, matters))
	return err
}

// matters returns the customer's cases that the viewer may see.
func (t *telling) matters(ctx context.Context) ([]matter, error) {
	v, err := lookAtCases(ctx, t.db, "worklist.Timeline", false)
	if err != nil {
		return nil, err
	}
	w := &db.Where{}
	lanes := make([]string, len(t.people)) // of each customer one, however many: with IN, SQLite would walk all cases in their order
	for i, c := range t.people {
		lanes[i] = "SELECT * FROM (SELECT f.id, f.number, f.subject, f.customer_id FROM case_file f WHERE f.tenant_id = " + w.Arg(t.actor.Tenant) +
			" AND f.customer_id <> 0 AND f.customer_id = " + w.Arg(c) + " AND f.opened_at <= " + w.Arg(t.query.Before.At) + " AND " + v.reachCases(w) +
			" ORDER BY f.id DESC LIMIT " + maxMatters + ") l"
	}
	return db.Many[matter](ctx, t.db, strings.Join(lanes, " UNION ALL ")+" ORDER BY id DESC LIMIT "+maxMatters, w.Args()...)
}

// deeds adds what was done with cases, as the audit has it.
func (t *telling) deeds(ctx context.Context, matters []matter) error {
	w := &db.Where{}
	w.And("a.tenant_id = ?", t.actor.Tenant)
	w.And("a.subject_kind = ?", "case")
	db.In(w, "a.subject_id", keysOf(matters))
	w.And("a.action NOT IN ('case.note', 'case.watch', 'case.unwatch', 'case.check', 'case.check_add', 'case.check_remove')")
	t.older(w, "a.at", "a.id")
	found, err := db.Many[Moment](ctx, t.db, `SELECT a.id, 'case' AS kind, a.at, a.subject_id AS case_id, a.action AS code, a.changes,
			CASE WHEN a.actor_kind = 'user' THEN a.actor_id ELSE 0 END AS who_id, CASE WHEN a.actor_kind = 'system' THEN '' ELSE a.actor_name END AS who
		FROM audit a`+w.SQL()+` ORDER BY a.at DESC, a.id DESC LIMIT `+t.most(), w.Args()...)
	t.add(named(found, matters))
	return err
}

func keysOf(matters []matter) []id.Case {
	keys := make([]id.Case, len(matters))
	for i, m := range matters {
		keys[i] = m.ID
	}
	return keys
}

// named adds to moments of cases how the cases are called.
func named(found []Moment, matters []matter) []Moment {
	for i := range found {
		j := slices.IndexFunc(matters, func(m matter) bool { return m.ID == found[i].CaseID })
		found[i].CaseNumber, found[i].Subject, found[i].CustomerID = matters[j].Number, matters[j].Subject, matters[j].CustomerID
	}
	return found
}

// joins adds who was said to be the customer, and who was not after all.
func (t *telling) joins(ctx context.Context) error {
	if !t.query.wants(Identity) {
		return nil
	}
	w := &db.Where{}
	tenant := w.Arg(t.actor.Tenant)
	brands := "1 = 1"
	if !t.actor.Brands.All {
		brands = db.OneOf(w, "j.brand_id", t.actor.Brands.Some)
	}
	from, into := db.OneOf(w, "j.from_id", t.people), db.OneOf(w, "j.into_id", t.people)
	at, key := w.Arg(t.query.Before.At), w.Arg(t.query.Before.ID)
	// A join whose two sides are both told of comes by each index: UNION shows it once.
	found, err := db.Many[Moment](ctx, t.db, `SELECT x.id, 'join' AS kind, x.at, x.code, x.customer_id, x.other_id, COALESCE(c.name, '') AS other_name, x.reason,
			x.who_id, COALESCE(u.name, '') AS who FROM (
			SELECT j.id, j.made_at AS at, 'joined' AS code, j.into_id AS customer_id, j.from_id AS other_id, j.reason, j.made_by AS who_id FROM customer_join j
				WHERE j.tenant_id = `+tenant+` AND `+from+` AND `+brands+`
			UNION SELECT j.id, j.made_at, 'joined', j.into_id, j.from_id, j.reason, j.made_by FROM customer_join j
				WHERE j.tenant_id = `+tenant+` AND `+into+` AND `+brands+`
			UNION SELECT j.id, j.undone_at, 'split', j.into_id, j.from_id, j.reason, j.undone_by FROM customer_join j
				WHERE j.tenant_id = `+tenant+` AND `+from+` AND `+brands+` AND j.undone_at <> 0
			UNION SELECT j.id, j.undone_at, 'split', j.into_id, j.from_id, j.reason, j.undone_by FROM customer_join j
				WHERE j.tenant_id = `+tenant+` AND `+into+` AND `+brands+` AND j.undone_at <> 0) x
		LEFT JOIN customer c ON c.tenant_id = `+tenant+` AND c.id = x.other_id
		LEFT JOIN app_user u ON u.tenant_id = `+tenant+` AND u.id = x.who_id
		WHERE (x.at, x.id) < (`+at+`, `+key+`) ORDER BY x.at DESC, x.id DESC LIMIT `+t.most(), w.Args()...)
	t.add(found)
	return err
}

// consents adds what the customer agreed to, and took back.
func (t *telling) consents(ctx context.Context) error {
	if !t.query.wants(Consented) {
		return nil
	}
	w := &db.Where{}
	w.And("k.tenant_id = ?", t.actor.Tenant)
	db.In(w, "k.customer_id", t.people)
	if !t.actor.Brands.All {
		db.In(w, "k.brand_id", t.actor.Brands.Some)
	}
	t.older(w, "k.made_at", "k.id")
	found, err := db.Many[Moment](ctx, t.db, `SELECT k.id, 'consent' AS kind, k.made_at AS at, k.customer_id, k.channel, k.state AS code, k.purpose AS reason,
			k.what AS text, k.evidence, k.made_by AS who_id, COALESCE(u.name, '') AS who
		FROM consent k LEFT JOIN app_user u ON u.tenant_id = k.tenant_id AND u.id = k.made_by`+w.SQL()+
		` ORDER BY k.made_at DESC, k.id DESC LIMIT `+t.most(), w.Args()...)
	t.add(found)
	return err
}
