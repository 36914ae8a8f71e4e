package knowledge

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const filesPath = "/api/v1/article-files"

type fileInput struct {
	httpx.Upload

	Filename string `header:"X-Filename" required:"true" maxLength:"1000" doc:"The file's name, percent-encoded"`
}

// name returns the file's name as it is written.
func (in *fileInput) name(op string) (string, error) {
	name, err := url.PathUnescape(in.Filename)
	if err != nil {
		return "", errs.Fields(op, errs.Field{Path: "header.X-Filename", Code: "malformed"})
	}
	return name, nil
}

type fileOutput struct{ Body FileBody }

type copyOutput struct {
	Body struct {
		ID         id.Attachment `json:"id"`
		Name       string        `json:"name"`
		Size       int64         `json:"size" doc:"Bytes"`
		Type       string        `json:"type"`
		URL        string        `json:"url"`
		PreviewURL string        `json:"preview_url,omitempty"`
	}
}

func (a Articles) registerFiles(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "uploadArticleFile", Method: http.MethodPost, Path: filesPath, Tag: tagArticles, Status: http.StatusCreated,
		Summary: "Upload a file for an article that is being written", Permission: actor.KnowledgeEdit,
		Description: "What may be attached to an answer: documents, recordings, films, pictures. What no article shows within a day is removed.",
		MaxBody:     media.MaxSize, Errors: uploadCodes(),
	}, a.uploadFile)
	httpx.Register(api, httpx.Operation{
		ID: "getArticleFile", Method: http.MethodGet, Path: filesPath + "/{id}", Tag: tagArticles, Summary: "The bytes of a file of an article, or a part of them",
		Permission: actor.KnowledgeRead, Errors: notFound(),
	}, a.file)
	httpx.Register(api, httpx.Operation{
		ID: "copyArticleFile", Method: http.MethodPost, Path: filesPath + "/{id}/copies", Tag: tagArticles, Status: http.StatusCreated,
		Summary: "Copy a file of an article for a reply that is about to be written", Permission: actor.ConversationReply,
		Description: "The copy is an attachment like one that was uploaded: what no reply names within a day is removed.", Errors: notFound(uploadCodes()...),
	}, a.copyFile)
}

// uploadCodes are what can be wrong with a file.
func uploadCodes() []httpx.Code {
	return []httpx.Code{
		{Kind: errs.Invalid, Code: "attachment.refused"},
		{Kind: errs.Invalid, Code: "body.too_large"},
		{Kind: errs.Invalid, Code: "attachment.empty"},
		{Kind: errs.Invalid, Code: "attachment.infected"},
		{Kind: errs.Unavailable, Code: "attachment.scanner"},
	}
}

func (a Articles) uploadFile(ctx context.Context, in *fileInput) (*fileOutput, error) {
	name, err := in.name("knowledge.uploadFile")
	if err != nil {
		return nil, err
	}
	f, err := a.Files.Upload(ctx, name, in.Bytes())
	if err != nil {
		return nil, err
	}
	return &fileOutput{Body: FileBody{ID: id.Picture(f.ID), Name: f.Name, Size: f.Size, Type: f.Type}}, nil
}

// file hands out a file, or the part of it that a player asks for, as the download of an attachment.
func (a Articles) file(ctx context.Context, in *pictureKey) (*huma.StreamResponse, error) {
	f, err := a.readable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	r, err := a.Files.Open(ctx, f, false)
	if err != nil {
		return nil, err
	}
	return httpx.StreamParts(r, downloadOf(f)), nil
}

func downloadOf(f media.Attachment) httpx.Download {
	h := f.Download()
	return httpx.Download{Type: h.Type, Disposition: h.Disposition, Policy: h.Policy, Cache: httpx.CacheForGood}
}

// readable returns a file to those who may read the article that shows it, or to whoever uploaded it while none does.
func (a Articles) readable(ctx context.Context, file id.Picture) (media.Attachment, error) {
	f, err := a.Files.Find(ctx, id.Attachment(file))
	if err != nil {
		return f, err
	}
	if f.ArticleID.IsZero() && (!f.ConversationID.IsZero() || !f.PostID.IsZero() || !f.Mine(ctx)) {
		return f, errs.E(errs.NotFound, "knowledge.readable", nil)
	}
	if !f.ArticleID.IsZero() {
		err = a.Knowledge.MayShow(ctx, f.ArticleID, f.ID)
	}
	return f, err
}

// copyFile makes an attachment of a file: an article keeps its own, and a message may be erased with its.
func (a Articles) copyFile(ctx context.Context, in *pictureKey) (*copyOutput, error) {
	f, err := a.readable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	made, err := a.Files.Copy(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &copyOutput{}
	b := &out.Body
	b.ID, b.Name, b.Size, b.Type, b.URL = made.ID, made.Name, made.Size, made.Type, "/api/v1/attachments/"+made.ID.String()
	if made.Previewed() {
		b.PreviewURL = b.URL + "/preview"
	}
	return out, nil
}
