package own

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/media"
)

// links returns where the files of an answer can be fetched.
func (s *Service) links(ctx context.Context, out channel.Outgoing) ([]link, error) {
	if len(out.Attachments) == 0 {
		return nil, nil
	}
	secrets, err := s.secrets(ctx, out.EntryPoint, spoken)
	if err != nil {
		return nil, err
	}
	if len(secrets) == 0 {
		return nil, errs.New(errs.Conflict, "own.links", "own.no_keys")
	}
	expires := time.Now().Add(channel.LinkFor)
	links := make([]link, len(out.Attachments))
	for i, f := range out.Attachments {
		links[i] = link{
			ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size,
			URL: s.BaseURL + "/hooks/own/" + out.EntryPoint.Address + "/files/" + f.ID.String() + "?" + channel.SignLink(secrets[0], f.ID, expires),
		}
	}
	return links, nil
}

// File returns a file whose address we have signed. Another is not found, nor one of a message that was taken back.
func (s *Service) File(ctx context.Context, l channel.Link) (media.Attachment, io.ReadSeekCloser, error) {
	const op = "own.File"
	gone := errs.New(errs.NotFound, op, "not_found")
	p, err := s.Points.ByAddress(ctx, channel.Own, l.Address)
	if errs.Is(errs.NotFound, err) || err == nil && p.Archived {
		return media.Attachment{}, nil, gone
	}
	if err != nil {
		return media.Attachment{}, nil, errs.Op(op, err)
	}
	ctx = actor.With(ctx, actor.ForSystem(p.Tenant))
	secrets, err := s.secrets(ctx, p, spoken)
	if err != nil {
		return media.Attachment{}, nil, errs.Op(op, err)
	}
	if !slices.ContainsFunc(secrets, func(key stdhook.Secret) bool { return l.Good(key, time.Now()) }) {
		return media.Attachment{}, nil, gone
	}
	f, err := s.Files.Find(ctx, l.File)
	if err != nil {
		return media.Attachment{}, nil, gone
	}
	switch withdrawn, err := s.Messages.Gone(ctx, s.DB, f.EntryID); {
	case err != nil:
		return media.Attachment{}, nil, errs.Op(op, err)
	case withdrawn:
		return media.Attachment{}, nil, gone
	}
	body, err := s.Files.Open(ctx, f, false)
	return f, body, errs.Op(op, err)
}

// Uploaded is a file that their system has posted.
type Uploaded struct {
	Address string
	Header  http.Header
	Name    string
	Body    io.Reader // bounded by whoever gives it
}

// Upload stores a file that an event will name. It is signed like an event.
func (s *Service) Upload(ctx context.Context, u Uploaded) (media.Attachment, error) {
	const op = "own.Upload"
	p, err := s.Points.ByAddress(ctx, channel.Own, u.Address)
	if errs.Is(errs.NotFound, err) || err == nil && p.Archived {
		err = errs.New(errs.NotFound, op, "hook.unknown")
	}
	if err != nil {
		return media.Attachment{}, errs.Op(op, err)
	}
	body, err := io.ReadAll(u.Body)
	if err != nil {
		return media.Attachment{}, errs.E(errs.Invalid, op, err)
	}
	ctx = actor.With(ctx, actor.ForSystem(p.Tenant))
	if err := s.verify(ctx, p, u.Header, body); err != nil {
		return media.Attachment{}, errs.Op(op, err)
	}
	if !p.Active {
		return media.Attachment{}, errs.New(errs.Conflict, op, "hook.off")
	}
	f, err := s.Files.UploadAt(ctx, p.ID, u.Name, bytes.NewReader(body))
	return f, errs.Op(op, err)
}
