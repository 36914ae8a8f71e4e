package conversation

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxDraft bounds a draft, in characters.
const MaxDraft = 100_000

// Mode says what a draft will become.
type Mode string

// Modes of a draft.
const (
	DraftReply Mode = "reply"
	DraftNote  Mode = "note"
	DraftMail  Mode = "mail" // a reply with formatting and recipients, as its editor writes it
)

// Draft is what a user has typed and not sent. A sent or emptied one keeps its
// row without text, so that a late save of an older revision cannot bring it back.
type Draft struct {
	Mode Mode
	Body string
	Rev  int64
	At   time.Time
}

// SaveDraft keeps the actor's text. rev is counted by the editor; an older or
// equal one than the kept gets a Conflict.
func (s *Service) SaveDraft(ctx context.Context, conversation id.Conversation, d Draft) (Draft, error) {
	const op = "conversation.SaveDraft"
	if utf8.RuneCountInString(d.Body) > MaxDraft {
		return Draft{}, errs.Fields(op, errs.Field{Path: "text", Code: "length.max", Values: errs.Values{"max": MaxDraft}})
	}
	if d.Mode != DraftReply && d.Mode != DraftNote && d.Mode != DraftMail {
		return Draft{}, errs.Fields(op, errs.Field{Path: "mode", Code: "one_of", Values: errs.Values{"allowed": "reply, note, mail"}})
	}
	a, err := reader(ctx, op)
	if err != nil {
		return Draft{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := s.Visible(ctx, tx, actor.ConversationRead, conversation); err != nil {
			return err
		}
		d.Body, d.At = clean(d.Body), tx.Now()
		return db.Guard(ctx, tx, errs.New(errs.Conflict, op, "draft.newer"), `INSERT INTO draft (tenant_id, user_id, conversation_id, mode, body, rev, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (tenant_id, user_id, conversation_id, mode) DO UPDATE
			SET body = excluded.body, rev = excluded.rev, at = excluded.at WHERE draft.rev < excluded.rev`,
			a.Tenant, a.User, conversation, string(d.Mode), d.Body, d.Rev, d.At)
	})
	return d, errs.Op(op, err)
}

// Drafts returns the actor's drafts for a conversation, emptied ones with their revision.
func (s *Service) Drafts(ctx context.Context, conversation id.Conversation) ([]Draft, error) {
	const op = "conversation.Drafts"
	a, err := reader(ctx, op)
	if err != nil {
		return nil, err
	}
	if _, err := s.Visible(ctx, s.db, actor.ConversationRead, conversation); err != nil {
		return nil, errs.Op(op, err)
	}
	found, err := db.Many[Draft](ctx, s.db, `SELECT mode, body, rev, at FROM draft
		WHERE tenant_id = $1 AND user_id = $2 AND conversation_id = $3 ORDER BY mode`, a.Tenant, a.User, conversation)
	return found, errs.Op(op, err)
}

// DropDraft empties a draft of the actor.
func (s *Service) DropDraft(ctx context.Context, conversation id.Conversation, mode Mode) error {
	const op = "conversation.DropDraft"
	if _, err := reader(ctx, op); err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := s.Visible(ctx, tx, actor.ConversationRead, conversation); err != nil {
			return err
		}
		return s.clearDraft(ctx, tx, conversation, mode)
	}))
}

// ClearReplyDraft empties the actor's drafts of a reply that is now sent.
func (s *Service) ClearReplyDraft(ctx context.Context, tx *db.Tx, conversation id.Conversation) error {
	err := s.clearDraft(ctx, tx, conversation, DraftReply)
	if err == nil {
		err = s.clearDraft(ctx, tx, conversation, DraftMail)
	}
	return errs.Op("conversation.ClearReplyDraft", err)
}

func (s *Service) clearDraft(ctx context.Context, tx *db.Tx, conversation id.Conversation, mode Mode) error {
	a := actor.From(ctx)
	_, err := db.Exec(ctx, tx, `UPDATE draft SET body = '', at = $5
		WHERE tenant_id = $1 AND user_id = $2 AND conversation_id = $3 AND mode = $4 AND body <> ''`,
		a.Tenant, a.User, conversation, string(mode), tx.Now())
	return err
}
