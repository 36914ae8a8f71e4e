package worklist

import (
	"context"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// CaseView is one list of cases.
type CaseView string

// Views of cases.
const (
	CasesMine     CaseView = "mine"     // the viewer answers for them
	CasesTeam     CaseView = "team"     // they wait for a team of the viewer, or are its members'
	CasesWatching CaseView = "watching" // the viewer watches them
	CasesAll      CaseView = "all"
)

// ByNumber sorts cases by number, the newest first.
const ByNumber Sort = "newest"

// CaseQuery says which cases to list. Zero filters take all.
type CaseQuery struct {
	View     CaseView
	Category casework.Category // empty: all that are open; Done: those that are not, merged ones too
	Brand    id.Brand
	Status   id.CaseStatus
	Owner    id.User
	Customer id.Customer

	Organisation id.Organisation // of all its people

	Text  string // a number, or the beginning of the subject
	Sort  Sort   // ByDeadline or ByNumber
	After CaseCursor
	Limit int
}

// CaseCursor is a place in a list of cases.
type CaseCursor struct {
	Key int64   `json:"k"`
	ID  id.Case `json:"i"`
}

// CaseRow is a case as a list shows it.
type CaseRow struct {
	casework.Case

	CustomerName string
	OwnerName    string
	TeamName     string
	SortKey      int64
}

// Cursor returns the place behind r.
func (r CaseRow) Cursor() CaseCursor { return CaseCursor{Key: r.SortKey, ID: r.ID} }

func (q *CaseQuery) complete(op string) error {
	if q.View == "" {
		q.View = CasesMine
	}
	if q.Sort == "" || q.Category == casework.Done {
		q.Sort = ByDeadline
		if q.Category == casework.Done {
			q.Sort = ByNumber
		}
	}
	q.Limit = max(1, min(q.Limit, MaxPage))
	var wrong []errs.Field
	switch q.View {
	case CasesMine, CasesTeam, CasesWatching, CasesAll:
	default:
		wrong = append(wrong, errs.Field{Path: "view", Code: "one_of", Values: errs.Values{"allowed": "mine, team, watching, all"}})
	}
	if q.Sort != ByDeadline && q.Sort != ByNumber {
		wrong = append(wrong, errs.Field{Path: "sort", Code: "one_of", Values: errs.Values{"allowed": "deadline, newest"}})
	}
	return errs.Fields(op, wrong...)
}

// caseViewer is who looks at cases.
type caseViewer struct {
	viewer

	teams []id.Team
}

// lookAtCases finds out who looks, with their teams and all brands where they are asked for.
func lookAtCases(ctx context.Context, q db.Queryer, op string, brands bool) (caseViewer, error) {
	a, err := actor.Require(ctx, op, actor.CaseRead)
	if err != nil {
		return caseViewer{}, err
	}
	v := caseViewer{viewer: viewer{Actor: a, scope: a.Scope(actor.CaseRead), brands: a.Brands.Some}}
	if a.User != 0 { // a key has no work of its own
		v.users = []id.User{a.User}
		if v.teams, err = account.Memberships(ctx, q, a.Tenant, a.User); err != nil {
			return v, err
		}
	}
	if v.scope == actor.InTeam && a.User != 0 {
		if v.users, err = account.Mates(ctx, q, a.Tenant, a.User); err != nil {
			return v, err
		}
	}
	if a.Brands.All && brands && v.wide() {
		v.brands, err = db.Many[id.Brand](ctx, q, `SELECT id FROM brand WHERE tenant_id = $1 ORDER BY id`, a.Tenant)
	}
	return v, err
}

// caseLanes builds the statement of a list of cases: walks along indexes, merged.
type caseLanes struct {
	args  db.Where
	query CaseQuery
	view  caseViewer
	parts []string
}

func (l *caseLanes) key() string {
	if l.query.Sort == ByNumber {
		return "f.id"
	}
	return "f.due_order"
}

// add adds the lane of the cases that meet conditions, out of from.
func (l *caseLanes) add(from string, conditions ...string) {
	all := append([]string{"f.tenant_id = " + l.args.Arg(l.view.Tenant), l.view.ofBrands(&l.args, "f")}, conditions...)
	all = append(all, l.filters()...)
	way, beyond := "", ">"
	if l.query.Sort == ByNumber {
		way, beyond = " DESC", "<"
	}
	if after := l.query.After; after.ID != 0 {
		all = append(all, "("+l.key()+", f.id) "+beyond+" ("+l.args.Arg(after.Key)+", "+l.args.Arg(after.ID)+")")
	}
	l.parts = append(l.parts, "SELECT * FROM (SELECT f.id AS id, "+l.key()+" AS sort_key FROM "+from+" WHERE "+strings.Join(all, " AND ")+
		" ORDER BY "+l.key()+way+", f.id"+way+" LIMIT "+l.args.Arg(l.query.Limit+1)+") l")
}

func (l *caseLanes) filters() []string {
	var out []string
	q := l.query
	switch q.Category {
	case "":
		if q.Text == "" && q.Customer == 0 && q.Organisation == 0 {
			out = append(out, "f.open")
		}
	case casework.Done:
		out = append(out, "NOT f.open")
	default:
		out = append(out, "f.open", "f.category = "+l.args.Arg(string(q.Category)))
	}
	if q.Brand != 0 {
		out = append(out, "f.brand_id = "+l.args.Arg(q.Brand))
	}
	if q.Status != 0 {
		out = append(out, "f.status_id = "+l.args.Arg(q.Status))
	}
	if q.Owner != 0 {
		out = append(out, "f.owner_id = "+l.args.Arg(q.Owner))
	}
	return out
}

const caseFile = "case_file f"

// addView adds the lanes of the query's view.
func (l *caseLanes) addView() {
	v := l.view
	owned := func(u id.User) { l.add(caseFile, "f.owner_id <> 0", "f.owner_id = "+l.args.Arg(u)) }
	team := func() {
		for _, t := range v.teams {
			l.add(caseFile, "f.team_id <> 0", "f.team_id = "+l.args.Arg(t))
		}
		if v.scope == actor.InTeam {
			for _, u := range v.users {
				if u != v.User {
					owned(u)
				}
			}
		}
	}
	watched := func() {
		l.add("case_watcher w JOIN case_file f ON f.tenant_id = w.tenant_id AND f.id = w.case_id", "w.user_id = "+l.args.Arg(v.User), "w.tenant_id = "+l.args.Arg(v.Tenant))
	}
	switch {
	case l.query.View == CasesAll && v.wide():
		for _, b := range v.brands {
			if l.query.Brand == 0 || l.query.Brand == b {
				l.add(caseFile, "f.brand_id = "+l.args.Arg(b))
			}
		}
	case v.User == 0: // a key has no work of its own
	case l.query.View == CasesMine:
		owned(v.User)
	case l.query.View == CasesTeam:
		team()
	case l.query.View == CasesWatching:
		watched()
	default:
		owned(v.User)
		team()
		watched()
	}
}

// addFound adds the lane of what the query's text finds among what the viewer may see.
func (l *caseLanes) addFound() {
	text := fold.Text(strings.TrimPrefix(strings.TrimSpace(l.query.Text), "#"))
	reach := l.view.reachCases(&l.args)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		l.add(caseFile, "f.number = "+l.args.Arg(n), reach)
	}
	l.add(caseFile, "f.subject_folded >= "+l.args.Arg(text), "f.subject_folded < "+l.args.Arg(text+"\U0010FFFF"), reach)
}

