package app

import (
	"context"
	"encoding/json"
	"io"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
)

// routedConversations shows routing's work in the conversations.
type routedConversations struct{ *conversation.Service }

// ShowWork keeps w beside the conversation for the worklist.
func (c routedConversations) ShowWork(ctx context.Context, tx *db.Tx, key id.Conversation, w routing.Work) error {
	return c.Service.ShowWork(ctx, tx, key, conversation.Work{
		Interaction: w.Interaction, State: string(w.State), Queue: w.Queue, Agent: w.Agent,
		Priority: w.Priority, WaitingSince: w.WaitingSince, DueAt: w.DueAt,
	})
}

// Tell appends a line about the work, and the note that goes with it.
func (c routedConversations) Tell(ctx context.Context, tx *db.Tx, key id.Conversation, line routing.Line) error {
	thread, err := c.Lock(ctx, tx, key)
	if err != nil {
		return err
	}
	data, err := json.Marshal(line.Data)
	if err != nil {
		return err
	}
	if _, _, err = c.Append(ctx, tx, &thread, conversation.NewEntry{
		Kind: conversation.System, Author: conversation.BySystem, User: actor.From(ctx).User, Code: line.Code, Data: data,
	}); err != nil || line.Note == "" {
		return err
	}
	_, _, err = c.Append(ctx, tx, &thread, conversation.NewEntry{Kind: conversation.Note, Author: conversation.ByAgent, User: actor.From(ctx).User, Text: line.Note})
	return err
}

// routedIntake brings what came in to routing.
type routedIntake struct {
	*routing.Service

	conversations *conversation.Service
}

// Enqueue makes an interaction of w wait for an agent.
func (r routedIntake) Enqueue(ctx context.Context, tx *db.Tx, w intake.Work) (id.Interaction, error) {
	it, err := r.Service.Enqueue(ctx, tx, routing.New{
		Conversation: w.Conversation, Brand: w.Brand, Channel: w.Channel, Queue: w.Queue,
		Priority: w.Priority, Preferred: w.Preferred, ArrivedAt: w.ArrivedAt,
	})
	return it.ID, err
}

// Hold locks the open interaction of a conversation.
func (r routedIntake) Hold(ctx context.Context, tx *db.Tx, conversation id.Conversation) error {
	_, _, err := r.Open(ctx, tx, conversation)
	return err
}

// Resume brings an interaction that was put aside back to its agent.
func (r routedIntake) Resume(ctx context.Context, tx *db.Tx, conversation id.Conversation) error {
	return r.CustomerReturned(ctx, tx, conversation)
}

// WriteFirst begins an outgoing interaction of the actor.
func (r routedIntake) WriteFirst(ctx context.Context, tx *db.Tx, c conversation.Conversation) (id.Interaction, error) {
	it, err := r.Service.WriteFirst(ctx, tx, routing.New{Conversation: c.ID, Brand: c.BrandID, Channel: c.Channel, Queue: c.QueueID})
	if err != nil {
		return 0, err
	}
	line := routing.Line{Code: "reopened"}
	if c.LastSeq == 0 {
		line.Code = "begun"
	}
	return it.ID, routedConversations{r.conversations}.Tell(ctx, tx, c.ID, line)
}

// sendingChannels hands answers to the adapters of their channels.
type sendingChannels struct {
	registry *channel.Registry
	points   *channel.EntryPoints
	files    *media.Service
	people   *customer.Service
	threads  *conversation.Service
	db       *db.DB
}

// direct names the channels whose customers read the conversation itself.
func direct(name string) bool { return name == string(channel.Webchat) }

// Limits returns what a channel can carry, and whether there is such a channel.
func (c sendingChannels) Limits(name string) (delivery.Limits, bool) {
	_, known := c.registry.Adapter(channel.Name(name))
	l := delivery.Limits{Capabilities: c.registry.Capabilities(channel.Name(name)), Direct: direct(name)}
	switch name {
	case string(channel.Email):
		l.Attempts = email.Attempts
	case string(channel.Own):
		l.Attempts = own.Attempts
	}
	return l, known
}

