package conversation

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// Limits of what describes a conversation.
const (
	MaxSubject = 300 // characters
	MaxTags    = 20
	MaxTag     = 50 // characters
)

// SetSubject names a conversation.
func (s *Service) SetSubject(ctx context.Context, conversation id.Conversation, subject string) error {
	const op = "conversation.SetSubject"
	subject = clean(strings.TrimSpace(subject))
	if utf8.RuneCountInString(subject) > MaxSubject {
		return errs.Fields(op, errs.Field{Path: "subject", Code: "length.max", Values: errs.Values{"max": MaxSubject}})
	}
	return errs.Op(op, s.change(ctx, conversation, "subject", func(tx *db.Tx, c Conversation) error {
		_, err := db.Exec(ctx, tx, `UPDATE conversation SET subject = $3, subject_folded = $4 WHERE tenant_id = $1 AND id = $2`,
			actor.From(ctx).Tenant, c.ID, subject, fold.Text(subject))
		return err
	}))
}

// SetTags replaces the tags of a conversation and returns them sorted, each once.
func (s *Service) SetTags(ctx context.Context, conversation id.Conversation, tags []string) ([]string, error) {
	const op = "conversation.SetTags"
	kept, err := normalTags(op, tags)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, conversation, "tags", func(tx *db.Tx, c Conversation) error { return s.updateTags(ctx, tx, c, kept) })
	return kept, errs.Op(op, err)
}

// AddTags adds tags to those of a conversation. Where it has them all, nothing happens.
func (s *Service) AddTags(ctx context.Context, conversation id.Conversation, tags []string) error {
	const op = "conversation.AddTags"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.LockVisible(ctx, tx, actor.ConversationNote, conversation)
		if err != nil {
			return err
		}
		all, err := normalTags(op, append(slices.Clone(c.Tags), tags...))
		if err != nil || slices.Equal(all, c.Tags) {
			return err
		}
		if err := s.updateTags(ctx, tx, c, all); err != nil {
			return err
		}
		return tx.Record(ctx, fact.ConversationChanged{Conversation: c.ID, Brand: c.BrandID, What: "tags"})
	}))
}

// RemoveTags takes tags from a conversation. Where it has none of them, nothing happens.
func (s *Service) RemoveTags(ctx context.Context, conversation id.Conversation, tags []string) error {
	const op = "conversation.RemoveTags"
	gone, err := normalTags(op, tags)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.LockVisible(ctx, tx, actor.ConversationNote, conversation)
		if err != nil {
			return err
		}
		kept := slices.DeleteFunc(slices.Clone(c.Tags), func(tag string) bool { return slices.Contains(gone, tag) })
		if len(kept) == len(c.Tags) {
			return nil
		}
		if err := s.updateTags(ctx, tx, c, kept); err != nil {
			return err
		}
		return tx.Record(ctx, fact.ConversationChanged{Conversation: c.ID, Brand: c.BrandID, What: "tags"})
	}))
}

// normalTags returns tags sorted, in small letters, each once, or what is wrong with them.
func normalTags(op string, tags []string) ([]string, error) {
	kept := []string{}
	for _, tag := range tags {
		tag = strings.ToLower(strings.Join(strings.Fields(clean(tag)), " "))
		if utf8.RuneCountInString(tag) > MaxTag {
			return nil, errs.Fields(op, errs.Field{Path: "tags", Code: "length.max", Values: errs.Values{"max": MaxTag}})
		}
		if tag != "" {
			kept = append(kept, tag)
		}
	}
	slices.Sort(kept)
	kept = slices.Compact(kept)
	if len(kept) > MaxTags {
		return nil, errs.Fields(op, errs.Field{Path: "tags", Code: "items.max", Values: errs.Values{"max": MaxTags}})
	}
	return kept, nil
}

func (s *Service) updateTags(ctx context.Context, tx *db.Tx, c Conversation, tags []string) error {
	_, err := db.Exec(ctx, tx, `UPDATE conversation SET tags = $3 WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, c.ID, db.JSON(tags))
	return err
}

// change does one change to a conversation that the actor may write notes in, and records what changed.
func (s *Service) change(ctx context.Context, conversation id.Conversation, what string, do func(tx *db.Tx, c Conversation) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.LockVisible(ctx, tx, actor.ConversationNote, conversation)
		if err != nil {
			return err
		}
		if err := do(tx, c); err != nil {
			return err
		}
		return tx.Record(ctx, fact.ConversationChanged{Conversation: c.ID, Brand: c.BrandID, What: what})
	})
}

// followed is a conversation whose copy of its customer changed.
type followed struct {
	ID      id.Conversation
	BrandID id.Brand
}

// CustomerRenamed shows name wherever the customer is shown. The customer's own fact tells of it.
func (s *Service) CustomerRenamed(ctx context.Context, tx *db.Tx, customer id.Customer, name string) error {
	err := db.Write(ctx, tx, `UPDATE conversation SET customer_name = $3 WHERE tenant_id = $1 AND customer_id = $2`,
		actor.From(ctx).Tenant, customer, name)
	return errs.Op("conversation.CustomerRenamed", err)
}

// ContactMoved shows that a contact point's conversations belong to customer, called name.
func (s *Service) ContactMoved(ctx context.Context, tx *db.Tx, point id.ContactPoint, customer id.Customer, name string) error {
	const op = "conversation.ContactMoved"
	changed, err := db.Many[followed](ctx, tx, `UPDATE conversation SET customer_id = $3, customer_name = $4
		WHERE tenant_id = $1 AND contact_point_id = $2 RETURNING id, brand_id`,
		actor.From(ctx).Tenant, point, customer, name)
	if err != nil {
		return errs.Op(op, err)
	}
	for _, c := range changed {
		if err := tx.Record(ctx, fact.ConversationChanged{Conversation: c.ID, Brand: c.BrandID, What: "customer"}); err != nil {
			return errs.Op(op, err)
		}
	}
	return nil
}
