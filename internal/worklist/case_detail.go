package worklist

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// CaseDetail is one case with what stands around it.
type CaseDetail struct {
	CaseRow

	Links         []casework.Link // its own, and those of other cases to it
	Others        []CaseRow       // the cases that links name, as far as the viewer may see them
	Merged        []CaseRow       // the cases that go on in it
	Conversations []Row           // of it and of the cases that go on in it, as far as the viewer may see them, the newest first
	Watchers      []id.User
	Checks        []casework.Check
	Clocks        []Clock
}

// Clock is a promised time of a case.
type Clock struct {
	ID            id.Clock
	Kind          string
	State         string
	PolicyName    string
	TargetSeconds int64
	UsedUs        int64
	StartedAt     time.Time
	DueAt         time.Time
	WarnedAt      time.Time
	BreachedAt    time.Time
	EndedAt       time.Time
}

// clockColumns are the columns of a Clock, with the tables that have them.
const clockColumns = `c.id, c.kind, c.state, p.name AS policy_name, c.target_seconds, c.used_us, c.started_at, c.due_at,
	c.warned_at, c.breached_at, c.ended_at FROM clock c JOIN sla_policy p ON p.tenant_id = c.tenant_id AND p.id = c.policy_id`

// Bounds of what is shown with a case.
const (
	maxFamily = 200
	maxClocks = 50
)

// Case returns one case with what stands around it.
func (s *Service) Case(ctx context.Context, key id.Case) (CaseDetail, error) {
	const op = "worklist.Case"
	v, err := lookAtCases(ctx, s.db, op, false)
	if err != nil {
		return CaseDetail{}, errs.Op(op, err)
	}
	rows, err := readCases(ctx, s.db, v, []id.Case{key})
	if err == nil && len(rows) == 0 {
		err = errs.E(errs.NotFound, op, nil)
	}
	if err != nil {
		return CaseDetail{}, errs.Op(op, err)
	}
	d := CaseDetail{CaseRow: rows[0]}
	for _, read := range []func(context.Context, caseViewer, *CaseDetail) error{s.readTies, s.readTalk, s.readParts} {
		if err := read(ctx, v, &d); err != nil {
			return CaseDetail{}, errs.Op(op, err)
		}
	}
	return d, nil
}

// readTies adds links and the cases that they name.
func (s *Service) readTies(ctx context.Context, v caseViewer, d *CaseDetail) (err error) {
	d.Links, err = db.Many[casework.Link](ctx, s.db, `SELECT id, case_id, kind, conversation_id, interaction_id, other_id, made_by, made_at FROM (
			SELECT * FROM case_link WHERE tenant_id = $1 AND case_id = $2
			UNION ALL SELECT * FROM case_link WHERE tenant_id = $1 AND other_id = $2 AND other_id <> 0) l ORDER BY id LIMIT 1000`, v.Tenant, d.ID)
	if err != nil {
		return err
	}
	var others []id.Case
	for _, l := range d.Links {
		switch {
		case l.OtherID == 0:
		case l.CaseID == d.ID:
			others = append(others, l.OtherID)
		default:
			others = append(others, l.CaseID)
		}
	}
	if d.MergedInto != 0 {
		others = append(others, d.MergedInto)
	}
	if len(others) == 0 {
		return nil
	}
	d.Others, err = readCases(ctx, s.db, v, others[:min(len(others), maxFamily)])
	return err
}

