package desk

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const attachmentsPath = "/api/v1/attachments"

type uploadInput struct {
	httpx.Upload

	Filename string `header:"X-Filename" required:"true" maxLength:"1000" doc:"The file's name, percent-encoded"`
}

type attachmentOutput struct{ Body attachmentBody }

type attachmentKey struct {
	ID id.Attachment `path:"id"`
}

// attachments are the operations on files.
type attachments struct {
	files *media.Service
	convs *conversation.Service
}

// RegisterAttachments adds the operations on files.
func RegisterAttachments(api *httpx.API, files *media.Service, convs *conversation.Service) {
	const tag = "attachments"
	a := attachments{files, convs}
	httpx.Register(api, httpx.Operation{
		ID: "uploadAttachment", Method: http.MethodPost, Path: attachmentsPath, Tag: tag, Status: http.StatusCreated,
		Summary: "Upload a file for a reply that is about to be written", Permission: actor.ConversationReply,
		Description: "What no reply names within a day is removed.", MaxBody: media.MaxSize,
		Errors: []httpx.Code{
			{Kind: errs.Invalid, Code: "attachment.refused"},
			{Kind: errs.Invalid, Code: "body.too_large"},
			{Kind: errs.Invalid, Code: "attachment.empty"},
			{Kind: errs.Invalid, Code: "attachment.infected"},
			{Kind: errs.Unavailable, Code: "attachment.scanner"},
		},
	}, a.upload)
	httpx.Register(api, httpx.Operation{
		ID: "getAttachment", Method: http.MethodGet, Path: attachmentsPath + "/{id}", Tag: tag, Summary: "The bytes of a file",
		Permission: actor.ConversationRead, Errors: notFound(),
	}, func(ctx context.Context, in *attachmentKey) (*huma.StreamResponse, error) {
		return a.stream(ctx, in.ID, false)
	})
	httpx.Register(api, httpx.Operation{
		ID: "getAttachmentPreview", Method: http.MethodGet, Path: attachmentsPath + "/{id}/preview", Tag: tag, Summary: "A small picture of a file",
		Permission: actor.ConversationRead, Errors: notFound(),
	}, func(ctx context.Context, in *attachmentKey) (*huma.StreamResponse, error) {
		return a.stream(ctx, in.ID, true)
	})
}

func (a attachments) upload(ctx context.Context, in *uploadInput) (*attachmentOutput, error) {
	name, err := url.PathUnescape(in.Filename)
	if err != nil {
		return nil, errs.Fields("desk.upload", errs.Field{Path: "header.X-Filename", Code: "malformed"})
	}
	f, err := a.files.Upload(ctx, name, in.Bytes())
	if err != nil {
		return nil, err
	}
	return &attachmentOutput{Body: attachmentOf(conversation.File{ID: f.ID, Name: f.Name, Size: f.Size, Type: f.Type, Preview: f.Previewed()})}, nil
}

// stream hands out a file to those who may read the conversation or the post that names
// it, or to whoever uploaded it while none does.
func (a attachments) stream(ctx context.Context, file id.Attachment, small bool) (*huma.StreamResponse, error) {
	f, err := a.files.Find(ctx, file)
	if err != nil {
		return nil, err
	}
	if f.PostID != 0 {
		if err := a.convs.MayReadPost(ctx, f.PostID); err != nil {
			return nil, err
		}
	} else if f.ConversationID.IsZero() && !f.Mine(ctx) {
		return nil, errs.E(errs.NotFound, "desk.stream", nil)
	}
	if !f.ConversationID.IsZero() {
		if err := a.convs.MayReadMessage(ctx, f.ConversationID, f.EntryID); err != nil {
			return nil, err
		}
	}
	r, err := a.files.Open(ctx, f, small)
	if err != nil {
		return nil, err
	}
	h := f.Download()
	if small {
		h = f.Preview()
	}
	return httpx.Stream(r, httpx.Download{Type: h.Type, Disposition: h.Disposition, Policy: h.Policy, Cache: httpx.CacheForGood}), nil
}
