package knowledge

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/httpx"
)

type writeInput struct {
	ArticleKey
	Body struct {
		Language string      `json:"language" maxLength:"10"`
		Title    string      `json:"title" maxLength:"200"`
		Blocks   []BlockBody `json:"blocks" maxItems:"200"`
		Rev      int64       `json:"rev,omitempty" doc:"Of the draft that was edited; a change since gives a conflict"`

		ExpectNoDraft bool `json:"expect_no_draft,omitempty" doc:"It was written where there was no draft; one begun since gives a conflict"`
	}
}

type decideInput struct {
	ArticleKey
	Body struct {
		Language string `json:"language" maxLength:"10"`
		Comment  string `json:"comment,omitempty" maxLength:"1000"`
	}
}

type versionOutput struct{ Body VersionBody }

func (a Articles) registerTexts(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "writeArticle", Method: http.MethodPut, Path: articlePath + "/text", Tag: tagArticles, Summary: "Save the draft of one language",
		Permission: actor.KnowledgeEdit, Errors: notFound(editCodes()...),
	}, func(ctx context.Context, in *writeInput) (*versionOutput, error) {
		b := in.Body
		return a.version(ctx)(a.Knowledge.Write(ctx, in.ID, b.Language, knowledge.Writing{Title: b.Title, Blocks: readBlocks(b.Blocks), Rev: b.Rev, Begins: b.ExpectNoDraft}))
	})
	a.registerDecision(api, "submit", "Give the draft of a language to those who publish", actor.KnowledgeEdit, "knowledge.no_draft", a.Knowledge.Submit)
	a.registerDecision(api, "return", "Give a text back to its author, with what is to be changed", actor.KnowledgePublish, "knowledge.no_review", a.Knowledge.Return)
	a.registerDecision(api, "publish", "Show the text of a language to its readers", actor.KnowledgePublish, "knowledge.no_draft", a.Knowledge.Publish)
	a.registerDecision(api, "withdraw", "Take the published text of a language out of use", actor.KnowledgePublish, "knowledge.not_published", a.Knowledge.Withdraw)
}

type decide func(ctx context.Context, article id.Article, language, comment string) (knowledge.Version, error)

func (a Articles) registerDecision(api *httpx.API, verb, summary string, p actor.Permission, code string, do decide) {
	httpx.Register(api, httpx.Operation{
		ID: verb + "Article", Method: http.MethodPost, Path: articlePath + "/" + verb, Tag: tagArticles, Summary: summary, Permission: p,
		Errors: notFound(append(editCodes(), httpx.Code{Kind: errs.Conflict, Code: code})...),
	}, func(ctx context.Context, in *decideInput) (*versionOutput, error) {
		return a.version(ctx)(do(ctx, in.ID, in.Body.Language, in.Body.Comment))
	})
}

// version returns how a use-case's version is answered.
func (a Articles) version(ctx context.Context) func(v knowledge.Version, err error) (*versionOutput, error) {
	return func(v knowledge.Version, err error) (*versionOutput, error) {
		if err != nil {
			return nil, err
		}
		names, err := a.People.Names(ctx, []id.User{v.AuthorID})
		return &versionOutput{Body: versionOf(v, names)}, err
	}
}
