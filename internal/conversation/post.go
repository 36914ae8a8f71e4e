package conversation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of a post.
const (
	maxPostText = 63_206 // characters
	maxLink     = 2000   // characters
	maxPosted   = "100"  // open conversations under one post whose desks are told that it changed
)

// Post is what stands above conversations that are held in public.
type Post struct {
	ID             id.Post
	BrandID        id.Brand
	EntryPointID   id.EntryPoint
	ExternalID     string
	ConversationID id.Conversation // that begins with it, where a customer wrote it; 0: none does
	Ours           bool
	Author         string // by name, where it is not ours
	Link           string
	Body           string
	Attachments    []File `db:"attachments,json"`
	Known          bool   // what it says is here
	OccurredAt     time.Time
	ChangedAt      time.Time
	HiddenAt       time.Time
	ShownAt        time.Time
	GoneAt         time.Time
}

// Hidden reports whether the post is hidden from the public.
func (p Post) Hidden() bool { return p.HiddenAt.After(p.ShownAt) }

const postColumns = `id, brand_id, entry_point_id, external_id, conversation_id, ours, author, link, body, attachments, known,
	occurred_at, changed_at, hidden_at, shown_at, gone_at`

// Told is what a channel tells of a post: in any order, and more than once.
type Told struct {
	Brand      id.Brand
	EntryPoint id.EntryPoint
	ExternalID string
	Ours       bool
	Author     string
	Link       string
	Known      bool // it says what stands in it
	Text       string
	At         time.Time // by the channel's clock
	Written    time.Time // when it was published; zero: it is not said
	Hidden     bool
	Shown      bool
	Gone       bool
}

// learn returns p with what t tells of it: of two texts the later one stands, and what is gone stays gone.
func (p Post) learn(t Told) Post {
	if p.Link == "" {
		p.Link = clip(clean(t.Link), maxLink)
	}
	if p.Author == "" {
		p.Author = clip(clean(t.Author), MaxPreview)
	}
	p.Ours = p.Ours || t.Ours
	if p.OccurredAt.IsZero() {
		p.OccurredAt = t.Written
	}
	switch {
	case t.Gone && p.GoneAt.IsZero():
		p.GoneAt = t.At
	case t.Hidden && t.At.After(p.HiddenAt):
		p.HiddenAt = t.At
	case t.Shown && t.At.After(p.ShownAt):
		p.ShownAt = t.At
	case t.Known && (!p.Known || t.At.After(p.ChangedAt)):
		p.Known, p.Body, p.ChangedAt = true, clip(clean(t.Text), maxPostText), t.At
	}
	return p
}

// KeepPost keeps what a channel tells of a post, and returns the post as it stands then.
// Those who work under it are told where it reads otherwise. It asks for no permission.
func (s *Service) KeepPost(ctx context.Context, tx *db.Tx, t Told) (Post, error) {
	const op = "conversation.KeepPost"
	before, found, err := s.lockPost(ctx, tx, t)
	if err != nil {
		return Post{}, errs.Op(op, err)
	}
	if !found {
		before = Post{ID: id.New[id.Post](), BrandID: t.Brand, EntryPointID: t.EntryPoint, ExternalID: t.ExternalID}
		if err := s.insertPost(ctx, tx, before); err != nil {
			return Post{}, errs.Op(op, err)
		}
		if before, _, err = s.lockPost(ctx, tx, t); err != nil { // another may have been quicker
			return Post{}, errs.Op(op, err)
		}
	}
	after := before.learn(t)
	if same(before, after) {
		return after, nil
	}
	if err := s.updatePost(ctx, tx, after); err != nil {
		return Post{}, errs.Op(op, err)
	}
	return after, errs.Op(op, s.tellPost(ctx, tx, after))
}

// same reports whether a and b read alike.
func same(a, b Post) bool {
	return a.Link == b.Link && a.Author == b.Author && a.Ours == b.Ours && a.Known == b.Known && a.Body == b.Body && a.OccurredAt.Equal(b.OccurredAt) &&
		a.ChangedAt.Equal(b.ChangedAt) && a.HiddenAt.Equal(b.HiddenAt) && a.ShownAt.Equal(b.ShownAt) && a.GoneAt.Equal(b.GoneAt)
}

func (s *Service) lockPost(ctx context.Context, tx *db.Tx, t Told) (Post, bool, error) {
	return db.Find[Post](ctx, tx, `SELECT `+postColumns+` FROM post WHERE tenant_id = $1 AND entry_point_id = $2 AND external_id = $3`+tx.ForUpdate(),
		actor.From(ctx).Tenant, t.EntryPoint, t.ExternalID)
}

