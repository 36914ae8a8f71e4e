package delivery

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
)

const opReply = "delivery.Reply"

// Reply stores an answer of the actor and sees to it that it is sent. The same
// client id gives the same entry. A writer who has not seen the customer's newest
// message, or a colleague's newest answer, gets a Conflict that says how many
// there are and who answered, unless forced.
func (s *Service) Reply(ctx context.Context, in ReplyInput) (conversation.Entry, error) {
	if n := len(in.ClientID); n == 0 || n > MaxClientID {
		return conversation.Entry{}, errs.Fields(opReply, errs.Field{Path: "client_id", Code: "length.max", Values: errs.Values{"max": MaxClientID}})
	}
	in.Text = strings.TrimSpace(in.Text)
	if in.HTML != "" {
		in.HTML = s.cleaner.Clean(in.HTML)
		if in.Text == "" {
			in.Text = strings.TrimSpace(htmltext.ToText(in.HTML))
		}
	}
	if err := s.passOn(ctx, &in); err != nil {
		return conversation.Entry{}, errs.Op(opReply, err)
	}
	if err := s.fill(ctx, &in); err != nil {
		return conversation.Entry{}, errs.Op(opReply, err)
	}
	var entry conversation.Entry
	err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		entry, err = s.reply(ctx, tx, in)
		return err
	})
	if unseen, ok := errors.AsType[unseenError](err); ok {
		err = s.refusal(ctx, unseen.Newer)
	}
	if err == nil {
		s.hasRead(ctx, in.Conversation, in.BasedOnSeq)
	}
	return entry, errs.Op(opReply, err)
}

func (s *Service) reply(ctx context.Context, tx *db.Tx, in ReplyInput) (conversation.Entry, error) {
	seen, err := s.Conversations.Visible(ctx, tx, actor.ConversationReply, in.Conversation)
	if err != nil {
		return conversation.Entry{}, err
	}
	if e, found, err := s.Conversations.FindByClient(ctx, tx, seen.ID, in.ClientID); err != nil || found {
		return e, err
	}
	limits, known, err := s.Channels.LimitsAt(ctx, tx, seen)
	if err != nil {
		return conversation.Entry{}, err
	}
	if !known {
		return conversation.Entry{}, errs.New(errs.Conflict, opReply, "reply.channel_gone")
	}
	if err := s.checkSender(ctx, tx, seen, in.Envelope.From); err != nil {
		return conversation.Entry{}, err
	}
	if err := mayReply(actor.From(ctx), seen); err != nil {
		return conversation.Entry{}, err
	}
	// Routing locks an interaction before its conversation, and so do we.
	if actor.From(ctx).Firing == 0 { // what a rule says keeps no promise
		if err := s.Routing.MarkReplied(ctx, tx, seen.InteractionID); err != nil {
			return conversation.Entry{}, err
		}
	}
	c, err := s.lockUnchanged(ctx, tx, seen)
	if err != nil {
		return conversation.Entry{}, err
	}
	if err := s.refuseStale(ctx, tx, c, in); err != nil {
		return conversation.Entry{}, err
	}
	return s.store(ctx, tx, &c, in, limits)
}

// checkSender refuses an answer from an entry point that is not one of the conversation's channel and brand.
func (s *Service) checkSender(ctx context.Context, tx *db.Tx, c conversation.Conversation, point id.EntryPoint) error {
	if point == 0 || point == c.EntryPointID {
		return nil
	}
	from, err := s.sender(ctx, tx, opReply, point)
	if err == nil && (from.Brand != c.BrandID || from.Channel != c.Channel) {
		err = errs.Fields(opReply, errs.Field{Path: "from_id", Code: "reference"})
	}
	return err
}

// lockUnchanged locks the conversation that was seen and asks again what was asked
// of it before: while we waited for the interaction somebody may have closed or
// taken it, and the customer may have begun a new one.
func (s *Service) lockUnchanged(ctx context.Context, tx *db.Tx, seen conversation.Conversation) (conversation.Conversation, error) {
	c, err := s.Conversations.LockVisible(ctx, tx, actor.ConversationReply, seen.ID)
	if err != nil {
		return c, err
	}
	if c.InteractionID != seen.InteractionID {
		return c, errs.New(errs.Conflict, opReply, "interaction.moved_on")
	}
	return c, mayReply(actor.From(ctx), c)
}

// mayReply refuses an answer that nobody has taken on: one replies while working on
// the interaction, or as somebody whose right to reply goes beyond their own work.
func mayReply(a actor.Actor, c conversation.Conversation) error {
	if !c.Open {
		return errs.New(errs.Conflict, opReply, "reply.closed")
	}
	mine := c.AgentID == a.User && a.User != 0 && !c.Waiting
	if !mine && a.Scope(actor.ConversationReply) == actor.Own {
		return errs.New(errs.Conflict, opReply, "reply.not_yours")
	}
	return nil
}

// unseenError says that others have written what the writer of an answer has not seen.
type unseenError struct{ conversation.Newer }

func (unseenError) Error() string { return "others have written since" }

