package knowledge

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// Actions on versions, as their history names them.
const (
	submitted = "submitted"
	returned  = "returned"
	published = "published"
	withdrawn = "withdrawn"
	restored  = "restored"
)

// Submit gives the draft of a language to those who publish.
func (s *Service) Submit(ctx context.Context, article id.Article, language, comment string) (Version, error) {
	return s.decide(ctx, decision{
		op: "knowledge.Submit", permission: actor.KnowledgeEdit, action: submitted, from: []State{Draft}, to: InReview, none: "knowledge.no_draft",
	}, article, language, comment)
}

// Return gives the text of a language back to its author, with what is to be changed.
func (s *Service) Return(ctx context.Context, article id.Article, language, comment string) (Version, error) {
	const op = "knowledge.Return"
	var f check.Fields
	long(&f, "comment", comment, MaxComment, true)
	if err := f.Err(op); err != nil {
		return Version{}, err
	}
	return s.decide(ctx, decision{
		op: op, permission: actor.KnowledgePublish, action: returned, from: []State{InReview}, to: Draft, none: "knowledge.no_review",
	}, article, language, comment)
}

// Publish shows the open text of a language to its readers, in place of the one before.
func (s *Service) Publish(ctx context.Context, article id.Article, language, comment string) (Version, error) {
	return s.decide(ctx, decision{
		op: "knowledge.Publish", permission: actor.KnowledgePublish, action: published, from: []State{Draft, InReview}, to: Published, none: "knowledge.no_draft",
	}, article, language, comment)
}

// Withdraw takes the published text of a language out of use.
func (s *Service) Withdraw(ctx context.Context, article id.Article, language, comment string) (Version, error) {
	return s.decide(ctx, decision{
		op: "knowledge.Withdraw", permission: actor.KnowledgePublish, action: withdrawn, from: []State{Published}, to: Archived, none: "knowledge.not_published",
	}, article, language, comment)
}

// decision is one step of a version's life.
type decision struct {
	op         string
	permission actor.Permission
	action     string
	from       []State
	to         State
	none       string // what is said if there is no version in from
}

func (s *Service) decide(ctx context.Context, d decision, article id.Article, language, comment string) (Version, error) {
	if _, err := actor.Require(ctx, d.op, d.permission); err != nil {
		return Version{}, err
	}
	var f check.Fields
	long(&f, "comment", comment, MaxComment, false)
	if err := f.Err(d.op); err != nil {
		return Version{}, err
	}
	var v Version
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := s.lockFor(ctx, tx, d.op, article, d.permission); err != nil {
			return err
		}
		var (
			found bool
			err   error
		)
		if v, found, err = s.versionIn(ctx, tx, article, language, d.from...); err != nil {
			return err
		}
		if !found {
			return errs.New(errs.Conflict, d.op, d.none)
		}
		if d.to == Published {
			if err := s.replace(ctx, tx, article, language); err != nil {
				return err
			}
			v.PublishedAt = tx.Now()
		}
		v.State, v.ChangedAt, v.Rev = d.to, tx.Now(), v.Rev+1
		if err := s.updateVersion(ctx, tx, v); err != nil {
			return err
		}
		return s.decided(ctx, tx, v, d.action, comment)
	})
	return v, errs.Op(d.op, err)
}

// replace puts the published text of a language among the old ones.
func (s *Service) replace(ctx context.Context, tx *db.Tx, article id.Article, language string) error {
	_, err := db.Exec(ctx, tx, `UPDATE article_version SET state = 'archived', changed_at = $4 WHERE tenant_id = $1 AND article_id = $2 AND language = $3
		AND state = 'published'`, actor.From(ctx).Tenant, article, language, tx.Now())
	return err
}

// Archive takes an article out of use, in all languages.
func (s *Service) Archive(ctx context.Context, article id.Article) (Detail, error) {
	return s.setArchived(ctx, "knowledge.Archive", "archive", article, true)
}

// Unarchive brings an article back as it was.
func (s *Service) Unarchive(ctx context.Context, article id.Article) (Detail, error) {
	return s.setArchived(ctx, "knowledge.Unarchive", "unarchive", article, false)
}

func (s *Service) setArchived(ctx context.Context, op, action string, article id.Article, archived bool) (Detail, error) {
	if _, err := actor.Require(ctx, op, actor.KnowledgePublish); err != nil {
		return Detail{}, err
	}
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.lockFor(ctx, tx, op, article, actor.KnowledgePublish)
		if err != nil || before.Archived == archived {
			return err
		}
		after := before
		after.Archived, after.Rev, after.ChangedAt = archived, before.Rev+1, tx.Now()
		if err := s.updateArticle(ctx, tx, after); err != nil {
			return err
		}
		return s.tell(ctx, tx, action, "", before, after)
	})
	if err != nil {
		return Detail{}, errs.Op(op, err)
	}
	return s.Get(ctx, article)
}
