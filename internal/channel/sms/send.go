package sms

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/smstext"
	"github.com/zongler/zongler/internal/platform/db"
)

// send hands an answer to the centre or gateway of a number.
func (s *Service) send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	settings, err := parseSettings(out.EntryPoint.Config)
	if err != nil {
		return channel.Sent{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
	}
	stopped, err := s.stopped(ctx, s.DB, out.EntryPoint, out.To.ExternalID)
	switch {
	case err != nil:
		return channel.Sent{}, channel.Fail(channel.Retry, "delivery.not_ready", err)
	case stopped:
		return channel.Sent{}, channel.Fail(channel.Permanent, "sms.stopped", nil)
	}
	text := strings.ReplaceAll(out.Text, "\r\n", "\n")
	if settings.Plain {
		text = smstext.Plain(text)
	}
	if settings.Transport == Gateway {
		return s.post(ctx, out, settings, text)
	}
	return s.submit(ctx, out, settings, text)
}

// Bounds of sending the parts of one message.
const (
	partTries  = 4 // of a part behind the first, while the centre says it is too much
	maxWords   = 200
	busyPause  = 15 * time.Second // where the centre's queue is full
	spreadPart = 4                // of a pause is chance
)

// submit sends a message to a centre, part by part. What was taken of it is not sent
// again: once the first part is, the others follow or the answer has partly failed.
func (s *Service) submit(ctx context.Context, out channel.Outgoing, settings Settings, text string) (channel.Sent, error) {
	session, w, err := s.pool.session(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, s.heard(ctx, out.EntryPoint, unbound(err))
	}
	if wait := w.wait(time.Now()); wait > 0 {
		return channel.Sent{}, busy(wait, nil)
	}
	parts := messages(settings, out, text)
	var names []string
	for i, m := range parts {
		name, err := s.submitPart(ctx, session, w, m, i > 0)
		if err != nil {
			return channel.Sent{}, s.broken(ctx, out, settings, names, err)
		}
		names = append(names, name)
	}
	w.taken()
	s.Accounts.Learn(ctx, out.EntryPoint, "")
	if err := s.keepNames(ctx, out, settings, names); err != nil {
		s.Log.ErrorContext(ctx, "sms: the names of a message cannot be kept: its receipts will not be understood", "entry", out.Entry, "err", err)
	}
	return channel.Sent{ExternalID: externalID(names[0], out.Entry)}, nil
}

// externalID names an answer. Centres begin to count anew, so their name alone is not enough.
func externalID(name string, entry id.Entry) string {
	if name == "" {
		return ""
	}
	return name + "/" + entry.String()
}

// messages returns the segments of a text.
func messages(settings Settings, out channel.Outgoing, text string) []smpp.Message {
	texts, alphabet := smstext.Split(text)
	parts := make([]smpp.Message, len(texts))
	for i, t := range texts {
		m := smpp.Message{From: smpp.AddressOf(settings.Number), To: smpp.AddressOf(out.To.ExternalID), Registered: smpp.WantReceipt, Short: alphabet.Encode(t)}
		if alphabet == smstext.UCS2 {
			m.Coding = 0x08
		}
		if len(texts) > 1 {
			m = m.WithHeader(smstext.Header{Ref: int(out.Entry & 0xff), Total: len(texts), Part: i + 1})
		}
		parts[i] = m
	}
	return parts
}

// submitPart sends one segment. One behind the first waits where the centre says it is too much.
func (s *Service) submitPart(ctx context.Context, session *smpp.Session, w *wire, m smpp.Message, patient bool) (string, error) {
	for try := 1; ; try++ {
		name, err := session.Submit(ctx, m)
		refusal, is := errors.AsType[*smpp.Refusal](err)
		if !is || refusal.Status != smpp.Throttled && refusal.Status != smpp.QueueFull {
			return name, err
		}
		pause := w.throttled(time.Now())
		if !patient || try >= partTries {
			return "", err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return "", err
		case <-session.Ended():
			timer.Stop()
			return "", err
		}
	}
}