func (l *caseLanes) sql() string {
	way := ""
	if l.query.Sort == ByNumber {
		way = " DESC"
	}
	keys := "SELECT DISTINCT id, sort_key FROM (" + strings.Join(l.parts, " UNION ALL ") + ") a ORDER BY sort_key" + way + ", id" + way + " LIMIT " + l.args.Arg(l.query.Limit+1)
	return l.rows(keys) + " ORDER BY k.sort_key" + way + ", k.id" + way
}

// rows returns the columns of the cases whose ids and sort keys a statement gives, with what stands beside them.
func (l *caseLanes) rows(keys string) string {
	tenant := l.args.Arg(l.view.Tenant)
	return `SELECT ` + prefixed(casework.Columns, "f") + `, k.sort_key, COALESCE(c.name, '') AS customer_name, COALESCE(u.name, '') AS owner_name,
		COALESCE(t.name, '') AS team_name FROM (` + keys + `) k
		JOIN case_file f ON f.tenant_id = ` + tenant + ` AND f.id = k.id
		LEFT JOIN customer c ON c.tenant_id = ` + tenant + ` AND c.id = f.customer_id
		LEFT JOIN app_user u ON u.tenant_id = ` + tenant + ` AND u.id = f.owner_id
		LEFT JOIN team t ON t.tenant_id = ` + tenant + ` AND t.id = f.team_id`
}

