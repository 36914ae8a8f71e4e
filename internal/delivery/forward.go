package delivery

import (
	"context"
	"maps"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
)

// Letters passes mails on.
type Letters interface {
	// PassOn returns a mail as it stands below another, in the language of whom that goes
	// to. NotFound if the actor may not read it, or it is of another brand than to.
	PassOn(ctx context.Context, f channel.Forward, to conversation.Conversation) (PassedOn, error)
}

// PassedOn is a mail as it stands below another.
type PassedOn struct {
	Text   string
	HTML   string // cleaned
	Files  []media.Attachment
	Inline map[string]media.Attachment // pictures within the text, by their names there
}

// Copies stores files once more.
type Copies interface {
	Copy(ctx context.Context, f media.Attachment) (media.Attachment, error)
}

// passOn puts the mail that is passed on below an answer, with copies of its files. What
// would be refused is not copied: this happens before the answer's transaction.
func (s *Service) passOn(ctx context.Context, in *ReplyInput) error {
	if in.Forward.Entry == 0 {
		return nil
	}
	to, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationReply, in.Conversation)
	if err != nil {
		return err
	}
	if _, known, err := s.Conversations.FindByClient(ctx, s.DB, to.ID, in.ClientID); err != nil || known {
		return err
	}
	if err := mayReply(actor.From(ctx), to); err != nil {
		return err
	}
	p, err := s.Letters.PassOn(ctx, in.Forward, to)
	if err != nil {
		return err
	}
	if in.HTML == "" {
		in.HTML = htmltext.FromText(in.Text)
	}
	in.HTML += p.HTML
	if in.Text != "" {
		in.Text += "\n\n"
	}
	in.Text += p.Text
	return s.copyFiles(db.Apart(ctx), in, p) // a copy is not yet an answer
}

// copyFiles copies the files of a mail that is passed on, in the order in which they are named there.
func (s *Service) copyFiles(ctx context.Context, in *ReplyInput, p PassedOn) error {
	passed := in.Forward
	for _, f := range p.Files {
		made, err := s.Copies.Copy(ctx, f)
		if err != nil {
			return err
		}
		passed.Copies = append(passed.Copies, made.ID)
	}
	in.Attachments = append(in.Attachments, passed.Copies...)
	in.Envelope.Forward = &passed
	for _, name := range slices.Sorted(maps.Keys(p.Inline)) {
		made, err := s.Copies.Copy(ctx, p.Inline[name])
		if err != nil {
			return err
		}
		if in.Envelope.Inline == nil {
			in.Envelope.Inline = map[string]id.Attachment{}
		}
		in.Envelope.Inline[name] = made.ID
		in.Attachments = append(in.Attachments, made.ID)
	}
	return nil
}

// beside returns files without the pictures within the text, which are not counted.
func (in *ReplyInput) beside(files []media.Attachment) []media.Attachment {
	if len(in.Envelope.Inline) == 0 {
		return files
	}
	within := map[id.Attachment]bool{}
	for _, key := range in.Envelope.Inline {
		within[key] = true
	}
	return slices.DeleteFunc(slices.Clone(files), func(f media.Attachment) bool { return within[f.ID] })
}
