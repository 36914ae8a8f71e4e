package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/time/rate"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg/compose"
)

// Bounds of sending.
const (
	outletsAtOnce = 4 // connections of one mailbox
	outletIdle    = 30 * time.Second
	paceWithin    = 20 * time.Second // a message waits so long for its place in the pace
	heloName      = "localhost"
)

// letter is a mail that is ready to go.
type letter struct {
	mail     *compose.Mail
	size     int64
	envelope string // ENVID: by it a bounce names its mail
	returnTo string // where bounces go
}

// outlet is a connection to an SMTP server on which we are signed in.
type outlet struct {
	conn   net.Conn
	client *smtp.Client
	since  time.Time // when it was used last
}

// openOutlet connects and signs in. A token that is refused is renewed once.
func (n Network) openOutlet(ctx context.Context, a account) (*outlet, error) {
	o, err := n.openOutletWith(ctx, a, false)
	if err != nil && a.settings.Auth == OAuth2 && tokenRefused(err) {
		o, err = n.openOutletWith(ctx, a, true)
	}
	return o, err
}

func (n Network) openOutletWith(ctx context.Context, a account, renew bool) (*outlet, error) {
	conn, err := n.dial(ctx, a.settings.SMTP)
	if err != nil {
		return nil, err
	}
	o := &outlet{conn: conn}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	err = o.do(ctx, func() error {
		if err := o.greet(n, a); err != nil {
			return err
		}
		return at(StepLogin, o.login(ctx, a, renew))
	})
	if err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

func (o *outlet) greet(n Network, a account) (err error) {
	step := StepConnect
	if a.settings.SMTP.TLS == StartTLS {
		step = StepTLS // the handshake comes with the next word
		if o.client, err = smtp.NewClientStartTLS(o.conn, n.tls(a.settings.SMTP)); err != nil {
			return at(StepTLS, err)
		}
	} else {
		o.client = smtp.NewClient(o.conn)
	}
	o.client.CommandTimeout, o.client.SubmissionTimeout = answerWithin, answerWithin
	return at(step, o.client.Hello(heloOf(a)))
}

// heloOf is how we introduce ourselves: with the domain of the mailbox.
func heloOf(a account) string {
	if domain := domainOf(a.point.Address); domain != "" {
		return domain
	}
	return heloName
}

// login proves who we are. A server that asks for nothing, in the operator's own network, is told nothing.
func (o *outlet) login(ctx context.Context, a account, renew bool) error {
	if a.settings.Auth == Password && a.secrets.smtpPassword() == "" {
		return nil
	}
	way, err := a.client(ctx, a.secrets.smtpPassword(), o.client.SupportsAuth, renew)
	if err != nil {
		return err
	}
	return o.client.Auth(way)
}

// do runs fn and cuts the connection when ctx ends.
func (o *outlet) do(ctx context.Context, fn func() error) error {
	stop := context.AfterFunc(ctx, func() { _ = o.conn.Close() }) // fn fails with it
	defer stop()
	err := fn()
	if err != nil && ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	return err
}

func (o *outlet) close() error {
	if err := o.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// fresh reports whether a connection that lay idle can still be used.
func (o *outlet) fresh() bool {
	return time.Since(o.since) < outletIdle && o.client.Reset() == nil
}

// unsure marks an error after which the server may have taken the mail.
type unsure struct{ error }

func (u unsure) Unwrap() error { return u.error }

// send hands over one mail. All recipients are asked before a byte of it is sent:
// if one is refused, nobody gets it.
func (o *outlet) send(ctx context.Context, l letter) error {
	return at(StepSend, o.do(ctx, func() error {
		if err := o.envelope(l); err != nil {
			return err
		}
		data, err := o.client.Data()
		if err != nil {
			return err
		}
		if _, err := l.mail.WriteTo(data); err != nil {
			return err // without its end no server takes a mail
		}
		if _, err := data.CloseWithResponse(); err != nil {
			if _, answered := errors.AsType[*smtp.SMTPError](err); !answered {
				return unsure{err}
			}
			return err
		}
		o.since = time.Now()
		return nil
	}))
}

// errors of what a server cannot carry.
var (
	errUTF8 = errors.New("email: the server takes no addresses with letters such as ő or ł")
	errSize = errors.New("email: the server takes no mail of this size")
)

func (o *outlet) envelope(l letter) error {
	options := &smtp.MailOptions{Size: l.size, Return: smtp.DSNReturnHeaders, EnvelopeID: l.envelope}
	if l.mail.SMTPUTF8() {
		if has, _ := o.client.Extension("SMTPUTF8"); !has {
			return errUTF8
		}
		options.UTF8 = true
	}
	if most, told := o.client.MaxMessageSize(); told && most > 0 && l.size > int64(most) {
		return errSize
	}
	if err := o.client.Mail(l.returnTo, options); err != nil {
		return err
	}
	notify := &smtp.RcptOptions{Notify: []smtp.DSNNotify{smtp.DSNNotifyFailure, smtp.DSNNotifyDelayed}}
	for _, to := range l.mail.Recipients() {
		if err := o.client.Rcpt(to.Address, notify); err != nil {
			return err
		}
	}
	return nil
}

// post keeps the connections of mailboxes, each to its pace.
type post struct {
	network Network
	mu      sync.Mutex
	boxes   map[id.EntryPoint]*box
}

// box is the way out of one mailbox.
type box struct {
	changed time.Time // of the settings with which it was made
	places  chan struct{}
	pace    *rate.Limiter

	mu   sync.Mutex
	idle []*outlet
}

// box returns the way out of a mailbox; other settings make a new one.
func (p *post) box(a account) *box {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.boxes == nil {
		p.boxes = map[id.EntryPoint]*box{}
	}
	b := p.boxes[a.point.ID]
	if b == nil || !b.changed.Equal(a.point.UpdatedAt) {
		if b != nil {
			b.closeIdle()
		}
		every := time.Minute / time.Duration(a.settings.PerMinute)
		b = &box{
			changed: a.point.UpdatedAt, places: make(chan struct{}, outletsAtOnce), pace: rate.NewLimiter(rate.Every(every), max(1, a.settings.PerMinute/4)),
		}
		p.boxes[a.point.ID] = b
	}
	return b
}

func (b *box) take() *outlet {
	for {
		b.mu.Lock()
		if len(b.idle) == 0 {
			b.mu.Unlock()
			return nil
		}
		o := b.idle[len(b.idle)-1]
		b.idle = b.idle[:len(b.idle)-1]
		b.mu.Unlock()
		if o.fresh() {
			return o
		}
		_ = o.close() // it had ended already
	}
}

func (b *box) give(o *outlet) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.idle = append(b.idle, o)
}

func (b *box) closeIdle() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.idle {
		_ = o.close() // nothing is on its way there
	}
	b.idle = nil
}

