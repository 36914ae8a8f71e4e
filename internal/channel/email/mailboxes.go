package email

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// Mailbox is an entry point of this channel with what may be shown of its secrets: whether there are any.
type Mailbox struct {
	channel.EntryPoint

	Settings Settings
	Has      Held
}

// Held says which secrets a mailbox has.
type Held struct {
	Password, SMTPPassword, ClientSecret, RefreshToken, DKIMKey bool
}

// NewMailbox is what a mailbox is made of.
type NewMailbox struct {
	Brand    id.Brand
	Queue    id.Queue
	Name     string
	Address  string
	Settings json.RawMessage
	Secrets  Secrets
}

// SecretsPatch changes the secrets that it sets; an empty text forgets one.
type SecretsPatch struct {
	Password, SMTPPassword, ClientSecret, RefreshToken, DKIMKey *string
}

// Apply returns s with what p sets.
func (p SecretsPatch) Apply(s Secrets) Secrets {
	for _, one := range []struct{ to, from *string }{
		{&s.Password, p.Password},
		{&s.SMTPPassword, p.SMTPPassword},
		{&s.ClientSecret, p.ClientSecret},
		{&s.RefreshToken, p.RefreshToken},
		{&s.DKIMKey, p.DKIMKey},
	} {
		if one.from != nil {
			*one.to = *one.from
		}
	}
	return s
}

func (p SecretsPatch) isZero() bool { return p == SecretsPatch{} }

// Create makes a mailbox.
func (s *Service) Create(ctx context.Context, in NewMailbox) (Mailbox, error) {
	const op = "email.Create"
	if err := in.Secrets.check(op); err != nil {
		return Mailbox{}, err
	}
	in.Address = strings.ToLower(strings.TrimSpace(in.Address))
	var f check.Fields
	f.Email("address", in.Address)
	if err := f.Err(op); err != nil {
		return Mailbox{}, err
	}
	var p channel.EntryPoint
	err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		p, err = s.Points.CreateIn(ctx, tx, channel.NewEntryPoint{
			Brand: in.Brand, Channel: channel.Email, Name: in.Name, Address: in.Address, Config: in.Settings, Queue: in.Queue,
		})
		if err != nil {
			return err
		}
		return s.saveSecrets(ctx, tx, p.Tenant, p.ID, in.Secrets)
	})
	if err != nil {
		return Mailbox{}, errs.Op(op, err)
	}
	m, err := mailboxOf(p, in.Secrets)
	return m, errs.Op(op, err)
}

// Get returns a mailbox of the actor's brands.
func (s *Service) Get(ctx context.Context, point id.EntryPoint) (Mailbox, error) {
	const op = "email.Get"
	p, err := s.Points.Get(ctx, point)
	if err != nil {
		return Mailbox{}, errs.Op(op, err)
	}
	m, err := s.shown(ctx, s.DB, p)
	return m, errs.Op(op, err)
}

// List returns the mailboxes of the actor's brands, by name.
func (s *Service) List(ctx context.Context, f channel.EntryPointFilter) ([]Mailbox, error) {
	const op = "email.List"
	f.Channel = channel.Email
	points, err := s.Points.List(ctx, f)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	all := make([]Mailbox, len(points))
	for i, p := range points {
		if all[i], err = s.shown(ctx, s.DB, p); err != nil {
			return nil, errs.Op(op, err)
		}
	}
	return all, nil
}

// Update changes a mailbox. It is connected anew.
func (s *Service) Update(ctx context.Context, point id.EntryPoint, e channel.EntryPointPatch, secrets SecretsPatch) (Mailbox, error) {
	const op = "email.Update"
	var m Mailbox
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		p, err := s.changed(ctx, tx, point, e)
		if err != nil {
			return err
		}
		kept, err := s.secrets(ctx, tx, p)
		if err != nil {
			return err
		}
		if !secrets.isZero() {
			kept = secrets.Apply(kept)
			if err := kept.check(op); err != nil {
				return err
			}
			if err := s.saveSecrets(ctx, tx, p.Tenant, p.ID, kept); err != nil {
				return err
			}
			err := audit.Changed(ctx, tx, audit.Entry{ // that it was done; never what
				Action: "mailbox.secrets", Subject: audit.Subject{Kind: "entry_point", ID: int64(p.ID), Name: p.Name}, Brand: p.Brand,
			})
			if err != nil {
				return err
			}
		}
		m, err = mailboxOf(p, kept)
		return err
	})
	return m, errs.Op(op, err)
}

func (s *Service) changed(ctx context.Context, tx *db.Tx, point id.EntryPoint, e channel.EntryPointPatch) (channel.EntryPoint, error) {
	p, err := s.Points.UpdateIn(ctx, tx, point, e)
	if err == nil && p.Channel != channel.Email {
		err = errs.New(errs.NotFound, "email.changed", "not_found")
	}
	return p, err
}

// Delete closes a mailbox for good: its secrets are forgotten, its past stays.
func (s *Service) Delete(ctx context.Context, point id.EntryPoint) error {
	const op = "email.Delete"
	return errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		p, err := s.Points.ArchiveIn(ctx, tx, point)
		if err == nil && p.Channel != channel.Email {
			err = errs.New(errs.NotFound, op, "not_found")
		}
		if err != nil {
			return err
		}
		return s.saveSecrets(ctx, tx, p.Tenant, p.ID, Secrets{})
	}))
}

// shown returns p as its administrators see it; NotFound if it is no mailbox.
func (s *Service) shown(ctx context.Context, q db.Queryer, p channel.EntryPoint) (Mailbox, error) {
	if p.Channel != channel.Email {
		return Mailbox{}, errs.New(errs.NotFound, "email.shown", "not_found")
	}
	secrets, err := s.secrets(ctx, q, p)
	if err != nil {
		return Mailbox{}, err
	}
	return mailboxOf(p, secrets)
}

func mailboxOf(p channel.EntryPoint, secrets Secrets) (Mailbox, error) {
	settings, err := parseSettings(p.Config)
	return Mailbox{EntryPoint: p, Settings: settings, Has: Held{
		secrets.Password != "", secrets.SMTPPassword != "", secrets.ClientSecret != "", secrets.RefreshToken != "", secrets.DKIMKey != "",
	}}, err
}
