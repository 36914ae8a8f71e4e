package customer

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Joined is the evidence of a claim that was made because two customers are held to be one.
const Joined Evidence = "joined"

// Moved is an address that a join gave to another customer, with the claim that stood for it before.
type Moved struct {
	ContactPoint id.ContactPoint `json:"contact_point"`
	Evidence     Evidence        `json:"evidence"`
	EntryPoint   id.EntryPoint   `json:"entry_point,omitzero"`
}

// Join is the statement that one customer is another.
type Join struct {
	ID       id.Join
	BrandID  id.Brand
	FromID   id.Customer
	IntoID   id.Customer
	Reason   string
	Moved    []Moved `db:"moved,json"`
	MadeBy   id.User
	MadeAt   time.Time
	UndoneBy id.User
	UndoneAt time.Time
}

const joinColumns = `id, brand_id, from_id, into_id, reason, moved, made_by, made_at, undone_by, undone_at`

// maxMoved bounds the addresses that one join gives away.
const maxMoved = 200

// JoinInto says that a customer is another of the same brand: its addresses, and with
// them its conversations, are the other's from now on. What was kept of it stays, so
// that Split gives everything back.
func (s *Service) JoinInto(ctx context.Context, from, into id.Customer, reason string) (Join, error) {
	const op = "customer.Join"
	if _, err := actor.Require(ctx, op, actor.CustomerEdit); err != nil {
		return Join{}, err
	}
	if reason == "" {
		reason = string(ByAgent)
	}
	var made Join
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		a, b, err := s.lockPair(ctx, tx, from, into)
		if err != nil {
			return err
		}
		if err := joinable(op, a, b); err != nil {
			return err
		}
		made = Join{ID: id.New[id.Join](), BrandID: b.BrandID, FromID: a.ID, IntoID: b.ID, Reason: reason, MadeBy: actor.From(ctx).User, MadeAt: tx.Now()}
		if made.Moved, err = s.giveAway(ctx, tx, op, a, b); err != nil {
			return err
		}
		return s.keepJoin(ctx, tx, a, b, made)
	})
	return made, errs.Op(op, err)
}

// lockPair locks two customers that the actor may edit, in the order of their keys.
func (s *Service) lockPair(ctx context.Context, tx *db.Tx, from, into id.Customer) (a, b Customer, err error) {
	if into < from {
		if b, err = s.lockEdited(ctx, tx, into); err != nil {
			return a, b, err
		}
		a, err = s.lockEdited(ctx, tx, from)
		return a, b, err
	}
	if a, err = s.lockEdited(ctx, tx, from); err != nil || from == into {
		return a, a, err
	}
	b, err = s.lockEdited(ctx, tx, into)
	return a, b, err
}

func joinable(op string, from, into Customer) error {
	switch {
	case from.ID == into.ID:
		return errs.New(errs.Invalid, op, "customer.same")
	case from.BrandID != into.BrandID:
		return errs.New(errs.Invalid, op, "customer.other_brand")
	case from.JoinedInto != 0 || into.JoinedInto != 0:
		return errs.New(errs.Conflict, op, "customer.joined")
	case !from.ErasedAt.IsZero() || !into.ErasedAt.IsZero():
		return errs.New(errs.Conflict, op, "customer.erased")
	}
	return nil
}

// giveAway claims every address of one customer for another, and returns what stood before.
func (s *Service) giveAway(ctx context.Context, tx *db.Tx, op string, from, into Customer) ([]Moved, error) {
	tenant := actor.From(ctx).Tenant
	points, err := db.Many[ContactPoint](ctx, tx, `SELECT `+pointColumns+` FROM contact_point WHERE tenant_id = $1 AND customer_id = $2 ORDER BY id LIMIT 201`+tx.ForUpdate(),
		tenant, from.ID)
	if err != nil {
		return nil, err
	}
	if len(points) > maxMoved {
		return nil, errs.New(errs.Exhausted, op, "customer.too_many_addresses")
	}
	moved := []Moved{}
	for _, p := range points {
		before, err := s.standingOf(ctx, tx, p.ID)
		if err != nil {
			return nil, err
		}
		if err := s.move(ctx, tx, p, into, Joined); err != nil {
			return nil, err
		}
		moved = append(moved, Moved{ContactPoint: p.ID, Evidence: before.Evidence, EntryPoint: before.EntryPointID})
	}
	return moved, nil
}

// standingOf returns the claim that stands for an address.
func (s *Service) standingOf(ctx context.Context, q db.Queryer, point id.ContactPoint) (Claim, error) {
	return db.One[Claim](ctx, q, `SELECT `+claimColumns+` FROM claim WHERE tenant_id = $1 AND contact_point_id = $2 AND revoked_at = 0`,
		actor.From(ctx).Tenant, point)
}