// broken judges what went wrong with a part of an answer. Once a part has gone out, the answer is not tried again by itself.
func (s *Service) broken(ctx context.Context, out channel.Outgoing, settings Settings, names []string, err error) error {
	f := failureOf(err)
	if len(names) == 0 {
		return s.heard(ctx, out.EntryPoint, f)
	}
	if err := s.keepNames(ctx, out, settings, names); err != nil {
		s.Log.ErrorContext(ctx, "sms: the names of a message cannot be kept", "entry", out.Entry, "err", err)
	}
	if f.Verdict != channel.Ambiguous {
		partly := channel.Fail(channel.Permanent, "sms.partly_sent", err)
		partly.Words = f.Words
		return partly
	}
	return f
}

// heard keeps what an error of sending tells of an account, and returns it as it is.
func (s *Service) heard(ctx context.Context, p channel.EntryPoint, err error) error {
	if f := channel.Judge(err); f.Verdict == channel.Reconnect {
		s.Accounts.Learn(ctx, p, f.Code)
	}
	return err
}

// busy is that the centre has to be left alone for a while, and not all come back at once.
func busy(after time.Duration, err error) *channel.Failure {
	f := channel.Fail(channel.Retry, "sms.busy", err)
	f.After = after + time.Duration(rand.Int64N(int64(after)/spreadPart+1))
	return f
}

// unbound judges why there is no line to a centre. Nothing was sent.
func unbound(err error) *channel.Failure {
	if f, ok := errors.AsType[*channel.Failure](err); ok {
		return f
	}
	f := channel.Fail(channel.Retry, "sms.unreachable", err)
	if refusal, is := errors.AsType[*smpp.Refusal](err); is {
		switch refusal.Status { //nolint:exhaustive // of the others nothing is known
		case smpp.BadPassword, smpp.BadSystemID, smpp.BindFailed, smpp.AlreadyBound:
			f = channel.Fail(channel.Reconnect, "sms.reconnect", err)
			f.Words = words(refusal.Status.String())
		}
	}
	if errors.Is(err, errPlain) {
		f = channel.Fail(channel.Reconnect, "sms.plain", err)
	}
	if untrusted, is := errors.AsType[*tls.CertificateVerificationError](err); is { // whoever it is, they get no password
		f = channel.Fail(channel.Reconnect, "sms.certificate", err)
		f.Words = words(untrusted.Err.Error())
	}
	if w, ok := errors.AsType[*waitError](err); ok {
		f.After = w.after
	}
	return f
}

// failureOf returns what an error of Submit means to the message that it should send.
func failureOf(err error) *channel.Failure {
	if refusal, is := errors.AsType[*smpp.Refusal](err); is {
		return refused(refusal)
	}
	if lost, is := errors.AsType[*smpp.Lost](err); is && !lost.Began {
		return channel.Fail(channel.Retry, "sms.unreachable", err)
	}
	if _, is := errors.AsType[net.Error](err); is {
		return channel.Fail(channel.Ambiguous, "delivery.no_answer", err)
	}
	return channel.Judge(fmt.Errorf("%w: %w", context.DeadlineExceeded, err)) // it may have been taken
}

func refused(r *smpp.Refusal) *channel.Failure {
	verdict, code := channel.Permanent, "sms.refused"
	switch r.Status { //nolint:exhaustive // the others are refusals
	case smpp.Throttled:
		return busy(time.Second, r)
	case smpp.QueueFull:
		return busy(busyPause, r)
	case smpp.NotBound:
		verdict, code = channel.Retry, "sms.unreachable"
	case smpp.SystemError, smpp.TryLater:
		verdict, code = channel.Retry, "sms.failing"
	case smpp.BadDest, smpp.BadDestKind:
		code = "sms.bad_number"
	case smpp.BadSource, smpp.BadSourceKind:
		verdict, code = channel.Reconnect, "sms.sender"
	}
	f := channel.Fail(verdict, code, r)
	if verdict == channel.Permanent {
		f.Words = words(r.Status.String())
	}
	return f
}

func words(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxWords)], "") }

// keepNames keeps the centre's names of a message, so that its receipts are understood,
// and tells what receipts have said before.
func (s *Service) keepNames(ctx context.Context, out channel.Outgoing, settings Settings, names []string) error {
	ctx = context.WithoutCancel(ctx) // the message is out
	p := out.EntryPoint
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		for _, name := range names {
			if name == "" {
				continue
			}
			if err := nameSegment(ctx, tx, p, segment{MessageID: settings.IDs.known(name), EntryID: out.Entry, Total: len(names)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.conclude(ctx, p, out.Entry)
}