// send hands a mail to the server of a mailbox. Its error is a *channel.Failure.
func (p *post) send(ctx context.Context, a account, l letter) error {
	b := p.box(a)
	waiting, cancel := context.WithTimeout(ctx, paceWithin)
	defer cancel()
	if err := b.pace.Wait(waiting); err != nil {
		return &channel.Failure{Verdict: channel.Retry, Code: "delivery.pace", Err: err}
	}
	select {
	case b.places <- struct{}{}:
		defer func() { <-b.places }()
	case <-ctx.Done():
		return &channel.Failure{Verdict: channel.Retry, Code: "delivery.pace", Err: ctx.Err()}
	}
	o := b.take()
	if o == nil {
		var err error
		if o, err = p.network.openOutlet(ctx, a); err != nil {
			return judged(err)
		}
	}
	if err := o.send(ctx, l); err != nil {
		return errors.Join(judged(err), o.close())
	}
	b.give(o)
	return nil
}

// close ends all connections that are not in use.
func (p *post) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range p.boxes {
		b.closeIdle()
	}
}

// judged says what to do about an error of sending.
func judged(err error) error {
	f := &channel.Failure{Verdict: channel.Retry, Code: "delivery.unreachable", Words: wordsOf(err), Err: err}
	fault := faultOf(err)
	refusal, refused := errors.AsType[*smtp.SMTPError](err)
	_, open := errors.AsType[unsure](err)
	switch {
	case open:
		f.Verdict, f.Code = channel.Ambiguous, "delivery.no_answer"
	case errors.Is(err, errUTF8):
		f.Verdict, f.Code = channel.Permanent, "delivery.no_utf8"
	case errors.Is(err, errSize):
		f.Verdict, f.Code = channel.Permanent, "delivery.too_large"
	case (fault.Step == StepLogin || fault.Step == StepToken) && isCut(err): // nobody has refused anything
	case (fault.Step == StepLogin || fault.Step == StepToken || fault.Step == StepTLS) && (!refused || refusal.Code >= 500):
		f.Verdict, f.Code = channel.Reconnect, "delivery.mailbox"
	case refused && refusal.Code >= 500:
		f.Verdict, f.Code = channel.Permanent, "delivery.refused"
	case refused:
		f.Code = "delivery.deferred"
	}
	return f
}

// isCut reports an error of the line itself, rather than of who is at its end.
func isCut(err error) bool {
	_, broken := errors.AsType[*net.OpError](err)
	return broken || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// smtpWords is a server's answer as it stands in logs everywhere: 550 5.1.1 no such user.
func smtpWords(e *smtp.SMTPError) string {
	code := ""
	if e.EnhancedCode != smtp.NoEnhancedCode && e.EnhancedCode != smtp.EnhancedCodeNotSet {
		code = fmt.Sprintf(" %d.%d.%d", e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2])
	}
	return fmt.Sprintf("%d%s %s", e.Code, code, e.Message)
}

// domainOf returns what stands behind the @ of an address.
func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

// sizeOf counts the bytes of a mail by writing it to nobody.
func sizeOf(m *compose.Mail) (int64, error) { return m.WriteTo(io.Discard) }
