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

const missingPath = "/api/v1/missing-answers"

type missingBody struct {
	ID        id.MissingAnswer `json:"id"`
	BrandID   id.Brand         `json:"brand_id,omitzero" doc:"Absent: it was looked for in all"`
	Question  string           `json:"question" doc:"Its words in small letters, without accents"`
	Example   string           `json:"example" doc:"As it was typed last"`
	Language  string           `json:"language,omitempty"`
	Times     int64            `json:"times"`
	FirstAt   time.Time        `json:"first_at"`
	LastAt    time.Time        `json:"last_at"`
	State     string           `json:"state" enum:"open,answered,dismissed"`
	ArticleID id.Article       `json:"article_id,omitzero" doc:"That answers it"`
}

type missingListInput struct {
	httpx.PageQuery

	State string `query:"state" enum:"open,answered,dismissed" default:"open"`
}

type answerInput struct {
	ID   id.MissingAnswer `path:"id"`
	Body struct {
		ArticleID id.Article `json:"article_id,omitzero" doc:"That answers it; absent: nobody needs to"`
	}
}

type (
	missingPage   struct{ Body httpx.Page[missingBody] }
	missingOutput struct{ Body missingBody }
)

func (a Articles) registerMissing(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listMissingAnswers", Method: http.MethodGet, Path: missingPath, Tag: tagArticles, Summary: "What was looked for in vain, the most wanted first",
		Permission: actor.KnowledgeEdit,
	}, func(ctx context.Context, in *missingListInput) (*missingPage, error) {
		var after knowledge.MissingPlace
		if _, err := in.After(&after); err != nil {
			return nil, err
		}
		found, err := a.Knowledge.Missing(ctx, knowledge.MissingState(in.State), after, in.Size())
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(found, in.Size(), func(last knowledge.Missing) any { return last.Place() })
		out := httpx.Page[missingBody]{Items: make([]missingBody, len(page.Items)), Next: page.Next}
		for i, m := range page.Items {
			out.Items[i] = missingOf(m)
		}
		return &missingPage{Body: out}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "answerMissing", Method: http.MethodPut, Path: missingPath + "/{id}", Tag: tagArticles, Summary: "Say which article answers a question, or that none has to",
		Permission: actor.KnowledgeEdit, Errors: notFound(),
	}, func(ctx context.Context, in *answerInput) (*missingOutput, error) {
		m, err := a.Knowledge.Answer(ctx, in.ID, in.Body.ArticleID)
		if err != nil {
			return nil, err
		}
		return &missingOutput{Body: missingOf(m)}, nil
	})
}

func missingOf(m knowledge.Missing) missingBody {
	return missingBody{
		ID: m.ID, BrandID: m.BrandID, Question: m.Question, Example: m.Example, Language: m.Language, Times: m.Times,
		FirstAt: m.FirstAt, LastAt: m.LastAt, State: string(m.State), ArticleID: m.ArticleID,
	}
}
