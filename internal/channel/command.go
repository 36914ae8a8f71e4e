package channel

import "context"

// Act is one of the things that we do on a channel.
type Act string

// Acts, in the order in which they are shown.
const (
	ActSend           Act = "send"
	ActTemplate       Act = "send_template" // what the provider has approved, with values
	ActEdit           Act = "edit"
	ActDelete         Act = "delete"
	ActReact          Act = "react"
	ActLike           Act = "like"
	ActHide           Act = "hide"
	ActReplyInPrivate Act = "reply_in_private"
	ActRemove         Act = "remove" // what a customer wrote in public
	ActBlock          Act = "block"  // who wrote it
	ActMarkRead       Act = "mark_read"
	ActShowTyping     Act = "show_typing"
)

// Acts returns all there are.
func Acts() []Act {
	return []Act{ActSend, ActTemplate, ActEdit, ActDelete, ActReact, ActLike, ActHide, ActReplyInPrivate, ActRemove, ActBlock, ActMarkRead, ActShowTyping}
}

// Command is something that we want done on a channel.
type Command struct {
	Act      Act
	Out      Outgoing // what is said, where, to whom
	Target   string   // the provider's name of the entry that the act is about
	Parts    []string // of ActDelete: its names of the further messages that the entry became
	Reaction string   // of ActReact
	Off      bool     // takes a reaction, a like, a hiding or a blocking back; ends the typing
}

// Can reports whether an act is among what c allows.
func (c Capabilities) Can(a Act) bool {
	switch a {
	case ActSend:
		return c.TextLimit > 0 || c.Attachments > 0
	case ActTemplate:
		return c.Templates
	case ActEdit:
		return c.OwnEdits
	case ActDelete:
		return c.OwnDeletions
	case ActReact:
		return c.OwnReactions
	case ActLike:
		return c.Likes
	case ActHide:
		return c.Hides
	case ActRemove:
		return c.Removes
	case ActBlock:
		return c.Blocks
	case ActReplyInPrivate:
		return c.PrivateReplies
	case ActMarkRead:
		return c.OwnReadMarks
	case ActShowTyping:
		return c.OwnTyping
	}
	return false
}

// Cannot is the Failure of an act that a channel does not know.
func Cannot(a Act) *Failure { return Fail(Permanent, "channel.cannot_"+string(a), nil) }

// Do does on a channel what cmd says. What its entry point cannot do is refused
// with the act in the code, "channel.cannot_hide", and nobody is called. Other
// errors are as those of Send.
func Do(ctx context.Context, a Adapter, cmd Command) (Sent, error) {
	if !capabilitiesOf(a, cmd.Out.EntryPoint).Can(cmd.Act) {
		return Sent{}, Cannot(cmd.Act)
	}
	p, to := cmd.Out.EntryPoint, cmd.Out.To
	switch cmd.Act {
	case ActSend:
		return a.Send(ctx, cmd.Out)
	case ActTemplate:
		if able, ok := a.(Templates); ok && cmd.Out.Template != nil {
			return able.SendTemplate(ctx, cmd.Out)
		}
	case ActReplyInPrivate:
		if able, ok := a.(PrivateReplier); ok {
			return able.ReplyInPrivate(ctx, cmd.Out, cmd.Target)
		}
	case ActEdit:
		if able, ok := a.(Editor); ok {
			return Sent{}, able.Edit(ctx, cmd.Out, cmd.Target)
		}
	case ActMarkRead:
		if able, ok := a.(ReadMarks); ok {
			return Sent{}, able.MarkRead(ctx, p, to, cmd.Target)
		}
	case ActShowTyping:
		return Sent{}, showTyping(ctx, a, cmd)
	case ActDelete, ActRemove, ActReact, ActLike, ActHide, ActBlock:
		return Sent{}, moderate(ctx, a, cmd)
	}
	return Sent{}, Cannot(cmd.Act)
}

// showTyping shows the customer that somebody writes, or has stopped.
func showTyping(ctx context.Context, a Adapter, cmd Command) error {
	p, to := cmd.Out.EntryPoint, cmd.Out.To
	if able, ok := a.(Typing); ok {
		return able.ShowTyping(ctx, p, to, !cmd.Off)
	}
	if able, ok := a.(TypingAfter); ok {
		if cmd.Off { // it ends by itself
			return nil
		}
		return able.ShowTypingAfter(ctx, p, to, cmd.Target)
	}
	return Cannot(cmd.Act)
}

// moderate does to an entry what cmd says.
func moderate(ctx context.Context, a Adapter, cmd Command) error {
	p := cmd.Out.EntryPoint
	if able, ok := a.(Deleter); ok && (cmd.Act == ActDelete || cmd.Act == ActRemove) {
		for _, name := range cmd.Parts { // what the entry is known by goes last
			if err := able.Delete(ctx, cmd.Out, name); err != nil {
				return err
			}
		}
		return able.Delete(ctx, cmd.Out, cmd.Target)
	}
	if able, ok := a.(Reactor); ok && cmd.Act == ActReact {
		return able.React(ctx, cmd.Out, Reaction{Target: cmd.Target, Text: cmd.Reaction, On: !cmd.Off})
	}
	if able, ok := a.(Liker); ok && cmd.Act == ActLike {
		return able.Like(ctx, p, cmd.Target, !cmd.Off)
	}
	if able, ok := a.(Blocker); ok && cmd.Act == ActBlock {
		return able.Block(ctx, p, cmd.Out.To, !cmd.Off)
	}
	if able, ok := a.(Hider); ok && cmd.Act == ActHide {
		return able.Hide(ctx, p, cmd.Target, !cmd.Off)
	}
	return Cannot(cmd.Act)
}
