package threads

import (
	"context"

	"github.com/zongler/zongler/internal/channel"
)

// Accounts keeps with what accounts are spoken for, and what calls tell of them.
type Accounts interface {
	Open(ctx context.Context, p channel.EntryPoint) (channel.Account, error)
	Heard(ctx context.Context, p channel.EntryPoint, err error) error
}

// Talk is the part of an adapter that writes to people: the same for messages of a page and
// of an account at Instagram.
type Talk struct {
	Accounts Accounts
	LineOf   func(a channel.Account) (Line, error) // with what an open account is spoken for
}

// Open returns with what the account of p is spoken for. Its errors are Failures.
func (t Talk) Open(ctx context.Context, p channel.EntryPoint) (Line, error) {
	a, err := t.Accounts.Open(ctx, p)
	if err != nil {
		return Line{}, err
	}
	return t.LineOf(a)
}

// Send hands an answer to Meta.
func (t Talk) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	line, err := t.Open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	sent, err := line.Send(ctx, out)
	return sent, t.Accounts.Heard(ctx, out.EntryPoint, err)
}

// ShowTyping shows somebody that one of us writes.
func (t Talk) ShowTyping(ctx context.Context, p channel.EntryPoint, to channel.Party, on bool) error {
	line, err := t.Open(ctx, p)
	if err != nil {
		return err
	}
	return t.Accounts.Heard(ctx, p, line.Typing(ctx, to, on))
}

// MarkRead tells somebody that all they wrote was read: single messages are not known here.
func (t Talk) MarkRead(ctx context.Context, p channel.EntryPoint, to channel.Party, _ string) error {
	line, err := t.Open(ctx, p)
	if err != nil {
		return err
	}
	return t.Accounts.Heard(ctx, p, line.Seen(ctx, to))
}
