package knowledge

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/catalogue"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	tagArticles  = "articles"
	articlesPath = "/api/v1/articles"
	articlePath  = articlesPath + "/{id}"
)

// Articles are the operations on articles.
type Articles struct {
	Knowledge *knowledge.Service
	Catalogue *catalogue.Service
	Worklist  *worklist.Service
	People    People
	Files     *media.Service
}

// ArticleKey names an article in a path. It is exported so that the document sees it where it is embedded.
type ArticleKey struct {
	ID id.Article `path:"id"`
}

type articleListInput struct {
	httpx.PageQuery

	Category id.Category `query:"category"`
	Brand    id.Brand    `query:"brand" doc:"Those of this brand and those of every brand"`
	State    string      `query:"state" enum:"draft,review,published" doc:"Those of which a text is so"`
	Due      bool        `query:"due" doc:"Those whose time is up"`
	Mine     bool        `query:"mine" doc:"Those that one answers for"`
	Archived bool        `query:"archived" doc:"Those instead of the living"`
}

type articleCreateInput struct {
	Body struct {
		CategoryID    id.Category `json:"category_id,omitzero"`
		BrandIDs      []id.Brand  `json:"brand_ids,omitempty" maxItems:"200" doc:"None: every brand"`
		Audience      string      `json:"audience,omitempty" enum:"agents,group,public"`
		AudienceGroup string      `json:"audience_group,omitempty" maxLength:"60"`
		OwnerID       id.User     `json:"owner_id,omitzero" doc:"Absent: who makes it"`
		ExpiresAt     time.Time   `json:"expires_at,omitzero"`
		Language      string      `json:"language" maxLength:"10"`
		Title         string      `json:"title" maxLength:"200"`
		Blocks        []BlockBody `json:"blocks" maxItems:"200"`
	}
}

type articleUpdateInput struct {
	ArticleKey
	Body struct {
		CategoryID    *id.Category `json:"category_id,omitempty" doc:"Empty: none"`
		BrandIDs      *[]id.Brand  `json:"brand_ids,omitempty" maxItems:"200"`
		Audience      *string      `json:"audience,omitempty" enum:"agents,group,public"`
		AudienceGroup *string      `json:"audience_group,omitempty" maxLength:"60"`
		OwnerID       *id.User     `json:"owner_id,omitempty"`
		ExpiresAt     *time.Time   `json:"expires_at,omitempty"`
		NeverExpires  bool         `json:"never_expires,omitempty"`
		Rev           int64        `json:"rev,omitempty" doc:"Of the version that was edited; a change since gives a conflict"`
	}
}

type (
	articlePage   struct{ Body httpx.Page[ArticleBody] }
	articleOutput struct{ Body ArticleDetail }
)

// RegisterArticles adds the operations on articles.
func RegisterArticles(api *httpx.API, a Articles) {
	a.registerReads(api)
	a.registerUse(api)
	a.registerChanges(api)
	a.registerTexts(api)
	a.registerVersions(api)
	a.registerCategories(api)
	a.registerMissing(api)
	a.registerPictures(api)
	a.registerFiles(api)
}