// refuseStale refuses an answer written without knowledge of what the customer or a colleague has said since.
func (s *Service) refuseStale(ctx context.Context, tx *db.Tx, c conversation.Conversation, in ReplyInput) error {
	if in.Force || max(c.CustomerSeq, c.ShownSeq) <= in.BasedOnSeq {
		return nil
	}
	n, err := s.Conversations.FindNewer(ctx, tx, c.ID, in.BasedOnSeq)
	if err != nil || n.Customer+n.Answers == 0 {
		return err
	}
	return unseenError{n}
}

// refusal tells the writer of an answer what has not been seen. A colleague's
// answer is named first: with it the matter may be settled.
func (s *Service) refusal(ctx context.Context, n conversation.Newer) error {
	if n.Answers == 0 {
		return errs.New(errs.Conflict, opReply, "reply.stale").With(errs.Values{"count": n.Customer})
	}
	values := errs.Values{"count": n.Customer + n.Answers}
	if n.By != 0 {
		names, err := s.People.Names(ctx, []id.User{n.By})
		if err != nil {
			return err
		}
		values["agent"] = names[n.By]
	}
	return errs.New(errs.Conflict, opReply, "reply.answered").With(values)
}

func (s *Service) store(ctx context.Context, tx *db.Tx, c *conversation.Conversation, in ReplyInput, l Limits) (conversation.Entry, error) {
	n := conversation.NewEntry{
		ID: id.New[id.Entry](), Kind: conversation.Message, Author: conversation.ByAgent, User: actor.From(ctx).User,
		Text: in.Text, HTML: in.HTML, ClientID: in.ClientID, Delivery: conversation.Queued,
	}
	if actor.From(ctx).Firing != 0 {
		n.Author = conversation.ByBot
	}
	if l.Direct {
		n.Delivery = conversation.Sent
	}
	d, err := planned(tx.Now(), *c, in, l)
	if err != nil {
		return conversation.Entry{}, err
	}
	if in.Template == nil { // what was approved goes at any time
		err := l.CheckAct(opReply, channel.ActSend, tx.Now(), tx.Now())
		if err == nil {
			err = s.refuseLate(ctx, tx, c.ID, d.DueAt, l)
		}
		if err != nil {
			return conversation.Entry{}, err
		}
	}
	if n.Data, err = in.data(l); err != nil {
		return conversation.Entry{}, err
	}
	if n.Parent, err = s.answers(ctx, tx, *c, in, l); err != nil {
		return conversation.Entry{}, err
	}
	files, err := s.attach(ctx, tx, media.Use{Conversation: c.ID, Entry: n.ID, Files: in.Attachments, Within: len(in.Envelope.Inline)})
	if err != nil {
		return conversation.Entry{}, err
	}
	if err := l.Check(opReply, in.Text, carried(in.beside(files))); err != nil {
		return conversation.Entry{}, err
	}
	for _, f := range files {
		n.Attachments = append(n.Attachments, conversation.File{ID: f.ID, Name: f.Name, Size: f.Size, Type: f.Type, Preview: f.Previewed()})
	}
	return s.lay(ctx, tx, c, n, d, l)
}

// lay stores an answer and sees to it that it is sent when it is due.
func (s *Service) lay(ctx context.Context, tx *db.Tx, c *conversation.Conversation, n conversation.NewEntry, d dispatch, l Limits) (conversation.Entry, error) {
	entry, duplicate, err := s.Conversations.Append(ctx, tx, c, n)
	if err != nil || duplicate {
		return entry, err
	}
	if err := s.Conversations.ClearReplyDraft(ctx, tx, c.ID); err != nil {
		return entry, err
	}
	if l.Direct {
		return entry, s.laid(ctx, tx, *c)
	}
	if err := s.insertDispatch(ctx, tx, entry.ID, d); err != nil {
		return conversation.Entry{}, err
	}
	return entry, s.enqueue(ctx, tx, entry.ID, due{d.DueAt, c.Channel})
}

// laid says that an answer lies where its customer reads.
func (s *Service) laid(ctx context.Context, tx *db.Tx, c conversation.Conversation) error {
	if s.Shelf == nil {
		return nil
	}
	return s.Shelf.Laid(ctx, tx, c)
}

// attach gives an answer its files: uploaded ones, and those of an answer that was
// taken back or has failed.
func (s *Service) attach(ctx context.Context, tx *db.Tx, u media.Use) ([]media.Attachment, error) {
	if len(u.Files) == 0 {
		return nil, nil
	}
	var err error
	if u.Unsent, err = s.Conversations.NotGone(ctx, tx, u.Conversation); err != nil {
		return nil, err
	}
	return s.Files.Attach(ctx, tx, u)
}

// refuseLate refuses an answer that would be sent after the channel's time for it.
func (s *Service) refuseLate(ctx context.Context, tx *db.Tx, key id.Conversation, due time.Time, l Limits) error {
	if l.Window == 0 {
		return nil
	}
	heard, _, err := s.Conversations.LastHeard(ctx, tx, key)
	if err != nil {
		return err
	}
	can := l.Capabilities
	if actor.From(ctx).Firing != 0 { // a rule writes
		can = can.ForRules()
	}
	return can.CheckWindow(opReply, heard.OccurredAt, due)
}

// carried returns files as a channel looks at them.
func carried(files []media.Attachment) []channel.File {
	out := make([]channel.File, len(files))
	for i, f := range files {
		out[i] = channel.File{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, Key: f.BlobKey}
	}
	return out
}
