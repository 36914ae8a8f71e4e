package worklist

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// Limits of a search by beginnings.
const (
	maxWords         = 5
	maxCustomers     = 200 // whose names match
	maxConversations = 400 // looked at for one page
	lastRune         = "\U0010FFFF"
)

// addFound adds the lane of the conversations that match the query's text.
func (s *Service) addFound(ctx context.Context, l *lanes) error {
	words := fold.Words(l.query.Text)
	if len(words) == 0 {
		l.addView()
		return nil
	}
	found, err := s.find(ctx, l.view, words[:min(len(words), maxWords)], fold.Text(l.query.Text))
	if err != nil || len(found) == 0 {
		return err
	}
	conditions := []string{db.OneOf(&l.args, "c.id", found), l.view.reach(&l.args)}
	switch l.query.View {
	case Mine:
		conditions = append(conditions, "c.open", "c.agent_id = "+l.args.Arg(l.view.User), "c.agent_id <> 0")
	case Queues:
		conditions = append(conditions, "c.waiting", db.OneOf(&l.args, "c.queue_id", l.view.queues))
	case Unassigned:
		conditions = append(conditions, "c.waiting")
	case All:
		conditions = append(conditions, "c.open")
	case Closed:
		conditions = append(conditions, "NOT c.open")
	case Mentions:
		l.addParticipant(l.view.User, append(conditions, "p.mentioned_seq > 0")...)
		return nil
	}
	l.add(conditions...)
	return nil
}

// find returns the newest conversations of customers whose name or address has
// words that begin so, and those whose subject begins so.
func (s *Service) find(ctx context.Context, v viewer, words []string, subject string) ([]id.Conversation, error) {
	w := &db.Where{}
	tenant := w.Arg(v.Tenant)
	customers := make([]string, len(words))
	for i, word := range words {
		customers[i] = "SELECT customer_id FROM customer_term t WHERE tenant_id = " + tenant + " AND term >= " + w.Arg(word) +
			" AND term < " + w.Arg(word+lastRune) + " AND " + v.ofBrands(w, "t")
	}
	text := `SELECT id FROM (SELECT id FROM conversation WHERE tenant_id = ` + tenant + ` AND customer_id IN (
			SELECT customer_id FROM (` + strings.Join(customers, " INTERSECT ") + `) n ORDER BY customer_id DESC LIMIT ` + w.Arg(maxCustomers) + `)
			ORDER BY last_at DESC LIMIT ` + w.Arg(maxConversations) + `) a
		UNION SELECT id FROM (SELECT id FROM conversation s WHERE tenant_id = ` + tenant + ` AND subject_folded <> '' AND ` + v.ofBrands(w, "s") + `
			AND subject_folded >= ` + w.Arg(subject) + ` AND subject_folded < ` + w.Arg(subject+lastRune) + ` LIMIT ` + w.Arg(maxConversations) + `) b`
	return db.Many[id.Conversation](ctx, s.db, text, w.Args()...)
}
