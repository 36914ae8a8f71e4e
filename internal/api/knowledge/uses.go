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

type useInput struct {
	ArticleKey
	Body struct {
		ConversationID id.Conversation `json:"conversation_id"`
		Language       string          `json:"language" maxLength:"10" doc:"Of the text that was put in"`
	}
}

type useOutput struct {
	Body struct {
		ID id.ArticleUse `json:"id"`
	}
}

type judgeInput struct {
	ID   id.ArticleUse `path:"id"`
	Body struct {
		Verdict string `json:"verdict" enum:"helped,not_helped"`
	}
}

func (a Articles) registerUse(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "useArticle", Method: http.MethodPost, Path: articlePath + "/uses", Tag: tagArticles, Summary: "Note that an article was put into an answer",
		Permission: actor.KnowledgeRead, Creates: true, Errors: notFound(),
	}, a.use)
	httpx.Register(api, httpx.Operation{
		ID: "judgeArticleUse", Method: http.MethodPut, Path: "/api/v1/article-uses/{id}", Tag: tagArticles,
		Summary: "Say whether an article helped that one put into an answer", Permission: actor.KnowledgeRead, Errors: notFound(),
	}, func(ctx context.Context, in *judgeInput) (*struct{}, error) {
		return nil, a.Knowledge.Judge(ctx, in.ID, knowledge.Verdict(in.Body.Verdict))
	})
}

func (a Articles) use(ctx context.Context, in *useInput) (*useOutput, error) {
	rows, err := a.Worklist.Rows(ctx, []id.Conversation{in.Body.ConversationID})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.E(errs.NotFound, "knowledge.use", nil)
	}
	out := &useOutput{}
	out.Body.ID, err = a.Knowledge.Used(ctx, in.ID, in.Body.Language, in.Body.ConversationID)
	return out, err
}