// readTalk adds the cases that go on in this one, and the conversations of all of them.
func (s *Service) readTalk(ctx context.Context, v caseViewer, d *CaseDetail) error {
	family, err := db.Many[id.Case](ctx, s.db, `WITH RECURSIVE family (id) AS (SELECT CAST($2 AS BIGINT) UNION
		SELECT f.id FROM case_file f JOIN family a ON f.merged_into = a.id WHERE f.tenant_id = $1 AND f.merged_into <> 0)
		SELECT id FROM family LIMIT 200`, v.Tenant, d.ID)
	if err != nil {
		return err
	}
	if merged := slices.DeleteFunc(slices.Clone(family), func(c id.Case) bool { return c == d.ID }); len(merged) > 0 {
		if d.Merged, err = readCases(ctx, s.db, v, merged); err != nil {
			return err
		}
	}
	if v.Scope(actor.ConversationRead) == actor.None {
		return nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", v.Tenant)
	db.In(w, "case_id", family)
	w.And("conversation_id <> 0")
	talks, err := db.Many[id.Conversation](ctx, s.db, `SELECT conversation_id FROM case_link`+w.SQL()+` GROUP BY conversation_id ORDER BY conversation_id DESC LIMIT 100`, w.Args()...)
	if err != nil {
		return err
	}
	d.Conversations, err = s.Rows(ctx, talks)
	return err
}

// readParts adds watchers, checklist and clocks.
func (s *Service) readParts(ctx context.Context, v caseViewer, d *CaseDetail) (err error) {
	d.Watchers, err = db.Many[id.User](ctx, s.db, `SELECT user_id FROM case_watcher WHERE tenant_id = $1 AND case_id = $2 ORDER BY user_id LIMIT 100`, v.Tenant, d.ID)
	if err != nil {
		return err
	}
	d.Checks, err = db.Many[casework.Check](ctx, s.db, `SELECT id, case_id, text, done_by, done_at FROM case_check
		WHERE tenant_id = $1 AND case_id = $2 ORDER BY id LIMIT 100`, v.Tenant, d.ID)
	if err != nil {
		return err
	}
	d.Clocks, err = db.Many[Clock](ctx, s.db, `SELECT `+clockColumns+`
		WHERE c.tenant_id = $1 AND c.case_id = $2 ORDER BY c.id DESC LIMIT $3`, v.Tenant, d.ID, maxClocks)
	return err
}

// CasesOf returns the cases of a conversation that the viewer may see, the newest first. Whoever may not see the
// conversation finds none.
func (s *Service) CasesOf(ctx context.Context, conversation id.Conversation) ([]CaseRow, error) {
	const op = "worklist.CasesOf"
	v, err := lookAtCases(ctx, s.db, op, false)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	seen, err := s.Rows(ctx, []id.Conversation{conversation})
	if err == nil && len(seen) == 0 {
		err = errs.E(errs.NotFound, op, nil)
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	keys, err := db.Many[id.Case](ctx, s.db, `SELECT case_id FROM case_link WHERE tenant_id = $1 AND conversation_id = $2 AND conversation_id <> 0
		GROUP BY case_id ORDER BY case_id DESC LIMIT 50`, v.Tenant, conversation)
	if err != nil || len(keys) == 0 {
		return nil, errs.Op(op, err)
	}
	rows, err := readCases(ctx, s.db, v, keys)
	return rows, errs.Op(op, err)
}

// CaseCounts says how many open cases each view has, none above MaxCount.
type CaseCounts struct {
	Mine, Team, Watching, All int
	Categories                map[casework.Category]int // of All
}

// CountCases counts the open cases of each view.
func (s *Service) CountCases(ctx context.Context, brand id.Brand) (CaseCounts, error) {
	const op = "worklist.CountCases"
	v, err := lookAtCases(ctx, s.db, op, true)
	if err != nil {
		return CaseCounts{}, errs.Op(op, err)
	}
	out := CaseCounts{Categories: map[casework.Category]int{}}
	count := func(q CaseQuery) int {
		if err != nil {
			return 0
		}
		q.Brand, q.Sort, q.Limit = brand, ByDeadline, MaxCount-1
		l := &caseLanes{query: q, view: v}
		if l.addView(); len(l.parts) == 0 {
			return 0
		}
		var n int
		n, err = db.One[int](ctx, s.db, l.count(), l.args.Args()...)
		return n
	}
	out.Mine, out.Team = count(CaseQuery{View: CasesMine}), count(CaseQuery{View: CasesTeam})
	out.Watching, out.All = count(CaseQuery{View: CasesWatching}), count(CaseQuery{View: CasesAll})
	for _, c := range casework.Categories()[:4] {
		out.Categories[c] = count(CaseQuery{View: CasesAll, Category: c})
	}
	return out, errs.Op(op, err)
}

// Column is a status of the board with the first of its cases.
type Column struct {
	Status id.CaseStatus
	Rows   []CaseRow
	Count  int // none above MaxCount
}

// Board returns the cases of a view by their statuses, the nearest deadline first; of done ones the newest.
func (s *Service) Board(ctx context.Context, q CaseQuery, statuses []casework.Status) ([]Column, error) {
	const op = "worklist.Board"
	if err := q.complete(op); err != nil {
		return nil, err
	}
	v, err := lookAtCases(ctx, s.db, op, true)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	columns := make([]Column, 0, len(statuses))
	for _, st := range statuses {
		column := Column{Status: st.ID}
		q.Status, q.Category = st.ID, st.Category
		if q.Sort = ByDeadline; st.Category == casework.Done {
			q.Sort = ByNumber
		}
		l := &caseLanes{query: q, view: v}
		if l.addView(); len(l.parts) > 0 {
			rows, err := db.Many[CaseRow](ctx, s.db, l.sql(), l.args.Args()...)
			if err != nil {
				return nil, errs.Op(op, err)
			}
			column.Rows = v.maskCases(rows[:min(len(rows), q.Limit)])
			all := &caseLanes{query: q, view: v}
			all.query.Limit = MaxCount - 1
			all.addView()
			if column.Count, err = db.One[int](ctx, s.db, all.count(), all.args.Args()...); err != nil {
				return nil, errs.Op(op, err)
			}
		}
		columns = append(columns, column)
	}
	return columns, nil
}

// count returns the statement that counts what the lanes hold, each case once.
func (l *caseLanes) count() string {
	return "SELECT COUNT(*) FROM (SELECT DISTINCT id FROM (" + strings.Join(l.parts, " UNION ALL ") + ") a LIMIT 1000) n"
}