func (s *Service) insertPost(ctx context.Context, tx *db.Tx, p Post) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO post (tenant_id, id, brand_id, entry_point_id, external_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant_id, entry_point_id, external_id) DO NOTHING`, actor.From(ctx).Tenant, p.ID, p.BrandID, p.EntryPointID, p.ExternalID)
	return err
}

func (s *Service) updatePost(ctx context.Context, tx *db.Tx, p Post) error {
	_, err := db.Exec(ctx, tx, `UPDATE post SET ours = $3, author = $4, link = $5, body = $6, known = $7, occurred_at = $8, changed_at = $9,
		hidden_at = $10, shown_at = $11, gone_at = $12 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, p.ID, p.Ours, p.Author, p.Link, p.Body, p.Known, p.OccurredAt, p.ChangedAt, p.HiddenAt, p.ShownAt, p.GoneAt)
	return err
}

// tellPost says that conversations under a post show another one now.
func (s *Service) tellPost(ctx context.Context, tx *db.Tx, p Post) error {
	open, err := db.Many[id.Conversation](ctx, tx, `SELECT id FROM conversation WHERE tenant_id = $1 AND post_id = $2 AND post_id <> 0 AND open
		ORDER BY last_at DESC, id DESC LIMIT `+maxPosted, actor.From(ctx).Tenant, p.ID)
	for _, c := range open {
		if err == nil {
			err = tx.Record(ctx, fact.ConversationChanged{Conversation: c, Brand: p.BrandID, What: "post"})
		}
	}
	return err
}

// Illustrate gives a post its pictures, unless it has some. It asks for no permission.
func (s *Service) Illustrate(ctx context.Context, tx *db.Tx, p Post, files []File) error {
	if len(files) == 0 || len(p.Attachments) > 0 {
		return nil
	}
	_, err := db.Exec(ctx, tx, `UPDATE post SET attachments = $3 WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, p.ID, list(files))
	if err == nil {
		err = s.tellPost(ctx, tx, p)
	}
	return errs.Op("conversation.Illustrate", err)
}

// MayReadPost returns nil if the actor of ctx may read a post: who may read a conversation under it.
func (s *Service) MayReadPost(ctx context.Context, post id.Post) error {
	const op = "conversation.MayReadPost"
	a, err := actor.Require(ctx, op, actor.ConversationRead)
	if err != nil {
		return err
	}
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	w.And("post_id = ? AND post_id <> 0", post)
	if !a.Brands.All {
		db.In(w, "brand_id", a.Brands.Some)
	}
	under, err := db.Many[Conversation](ctx, s.db, `SELECT `+Columns+` FROM conversation`+w.SQL()+` ORDER BY last_at DESC, id DESC LIMIT `+maxPosted, w.Args()...)
	if err != nil {
		return errs.Op(op, err)
	}
	for _, c := range under {
		if err := s.reach(ctx, s.db, a, actor.ConversationRead, c); !errs.Is(errs.NotFound, err) {
			return errs.Op(op, err)
		}
	}
	return errs.E(errs.NotFound, op, nil)
}

// BeginWithPost keeps that a conversation begins with a post which a customer wrote.
func (s *Service) BeginWithPost(ctx context.Context, tx *db.Tx, post id.Post, c id.Conversation) error {
	_, err := db.Exec(ctx, tx, `UPDATE post SET conversation_id = $3 WHERE tenant_id = $1 AND id = $2 AND conversation_id = 0`,
		actor.From(ctx).Tenant, post, c)
	return errs.Op("conversation.BeginWithPost", err)
}

// FindPost returns a post of the actor's tenant by its name at the channel, and whether it is known. It asks for no permission.
func (s *Service) FindPost(ctx context.Context, q db.Queryer, point id.EntryPoint, externalID string) (Post, bool, error) {
	p, found, err := db.Find[Post](ctx, q, `SELECT `+postColumns+` FROM post WHERE tenant_id = $1 AND entry_point_id = $2 AND external_id = $3`,
		actor.From(ctx).Tenant, point, externalID)
	return p, found, errs.Op("conversation.FindPost", err)
}

// LockPost keeps others from doing the same under a post until the commit: what many say under it comes one after another.
func (s *Service) LockPost(ctx context.Context, tx *db.Tx, post id.Post) error {
	_, _, err := db.Find[id.Post](ctx, tx, `SELECT id FROM post WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), actor.From(ctx).Tenant, post)
	return errs.Op("conversation.LockPost", err)
}

// PostOf returns the post under which a conversation is held, and whether there is one.
// Who may read the conversation may read it; that was asked before.
func (s *Service) PostOf(ctx context.Context, q db.Queryer, c Conversation) (Post, bool, error) {
	if c.PostID == 0 {
		return Post{}, false, nil
	}
	p, found, err := db.Find[Post](ctx, q, `SELECT `+postColumns+` FROM post WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, c.PostID)
	return p, found, errs.Op("conversation.PostOf", err)
}
