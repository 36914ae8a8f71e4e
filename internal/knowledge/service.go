package knowledge

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// People is what knowledge needs of the accounts.
type People interface {
	// OfBrand returns those of users who are active and may see brand.
	OfBrand(ctx context.Context, q db.Queryer, brand id.Brand, users []id.User) ([]id.User, error)
}

// News tells people what they should know.
type News interface {
	// TellOfArticle tells users that an article's time is up.
	TellOfArticle(ctx context.Context, tx *db.Tx, users []id.User, of id.Article) error
}

// Files keeps the files that articles show.
type Files interface {
	// TakeFiles gives files of the actor, or such as it has already, to an article. It returns those that the article has now.
	TakeFiles(ctx context.Context, tx *db.Tx, article id.Article, files []id.Attachment) ([]File, error)
	// FreeFiles takes files from an article that shows them no more.
	FreeFiles(ctx context.Context, tx *db.Tx, article id.Article, files []id.Attachment) error
}

// Service is all that can be done with articles.
type Service struct {
	db     *db.DB
	people People
	news   News
	files  Files
}

// New returns a Service that stores in d.
func New(d *db.DB, people People, news News, files Files) *Service {
	return &Service{db: d, people: people, news: news, files: files}
}

// what names articles in facts and in the audit.
const what = "article"

// maxPage bounds a page of articles.
const maxPage = 100

// Filter says which articles to list. What is zero takes all.
type Filter struct {
	Category id.Category
	Brand    id.Brand
	State    State // of one of its languages
	Due      bool  // those whose time is up
	Archived bool  // those instead of the living
	Mine     bool  // those that the actor answers for
	After    id.Article
	Limit    int
}

// List returns articles that the actor may see, the newest first, one more than the limit if there are more.
func (s *Service) List(ctx context.Context, f Filter) ([]Row, error) {
	const op = "knowledge.List"
	who, err := actor.Require(ctx, op, actor.KnowledgeRead)
	if err != nil {
		return nil, err
	}
	w := visible(who)
	w.And("a.archived = ?", f.Archived)
	if f.Category != 0 {
		w.And("a.category_id = ?", f.Category)
	}
	if f.Brand != 0 {
		w.And(`EXISTS (SELECT 1 FROM article_brand o WHERE o.tenant_id = a.tenant_id AND o.article_id = a.id AND o.brand_id IN (0, ?))`, f.Brand)
	}
	if f.State != "" {
		w.And(`EXISTS (SELECT 1 FROM article_version s WHERE s.tenant_id = a.tenant_id AND s.article_id = a.id AND s.state = ?)`, string(f.State))
	}
	if f.Due {
		w.And("a.expired")
	}
	if f.Mine {
		w.And("a.owner_id = ?", who.User)
	}
	if f.After != 0 {
		w.And("a.id < ?", f.After)
	}
	articles, err := db.Many[Article](ctx, s.db, `SELECT `+articleColumns+` FROM article a`+w.SQL()+` ORDER BY a.id DESC LIMIT `+
		w.Arg(max(1, min(f.Limit, maxPage))+1), w.Args()...)
	if err != nil || len(articles) == 0 {
		return nil, errs.Op(op, err)
	}
	rows, err := s.withEditions(ctx, who, articles)
	return rows, errs.Op(op, err)
}

// withEditions adds to each article what a list shows of its languages.
func (s *Service) withEditions(ctx context.Context, who actor.Actor, articles []Article) ([]Row, error) {
	keys := make([]id.Article, len(articles))
	rows := make([]Row, len(articles))
	for i, a := range articles {
		keys[i], rows[i].Article = a.ID, a
	}
	w := &db.Where{}
	w.And("tenant_id = ?", who.Tenant)
	db.In(w, "article_id", keys)
	w.And("state <> 'archived'")
	editions, err := db.Many[Edition](ctx, s.db, `SELECT article_id, language, state, title, changed_at, published_at FROM article_version`+w.SQL()+
		` ORDER BY article_id, language, number DESC`, w.Args()...)
	for _, e := range editions {
		at := slices.Index(keys, e.ArticleID)
		if e.State == Published || rows[at].may(who, actor.KnowledgeEdit) || rows[at].may(who, actor.KnowledgePublish) {
			rows[at].Editions = append(rows[at].Editions, e)
		}
	}
	return rows, err
}

// Get returns an article with its texts.
func (s *Service) Get(ctx context.Context, article id.Article) (Detail, error) {
	const op = "knowledge.Get"
	who, err := actor.Require(ctx, op, actor.KnowledgeRead)
	if err != nil {
		return Detail{}, err
	}
	a, err := s.find(ctx, s.db, article, "")
	if err != nil {
		return Detail{}, errs.Op(op, err)
	}
	d := Detail{Article: a, MayEdit: a.may(who, actor.KnowledgeEdit), MayJudge: a.may(who, actor.KnowledgePublish)}
	states := []State{Published}
	if d.MayEdit || d.MayJudge {
		states = append(states, Draft, InReview)
	}
	w := &db.Where{}
	w.And("tenant_id = ?", who.Tenant)
	w.And("article_id = ?", article)
	db.In(w, "state", states)
	if d.Versions, err = db.Many[Version](ctx, s.db, `SELECT `+versionColumns+` FROM article_version`+w.SQL()+` ORDER BY language, number DESC`, w.Args()...); err != nil {
		return Detail{}, errs.Op(op, err)
	}
	d.Counts, err = s.counts(ctx, s.db, article)
	return d, errs.Op(op, err)
}

// Say is a published text as a channel says it.
type Say struct {
	Rendering

	Article  id.Article
	Version  id.ArticleVersion
	Language string
	Title    string
}

// Say renders the published text of an article in the first of languages that it has, else in any.
func (s *Service) Say(ctx context.Context, article id.Article, class Class, languages ...string) (Say, error) {
	const op = "knowledge.Say"
	if !slices.Contains(Classes(), class) {
		return Say{}, errs.Fields(op, errs.Field{Path: "class", Code: "one_of", Values: errs.Values{"allowed": "chat, mail, social, sms"}})
	}
	d, err := s.Get(ctx, article)
	if err != nil {
		return Say{}, errs.Op(op, err)
	}
	d.Versions = slices.DeleteFunc(d.Versions, func(v Version) bool { return v.State != Published })
	if len(d.Versions) == 0 || d.Archived {
		return Say{}, errs.E(errs.NotFound, op, nil)
	}
	best := d.Versions[0]
	for _, language := range languages {
		if at := slices.IndexFunc(d.Versions, func(v Version) bool { return v.Language == language }); at >= 0 {
			best = d.Versions[at]
			break
		}
	}
	return Say{Rendering: Render(best.Blocks, class), Article: article, Version: best.ID, Language: best.Language, Title: best.Title}, nil
}
