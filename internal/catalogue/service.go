package catalogue

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

// Reach says what of the conversations and the cases somebody may see.
type Reach interface {
	// Reach returns the condition under which the actor of ctx may see a conversation c; nil if all of their brands.
	Reach(ctx context.Context) (condition func(w *db.Where) string, err error)
	// Parts returns the users whose parts in conversations are the actor's own to see, and the statement of the keys of those few that
	// the actor may see without anybody's part in them.
	Parts(ctx context.Context) (users []id.User, besides func(w *db.Where) string, err error)
	// CaseReach returns the condition under which they may see a case f.
	CaseReach(ctx context.Context) (condition func(w *db.Where) string, err error)
}

// Service answers what can be found.
type Service struct {
	db    *db.DB
	index *search.Index
	reach Reach
}

// New returns a Service over the index of d.
func New(d *db.DB, index *search.Index, reach Reach) *Service {
	return &Service{db: d, index: index, reach: reach}
}

// Query says what to look for.
type Query struct {
	Text     string
	Kinds    []Kind   // none: all
	Brand    id.Brand // 0: all that the actor may see
	Language string   // of articles; empty: any
	Skip     int      // finds that were shown before
	Limit    int
}

// Found is one find.
type Found struct {
	Kind     Kind
	Thing    int64    // key of the customer, organisation, conversation, case or article
	Entry    id.Entry // what was said, of a conversation that was found by it
	Brand    id.Brand // of all but an article
	Language string   // of an article
	Name     string   // of the customer of a conversation or a case, as the actor may know it
	Channel  string   // of a conversation
	At       time.Time
	Score    float64
	Title    []search.Run
	Excerpt  []search.Run
}

// maxLimit bounds a page.
const maxLimit = 100

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)

// Search returns what the actor may see of what is found, the best first, one more
// than the limit if there are more. Whoever may read none of the kinds is refused.
func (s *Service) Search(ctx context.Context, q Query) ([]Found, error) {
	const op = "catalogue.Search"
	if err := s.check(ctx, op, &q); err != nil {
		return nil, err
	}
	all, err := s.findAll(ctx, q)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	slices.SortFunc(all, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.At.Compare(a.At), cmp.Compare(b.Thing, a.Thing))
	})
	all = all[min(q.Skip, len(all)):]
	return all[:min(len(all), q.Limit+1)], nil
}

// kindsAtOnce bounds the kinds that one search looks through at the same time.
const kindsAtOnce = 2

// findAll returns what is found of all kinds, in no order.
func (s *Service) findAll(ctx context.Context, q Query) ([]Found, error) {
	found := make([][]Found, len(q.Kinds))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(kindsAtOnce)
	for i, kind := range q.Kinds {
		work.Go(func() error {
			query, allowed, err := s.wanted(ctx, kind, q)
			if err != nil || !allowed {
				return err
			}
			found[i], err = s.find(ctx, kind, query)
			return err
		})
	}
	err := work.Wait()
	return slices.Concat(found...), err
}

// check completes q and refuses what cannot be asked.
func (s *Service) check(ctx context.Context, op string, q *Query) error {
	a := actor.From(ctx)
	if a.Tenant == 0 {
		return errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	q.Limit = max(1, min(q.Limit, maxLimit))
	for _, kind := range q.Kinds {
		if !slices.Contains(Kinds(), kind) {
			return errs.Fields(op, errs.Field{Path: "kinds", Code: "one_of", Values: errs.Values{"allowed": "customer, organisation, conversation, case, article"}})
		}
	}
	if q.Language != "" && !languageForm.MatchString(q.Language) {
		return errs.Fields(op, errs.Field{Path: "language", Code: "format.language"})
	}
	if len(q.Kinds) == 0 {
		q.Kinds = Kinds()
	}
	if q.Brand != 0 && !a.Brands.Has(q.Brand) {
		return errs.E(errs.NotFound, op, nil)
	}
	if !slices.ContainsFunc(q.Kinds, func(k Kind) bool { return a.Scope(k.permission()) != actor.None }) {
		return errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(q.Kinds[0].permission())})
	}
	return nil
}

