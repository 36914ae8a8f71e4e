package knowledge

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const versionPath = "/api/v1/article-versions/{id}"

// VersionKey names a version in a path. It is exported so that the document sees it where it is embedded.
type VersionKey struct {
	ID id.ArticleVersion `path:"id"`
}

type reviewBody struct {
	VersionID id.ArticleVersion `json:"version_id"`
	Action    string            `json:"action" enum:"submitted,returned,published,withdrawn,restored"`
	By        *PersonRef        `json:"by,omitempty"`
	Comment   string            `json:"comment,omitempty"`
	At        time.Time         `json:"at"`
}

type historyOutput struct {
	Body struct {
		Versions []VersionBody `json:"versions" doc:"Without their texts, the newest first"`
		Reviews  []reviewBody  `json:"reviews" doc:"What was decided, the newest first"`
	}
}

type compareInput struct {
	VersionKey

	With id.ArticleVersion `query:"with" required:"true" doc:"The older version"`
}

type differenceBody struct {
	Kind   string     `json:"kind" enum:"same,added,removed,changed"`
	Before *BlockBody `json:"before,omitempty"`
	After  *BlockBody `json:"after,omitempty"`
}

type compareOutput struct {
	Body struct {
		Blocks []differenceBody `json:"blocks" doc:"The title as the first"`
	}
}

func (a Articles) registerVersions(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "getArticleHistory", Method: http.MethodGet, Path: articlePath + "/history", Tag: tagArticles, Summary: "What became of an article's texts",
		Permission: actor.KnowledgeRead, Errors: notFound(editCodes()...),
	}, a.history)
	httpx.Register(api, httpx.Operation{
		ID: "getArticleVersion", Method: http.MethodGet, Path: versionPath, Tag: tagArticles, Summary: "One version of an article's text",
		Permission: actor.KnowledgeRead, Errors: notFound(editCodes()...),
	}, func(ctx context.Context, in *VersionKey) (*versionOutput, error) {
		return a.version(ctx)(a.Knowledge.Version(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "compareArticleVersions", Method: http.MethodGet, Path: versionPath + "/comparison", Tag: tagArticles,
		Summary: "How an older version became this one", Permission: actor.KnowledgeRead, Errors: notFound(editCodes()...),
	}, a.compare)
	httpx.Register(api, httpx.Operation{
		ID: "restoreArticleVersion", Method: http.MethodPost, Path: versionPath + "/restore", Tag: tagArticles,
		Summary: "Make a draft of an older version", Permission: actor.KnowledgeEdit, Errors: notFound(editCodes()...),
	}, func(ctx context.Context, in *VersionKey) (*versionOutput, error) {
		return a.version(ctx)(a.Knowledge.Restore(ctx, in.ID))
	})
}

func (a Articles) history(ctx context.Context, in *ArticleKey) (*historyOutput, error) {
	h, err := a.Knowledge.History(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var users []id.User
	for _, v := range h.Versions {
		users = append(users, v.AuthorID)
	}
	for _, r := range h.Reviews {
		users = append(users, r.UserID)
	}
	names, err := a.People.Names(ctx, users)
	if err != nil {
		return nil, err
	}
	out := &historyOutput{}
	out.Body.Versions, out.Body.Reviews = make([]VersionBody, len(h.Versions)), make([]reviewBody, len(h.Reviews))
	for i, v := range h.Versions {
		out.Body.Versions[i] = versionOf(v, names)
	}
	for i, r := range h.Reviews {
		out.Body.Reviews[i] = reviewBody{VersionID: r.VersionID, Action: r.Action, By: person(r.UserID, names), Comment: r.Comment, At: r.At}
	}
	return out, nil
}

func (a Articles) compare(ctx context.Context, in *compareInput) (*compareOutput, error) {
	found, err := a.Knowledge.Compare(ctx, in.With, in.ID)
	if err != nil {
		return nil, err
	}
	out := &compareOutput{}
	out.Body.Blocks = make([]differenceBody, len(found))
	for i, d := range found {
		out.Body.Blocks[i] = differenceBody{Kind: d.Kind, Before: blockAt(d.Before), After: blockAt(d.After)}
	}
	return out, nil
}

func blockAt(b *knowledge.Block) *BlockBody {
	if b == nil {
		return nil
	}
	out := blockOf(*b)
	return &out
}