// LimitsAt returns what can be carried where a conversation is held.
func (c sendingChannels) LimitsAt(ctx context.Context, q db.Queryer, on conversation.Conversation) (delivery.Limits, bool, error) {
	l, known := c.Limits(on.Channel)
	if !known {
		return l, false, nil
	}
	var err error
	l.Capabilities, _, err = c.points.CapabilitiesAt(ctx, q, channel.Name(on.Channel), on.EntryPointID)
	return l, true, err
}

// Sender returns an entry point of the actor's brands that is open.
func (c sendingChannels) Sender(ctx context.Context, q db.Queryer, point id.EntryPoint) (delivery.Sender, error) {
	who := actor.From(ctx)
	p, err := c.points.Lookup(ctx, q, who.Tenant, point)
	if err == nil && (!p.Open() || !who.Brands.Has(p.Brand)) {
		err = errs.New(errs.NotFound, "app.Sender", "not_found")
	}
	return delivery.Sender{Brand: p.Brand, Channel: string(p.Channel), Queue: p.Queue}, err
}

// Opening returns how somebody is written to first on a channel.
func (c sendingChannels) Opening(name string) (channel.Opening, bool) {
	adapter, _ := c.registry.Adapter(channel.Name(name))
	able, is := adapter.(channel.Opening)
	return able, is
}

// Signing returns what can be shown to the customer of a conversation, as its account wants.
func (c sendingChannels) Signing(ctx context.Context, on conversation.Conversation) (delivery.Signing, error) {
	p, err := c.points.Lookup(ctx, c.db, actor.From(ctx).Tenant, on.EntryPointID)
	if err != nil {
		return delivery.Signing{}, err
	}
	adapter, known := c.registry.Adapter(p.Channel)
	can := c.registry.CapabilitiesOf(p)
	read := known && p.Open() && can.OwnReadMarks && !p.HidesRead
	return delivery.Signing{
		Can: can, Read: read, Typing: known && p.Open() && can.OwnTyping && !p.HidesTyping && (read || !can.TypingReads),
		Show: func(ctx context.Context, cmd channel.Command) error {
			at, err := c.people.PointOf(ctx, c.db, on.ContactPointID)
			if err != nil {
				return err
			}
			cmd.Out.EntryPoint, cmd.Out.To = p, channel.Party{Provider: at.Provider, Scope: at.Scope, ExternalID: at.ExternalID, DisplayName: at.DisplayName}
			_, err = channel.Do(ctx, adapter, cmd)
			return err
		},
	}, nil
}

