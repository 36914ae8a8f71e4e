package automation

import (
	"context"
	"log/slog"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Brands knows which brands there are.
type Brands interface {
	// HasBrand reports whether tenant has the brand.
	HasBrand(ctx context.Context, q db.Queryer, tenant id.Tenant, brand id.Brand) (bool, error)
}

// Sealer keeps secrets unreadable in the database.
type Sealer interface {
	// Seal returns value sealed for context, as a text.
	Seal(value []byte, context string) string
	// Open returns the value that was sealed for context.
	Open(sealed, context string) ([]byte, error)
}

// Poster calls addresses that users gave, and none inside our own network (outhttp.Poster).
type Poster interface {
	Post(ctx context.Context, to string, header map[string]string, body []byte, limit int64) (outhttp.Answer, error)
}

// Webhooks is all that can be done with webhooks.
type Webhooks struct {
	db     *db.DB
	brands Brands
	sealer Sealer
	poster Poster
	log    *slog.Logger
}

// NewWebhooks returns Webhooks over d that calls with poster.
func NewWebhooks(d *db.DB, brands Brands, sealer Sealer, poster Poster, log *slog.Logger) *Webhooks {
	return &Webhooks{db: d, brands: brands, sealer: sealer, poster: poster, log: log}
}

const columns = `id, name, url, brands, kinds, state, active_since, failing_since, archived, rev, created_at, changed_at,
	tenant_id, sealed, sealed_before, before_until`

// what names webhooks in facts and in the audit.
const what = "webhook"

// List returns the living webhooks, or the archived, that the actor may see, newest first. They are few: MaxWebhooks.
func (s *Webhooks) List(ctx context.Context, archived bool) ([]Webhook, error) {
	const op = "automation.ListWebhooks"
	a, err := actor.Require(ctx, op, actor.WebhookEdit)
	if err != nil {
		return nil, err
	}
	all, err := db.Many[Webhook](ctx, s.db, `SELECT `+columns+` FROM webhook WHERE tenant_id = $1 AND archived = $2 ORDER BY id DESC LIMIT $3`,
		a.Tenant, archived, maxListed)
	var seen []Webhook
	for _, w := range all {
		if w.visible(a) {
			seen = append(seen, w)
		}
	}
	return seen, errs.Op(op, err)
}

// maxListed bounds the archived that are shown.
const maxListed = 200

// Get returns a webhook.
func (s *Webhooks) Get(ctx context.Context, key id.Webhook) (Webhook, error) {
	const op = "automation.GetWebhook"
	a, err := actor.Require(ctx, op, actor.WebhookEdit)
	if err != nil {
		return Webhook{}, err
	}
	w, err := find(ctx, s.db, a, key, "")
	return w, errs.Op(op, err)
}

// find returns a webhook that a may see; others do not exist for a.
func find(ctx context.Context, q db.Queryer, a actor.Actor, key id.Webhook, lock string) (Webhook, error) {
	w, err := db.One[Webhook](ctx, q, `SELECT `+columns+` FROM webhook WHERE tenant_id = $1 AND id = $2`+lock, a.Tenant, key)
	if err == nil && !w.visible(a) {
		err = errs.E(errs.NotFound, "automation.find", nil)
	}
	return w, err
}

// Create makes a webhook, and returns its secret, which is told this once.
func (s *Webhooks) Create(ctx context.Context, w Webhook) (Webhook, stdhook.Secret, error) {
	const op = "automation.CreateWebhook"
	a, err := actor.Require(ctx, op, actor.WebhookEdit)
	if err != nil {
		return Webhook{}, nil, err
	}
	secret := stdhook.NewSecret()
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.fit(ctx, tx, op, a, &w); err != nil {
			return err
		}
		if n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM webhook WHERE tenant_id = $1 AND NOT archived`, a.Tenant); err != nil {
			return err
		} else if n >= MaxWebhooks {
			return errs.New(errs.Exhausted, op, "webhook.too_many").With(errs.Values{"max": MaxWebhooks})
		}
		if w.State != Paused {
			w.State, w.ActiveSince = Active, tx.Now()
		}
		w.ID, w.TenantID, w.Rev, w.CreatedAt, w.ChangedAt = id.New[id.Webhook](), a.Tenant, 1, tx.Now(), tx.Now()
		w.Sealed = s.sealer.Seal(secret, w.secretContext())
		_, err := db.Exec(ctx, tx, `INSERT INTO webhook (tenant_id, id, name, url, brands, kinds, sealed, state, active_since, rev, created_at, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, a.Tenant, w.ID, w.Name, w.URL, db.JSON(full(w.Brands)), db.JSON(full(w.Kinds)),
			w.Sealed, w.State, w.ActiveSince, w.Rev, w.CreatedAt, w.ChangedAt)
		if err != nil {
			return err
		}
		return tell(ctx, tx, "webhook.create", nil, w)
	})
	return w, secret, errs.Op(op, err)
}

