package email

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/compose"
)

// tryWithin bounds the trial of a mailbox: somebody waits for it.
const tryWithin = 25 * time.Second

// Direction is one way of a mailbox.
type Direction string

// Directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Trial is how one way of a mailbox works.
type Trial struct {
	Direction Direction
	OK        bool
	Fault     // if it does not

	err error
}

// Try tries the mailbox of an entry point in both directions. A short mail to the
// mailbox itself is sent; it is not taken for one of a customer.
func (s *Service) Try(ctx context.Context, point id.EntryPoint) ([]Trial, error) {
	const op = "email.Try"
	p, err := s.Points.Get(ctx, point)
	if err == nil && p.Channel != channel.Email {
		err = errs.New(errs.NotFound, op, "not_found")
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	a, err := s.account(ctx, p)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	return s.try(ctx, a), nil
}

// NewTrial is what is tried before it is saved.
type NewTrial struct {
	Mailbox  id.EntryPoint // whose secrets are used where none is given; 0: of none
	Address  string
	Settings []byte
	Secrets  SecretsPatch
}

// TryNew tries settings before they are saved.
func (s *Service) TryNew(ctx context.Context, in NewTrial) ([]Trial, error) {
	const op = "email.TryNew"
	who, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return nil, err
	}
	p := channel.EntryPoint{Tenant: who.Tenant, Address: strings.TrimSpace(in.Address)}
	if mailmsg.ParseAddress(p.Address).Addr == "" {
		return nil, errs.Fields(op, errs.Field{Path: "address", Code: "format.email"})
	}
	if p.Config, err = checkConfig(in.Settings, s.Sink); err != nil {
		return nil, errs.Op(op, err)
	}
	settings, err := parseSettings(p.Config)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	secrets, err := s.borrowed(ctx, in, settings)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	return s.try(ctx, s.accountOf(p, settings, secrets)), nil
}

// borrowed returns the secrets of a trial. Those of a mailbox are shown only to the
// servers that it has already: to others they would be given away.
func (s *Service) borrowed(ctx context.Context, in NewTrial, settings Settings) (Secrets, error) {
	const op = "email.borrowed"
	var kept Secrets
	if in.Mailbox != 0 {
		m, err := s.Get(ctx, in.Mailbox)
		if err != nil {
			return kept, err
		}
		same := m.Settings.IMAP == settings.IMAP && m.Settings.SMTP == settings.SMTP && m.Settings.OAuth == settings.OAuth
		if !same && in.Secrets.isZero() {
			return kept, errs.New(errs.Conflict, op, "mailbox.secrets_again")
		}
		if same {
			if kept, err = s.secrets(ctx, s.DB, m.EntryPoint); err != nil {
				return kept, err
			}
		}
	}
	kept = in.Secrets.Apply(kept)
	return kept, kept.check(op)
}

// try tries both directions at once.
func (s *Service) try(ctx context.Context, a account) []Trial {
	trials := []Trial{{Direction: In, OK: true}, {Direction: Out, OK: true}}
	if a.settings.Transport == Sink {
		return trials
	}
	ctx, cancel := context.WithTimeout(ctx, tryWithin)
	defer cancel()
	var both sync.WaitGroup
	for i, try := range []func(context.Context, account) error{s.tryIn, s.tryOut} {
		both.Go(func() {
			if err := try(ctx, a); err != nil {
				trials[i] = Trial{Direction: trials[i].Direction, Fault: faultOf(err), err: err}
			}
		})
	}
	both.Wait()
	return trials
}

func (s *Service) tryIn(ctx context.Context, a account) error {
	b, err := s.Network.openInbox(ctx, a)
	if err != nil {
		return err
	}
	_ = b.close() // it has worked
	return nil
}

func (s *Service) tryOut(ctx context.Context, a account) error {
	o, err := s.Network.openOutlet(ctx, a)
	if err != nil {
		return err
	}
	l, err := s.trialMail(ctx, a)
	if err == nil {
		err = o.send(ctx, l)
	}
	_ = o.close() // what was sent is sent
	return err
}

// trialMail is a mail of the mailbox to itself. By its Message-ID we know it when it comes back.
func (s *Service) trialMail(ctx context.Context, a account) (letter, error) {
	key, err := s.key(ctx, a.point.Tenant)
	if err != nil {
		return letter{}, err
	}
	self := mailmsg.Address{Addr: a.point.Address}
	m, err := compose.New(compose.Outgoing{
		From: self, To: []mailmsg.Address{self}, Subject: "Zongler", Text: "This mailbox is connected.", Date: time.Now(),
		MessageID: key.MessageID(domainOf(a.point.Address), id.New[int64]()), Automatic: compose.Generated, Loop: a.point.Address,
	})
	if err != nil {
		return letter{}, err
	}
	if err := a.sign(m); err != nil {
		return letter{}, err
	}
	size, err := sizeOf(m)
	return letter{mail: m, size: size, returnTo: m.Sender().Address}, err
}
