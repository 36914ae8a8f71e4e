package knowledge

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// Audience says for whom an article is written. Those who work here read them all.
type Audience string

// Audiences.
const (
	ForAgents Audience = "agents"
	ForGroup  Audience = "group" // one group of customers
	ForPublic Audience = "public"
)

// State is how far a version has come.
type State string

// States of a version.
const (
	Draft     State = "draft"
	InReview  State = "review"
	Published State = "published"
	Archived  State = "archived"
)

// Limits of an article.
const (
	MaxTitle     = 200 // characters
	MaxGroup     = 60
	MaxComment   = 1000
	MaxLanguages = 20
	MaxBrands    = 200
)

// Article is what is the same in all languages.
type Article struct {
	ID            id.Article
	CategoryID    id.Category
	Brands        []id.Brand `db:"brands,json"` // none: every brand
	Audience      Audience
	AudienceGroup string
	OwnerID       id.User
	ExpiresAt     time.Time
	Expired       bool
	Archived      bool
	Rev           int64
	CreatedBy     id.User
	CreatedAt     time.Time
	ChangedAt     time.Time
}

// Version is one text in one language.
type Version struct {
	ID          id.ArticleVersion
	ArticleID   id.Article
	Language    string
	Number      int64
	State       State
	Title       string
	Blocks      []Block `db:"blocks,json"`
	Rev         int64
	AuthorID    id.User
	CreatedAt   time.Time
	ChangedAt   time.Time
	PublishedAt time.Time
}

// Edition is what a list shows of one language.
type Edition struct {
	ArticleID   id.Article
	Language    string
	State       State
	Title       string
	ChangedAt   time.Time
	PublishedAt time.Time
}

// Counts say how an article has served.
type Counts struct {
	Used      int
	Helped    int
	NotHelped int
}

// Detail is an article with its texts: those that are published, and the open ones for those who may edit it.
type Detail struct {
	Article

	Versions []Version
	Counts   Counts
	MayEdit  bool
	MayJudge bool // publish, return, archive
}

// Row is an article as a list shows it.
type Row struct {
	Article

	Editions []Edition
}

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)

func (a *Article) check(op string) error {
	a.AudienceGroup = strings.TrimSpace(a.AudienceGroup)
	if a.Audience == "" {
		a.Audience = ForAgents
	}
	slices.Sort(a.Brands)
	a.Brands = slices.Compact(a.Brands)
	var f check.Fields
	f.OneOf("audience", string(a.Audience), string(ForAgents), string(ForGroup), string(ForPublic))
	if a.Audience == ForGroup {
		f.Text("audience_group", a.AudienceGroup, MaxGroup)
	} else {
		a.AudienceGroup = ""
	}
	f.Count("brand_ids", len(a.Brands), 0, MaxBrands)
	return f.Err(op)
}

// Writing is the text of one language as somebody wrote it.
type Writing struct {
	Title  string
	Blocks []Block
	Rev    int64 // of the draft that was edited; 0 takes any
	Begins bool  // it was written where there was no draft: one that is there now is a change
}

func (w *Writing) check(op, language string) error {
	w.Title, w.Blocks = strings.TrimSpace(w.Title), tidy(w.Blocks)
	var f check.Fields
	if !languageForm.MatchString(language) {
		f.Add("language", "format.language", nil)
	}
	f.Text("title", w.Title, MaxTitle)
	checkBlocks(&f, w.Blocks)
	return f.Err(op)
}

// reaches reports whether a works for all brands of the article: who changes it
// changes what all of them say.
func (a Article) reaches(who actor.Actor) bool {
	if who.Brands.All {
		return true
	}
	return len(a.Brands) > 0 && !slices.ContainsFunc(a.Brands, func(b id.Brand) bool { return !who.Brands.Has(b) })
}

// may reports whether who may do p with the article.
func (a Article) may(who actor.Actor, p actor.Permission) bool {
	scope := who.Scope(p)
	own := a.OwnerID == who.User && who.User != 0
	return a.reaches(who) && (scope >= actor.InBrand || scope != actor.None && own)
}

// allow returns Forbidden unless who may do p with the article.
func (a Article) allow(op string, who actor.Actor, p actor.Permission) error {
	switch {
	case !a.reaches(who):
		return errs.New(errs.Forbidden, op, "knowledge.brand")
	case !a.may(who, p):
		return errs.New(errs.Forbidden, op, "knowledge.own")
	}
	return nil
}
