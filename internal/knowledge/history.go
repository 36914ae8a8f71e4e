package knowledge

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Review is one decision about a version.
type Review struct {
	ID        id.Fact
	ArticleID id.Article
	VersionID id.ArticleVersion
	Action    string
	UserID    id.User
	Comment   string
	At        time.Time
}

// History is all that became of the texts of an article.
type History struct {
	Versions []Version // without their blocks
	Reviews  []Review
}

// maxHistory bounds what a history shows, the newest first.
const maxHistory = "200"

// History returns what became of an article that the actor may edit or publish.
func (s *Service) History(ctx context.Context, article id.Article) (History, error) {
	const op = "knowledge.History"
	if err := s.mayLookBack(ctx, op, s.db, article); err != nil {
		return History{}, err
	}
	var (
		h   History
		err error
	)
	tenant := actor.From(ctx).Tenant
	h.Versions, err = db.Many[Version](ctx, s.db, `SELECT id, article_id, language, number, state, title, '[]' AS blocks, rev, author_id, created_at, changed_at,
		published_at FROM article_version WHERE tenant_id = $1 AND article_id = $2 ORDER BY id DESC LIMIT `+maxHistory, tenant, article)
	if err != nil {
		return h, errs.Op(op, err)
	}
	h.Reviews, err = db.Many[Review](ctx, s.db, `SELECT `+reviewColumns+` FROM article_review WHERE tenant_id = $1 AND article_id = $2
		ORDER BY id DESC LIMIT `+maxHistory, tenant, article)
	return h, errs.Op(op, err)
}

// mayLookBack returns nil if the actor may know what was not published of an article.
func (s *Service) mayLookBack(ctx context.Context, op string, q db.Queryer, article id.Article) error {
	who, err := actor.Require(ctx, op, actor.KnowledgeRead)
	if err != nil {
		return err
	}
	a, err := s.find(ctx, q, article, "")
	if err != nil {
		return errs.Op(op, err)
	}
	if !a.may(who, actor.KnowledgeEdit) && !a.may(who, actor.KnowledgePublish) {
		return a.allow(op, who, actor.KnowledgeEdit)
	}
	return nil
}

// Version returns one version of an article that the actor may edit or publish.
func (s *Service) Version(ctx context.Context, version id.ArticleVersion) (Version, error) {
	const op = "knowledge.Version"
	if _, err := actor.Require(ctx, op, actor.KnowledgeRead); err != nil {
		return Version{}, err
	}
	v, err := s.version(ctx, s.db, version)
	if err != nil {
		return Version{}, errs.Op(op, err)
	}
	return v, s.mayLookBack(ctx, op, s.db, v.ArticleID)
}

func (s *Service) version(ctx context.Context, q db.Queryer, version id.ArticleVersion) (Version, error) {
	return db.One[Version](ctx, q, `SELECT `+versionColumns+` FROM article_version WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, version)
}

// Restore makes a draft of an older version, in place of the draft there is.
func (s *Service) Restore(ctx context.Context, version id.ArticleVersion) (Version, error) {
	const op = "knowledge.Restore"
	if _, err := actor.Require(ctx, op, actor.KnowledgeEdit); err != nil {
		return Version{}, err
	}
	var made Version
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		old, err := s.version(ctx, tx, version)
		if err != nil {
			return err
		}
		if _, err = s.lockFor(ctx, tx, op, old.ArticleID, actor.KnowledgeEdit); err != nil {
			return err
		}
		if made, err = s.write(ctx, tx, op, old.ArticleID, old.Language, Writing{Title: old.Title, Blocks: old.Blocks}); err != nil {
			return err
		}
		return s.decided(ctx, tx, made, restored, "")
	})
	return made, errs.Op(op, err)
}

// Difference is one block of two versions side by side.
type Difference struct {
	Kind   string // same, added, removed, changed
	Before *Block
	After  *Block
}

// Compare returns how one version became another, block by block.
func (s *Service) Compare(ctx context.Context, before, after id.ArticleVersion) ([]Difference, error) {
	a, err := s.Version(ctx, before)
	if err != nil {
		return nil, err
	}
	b, err := s.Version(ctx, after)
	if err != nil {
		return nil, err
	}
	return differences(titled(a), titled(b)), nil
}

// titled returns the blocks of v with its title as the first.
func titled(v Version) []Block {
	return append([]Block{{Kind: Heading, Text: v.Title}}, v.Blocks...)
}

// differences finds the longest list of blocks that stayed; between them, a block
// that went and one that came at its place are one that changed.
func differences(before, after []Block) []Difference {
	stay := make([][]int, len(before)+1) // blocks that can stay from here on
	for i := range stay {
		stay[i] = make([]int, len(after)+1)
	}
	for i, old := range slices.Backward(before) {
		for j, young := range slices.Backward(after) {
			if reflect.DeepEqual(old, young) {
				stay[i][j] = stay[i+1][j+1] + 1
			} else {
				stay[i][j] = max(stay[i+1][j], stay[i][j+1])
			}
		}
	}
	var (
		out        []Difference
		gone, came []Block
	)
	flush := func() {
		for k := range max(len(gone), len(came)) {
			switch {
			case k >= len(gone):
				out = append(out, Difference{Kind: "added", After: &came[k]})
			case k >= len(came):
				out = append(out, Difference{Kind: "removed", Before: &gone[k]})
			default:
				out = append(out, Difference{Kind: "changed", Before: &gone[k], After: &came[k]})
			}
		}
		gone, came = nil, nil
	}
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch {
		case i < len(before) && j < len(after) && reflect.DeepEqual(before[i], after[j]):
			flush()
			out = append(out, Difference{Kind: "same", Before: &before[i], After: &after[j]})
			i, j = i+1, j+1
		case j == len(after) || i < len(before) && stay[i+1][j] >= stay[i][j+1]:
			gone = append(gone, before[i])
			i++
		default:
			came = append(came, after[j])
			j++
		}
	}
	flush()
	return out
}
