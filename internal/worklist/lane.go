package worklist

import (
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxLanes bounds the lanes of one list; beyond it they become one, which is right but slower.
const maxLanes = 64

// lanes builds the statement of a list: walks along indexes, merged.
type lanes struct {
	args  db.Where // gathers the arguments of all lanes
	query Query
	view  viewer
	parts []string
}

// key returns the column by which the list is sorted.
func (l *lanes) key() string {
	if l.query.Sort == ByDeadline {
		return "c.due_order"
	}
	return "c.last_at"
}

// add adds the lane of the conversations that meet conditions.
func (l *lanes) add(conditions ...string) {
	l.walk(walk{"conversation c", "c.tenant_id", l.key(), "c.id"}, conditions)
}

// addParticipant adds the lane of those that are a user's own, by the user's last part in them.
func (l *lanes) addParticipant(user id.User, conditions ...string) {
	w := walk{
		"participant p JOIN conversation c ON c.tenant_id = p.tenant_id AND c.id = p.conversation_id",
		"p.tenant_id", l.key(), "p.conversation_id",
	}
	if w.key == "c.last_at" {
		w.key = "p.last_at"
	}
	l.walk(w, append([]string{"p.user_id = " + l.args.Arg(user)}, conditions...))
}

// walk is a way through an index: the tables, and the columns of tenant, sort key and conversation that are in the index.
type walk struct{ from, tenant, key, id string }

func (l *lanes) walk(w walk, conditions []string) {
	all := append([]string{w.tenant + " = " + l.args.Arg(l.view.Tenant)}, conditions...)
	all = append(all, l.filters()...)
	way, beyond := "", ">"
	if l.query.Sort == Newest {
		way, beyond = " DESC", "<"
	}
	if after := l.query.After; after.ID != 0 {
		all = append(all, "("+w.key+", "+w.id+") "+beyond+" ("+l.args.Arg(after.Key)+", "+l.args.Arg(after.ID)+")")
	}
	l.parts = append(l.parts, "SELECT * FROM (SELECT "+w.id+" AS id, "+w.key+" AS sort_key FROM "+w.from+" WHERE "+strings.Join(all, " AND ")+
		" ORDER BY "+w.key+way+", "+w.id+way+" LIMIT "+l.page()+") l")
}

// filters returns what the query asks of every row, whatever the lane.
func (l *lanes) filters() []string {
	var out []string
	q := l.query
	if q.Brand != 0 {
		out = append(out, "c.brand_id = "+l.args.Arg(q.Brand))
	}
	if q.Queue != 0 {
		out = append(out, "c.queue_id = "+l.args.Arg(q.Queue))
	}
	if q.Agent != 0 {
		out = append(out, "c.agent_id = "+l.args.Arg(q.Agent))
	}
	if q.Channel != "" {
		out = append(out, "c.channel = "+l.args.Arg(q.Channel))
	}
	return out
}

// page returns how many rows are read, as a word of the statement: PostgreSQL plans
// a limit that is an argument for a tenth of the table, finds every plan for known
// arguments cheaper, and so plans each list anew (2 ms).
func (l *lanes) page() string { return strconv.Itoa(l.query.Limit + 1) }

// sql returns the statement: the keys of the page by its lanes, then its rows.
func (l *lanes) sql() string {
	way := ""
	if l.query.Sort == Newest {
		way = " DESC"
	}
	keys := strings.Join(l.parts, " UNION ALL ") + " ORDER BY sort_key" + way + ", id" + way + " LIMIT " + l.page()
	return l.rows(keys, listed) + " ORDER BY k.sort_key" + way + ", k.id" + way
}

// listed are the columns of a conversation that a list shows. It leaves out a third of them, for it reads many rows.
const listed = `c.id, c.brand_id, c.channel, c.customer_id, c.customer_name, c.subject, c.tags, c.last_seq, c.shown_seq, c.last_at,
	c.last_author, c.last_preview, c.interaction_id, c.interaction_state, c.open, c.queue_id, c.agent_id, c.priority, c.waiting_since,
	c.due_at, c.unanswered_since`

// rows returns the columns of the conversations whose ids and sort keys a
// statement gives, with what stands beside them.
func (l *lanes) rows(keys, columns string) string {
	tenant := l.args.Arg(l.view.Tenant)
	beside, joins := l.beside(tenant)
	return `SELECT ` + columns + `, k.sort_key, ` + beside + ` FROM (` + keys + `) k
		JOIN conversation c ON c.tenant_id = ` + tenant + ` AND c.id = k.id` + joins
}

// beside returns the columns that stand beside a conversation called c, and the joins
// they come from. What the viewer has typed is looked up once for all rows: few have a
// draft. The system has read and typed nothing.
func (l *lanes) beside(tenant string) (columns, joins string) {
	columns = `COALESCE(q.name, '') AS queue_name, COALESCE(u.name, '') AS agent_name`
	joins = `
		LEFT JOIN queue q ON q.tenant_id = ` + tenant + ` AND q.id = c.queue_id
		LEFT JOIN app_user u ON u.tenant_id = ` + tenant + ` AND u.id = c.agent_id`
	if l.view.User.IsZero() {
		return columns + `, 0 AS read_seq, 1 = 0 AS drafted`, joins
	}
	user := l.args.Arg(l.view.User)
	return columns + `, COALESCE(m.read_seq, 0) AS read_seq, c.id IN (SELECT d.conversation_id FROM draft d WHERE d.tenant_id = ` + tenant + `
			AND d.user_id = ` + user + ` AND d.body <> '') AS drafted`, joins + `
		LEFT JOIN participant m ON m.tenant_id = ` + tenant + ` AND m.user_id = ` + user + ` AND m.conversation_id = c.id`
}

// columnsOf returns the columns of a conversation, each of the table called alias.
func columnsOf(alias string) string {
	names := strings.Split(conversation.Columns, ",")
	for i, name := range names {
		names[i] = alias + "." + strings.TrimSpace(name)
	}
	return strings.Join(names, ", ")
}