// prefixed returns columns, each of the table called alias.
func prefixed(columns, alias string) string {
	names := strings.Split(columns, ",")
	for i, name := range names {
		names[i] = alias + "." + strings.TrimSpace(name)
	}
	return strings.Join(names, ", ")
}

// reachCases returns the condition under which the viewer may see a case f. It says
// of all cases what casework says of one.
func (v caseViewer) reachCases(w *db.Where) string {
	if v.wide() {
		return v.ofBrands(w, "f")
	}
	own := "1 = 0"
	if v.User != 0 {
		own = "f.owner_id <> 0 AND " + db.OneOf(w, "f.owner_id", v.users) +
			" OR f.team_id <> 0 AND " + db.OneOf(w, "f.team_id", v.teams) +
			" OR EXISTS (SELECT 1 FROM case_watcher w WHERE w.tenant_id = f.tenant_id AND w.case_id = f.id AND " + db.OneOf(w, "w.user_id", v.users) + ")"
	}
	if v.Scope(actor.ConversationRead) != actor.None {
		talk := v.viewer
		talk.scope = v.Scope(actor.ConversationRead)
		own += ` OR EXISTS (SELECT 1 FROM case_link x JOIN conversation c ON c.tenant_id = x.tenant_id AND c.id = x.conversation_id
			WHERE x.tenant_id = f.tenant_id AND x.case_id = f.id AND x.conversation_id <> 0 AND ` + talk.reach(w) + ")"
	}
	return v.ofBrands(w, "f") + " AND (" + own + ")"
}

// Cases returns the cases of a view in order, one more than the limit if there are more.
func (s *Service) Cases(ctx context.Context, q CaseQuery) ([]CaseRow, error) {
	const op = "worklist.Cases"
	if err := q.complete(op); err != nil {
		return nil, err
	}
	v, err := lookAtCases(ctx, s.db, op, q.View == CasesAll)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	l := &caseLanes{query: q, view: v}
	switch {
	case q.Text != "":
		l.addFound()
	case q.Customer != 0 || q.Organisation != 0:
		err = s.addCustomers(ctx, l)
	default:
		l.addView()
	}
	if err != nil || len(l.parts) == 0 {
		return nil, errs.Op(op, err)
	}
	rows, err := db.Many[CaseRow](ctx, s.db, l.sql(), l.args.Args()...)
	return v.maskCases(rows), errs.Op(op, err)
}

// addCustomers adds the lanes of a customer's cases, and of those who are held to be
// the same; or of the people of an organisation.
func (s *Service) addCustomers(ctx context.Context, l *caseLanes) error {
	people, err := peopleOf(ctx, s.db, l.query.Customer, l.query.Organisation)
	for _, key := range people {
		l.add(caseFile, "f.customer_id <> 0", "f.customer_id = "+l.args.Arg(key), l.view.reachCases(&l.args))
	}
	return err
}

// peopleOf returns those who belong together: who is held to be the same as a customer, or all of an organisation.
func peopleOf(ctx context.Context, q db.Queryer, one id.Customer, all id.Organisation) ([]id.Customer, error) {
	if all != 0 {
		return customer.PeopleOf(ctx, q, all)
	}
	return customer.Same(ctx, q, one)
}

// CaseRows returns those of some cases that the viewer may see, for live frames.
func (s *Service) CaseRows(ctx context.Context, keys []id.Case) ([]CaseRow, error) {
	const op = "worklist.CaseRows"
	if len(keys) == 0 {
		return nil, nil
	}
	v, err := lookAtCases(ctx, s.db, op, false)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	rows, err := readCases(ctx, s.db, v, keys[:min(len(keys), MaxPage)])
	return rows, errs.Op(op, err)
}

func readCases(ctx context.Context, q db.Queryer, v caseViewer, keys []id.Case) ([]CaseRow, error) {
	l := &caseLanes{view: v}
	text := l.rows("SELECT f.id, f.id AS sort_key FROM case_file f WHERE f.tenant_id = " + l.args.Arg(v.Tenant) +
		" AND " + db.OneOf(&l.args, "f.id", keys) + " AND " + v.reachCases(&l.args))
	rows, err := db.Many[CaseRow](ctx, q, text, l.args.Args()...)
	return v.maskCases(rows), err
}

// maskCases hides names from those who may not read them.
func (v caseViewer) maskCases(rows []CaseRow) []CaseRow {
	if v.Scope(actor.NamesRead) != actor.None {
		return rows
	}
	for i := range rows {
		rows[i].CustomerName = customer.Mask(rows[i].CustomerName)
	}
	return rows
}
