package conversation

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Staff knows the users of a tenant.
type Staff interface {
	// Teammates returns the members of all teams of user, the user included.
	Teammates(ctx context.Context, q db.Queryer, user id.User) ([]id.User, error)
	// OfBrand returns those of users who are active and may see brand.
	OfBrand(ctx context.Context, q db.Queryer, brand id.Brand, users []id.User) ([]id.User, error)
}

// Service is all that can be done with conversations.
type Service struct {
	db    *db.DB
	staff Staff
}

// New returns a Service that stores in d.
func New(d *db.DB, staff Staff) *Service { return &Service{db: d, staff: staff} }

var (
	errVanished = errors.New("a thread that exists cannot be read")
	errNoSeq    = errors.New("an entry has the place of another: the conversation was not locked")
)

// Open returns the conversation of a thread, locked until the commit, and begins
// it if there is none.
func (s *Service) Open(ctx context.Context, tx *db.Tx, n Thread) (Conversation, bool, error) {
	const op = "conversation.Open"
	if n.ExternalKey != "" {
		c, found, err := s.findThread(ctx, tx, n)
		if err == nil && found {
			err = s.adopt(ctx, tx, &c, n)
		}
		if err != nil || found {
			return c, false, errs.Op(op, err)
		}
	}
	c := Conversation{
		ID: id.New[id.Conversation](), BrandID: n.Brand, EntryPointID: n.EntryPoint, Channel: n.Channel, ExternalKey: n.ExternalKey,
		ContactPointID: n.ContactPoint, CustomerID: n.Customer, CustomerName: n.CustomerName,
		Subject: clip(clean(n.Subject), MaxSubject), CreatedAt: tx.Now(), LastAt: tx.Now(), PostID: n.Post,
	}
	inserted, err := s.insert(ctx, tx, c)
	if err != nil {
		return Conversation{}, false, errs.Op(op, err)
	}
	if !inserted { // another was quicker
		c, found, err := s.findThread(ctx, tx, n)
		if err == nil && !found {
			err = errVanished
		}
		return c, false, errs.Op(op, err)
	}
	err = tx.Record(ctx, fact.ConversationStarted{
		Conversation: c.ID, Brand: c.BrandID, EntryPoint: c.EntryPointID, Customer: c.CustomerID, Channel: c.Channel,
	})
	return c, true, errs.Op(op, err)
}

// adopt makes who speaks first in a conversation that we began, without anybody in particular, its customer.
func (s *Service) adopt(ctx context.Context, tx *db.Tx, c *Conversation, n Thread) error {
	if c.CustomerID != 0 || n.Customer == 0 || !c.ErasedAt.IsZero() {
		return nil
	}
	c.CustomerID, c.CustomerName, c.ContactPointID = n.Customer, n.CustomerName, n.ContactPoint
	_, err := db.Exec(ctx, tx, `UPDATE conversation SET customer_id = $3, customer_name = $4, contact_point_id = $5 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, c.ID, c.CustomerID, c.CustomerName, c.ContactPointID)
	return err
}

// Append adds n at the end of c, which Open or Lock has locked, and brings c up
// to date. What was appended before under the same external or client id is
// returned as it is, as a duplicate.
func (s *Service) Append(ctx context.Context, tx *db.Tx, c *Conversation, n NewEntry) (e Entry, duplicate bool, err error) {
	const op = "conversation.Append"
	e, err = n.entry(c, tx.Now())
	if err != nil {
		return Entry{}, false, err
	}
	inserted, err := s.insertEntry(ctx, tx, e)
	if err != nil {
		return Entry{}, false, errs.Op(op, err)
	}
	if !inserted {
		e, found, err := s.FindAppended(ctx, tx, c, n)
		if err == nil && !found {
			err = errNoSeq
		}
		return e, true, errs.Op(op, err)
	}
	if err := s.show(ctx, tx, c, e, n.Quiet); err != nil {
		return Entry{}, false, errs.Op(op, err)
	}
	return e, false, errs.Op(op, tx.Record(ctx, fact.EntryAdded{
		Conversation: c.ID, Brand: c.BrandID, Entry: e.ID, Seq: e.Seq, EntryKind: string(e.Kind),
		Author: string(e.Author), User: e.UserID, Internal: e.Kind.Internal(), Quiet: n.Quiet,
	}))
}

// show writes what e changes of its conversation's row and of those involved. A quiet entry is nobody's turn.
func (s *Service) show(ctx context.Context, tx *db.Tx, c *Conversation, e Entry, quiet bool) error {
	c.LastSeq = e.Seq
	if e.Author == ByCustomer && !quiet {
		c.CustomerSeq = e.Seq
	}
	turned := !quiet && c.turn(e, tx.Now())
	if e.Kind.shown() {
		c.ShownSeq, c.LastAt, c.LastAuthor, c.LastPreview = e.Seq, tx.Now(), e.Author, e.preview()
	}
	if err := s.reword(ctx, tx, c, e); err != nil {
		return err
	}
	if err := s.updateShown(ctx, tx, *c, turned); err != nil {
		return err
	}
	if e.Kind.shown() && c.Involves {
		if err := s.touchInvolved(ctx, tx, c.ID); err != nil {
			return err
		}
	}
	if e.UserID == 0 || !e.Kind.shown() {
		return nil
	}
	return s.involve(ctx, tx, c, involvement{User: e.UserID, Read: e.Seq, Involved: true})
}

// reword lets the preview of c read as an edit or a deletion of the newest message leaves it.
func (s *Service) reword(ctx context.Context, tx *db.Tx, c *Conversation, e Entry) error {
	if e.Kind != Edit && e.Kind != Deletion {
		return nil
	}
	seq, _, err := db.Find[int64](ctx, tx, `SELECT seq FROM entry WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, e.TargetID)
	if err == nil && seq == c.ShownSeq {
		c.LastPreview = e.preview() // of a deletion: nothing
	}
	return err
}

// turn notes whose turn it is after e, and reports whether that is another's than before.
func (c *Conversation) turn(e Entry, now time.Time) bool {
	switch {
	case e.Kind != Message && e.Kind != Private:
		return false
	case e.Author == ByCustomer && c.UnansweredSince.IsZero():
		c.UnansweredSince = now
		return true
	case e.Author == ByAgent && !c.UnansweredSince.IsZero():
		c.UnansweredSince = time.Time{}
		return true
	}
	return false
}

// Lock returns a conversation of the actor's tenant and brands, locked until the commit. It asks for no permission.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, conversation id.Conversation) (Conversation, error) {
	c, err := s.find(ctx, tx, actor.From(ctx), conversation, tx.ForUpdate())
	return c, errs.Op("conversation.Lock", err)
}

// Find returns a conversation of the actor's tenant and brands. It asks for no permission.
func (s *Service) Find(ctx context.Context, q db.Queryer, conversation id.Conversation) (Conversation, error) {
	c, err := s.find(ctx, q, actor.From(ctx), conversation, "")
	return c, errs.Op("conversation.Find", err)
}

// ShowWork copies what a worklist shows of an interaction onto its conversation.
// Word of an older interaction than the one shown is dropped.
func (s *Service) ShowWork(ctx context.Context, tx *db.Tx, conversation id.Conversation, w Work) error {
	const op = "conversation.ShowWork"
	if err := s.updateWork(ctx, tx, conversation, w); err != nil {
		return errs.Op(op, err)
	}
	if err := s.openInvolved(ctx, tx, conversation, w); err != nil || w.Agent == 0 || w.waiting() {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.involveWorker(ctx, tx, conversation, w))
}
