package channel

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// Queues knows which queues there are.
type Queues interface {
	// HasQueue reports whether tenant has the queue, open for contacts of brand.
	HasQueue(ctx context.Context, q db.Queryer, tenant id.Tenant, brand id.Brand, queue id.Queue) (bool, error)
}

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

// Topic is woken when entry points were made or changed.
const Topic = "entry_point"

// EntryPoints keeps the tenants' entry points.
type EntryPoints struct {
	db       *db.DB
	registry *Registry
	brands   Brands
	queues   Queues
	sealer   Sealer
}

// NewEntryPoints returns EntryPoints over d for the channels of registry.
func NewEntryPoints(d *db.DB, registry *Registry, brands Brands, queues Queues, sealer Sealer) *EntryPoints {
	return &EntryPoints{db: d, registry: registry, brands: brands, queues: queues, sealer: sealer}
}

// Create makes an entry point.
func (s *EntryPoints) Create(ctx context.Context, in NewEntryPoint) (EntryPoint, error) {
	const op = "channel.CreateEntryPoint"
	var p EntryPoint
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		p, err = s.CreateIn(ctx, tx, in)
		return err
	})
	return p, errs.Op(op, err)
}

// CreateIn is Create within tx.
func (s *EntryPoints) CreateIn(ctx context.Context, tx *db.Tx, in NewEntryPoint) (EntryPoint, error) {
	const op = "channel.CreateEntryPointIn"
	who, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return EntryPoint{}, err
	}
	p := EntryPointPatch{}.apply(EntryPoint{
		Tenant: who.Tenant, ID: id.New[id.EntryPoint](), Brand: in.Brand, Channel: in.Channel, Name: in.Name, Address: strings.TrimSpace(in.Address),
		Config: in.Config, Queue: in.Queue, Active: true, Health: Healthy, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	})
	if p.Channel == Webchat || p.Channel == Own {
		p.Address = rand.Text() // a public key, but not one to guess
	}
	if adapter, _ := s.registry.Adapter(p.Channel); !in.Proven && connects(adapter) {
		return EntryPoint{}, errs.Fields(op, errs.Field{Path: "channel", Code: "entry_point.prove"})
	}
	if err := s.fits(ctx, tx, op, who, EntryPoint{}, &p); err != nil {
		return EntryPoint{}, errs.Op(op, err)
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM entry_point WHERE tenant_id = $1`, who.Tenant)
	if err == nil && n >= maxEntryPoints {
		err = errs.New(errs.Exhausted, op, "entry_point.too_many").With(errs.Values{"max": maxEntryPoints})
	}
	if err != nil {
		return EntryPoint{}, errs.Op(op, err)
	}
	if err := insertEntryPoint(ctx, tx, p); err != nil {
		if errors.Is(err, db.ErrDuplicate) {
			err = errs.New(errs.Conflict, op, "entry_point.address_taken")
		}
		return EntryPoint{}, errs.Op(op, err)
	}
	tx.Wake(Topic)
	return p, errs.Op(op, audit.Changed(ctx, tx, audit.Entry{Action: "entry_point.create", Subject: p.subject(), Brand: p.Brand, After: p.audited()}))
}

// connects reports whether the entry points of a belong to somebody outside: they are made by who shows that they are theirs.
func connects(a Adapter) bool {
	_, is := a.(Connecting)
	return is || isBeside(a)
}

// fits checks p, which was before (zero: it is new), and brings a new config to
// normal form. What p names is checked where it is new: an entry point whose
// queue was archived can still be changed, switched off and archived.
func (s *EntryPoints) fits(ctx context.Context, q db.Queryer, op string, who actor.Actor, before EntryPoint, p *EntryPoint) error {
	f := p.check()
	adapter, known := s.registry.Adapter(p.Channel)
	if !known && p.Channel != before.Channel {
		f.Add("channel", "reference", nil)
	}
	if p.Brand != before.Brand {
		if err := s.takesBrand(ctx, q, who, p, f); err != nil {
			return err
		}
	}
	if !p.Queue.IsZero() && p.Queue != before.Queue {
		if has, err := s.queues.HasQueue(ctx, q, who.Tenant, p.Brand, p.Queue); err != nil {
			return err
		} else if !has {
			f.Add("queue_id", "reference", nil)
		}
	}
	if err := f.Err(op); err != nil {
		return err
	}
	if c, ok := adapter.(Configurable); ok && !bytes.Equal(p.Config, before.Config) {
		config, err := c.CheckConfig(p.Config)
		if err != nil {
			return err
		}
		p.Config = config
	}
	return s.refers(ctx, q, op, adapter, before, p)
}

// refers refuses settings that name an entry point which is not there, or not
// open. What they have named before is not asked again.
func (s *EntryPoints) refers(ctx context.Context, q db.Queryer, op string, adapter Adapter, before EntryPoint, p *EntryPoint) error {
	r, ok := adapter.(Referring)
	if !ok {
		return nil
	}
	known := r.Named(before.Config)
	var f check.Fields
	for _, ref := range r.Named(p.Config) {
		if slices.Contains(known, ref) {
			continue
		}
		named, found, err := db.Find[EntryPoint](ctx, q, selectEntryPoint+` WHERE tenant_id = $1 AND id = $2`, p.Tenant, ref.Point)
		if err != nil {
			return err
		}
		if !found || !named.Open() || named.Brand != p.Brand || named.Channel != ref.Channel {
			f.Add(ref.Path, ref.Code, nil)
		}
	}
	return f.Err(op)
}

// takesBrand notes in f where p cannot be the brand's that it names.
func (s *EntryPoints) takesBrand(ctx context.Context, q db.Queryer, who actor.Actor, p *EntryPoint, f *check.Fields) error {
	if !who.Brands.Has(p.Brand) {
		f.Add("brand_id", "reference", nil)
		return nil
	}
	has, err := s.brands.HasBrand(ctx, q, who.Tenant, p.Brand)
	if err == nil && !has {
		f.Add("brand_id", "reference", nil)
	}
	return err
}

// Update changes an entry point.
func (s *EntryPoints) Update(ctx context.Context, point id.EntryPoint, e EntryPointPatch) (EntryPoint, error) {
	return s.change(ctx, "channel.UpdateEntryPoint", "entry_point.update", point, e.apply)
}

// UpdateIn is Update within a transaction of the caller.
func (s *EntryPoints) UpdateIn(ctx context.Context, tx *db.Tx, point id.EntryPoint, e EntryPointPatch) (EntryPoint, error) {
	return s.changeIn(ctx, tx, change{op: "channel.UpdateEntryPoint", action: "entry_point.update", point: point, apply: e.apply})
}

// FoundOut keeps a config in place of that of p, unless somebody has changed it meanwhile.
func (s *EntryPoints) FoundOut(ctx context.Context, p EntryPoint, config []byte) error {
	_, err := s.change(ctx, "channel.FoundOut", "entry_point.update", p.ID, func(now EntryPoint) EntryPoint {
		if bytes.Equal(now.Config, p.Config) {
			now.Config = config
		}
		return now
	})
	return err
}

// ArchiveIn is Archive within a transaction of the caller.
func (s *EntryPoints) ArchiveIn(ctx context.Context, tx *db.Tx, point id.EntryPoint) (EntryPoint, error) {
	return s.changeIn(ctx, tx, change{op: "channel.ArchiveEntryPoint", action: "entry_point.archive", point: point, apply: archived})
}

func archived(p EntryPoint) EntryPoint {
	p.Archived = true
	return p
}

// Archive closes an entry point; its past stays.
func (s *EntryPoints) Archive(ctx context.Context, point id.EntryPoint) (EntryPoint, error) {
	return s.change(ctx, "channel.ArchiveEntryPoint", "entry_point.archive", point, archived)
}

// Restore undoes Archive.
func (s *EntryPoints) Restore(ctx context.Context, point id.EntryPoint) (EntryPoint, error) {
	return s.change(ctx, "channel.RestoreEntryPoint", "entry_point.restore", point, restored)
}

// RestoreIn is Restore within a transaction of the caller.
func (s *EntryPoints) RestoreIn(ctx context.Context, tx *db.Tx, point id.EntryPoint) (EntryPoint, error) {
	return s.changeIn(ctx, tx, change{op: "channel.RestoreEntryPoint", action: "entry_point.restore", point: point, apply: restored})
}

func restored(p EntryPoint) EntryPoint {
	p.Archived = false
	return p
}

// RotateSecret gives an entry point a new secret for signing the identities of
// visitors, and returns it: the only time that anybody sees it. The old one ends.
func (s *EntryPoints) RotateSecret(ctx context.Context, point id.EntryPoint) (string, error) {
	secret := rand.Text() + rand.Text() // 256 bits and more
	_, err := s.change(ctx, "channel.RotateSecret", "entry_point.secret", point, func(p EntryPoint) EntryPoint {
		p.Sealed = s.sealer.Seal([]byte(secret), p.secretContext())
		return p
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Secret returns the secret that signs the identities of an entry point's visitors; empty if there is none.
func (s *EntryPoints) Secret(p EntryPoint) (string, error) {
	if p.Sealed == "" {
		return "", nil
	}
	secret, err := s.sealer.Open(p.Sealed, p.secretContext())
	return string(secret), errs.Op("channel.Secret", err)
}

// change is what is to become of an entry point.
type change struct {
	op     string
	action string // for the log
	point  id.EntryPoint
	apply  func(EntryPoint) EntryPoint
}

func (s *EntryPoints) change(ctx context.Context, op, action string, point id.EntryPoint, apply func(EntryPoint) EntryPoint) (after EntryPoint, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) (err error) {
		after, err = s.changeIn(ctx, tx, change{op, action, point, apply})
		return err
	})
	return after, err
}

func (s *EntryPoints) changeIn(ctx context.Context, tx *db.Tx, c change) (EntryPoint, error) {
	who, err := actor.Require(ctx, c.op, actor.EntryPointEdit)
	if err != nil {
		return EntryPoint{}, err
	}
	before, err := oneEntryPoint(ctx, tx, who, c.point, tx.ForUpdate())
	if err != nil {
		return EntryPoint{}, errs.Op(c.op, err)
	}
	after := c.apply(before)
	after.UpdatedAt = tx.Now()
	if err := s.fits(ctx, tx, c.op, who, before, &after); err != nil {
		return EntryPoint{}, errs.Op(c.op, err)
	}
	if err := updateEntryPoint(ctx, tx, after); err != nil {
		return EntryPoint{}, errs.Op(c.op, err)
	}
	tx.Wake(Topic)
	return after, errs.Op(c.op, audit.Changed(ctx, tx, audit.Entry{
		Action: c.action, Subject: after.subject(), Brand: after.Brand, Before: before.audited(), After: after.audited(),
	}))
}

// Get returns an entry point of the actor's brands.
func (s *EntryPoints) Get(ctx context.Context, point id.EntryPoint) (EntryPoint, error) {
	const op = "channel.GetEntryPoint"
	who, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return EntryPoint{}, err
	}
	p, err := oneEntryPoint(ctx, s.db, who, point, "")
	return p, errs.Op(op, err)
}

// EntryPointFilter narrows a list of entry points.
type EntryPointFilter struct {
	Query     string // part of the name
	Brand     id.Brand
	Channel   Name
	Channels  []Name // of one of these
	Archived  bool   // those instead of the living
	AfterName string // folded name and key of the last one of the page before
	After     id.EntryPoint
	Limit     int
}

// List returns the entry points of the actor's brands, by name.
func (s *EntryPoints) List(ctx context.Context, f EntryPointFilter) ([]EntryPoint, error) {
	const op = "channel.ListEntryPoints"
	who, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return nil, err
	}
	points, err := listEntryPoints(ctx, s.db, who, f)
	return points, errs.Op(op, err)
}

// ByAddress returns the entry point with that address, whoever's it is: contacts
// arrive before anybody acts. It may be closed.
func (s *EntryPoints) ByAddress(ctx context.Context, channel Name, address string) (EntryPoint, error) {
	p, err := db.One[EntryPoint](ctx, s.db, selectEntryPoint+` WHERE channel = $1 AND address = $2`, string(channel), address)
	return p, errs.Op("channel.ByAddress", err)
}

// Open returns the open entry points of a channel, of all tenants: for those who listen there.
func (s *EntryPoints) Open(ctx context.Context, channel Name) ([]EntryPoint, error) {
	points, err := db.Many[EntryPoint](ctx, s.db, selectEntryPoint+` WHERE channel = $1 AND active AND NOT archived ORDER BY address`, string(channel))
	return points, errs.Op("channel.Open", err)
}

// maxSenders bounds the entry points of one channel and brand from which somebody can choose.
const maxSenders = 100

// OpenOf returns the open entry points of a channel that belong to a brand of the actor's, by name.
func (s *EntryPoints) OpenOf(ctx context.Context, channel Name, brand id.Brand) ([]EntryPoint, error) {
	points, err := listEntryPoints(ctx, s.db, actor.From(ctx), EntryPointFilter{Channel: channel, Brand: brand, Limit: maxSenders})
	return slices.DeleteFunc(points, func(p EntryPoint) bool { return !p.Open() }), errs.Op("channel.OpenOf", err)
}

// Openers returns the open entry points of a brand of the actor's from which one may write first
// to a phone number with a template, by channel and name.
func (s *EntryPoints) Openers(ctx context.Context, brand id.Brand) ([]EntryPoint, error) {
	const op = "channel.Openers"
	if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
		return nil, err
	}
	var all []EntryPoint
	for _, a := range s.registry.all {
		if _, opens := a.(Opening); !opens || !a.Capabilities().Templates {
			continue
		}
		points, err := s.OpenOf(ctx, a.Channel(), brand)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		all = append(all, points...)
	}
	return all, nil
}

// Lookup returns an entry point by its key alone, for our own work in a
// transaction: the caller's right to what names it was checked before.
func (s *EntryPoints) Lookup(ctx context.Context, q db.Queryer, tenant id.Tenant, point id.EntryPoint) (EntryPoint, error) {
	p, err := db.One[EntryPoint](ctx, q, selectEntryPoint+` WHERE tenant_id = $1 AND id = $2`, tenant, point)
	return p, errs.Op("channel.Lookup", err)
}

// CapabilitiesAt returns what the entry point of a conversation can carry, and how
// it looks. Whether the actor may know of it was asked before.
func (s *EntryPoints) CapabilitiesAt(ctx context.Context, q db.Queryer, n Name, point id.EntryPoint) (Capabilities, Look, error) {
	if !s.registry.Differs(n) {
		return s.registry.Capabilities(n), Look{}, nil
	}
	p, err := s.Lookup(ctx, q, actor.From(ctx).Tenant, point)
	if err != nil {
		return Capabilities{}, Look{}, err
	}
	return s.registry.CapabilitiesOf(p), s.registry.lookOf(p), nil
}

// SetHealth notes whether an entry point works; code says why not. It reports whether that is news.
func (s *EntryPoints) SetHealth(ctx context.Context, point id.EntryPoint, health Health, code string) (bool, error) {
	const op = "channel.SetHealth"
	who, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return false, err
	}
	var n int64
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		p, err := s.Lookup(ctx, tx, who.Tenant, point)
		if err != nil {
			return err
		}
		n, err = db.Exec(ctx, tx, `UPDATE entry_point SET health = $3, health_code = $4, health_at = $5
			WHERE tenant_id = $1 AND id = $2 AND (health <> $3 OR health_code <> $4)`, who.Tenant, point, string(health), code, tx.Now())
		if err != nil || n == 0 {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{
			Action: "entry_point.health", Subject: p.subject(), Brand: p.Brand,
			Before: map[string]any{"health": p.Health, "code": p.HealthCode}, After: map[string]any{"health": health, "code": code},
		})
	})
	return n > 0, errs.Op(op, err)
}
