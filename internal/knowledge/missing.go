package knowledge

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// MissingState says what became of a question without an answer.
type MissingState string

// States of a missing answer.
const (
	Open      MissingState = "open"
	Answered  MissingState = "answered"
	Dismissed MissingState = "dismissed"
)

// Missing is what people looked for and did not find.
type Missing struct {
	ID         id.MissingAnswer
	BrandID    id.Brand // 0: they looked in all
	Question   string
	Example    string
	Language   string
	Times      int64
	FirstAt    time.Time
	LastAt     time.Time
	State      MissingState
	ArticleID  id.Article
	ResolvedBy id.User
	ResolvedAt time.Time
}

const missingColumns = `id, brand_id, question, example, language, times, first_at, last_at, state, article_id, resolved_by, resolved_at`

// What is worth remembering of a search in vain.
const (
	minQuestion = 4   // characters of the folded words
	maxQuestion = 120 // what is longer is no question but a text
	maxMissing  = 5000
)

// Miss remembers that the actor looked for something in vain. A question that was
// answered before is open again: its answer is not found by these words.
func (s *Service) Miss(ctx context.Context, brand id.Brand, text, language string) error {
	const op = "knowledge.Miss"
	who, err := actor.Require(ctx, op, actor.KnowledgeRead)
	if err != nil {
		return err
	}
	if brand != 0 && !who.Brands.Has(brand) {
		return errs.E(errs.NotFound, op, nil)
	}
	question := strings.Join(fold.Words(text), " ")
	if n := utf8.RuneCountInString(question); n < minQuestion || n > maxQuestion {
		return nil
	}
	if !languageForm.MatchString(language) {
		language = ""
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		if brand != 0 {
			if _, err := tenant.Lookup(ctx, tx, who.Tenant, brand); err != nil {
				return err
			}
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM missing_answer WHERE tenant_id = $1`, who.Tenant)
		if err != nil {
			return err
		}
		example := strings.Join(strings.Fields(text), " ")
		known, err := db.Exec(ctx, tx, `UPDATE missing_answer SET times = times + 1, last_at = $4, example = $5, language = $6,
			state = CASE state WHEN 'answered' THEN 'open' ELSE state END WHERE tenant_id = $1 AND brand_id = $2 AND question = $3`,
			who.Tenant, brand, question, tx.Now(), example, language)
		if err != nil || known > 0 || n >= maxMissing {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO missing_answer (tenant_id, id, brand_id, question, example, language, times, first_at, last_at, state)
			VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, 'open')
			ON CONFLICT (tenant_id, brand_id, question) DO UPDATE SET times = missing_answer.times + 1, last_at = excluded.last_at`,
			who.Tenant, id.New[id.MissingAnswer](), brand, question, example, language, tx.Now())
		return err
	}))
}

// missingOf returns the missing answers that who may see: those of their brands;
// what was looked for in all brands belongs to those who look after all.
func missingOf(who actor.Actor) *db.Where {
	w := &db.Where{}
	w.And("tenant_id = ?", who.Tenant)
	if !who.Brands.All {
		db.In(w, "brand_id", who.Brands.Some)
	}
	return w
}

// MissingPlace is a place in the list of missing answers.
type MissingPlace struct {
	Times int64            `json:"t"`
	ID    id.MissingAnswer `json:"i"`
}

// Place returns where m stands in the list.
func (m Missing) Place() MissingPlace { return MissingPlace{m.Times, m.ID} }

// Missing returns what was looked for in vain, the most wanted first, one more than the limit if there are more.
func (s *Service) Missing(ctx context.Context, state MissingState, after MissingPlace, limit int) ([]Missing, error) {
	const op = "knowledge.Missing"
	who, err := actor.Require(ctx, op, actor.KnowledgeEdit)
	if err != nil {
		return nil, err
	}
	w := missingOf(who)
	if state == "" {
		state = Open
	}
	w.And("state = ?", string(state))
	if after.ID != 0 {
		w.And("(times, id) < (?, ?)", after.Times, after.ID)
	}
	found, err := db.Many[Missing](ctx, s.db, `SELECT `+missingColumns+` FROM missing_answer`+w.SQL()+` ORDER BY times DESC, id DESC LIMIT `+
		w.Arg(max(1, min(limit, maxPage))+1), w.Args()...)
	return found, errs.Op(op, err)
}

// Answer says which article answers a question; without one it is dismissed.
func (s *Service) Answer(ctx context.Context, missing id.MissingAnswer, article id.Article) (Missing, error) {
	const op = "knowledge.Answer"
	who, err := actor.Require(ctx, op, actor.KnowledgeEdit)
	if err != nil {
		return Missing{}, err
	}
	var after Missing
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		w := missingOf(who)
		w.And("id = ?", missing)
		before, err := db.One[Missing](ctx, tx, `SELECT `+missingColumns+` FROM missing_answer`+w.SQL()+tx.ForUpdate(), w.Args()...)
		if err != nil {
			return err
		}
		after = before
		after.State, after.ArticleID, after.ResolvedBy, after.ResolvedAt = Dismissed, article, who.User, tx.Now()
		if article != 0 {
			if _, err := s.find(ctx, tx, article, ""); errs.Is(errs.NotFound, err) {
				return errs.Fields(op, errs.Field{Path: "article_id", Code: "reference"})
			} else if err != nil {
				return err
			}
			after.State = Answered
		}
		if _, err = db.Exec(ctx, tx, `UPDATE missing_answer SET state = $3, article_id = $4, resolved_by = $5, resolved_at = $6 WHERE tenant_id = $1 AND id = $2`,
			who.Tenant, missing, string(after.State), after.ArticleID, after.ResolvedBy, after.ResolvedAt); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{
			Action: "missing_answer." + string(after.State), Subject: audit.Subject{Kind: "missing_answer", ID: int64(missing), Name: after.Question},
			Brand: after.BrandID, After: map[string]any{"article_id": article},
		})
	})
	return after, errs.Op(op, err)
}