// fit refuses a webhook that cannot be, or that hears more than its maker may.
func (s *Webhooks) fit(ctx context.Context, tx *db.Tx, op string, a actor.Actor, w *Webhook) error {
	if err := w.check(op); err != nil {
		return err
	}
	for _, b := range w.Brands {
		if ok, err := s.brands.HasBrand(ctx, tx, a.Tenant, b); err != nil {
			return err
		} else if !ok {
			return errs.Fields(op, errs.Field{Path: "brand_ids", Code: "reference"})
		}
	}
	if !w.visible(a) {
		return errs.New(errs.Forbidden, op, "webhook.brands")
	}
	return nil
}

// Change is what may change about a webhook. Nil leaves a field as it is.
type Change struct {
	Name   *string
	URL    *string
	Brands *[]id.Brand
	Kinds  *[]string
	Active *bool // true also takes up again what has failed or was not wanted any more
	Rev    int64 // of the version that was edited; 0 takes any
}

// Update changes a webhook. An editor who saw an older version gets a Conflict.
func (s *Webhooks) Update(ctx context.Context, key id.Webhook, c Change) (Webhook, error) {
	return s.change(ctx, "automation.UpdateWebhook", "webhook.update", key, func(tx *db.Tx, a actor.Actor, w *Webhook) error {
		const op = "automation.UpdateWebhook"
		if c.Rev != 0 && c.Rev != w.Rev {
			return errs.New(errs.Conflict, op, "webhook.changed")
		}
		c.apply(w, tx)
		return s.fit(ctx, tx, op, a, w)
	})
}

func (c Change) apply(w *Webhook, tx *db.Tx) {
	if c.Name != nil {
		w.Name = *c.Name
	}
	if c.URL != nil {
		w.URL = *c.URL
	}
	if c.Brands != nil {
		w.Brands = *c.Brands
	}
	if c.Kinds != nil {
		w.Kinds = *c.Kinds
	}
	switch {
	case c.Active == nil:
	case !*c.Active:
		w.State = Paused
	case w.State != Active:
		w.State, w.ActiveSince, w.FailingSince = Active, tx.Now(), noTime
	}
}

// Rotate gives a webhook a new secret. For a day messages are signed with the one before too.
func (s *Webhooks) Rotate(ctx context.Context, key id.Webhook) (Webhook, stdhook.Secret, error) {
	secret := stdhook.NewSecret()
	w, err := s.change(ctx, "automation.RotateWebhook", "webhook.rotate", key, func(tx *db.Tx, _ actor.Actor, w *Webhook) error {
		w.SealedBefore, w.BeforeUntil = w.Sealed, tx.Now().Add(rotation)
		w.Sealed = s.sealer.Seal(secret, w.secretContext())
		return nil
	})
	return w, secret, err
}

// Archive ends a webhook for ever. What waits for it is not sent.
func (s *Webhooks) Archive(ctx context.Context, key id.Webhook) (Webhook, error) {
	return s.change(ctx, "automation.ArchiveWebhook", "webhook.archive", key, func(_ *db.Tx, _ actor.Actor, w *Webhook) error {
		w.Archived, w.State = true, Paused
		return nil
	})
}

// change does to a living webhook what fn says, and tells of it.
func (s *Webhooks) change(ctx context.Context, op, action string, key id.Webhook, fn func(*db.Tx, actor.Actor, *Webhook) error) (Webhook, error) {
	a, err := actor.Require(ctx, op, actor.WebhookEdit)
	if err != nil {
		return Webhook{}, err
	}
	var after Webhook
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := find(ctx, tx, a, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if before.Archived {
			return errs.New(errs.Conflict, op, "webhook.archived")
		}
		after = before
		if err := fn(tx, a, &after); err != nil {
			return err
		}
		after.Rev, after.ChangedAt = before.Rev+1, tx.Now()
		if err := save(ctx, tx, after); err != nil {
			return err
		}
		return tell(ctx, tx, action, before, after)
	})
	return after, errs.Op(op, err)
}

func save(ctx context.Context, tx *db.Tx, w Webhook) error {
	_, err := db.Exec(ctx, tx, `UPDATE webhook SET name = $3, url = $4, brands = $5, kinds = $6, sealed = $7, sealed_before = $8, before_until = $9,
		state = $10, active_since = $11, failing_since = $12, archived = $13, rev = $14, changed_at = $15 WHERE tenant_id = $1 AND id = $2`,
		w.TenantID, w.ID, w.Name, w.URL, db.JSON(full(w.Brands)), db.JSON(full(w.Kinds)), w.Sealed, w.SealedBefore, w.BeforeUntil,
		w.State, w.ActiveSince, w.FailingSince, w.Archived, w.Rev, w.ChangedAt)
	return err
}

// full is list without nil, which JSON writes as null.
func full[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func tell(ctx context.Context, tx *db.Tx, action string, before any, after Webhook) error {
	tx.Wake(topic)
	return audit.Changed(ctx, tx, audit.Entry{
		Action: action, Subject: audit.Subject{Kind: what, ID: int64(after.ID), Name: after.Name}, Before: before, After: after,
	})
}
