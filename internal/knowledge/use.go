package knowledge

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Verdict says whether an article was of use.
type Verdict string

// Verdicts.
const (
	Helped    Verdict = "helped"
	NotHelped Verdict = "not_helped"
)

// Used notes that the actor put the published text of an article into an answer of
// a conversation. Whether they may read that conversation is for the caller to ask.
func (s *Service) Used(ctx context.Context, article id.Article, language string, conversation id.Conversation) (id.ArticleUse, error) {
	const op = "knowledge.Used"
	who, err := actor.Require(ctx, op, actor.KnowledgeRead)
	if err != nil {
		return 0, err
	}
	use := id.New[id.ArticleUse]()
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := s.find(ctx, tx, article, ""); err != nil {
			return err
		}
		v, found, err := s.versionIn(ctx, tx, article, language, Published)
		if err != nil {
			return err
		}
		if !found {
			return errs.E(errs.NotFound, op, nil)
		}
		if _, err = db.Exec(ctx, tx, `INSERT INTO article_use (tenant_id, id, article_id, version_id, conversation_id, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			who.Tenant, use, article, v.ID, conversation, who.User, tx.Now()); err != nil {
			return err
		}
		return tx.Record(ctx, fact.ArticleUsed{Article: article, Conversation: conversation, Language: language})
	})
	return use, errs.Op(op, err)
}

// Judge says whether an article helped that the actor put into an answer. They may think again.
func (s *Service) Judge(ctx context.Context, use id.ArticleUse, v Verdict) error {
	const op = "knowledge.Judge"
	who, err := actor.Require(ctx, op, actor.KnowledgeRead)
	if err != nil {
		return err
	}
	if !slices.Contains([]Verdict{Helped, NotHelped}, v) {
		return errs.Fields(op, errs.Field{Path: "verdict", Code: "one_of", Values: errs.Values{"allowed": "helped, not_helped"}})
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		return db.Guard(ctx, tx, errs.E(errs.NotFound, op, nil), `UPDATE article_use SET verdict = $4 WHERE tenant_id = $1 AND id = $2 AND user_id = $3 AND user_id <> 0`,
			who.Tenant, use, who.User, string(v))
	}))
}
