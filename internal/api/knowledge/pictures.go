package knowledge

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const picturesPath = "/api/v1/article-pictures"

type pictureOutput struct {
	Body struct {
		ID     id.Picture `json:"id"`
		Name   string     `json:"name"`
		Size   int64      `json:"size"`
		Type   string     `json:"type"`
		Width  int        `json:"width,omitzero" doc:"Pixels"`
		Height int        `json:"height,omitzero"`
	}
}

type pictureKey struct {
	ID id.Picture `path:"id"`
}

func (a Articles) registerPictures(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "uploadArticlePicture", Method: http.MethodPost, Path: picturesPath, Tag: tagArticles, Status: http.StatusCreated,
		Summary: "Upload a picture for an article that is being written", Permission: actor.KnowledgeEdit,
		Description: "JPEG, PNG, GIF or WebP. What no article shows within a day is removed.", MaxBody: media.MaxPicture,
		Errors: uploadCodes(),
	}, a.uploadPicture)
	httpx.Register(api, httpx.Operation{
		ID: "getArticlePicture", Method: http.MethodGet, Path: picturesPath + "/{id}", Tag: tagArticles, Summary: "The bytes of a picture of an article",
		Permission: actor.KnowledgeRead, Errors: notFound(),
	}, a.file)
}

func (a Articles) uploadPicture(ctx context.Context, in *fileInput) (*pictureOutput, error) {
	name, err := in.name("knowledge.uploadPicture")
	if err != nil {
		return nil, err
	}
	f, err := a.Files.UploadPicture(ctx, name, in.Bytes())
	if err != nil {
		return nil, err
	}
	out := &pictureOutput{}
	out.Body.ID, out.Body.Name, out.Body.Size, out.Body.Type, out.Body.Width, out.Body.Height = id.Picture(f.ID), f.Name, f.Size, f.Type, f.Width, f.Height
	return out, nil
}