func (a Articles) registerReads(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listArticles", Method: http.MethodGet, Path: articlesPath, Tag: tagArticles, Summary: "Articles, the newest first", Permission: actor.KnowledgeRead,
	}, a.list)
	httpx.Register(api, httpx.Operation{
		ID: "searchArticles", Method: http.MethodGet, Path: articlesPath + "/search", Tag: tagArticles, Summary: "Published articles by their words",
		Permission: actor.KnowledgeRead, Errors: notFound(),
		Description: "What was looked for to its end and not found is kept among the missing answers.",
	}, a.search)
	httpx.Register(api, httpx.Operation{
		ID: "getArticle", Method: http.MethodGet, Path: articlePath, Tag: tagArticles, Summary: "An article with its texts",
		Permission: actor.KnowledgeRead, Errors: notFound(),
	}, func(ctx context.Context, in *ArticleKey) (*articleOutput, error) {
		return a.shown(ctx)(a.Knowledge.Get(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "sayArticle", Method: http.MethodGet, Path: articlePath + "/say", Tag: tagArticles, Summary: "An article as a channel says it",
		Permission: actor.KnowledgeRead, Errors: notFound(),
	}, a.say)
}

func (a Articles) list(ctx context.Context, in *articleListInput) (*articlePage, error) {
	f := knowledge.Filter{
		Category: in.Category, Brand: in.Brand, State: knowledge.State(in.State), Due: in.Due, Mine: in.Mine, Archived: in.Archived, Limit: in.Size(),
	}
	if _, err := in.After(&f.After); err != nil {
		return nil, err
	}
	found, err := a.Knowledge.List(ctx, f)
	if err != nil {
		return nil, err
	}
	var users []id.User
	for _, r := range found {
		users = append(users, r.OwnerID)
	}
	names, err := a.People.Names(ctx, users)
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(found, in.Size(), func(last knowledge.Row) any { return last.ID })
	out := httpx.Page[ArticleBody]{Items: make([]ArticleBody, len(page.Items)), Next: page.Next}
	for i, r := range page.Items {
		out.Items[i] = rowOf(r, names)
	}
	return &articlePage{Body: out}, err
}

type articleSearchInput struct {
	Q        string   `query:"q" required:"true" maxLength:"400"`
	Brand    id.Brand `query:"brand" doc:"Those of this brand and those of every brand"`
	Language string   `query:"language" maxLength:"10"`
	Finished bool     `query:"finished" doc:"The person has typed to the end: if nothing is found, the question is kept"`
	Limit    int      `query:"limit" minimum:"1" maximum:"50" default:"20"`
	Cursor   string   `query:"cursor" maxLength:"512"`
}

func (a Articles) search(ctx context.Context, in *articleSearchInput) (*foundPage, error) {
	var skip int
	if _, err := (httpx.PageQuery{Cursor: in.Cursor}).After(&skip); err != nil {
		return nil, err
	}
	q := catalogue.Query{Text: in.Q, Kinds: []catalogue.Kind{catalogue.Articles}, Brand: in.Brand, Language: in.Language, Skip: max(0, skip), Limit: in.Limit}
	found, err := a.Catalogue.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 && in.Finished && q.Skip == 0 {
		if err := a.Knowledge.Miss(ctx, in.Brand, in.Q, in.Language); err != nil {
			return nil, err
		}
	}
	page, err := httpx.NewPage(shownAll(found), in.Limit, func(FoundBody) any { return q.Skip + in.Limit })
	return &foundPage{Body: page}, err
}

// shown returns how a use-case's article is answered.
func (a Articles) shown(ctx context.Context) func(d knowledge.Detail, err error) (*articleOutput, error) {
	return func(d knowledge.Detail, err error) (*articleOutput, error) {
		if err != nil {
			return nil, err
		}
		users := []id.User{d.OwnerID}
		for _, v := range d.Versions {
			users = append(users, v.AuthorID)
		}
		names, err := a.People.Names(ctx, users)
		return &articleOutput{Body: detailOf(d, names)}, err
	}
}

type sayInput struct {
	ArticleKey

	Channel  string `query:"channel" required:"true" maxLength:"40" doc:"A channel, or a class of channels: chat, mail, social, sms"`
	Language string `query:"language" maxLength:"10" doc:"The reader's, if there is a text in it"`
}

type sayOutput struct {
	Body struct {
		Title    string     `json:"title"`
		Language string     `json:"language"`
		Class    string     `json:"class" enum:"chat,mail,social,sms"`
		Text     string     `json:"text"`
		HTML     string     `json:"html" doc:"The same for a mail or a page"`
		Length   int        `json:"length" doc:"Characters of text"`
		Limit    int        `json:"limit" doc:"How many the channel takes at a time"`
		Fits     bool       `json:"fits"`
		Files    []FileBody `json:"files" doc:"Those that go along: a copy of each is attached to the answer, where the channel carries such files"`
	}
}

func (a Articles) say(ctx context.Context, in *sayInput) (*sayOutput, error) {
	said, err := a.Knowledge.Say(ctx, in.ID, knowledge.ClassOf(in.Channel), in.Language, actor.From(ctx).Language)
	if err != nil {
		return nil, err
	}
	out := &sayOutput{}
	out.Body.Title, out.Body.Language, out.Body.Class = said.Title, said.Language, string(said.Class)
	out.Body.Text, out.Body.HTML, out.Body.Length, out.Body.Limit, out.Body.Fits = said.Text, said.HTML, said.Length, said.Limit, said.Fits()
	out.Body.Files = make([]FileBody, len(said.Files))
	for i, b := range said.Files {
		out.Body.Files[i] = fileOf(b)
	}
	return out, nil
}

func (a Articles) registerChanges(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "createArticle", Method: http.MethodPost, Path: articlesPath, Tag: tagArticles, Summary: "Begin an article with a draft in one language",
		Permission: actor.KnowledgeEdit, Creates: true, Errors: editCodes(),
	}, func(ctx context.Context, in *articleCreateInput) (*articleOutput, error) {
		b := in.Body
		return a.shown(ctx)(a.Knowledge.Create(ctx, knowledge.NewArticle{
			Category: b.CategoryID, Brands: b.BrandIDs, Audience: knowledge.Audience(b.Audience), AudienceGroup: b.AudienceGroup, Owner: b.OwnerID,
			ExpiresAt: b.ExpiresAt, Language: b.Language, Writing: knowledge.Writing{Title: b.Title, Blocks: readBlocks(b.Blocks)},
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateArticle", Method: http.MethodPatch, Path: articlePath, Tag: tagArticles, Summary: "Change what is the same in all languages of an article",
		Permission: actor.KnowledgeEdit, Errors: notFound(editCodes()...),
	}, func(ctx context.Context, in *articleUpdateInput) (*articleOutput, error) {
		b := in.Body
		c := knowledge.Change{
			Category: b.CategoryID, Brands: b.BrandIDs, Audience: (*knowledge.Audience)(b.Audience), AudienceGroup: b.AudienceGroup, Owner: b.OwnerID,
			ExpiresAt: b.ExpiresAt, Rev: b.Rev,
		}
		if b.NeverExpires {
			c.ExpiresAt = &time.Time{}
		}
		return a.shown(ctx)(a.Knowledge.Update(ctx, in.ID, c))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveArticle", Method: http.MethodPost, Path: articlePath + "/archive", Tag: tagArticles, Summary: "Take an article out of use",
		Permission: actor.KnowledgePublish, Errors: notFound(editCodes()...),
	}, func(ctx context.Context, in *ArticleKey) (*articleOutput, error) {
		return a.shown(ctx)(a.Knowledge.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "unarchiveArticle", Method: http.MethodPost, Path: articlePath + "/unarchive", Tag: tagArticles, Summary: "Bring an article back as it was",
		Permission: actor.KnowledgePublish, Errors: notFound(editCodes()...),
	}, func(ctx context.Context, in *ArticleKey) (*articleOutput, error) {
		return a.shown(ctx)(a.Knowledge.Unarchive(ctx, in.ID))
	})
}

func editCodes() []httpx.Code {
	return []httpx.Code{
		{Kind: errs.Forbidden, Code: "knowledge.brand"}, {Kind: errs.Forbidden, Code: "knowledge.own"}, {Kind: errs.Conflict, Code: "knowledge.changed"},
	}
}
