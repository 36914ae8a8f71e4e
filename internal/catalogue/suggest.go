package catalogue

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

// What a suggestion takes into account.
const (
	suggestFrom = "3" // newest messages of the customer
	suggestMost = 5
	suggestMin  = 0.5 // score below which an article has little to do with what was said
	minSpoken   = 4   // characters of a word that says something
)

// Suggested are articles that may answer what a customer wrote.
type Suggested struct {
	Language string // in which they were looked for first
	Articles []Found
}

// suggestible is what a conversation tells about the question.
type suggestible struct {
	BrandID  id.Brand
	Language string
}

// Suggest returns articles for a conversation that the actor may read: of its
// brand, in the customer's language if there are any.
func (s *Service) Suggest(ctx context.Context, conversation id.Conversation) (Suggested, error) {
	const op = "catalogue.Suggest"
	a, err := actor.Require(ctx, op, actor.KnowledgeRead)
	if err != nil {
		return Suggested{}, err
	}
	about, err := s.suggestible(ctx, conversation)
	if err != nil {
		return Suggested{}, errs.Op(op, err)
	}
	said, err := db.Many[string](ctx, s.db, `SELECT body FROM entry WHERE tenant_id = $1 AND conversation_id = $2
		AND kind = 'message' AND author = 'customer' AND body <> '' ORDER BY seq DESC LIMIT `+suggestFrom, a.Tenant, conversation)
	if err != nil {
		return Suggested{}, errs.Op(op, err)
	}
	query := search.Query{
		Text: meaningful(said), Any: true, Kinds: []string{string(Articles)}, Limit: suggestMost, Language: about.Language,
		Scopes: brandScopes(a, Articles, about.BrandID),
	}
	found, err := s.suggested(ctx, query)
	if err == nil && len(found) == 0 && query.Language != "" {
		query.Language = ""
		found, err = s.suggested(ctx, query)
	}
	return Suggested{Language: about.Language, Articles: found}, errs.Op(op, err)
}

// suggestible reads what is needed of a conversation, or says NotFound if the actor may not read it.
func (s *Service) suggestible(ctx context.Context, conversation id.Conversation) (suggestible, error) {
	a := actor.From(ctx)
	reach, err := s.reach.Reach(ctx)
	if err != nil {
		return suggestible{}, err
	}
	w := &db.Where{}
	w.And("c.tenant_id = ?", a.Tenant)
	w.And("c.id = ?", conversation)
	if reach != nil {
		w.And(reach(w))
	} else if !a.Brands.All {
		db.In(w, "c.brand_id", a.Brands.Some)
	}
	about, err := db.One[suggestible](ctx, s.db, `SELECT c.brand_id, COALESCE(p.language, '') AS language FROM conversation c
		LEFT JOIN customer p ON p.tenant_id = c.tenant_id AND p.id = c.customer_id`+w.SQL(), w.Args()...)
	about.Language, _, _ = strings.Cut(strings.ToLower(about.Language), "-")
	if !languageForm.MatchString(about.Language) {
		about.Language = ""
	}
	return about, err
}

func (s *Service) suggested(ctx context.Context, query search.Query) ([]Found, error) {
	found, err := s.find(ctx, Articles, query)
	for i, f := range found {
		if f.Score < suggestMin || i == suggestMost {
			return found[:i], err
		}
	}
	return found, err
}

// meaningful returns the longer words of what was said, the newest first.
func meaningful(said []string) string {
	var words []string
	for _, text := range said {
		for word := range strings.FieldsSeq(text) {
			if len([]rune(word)) >= minSpoken {
				words = append(words, word)
			}
		}
	}
	return strings.Join(words, " ")
}
