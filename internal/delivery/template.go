package delivery

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Templates returns the texts that the provider of a conversation's channel has approved.
func (s *Service) Templates(ctx context.Context, key id.Conversation) ([]channel.Template, error) {
	const op = "delivery.Templates"
	c, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationReply, key)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	return s.templatesOf(ctx, op, c)
}

// templatesOf asks the provider where c is held for its templates.
func (s *Service) templatesOf(ctx context.Context, op string, c conversation.Conversation) ([]channel.Template, error) {
	l, known, err := s.Channels.LimitsAt(ctx, s.DB, c)
	switch {
	case err != nil:
		return nil, errs.Op(op, err)
	case !known:
		return nil, errs.New(errs.Conflict, op, "reply.channel_gone")
	case !l.Can(channel.ActTemplate):
		return nil, errs.New(errs.Conflict, op, channel.Cannot(channel.ActTemplate).Code)
	}
	return s.approved(ctx, op, c.EntryPointID)
}

// approved asks the provider of an entry point for its templates.
func (s *Service) approved(ctx context.Context, op string, point id.EntryPoint) ([]channel.Template, error) {
	all, err := s.Channels.Templates(ctx, point)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, Op: op, Code: channel.Judge(err).Code, Err: err}
	}
	return all, nil
}

// fill gives an answer the text of its template. The provider is asked for that, so it
// happens before the answer's transaction; what would be refused is not asked for.
func (s *Service) fill(ctx context.Context, in *ReplyInput) error {
	if in.Template == nil {
		return nil
	}
	if in.Text != "" || in.HTML != "" || len(in.Attachments) > 0 || in.Forward.Entry != 0 {
		return errs.Fields(opReply, errs.Field{Path: "template", Code: "reply.template_alone"})
	}
	c, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationReply, in.Conversation)
	if err != nil {
		return err
	}
	if _, known, err := s.Conversations.FindByClient(ctx, s.DB, c.ID, in.ClientID); err != nil || known {
		return err
	}
	if err := mayReply(actor.From(ctx), c); err != nil {
		return err
	}
	all, err := s.templatesOf(ctx, opReply, c)
	if err != nil {
		return err
	}
	_, in.Text, err = filled(opReply, *in.Template, all)
	return err
}

// filled returns the template among all that u means, and what customers read of it.
func filled(op string, u channel.TemplateUse, all []channel.Template) (channel.Template, string, error) {
	t, found := u.Find(all)
	if !found {
		return t, "", errs.New(errs.Conflict, op, "template.gone")
	}
	text, err := t.Fill(op, u.Values)
	return t, text, err
}