func (s *Service) keepJoin(ctx context.Context, tx *db.Tx, from, into Customer, j Join) error {
	tenant := actor.From(ctx).Tenant
	if _, err := db.Exec(ctx, tx, `INSERT INTO customer_join (tenant_id, id, brand_id, from_id, into_id, reason, moved, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tenant, j.ID, j.BrandID, j.FromID, j.IntoID, j.Reason, db.JSON(j.Moved), j.MadeBy, j.MadeAt); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, tx, `UPDATE customer SET joined_into = $3 WHERE tenant_id = $1 AND id = $2`, tenant, from.ID, into.ID); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Entry{
		Action: "customer.join", Subject: audit.Subject{Kind: "customer", ID: int64(from.ID)}, Brand: j.BrandID, After: map[string]any{"joined_into": into.ID, "reason": j.Reason},
	}); err != nil {
		return err
	}
	return tx.Record(ctx, fact.CustomersJoined{Customer: from.ID, Brand: j.BrandID, Into: into.ID, Join: j.ID})
}

// Split takes a join back: every address that it gave away and that nobody has claimed
// otherwise since is again whose it was, for the reason for which it was.
func (s *Service) Split(ctx context.Context, key id.Join) (Join, error) {
	const op = "customer.Split"
	who, err := actor.Require(ctx, op, actor.CustomerEdit)
	if err != nil {
		return Join{}, err
	}
	var j Join
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		w := scope(who)
		w.And("id = ?", key)
		if j, err = db.One[Join](ctx, tx, `SELECT `+joinColumns+` FROM customer_join`+w.SQL()+tx.ForUpdate(), w.Args()...); err != nil {
			return err
		}
		from, into, err := s.lockPair(ctx, tx, j.FromID, j.IntoID)
		if err != nil {
			return err
		}
		switch {
		case !j.UndoneAt.IsZero():
			return errs.New(errs.Conflict, op, "join.undone")
		case into.JoinedInto != 0: // the addresses have gone on: the later join goes first
			return errs.New(errs.Conflict, op, "join.later")
		}
		for _, m := range j.Moved {
			if err := s.takeHome(ctx, tx, from, into.ID, m); err != nil {
				return err
			}
		}
		j.UndoneBy, j.UndoneAt = who.User, tx.Now()
		return s.keepSplit(ctx, tx, from, j)
	})
	return j, errs.Op(op, err)
}

// takeHome gives an address back, unless somebody has claimed it otherwise since.
func (s *Service) takeHome(ctx context.Context, tx *db.Tx, from Customer, into id.Customer, m Moved) error {
	now, err := s.standingOf(ctx, tx, m.ContactPoint)
	if err != nil || now.CustomerID != into || now.Evidence != Joined {
		return err
	}
	if err := s.takeBack(ctx, tx, m.ContactPoint); err != nil {
		return err
	}
	if err := s.claim(ctx, tx, Claim{
		BrandID: from.BrandID, ContactPointID: m.ContactPoint, CustomerID: from.ID, Evidence: m.Evidence, EntryPointID: m.EntryPoint,
	}); err != nil {
		return err
	}
	if err := s.assign(ctx, tx, m.ContactPoint, from.ID); err != nil {
		return err
	}
	return s.followers.ContactMoved(ctx, tx, m.ContactPoint, from.ID, from.Name)
}

func (s *Service) keepSplit(ctx context.Context, tx *db.Tx, from Customer, j Join) error {
	tenant := actor.From(ctx).Tenant
	if _, err := db.Exec(ctx, tx, `UPDATE customer_join SET undone_by = $3, undone_at = $4 WHERE tenant_id = $1 AND id = $2`, tenant, j.ID, j.UndoneBy, j.UndoneAt); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, tx, `UPDATE customer SET joined_into = 0 WHERE tenant_id = $1 AND id = $2`, tenant, from.ID); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Entry{
		Action: "customer.split", Subject: audit.Subject{Kind: "customer", ID: int64(from.ID)}, Brand: j.BrandID, Before: map[string]any{"joined_into": j.IntoID},
	}); err != nil {
		return err
	}
	return tx.Record(ctx, fact.CustomersSplit{Customer: from.ID, Brand: j.BrandID, From: j.IntoID, Join: j.ID})
}

// Preview is what a join would do.
type Preview struct {
	From, Into Customer
	Points     []ContactPoint // that would change hands
	Reasons    []Reason       // that speak for it
}

// PreviewJoin returns what a join would do, without doing it. What forbids it is an error, as it would be then.
func (s *Service) PreviewJoin(ctx context.Context, from, into id.Customer) (Preview, error) {
	const op = "customer.PreviewJoin"
	a, err := s.Get(ctx, from)
	if err != nil {
		return Preview{}, err
	}
	b, err := s.Get(ctx, into)
	if err != nil {
		return Preview{}, missingField(op, "into_id", err)
	}
	if err := joinable(op, a.Customer, b.Customer); err != nil {
		return Preview{}, err
	}
	p := Preview{From: a.Customer, Into: b.Customer, Points: a.Points}
	all, err := s.Suggestions(ctx, from)
	for _, sug := range all {
		if sug.Customer.ID == into {
			p.Reasons = sug.Reasons
		}
	}
	return p, err
}

// missingField turns "not found" into a fault of the field that named the thing.
func missingField(op, path string, err error) error {
	if errs.Is(errs.NotFound, err) {
		return errs.Fields(op, errs.Field{Path: path, Code: "reference"})
	}
	return err
}

// Joins returns the joins of a customer into others and of others into it, the newest first, with those taken back.
func (s *Service) Joins(ctx context.Context, customer id.Customer) ([]Join, error) {
	const op = "customer.Joins"
	if _, err := s.Get(ctx, customer); err != nil {
		return nil, err
	}
	all, err := db.Many[Join](ctx, s.db, `SELECT `+joinColumns+` FROM customer_join WHERE tenant_id = $1 AND (from_id = $2 OR into_id = $2) ORDER BY id DESC LIMIT 100`,
		actor.From(ctx).Tenant, customer)
	return all, errs.Op(op, err)
}