// Templates returns what the provider of an entry point has approved.
func (c sendingChannels) Templates(ctx context.Context, at id.EntryPoint) ([]channel.Template, error) {
	point, err := c.points.Lookup(ctx, c.db, actor.From(ctx).Tenant, at)
	if err != nil {
		return nil, channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	adapter, _ := c.registry.Adapter(point.Channel)
	able, is := adapter.(channel.Templates)
	if !is {
		return nil, channel.Cannot(channel.ActTemplate)
	}
	return able.Templates(ctx, point)
}

// Send hands an answer to its channel.
func (c sendingChannels) Send(ctx context.Context, out delivery.Outgoing) (channel.Sent, error) {
	var beside struct {
		channel.Envelope

		Template *channel.TemplateUse `json:"template"`
	}
	if len(out.Entry.Data) > 0 {
		if err := json.Unmarshal(out.Entry.Data, &beside); err != nil {
			return channel.Sent{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
		}
	}
	from := out.Conversation.EntryPointID
	if beside.From != 0 {
		from = beside.From
	}
	point, err := c.points.Lookup(ctx, c.db, actor.From(ctx).Tenant, from)
	if err != nil {
		return channel.Sent{}, err
	}
	// A letter goes from a mailbox, whatever channel its conversation is held on.
	adapter, known := c.registry.Adapter(point.Channel)
	if !known {
		return channel.Sent{}, channel.Fail(channel.Permanent, "channel.unknown", nil)
	}
	files := make([]channel.File, len(out.Entry.Attachments))
	for i, f := range out.Entry.Attachments {
		files[i] = channel.File{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size}
	}
	letter := channel.Outgoing{
		EntryPoint: point, Brand: out.Conversation.BrandID, Entry: out.Entry.ID, Conversation: out.Conversation.ID, Thread: out.Conversation.ExternalKey,
		Author: out.Author, Automatic: out.Entry.Author == conversation.ByBot, Text: out.Entry.Body, HTML: out.Entry.HTML, Quote: out.Quote, Envelope: beside.Envelope, Template: beside.Template, Attachments: files, Open: c.open,
	}
	if err := c.address(ctx, out, &letter); err != nil {
		return channel.Sent{}, channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	return channel.Do(ctx, adapter, commandOf(out, letter))
}

// commandOf says what is to be done on a channel with an entry of ours.
func commandOf(out delivery.Outgoing, letter channel.Outgoing) channel.Command {
	cmd := channel.Command{Act: channel.ActSend, Out: letter, Target: out.Target.ExternalID, Parts: out.TargetParts}
	if letter.Template != nil {
		cmd.Act = channel.ActTemplate
	}
	switch out.Entry.Kind { //nolint:exhaustive // the others are not sent
	case conversation.Edit:
		cmd.Act = channel.ActEdit
	case conversation.Deletion:
		cmd.Act = channel.ActDelete
		if out.Target.Author == conversation.ByCustomer {
			cmd.Act = channel.ActRemove
		}
	case conversation.Like:
		cmd.Act, cmd.Off = channel.ActLike, out.Entry.TakesBack()
	case conversation.Hiding:
		cmd.Act, cmd.Off = channel.ActHide, out.Entry.TakesBack()
	case conversation.Blocking:
		cmd.Act, cmd.Off = channel.ActBlock, out.Entry.TakesBack()
	case conversation.Private:
		cmd.Act = channel.ActReplyInPrivate
	case conversation.Reaction:
		cmd.Act, cmd.Reaction, cmd.Off = channel.ActReact, out.Entry.Body, out.Entry.TakesBack()
	}
	return cmd
}

// address says to whom an answer goes, and to which message of theirs.
func (c sendingChannels) address(ctx context.Context, out delivery.Outgoing, letter *channel.Outgoing) error {
	on := out.Conversation
	to := on.ContactPointID
	if kind := out.Entry.Kind; (kind == conversation.Blocking || kind == conversation.Private) && out.Target.ContactPointID != 0 { // of several people
		to = out.Target.ContactPointID
	}
	var err error
	if letter.To, err = c.party(ctx, to); err != nil {
		return err
	}
	post, _, err := c.threads.PostOf(ctx, c.db, on)
	if err != nil {
		return err
	}
	letter.Post = post.ExternalID
	can := c.registry.CapabilitiesOf(letter.EntryPoint)
	if !can.Replies && can.Window == 0 {
		return nil
	}
	heard, _, err := c.threads.LastHeard(ctx, c.db, on.ID)
	letter.Heard = heard.OccurredAt
	if can.Replies {
		letter.InReplyTo = heard.ExternalID
	}
	if err == nil && can.Replies && out.Entry.ParentID != 0 {
		above, err := c.threads.FindEntry(ctx, c.db, out.Entry.ParentID)
		letter.InReplyTo, letter.Chosen = above.ExternalID, true
		if err == nil && out.Entry.Kind == conversation.Message && above.ContactPointID != 0 { // of several people
			letter.To, err = c.party(ctx, above.ContactPointID)
		}
		return err
	}
	if err == nil && can.Replies && letter.InReplyTo == "" { // we speak first, and so under the post itself
		letter.InReplyTo = post.ExternalID
	}
	return err
}

// party returns whose a contact point is; nobody's: it is not known any more.
func (c sendingChannels) party(ctx context.Context, point id.ContactPoint) (channel.Party, error) {
	at, err := c.people.PointOf(ctx, c.db, point)
	if err != nil && !errs.Is(errs.NotFound, err) {
		return channel.Party{}, err
	}
	return channel.Party{Provider: at.Provider, Scope: at.Scope, ExternalID: at.ExternalID, DisplayName: at.DisplayName}, nil
}

// open returns the bytes of an attachment.
func (c sendingChannels) open(ctx context.Context, f channel.File) (io.ReadSeekCloser, error) {
	kept, err := c.files.Find(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	return c.files.Open(ctx, kept, false)
}

// readers lets routing's views ask whether somebody may read a conversation.
type readers struct{ conversations *conversation.Service }

// Readable returns NotFound unless the actor of ctx may read the conversation.
func (r readers) Readable(ctx context.Context, q db.Queryer, key id.Conversation) error {
	_, err := r.conversations.Visible(ctx, q, actor.ConversationRead, key)
	return err
}
