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

const categoriesPath = "/api/v1/article-categories"

type categoryKey struct {
	ID id.Category `path:"id"`
}

type categoryBody struct {
	ID       id.Category `json:"id"`
	ParentID id.Category `json:"parent_id,omitzero" doc:"Absent: at the top"`
	Name     string      `json:"name"`
}

type categoriesOutput struct {
	Body struct {
		Items []categoryBody `json:"items" doc:"The whole tree, by name"`
	}
}

type categoryCreateInput struct {
	Body struct {
		ParentID id.Category `json:"parent_id,omitzero"`
		Name     string      `json:"name" maxLength:"80"`
	}
}

type categoryUpdateInput struct {
	ID   id.Category `path:"id"`
	Body struct {
		ParentID *id.Category `json:"parent_id,omitempty" doc:"Empty: at the top"`
		Name     *string      `json:"name,omitempty" maxLength:"80"`
	}
}

type categoryOutput struct{ Body categoryBody }

func (a Articles) registerCategories(api *httpx.API) {
	codes := []httpx.Code{{Kind: errs.Forbidden, Code: "knowledge.brand"}, {Kind: errs.Conflict, Code: "knowledge.category_taken"}}
	httpx.Register(api, httpx.Operation{
		ID: "listArticleCategories", Method: http.MethodGet, Path: categoriesPath, Tag: tagArticles, Summary: "The tree of articles", Permission: actor.KnowledgeRead,
	}, func(ctx context.Context, _ *struct{}) (*categoriesOutput, error) {
		all, err := a.Knowledge.Categories(ctx)
		out := &categoriesOutput{}
		out.Body.Items = make([]categoryBody, len(all))
		for i, c := range all {
			out.Body.Items[i] = categoryOf(c)
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "createArticleCategory", Method: http.MethodPost, Path: categoriesPath, Tag: tagArticles, Summary: "Add a place to the tree of articles",
		Permission: actor.KnowledgePublish, Creates: true, Errors: append(codes, httpx.Code{Kind: errs.Conflict, Code: "knowledge.categories"}),
	}, func(ctx context.Context, in *categoryCreateInput) (*categoryOutput, error) {
		return shownCategory(a.Knowledge.CreateCategory(ctx, in.Body.ParentID, in.Body.Name))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateArticleCategory", Method: http.MethodPatch, Path: categoriesPath + "/{id}", Tag: tagArticles, Summary: "Rename or move a place of the tree",
		Permission: actor.KnowledgePublish, Errors: notFound(codes...),
	}, func(ctx context.Context, in *categoryUpdateInput) (*categoryOutput, error) {
		return shownCategory(a.Knowledge.UpdateCategory(ctx, in.ID, in.Body.ParentID, in.Body.Name))
	})
	httpx.Register(api, httpx.Operation{
		ID: "deleteArticleCategory", Method: http.MethodDelete, Path: categoriesPath + "/{id}", Tag: tagArticles, Summary: "Take an empty place out of the tree",
		Permission: actor.KnowledgePublish, Errors: notFound(codes[0], httpx.Code{Kind: errs.Conflict, Code: "knowledge.category_used"}),
	}, func(ctx context.Context, in *categoryKey) (*struct{}, error) {
		return nil, a.Knowledge.DeleteCategory(ctx, in.ID)
	})
}

func categoryOf(c knowledge.Category) categoryBody {
	return categoryBody{ID: c.ID, ParentID: c.ParentID, Name: c.Name}
}

func shownCategory(c knowledge.Category, err error) (*categoryOutput, error) {
	if err != nil {
		return nil, err
	}
	return &categoryOutput{Body: categoryOf(c)}, nil
}