// permission is what it takes to find things of the kind.
func (k Kind) permission() actor.Permission {
	switch k { //nolint:exhaustive // entries are found as conversations
	case Customers, Organisations:
		return actor.CustomerRead
	case Cases:
		return actor.CaseRead
	case Articles:
		return actor.KnowledgeRead
	}
	return actor.ConversationRead
}

// wanted returns how the index is asked for what the actor may see of a kind.
func (s *Service) wanted(ctx context.Context, kind Kind, q Query) (query search.Query, allowed bool, err error) {
	a := actor.From(ctx)
	query = search.Query{Text: q.Text, Kinds: []string{string(kind)}, Limit: q.Skip + q.Limit + 1}
	if a.Scope(kind.permission()) == actor.None {
		return query, false, nil
	}
	query.Scopes, query.Granted = brandScopes(a, kind, q.Brand), q.Brand == 0
	switch kind { //nolint:exhaustive // entries are found as conversations
	case Customers, Organisations:
		if a.Scope(actor.NamesRead) == actor.None {
			return query, false, nil // finding a name is knowing it
		}
		query.Text = joined(q.Text)
		if a.Scope(actor.CustomerRead) < actor.InBrand {
			query.Only = ownCustomers(a, kind)
		}
	case Conversations:
		query.Kinds, query.Untitled = append(query.Kinds, string(entries)), []string{string(entries)}
		reach, err := s.reach.Reach(ctx)
		if err != nil {
			return query, false, err
		}
		if reach != nil {
			if err := s.own(ctx, &query); err != nil {
				return query, false, err
			}
		}
	case Cases:
		reach, err := s.reach.CaseReach(ctx)
		if err != nil {
			return query, false, err
		}
		if reach != nil {
			query.Only = func(w *db.Where) string {
				return `EXISTS (SELECT 1 FROM case_file f WHERE f.tenant_id = d.tenant_id AND f.id = d.thing_id AND ` + reach(w) + `)`
			}
		}
	case Articles:
		query.Language = q.Language
	}
	return query, true, nil
}

// brandScopes narrows to the brands of a, or to one of them. An article may belong to all.
func brandScopes(a actor.Actor, kind Kind, brand id.Brand) [][]string {
	if brand == 0 && a.Brands.All {
		return nil
	}
	brands := a.Brands.Some
	if brand != 0 {
		brands = []id.Brand{brand}
	}
	var keys []string
	if kind == Articles {
		keys = append(keys, brandKey(0))
	}
	for _, b := range brands {
		keys = append(keys, brandKey(b))
	}
	return [][]string{keys}
}

// ownCustomers is the condition that a customer, or one of an organisation, is of one of a's own conversations.
func ownCustomers(a actor.Actor, kind Kind) func(w *db.Where) string {
	theirs := `conversation c WHERE c.tenant_id = d.tenant_id AND c.customer_id = d.thing_id`
	if kind == Organisations {
		theirs = `customer m JOIN conversation c ON c.tenant_id = m.tenant_id AND c.customer_id = m.id
			WHERE m.tenant_id = d.tenant_id AND m.organisation_id = d.thing_id AND m.organisation_id <> 0`
	}
	return func(w *db.Where) string {
		user := w.Arg(a.User)
		return `EXISTS (SELECT 1 FROM ` + theirs + ` AND ` + user + ` <> 0
			AND (c.open AND c.agent_id = ` + user + ` OR EXISTS (SELECT 1 FROM participant p WHERE p.tenant_id = c.tenant_id
				AND p.conversation_id = c.id AND p.user_id = ` + user + ` AND p.involved)))`
	}
}

// find asks the index and adds what a list shows beside the words.
func (s *Service) find(ctx context.Context, kind Kind, query search.Query) ([]Found, error) {
	hits, err := s.index.Search(ctx, s.db, query)
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	out := make([]Found, len(hits))
	for i, h := range hits {
		out[i] = Found{Kind: kind, Thing: h.Group, Language: h.Language, At: h.At, Score: h.Score, Title: h.Title, Excerpt: h.Excerpt}
		if h.Kind == string(entries) {
			out[i].Entry = id.Entry(h.Thing)
		}
	}
	return s.describe(ctx, kind, out)
}
