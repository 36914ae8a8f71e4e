package casework

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Link ties a case to a conversation, an interaction or another case of its brand.
// A conversation of another channel joins a case this way: the matter goes on there.
// What is tied already stays as it is.
func (s *Service) Link(ctx context.Context, key id.Case, l Link) (Link, error) {
	const op = "casework.Link"
	var made Link
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.lockVisible(ctx, tx, op, key, 0)
		if err != nil {
			return err
		}
		if err := s.aim(ctx, tx, op, c, &l); err != nil {
			return err
		}
		made, err = s.tie(ctx, tx, c, l)
		return err
	})
	return made, errs.Op(op, err)
}

// Tie ties a case to a conversation within a transaction of the caller: the matter goes on there too.
func (s *Service) Tie(ctx context.Context, tx *db.Tx, key id.Case, to id.Conversation) error {
	const op = "casework.Tie"
	c, err := s.lockVisible(ctx, tx, op, key, 0)
	if err != nil {
		return errs.Op(op, err)
	}
	l := Link{Kind: OfConversation, ConversationID: to}
	if err := s.aim(ctx, tx, op, c, &l); err != nil {
		return errs.Op(op, err)
	}
	_, err = s.tie(ctx, tx, c, l)
	return errs.Op(op, err)
}

// aim checks that what l names may be tied to c.
func (s *Service) aim(ctx context.Context, q db.Queryer, op string, c Case, l *Link) error {
	switch l.Kind {
	case OfConversation, OfInteraction:
		l.OtherID = 0
		return s.aimAtThread(ctx, q, op, c, l)
	case ChildOf, Related, Duplicate, FollowUpOf:
		l.ConversationID, l.InteractionID = 0, 0
		return s.aimAtCase(ctx, q, op, c, *l)
	}
	return errs.Fields(op, errs.Field{Path: "kind", Code: "one_of", Values: errs.Values{"allowed": "conversation, interaction, child_of, related, duplicate, follow_up_of"}})
}

func (s *Service) aimAtThread(ctx context.Context, q db.Queryer, op string, c Case, l *Link) error {
	path := "conversation_id"
	if l.Kind == OfInteraction {
		path = "interaction_id"
		of, err := s.threads.OfInteraction(ctx, q, l.InteractionID)
		if err != nil {
			return missing(op, path, err)
		}
		l.ConversationID = of
	} else {
		l.InteractionID = 0
	}
	t, err := s.threads.Readable(ctx, q, l.ConversationID)
	if err != nil {
		return missing(op, path, err)
	}
	if t.Brand != c.BrandID {
		return errs.New(errs.Invalid, op, "case.other_brand")
	}
	return nil
}

func (s *Service) aimAtCase(ctx context.Context, q db.Queryer, op string, c Case, l Link) error {
	other, err := s.Visible(ctx, q, actor.CaseRead, l.OtherID)
	if err != nil {
		return missing(op, "case_id", err)
	}
	if other.BrandID != c.BrandID {
		return errs.New(errs.Invalid, op, "case.other_brand")
	}
	if other.ID == c.ID {
		return errs.New(errs.Invalid, op, "case.circle")
	}
	if l.Kind != ChildOf {
		return nil
	}
	above, err := s.above(ctx, q, other.ID)
	if err != nil {
		return err
	}
	if slices.Contains(above, c.ID) {
		return errs.New(errs.Invalid, op, "case.circle")
	}
	return nil
}

// above returns the cases of which key is a part, and those of which they are, without end only within a bound.
func (s *Service) above(ctx context.Context, q db.Queryer, key id.Case) ([]id.Case, error) {
	return db.Many[id.Case](ctx, q, `WITH RECURSIVE above (id) AS (SELECT CAST($2 AS BIGINT) UNION
		SELECT l.other_id FROM case_link l JOIN above a ON l.case_id = a.id WHERE l.tenant_id = $1 AND l.kind = 'child_of')
		SELECT id FROM above LIMIT 1000`, actor.From(ctx).Tenant, key)
}

// tie makes a link of a case that is locked.
func (s *Service) tie(ctx context.Context, tx *db.Tx, c Case, l Link) (Link, error) {
	const op = "casework.tie"
	all, err := s.links(ctx, tx, c.ID)
	if err != nil {
		return Link{}, err
	}
	for _, old := range all {
		if old.Kind == l.Kind && old.ConversationID == l.ConversationID && old.InteractionID == l.InteractionID && old.OtherID == l.OtherID {
			return old, nil
		}
	}
	if len(all) >= MaxLinks {
		return Link{}, errs.New(errs.Exhausted, op, "case.full")
	}
	l.ID, l.CaseID, l.MadeBy, l.MadeAt = id.New[id.CaseLink](), c.ID, actor.From(ctx).User, tx.Now()
	if _, err := s.insertLink(ctx, tx, l); err != nil {
		return Link{}, err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: "case.link", Subject: c.subjectOf(), Brand: c.BrandID, After: l.audited()}); err != nil {
		return Link{}, err
	}
	return l, tx.Record(ctx, fact.CaseLinked{
		Case: c.ID, Brand: c.BrandID, Link: l.ID, LinkKind: string(l.Kind), Conversation: l.ConversationID, Interaction: l.InteractionID, Other: l.OtherID,
	})
}

// Unlink takes a link away. What it named stays as it is.
func (s *Service) Unlink(ctx context.Context, key id.Case, link id.CaseLink) error {
	const op = "casework.Unlink"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.lockVisible(ctx, tx, op, key, 0)
		if err != nil {
			return err
		}
		l, err := s.findLink(ctx, tx, link)
		if err != nil {
			return err
		}
		if l.CaseID != c.ID {
			return errs.E(errs.NotFound, op, nil)
		}
		if err := s.deleteLink(ctx, tx, l.ID); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "case.unlink", Subject: c.subjectOf(), Brand: c.BrandID, Before: l.audited()}); err != nil {
			return err
		}
		return tx.Record(ctx, fact.CaseUnlinked{
			Case: c.ID, Brand: c.BrandID, Link: l.ID, LinkKind: string(l.Kind), Conversation: l.ConversationID, Interaction: l.InteractionID, Other: l.OtherID,
		})
	}))
}

func (l Link) audited() map[string]any {
	return map[string]any{"kind": l.Kind, "conversation_id": l.ConversationID, "interaction_id": l.InteractionID, "other_id": l.OtherID}
}

// Merge lets a case go on in another. Nothing moves: the one names the other, shows
// there what it has, and what its customer writes from now on is a matter of the other.
func (s *Service) Merge(ctx context.Context, key, into id.Case, version int64) (Case, error) {
	const op = "casework.Merge"
	var after Case
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.lockBoth(ctx, tx, op, key, into, version)
		if err != nil {
			return err
		}
		if before.MergedInto != 0 {
			return errs.New(errs.Conflict, op, "case.merged")
		}
		other, err := s.Visible(ctx, tx, actor.CaseEdit, into)
		if err != nil {
			return missing(op, "into_id", err)
		}
		if other.BrandID != before.BrandID {
			return errs.New(errs.Invalid, op, "case.other_brand")
		}
		survivor, err := s.surviving(ctx, tx, other)
		if err != nil {
			return err
		}
		if survivor.ID == before.ID {
			return errs.New(errs.Invalid, op, "case.circle")
		}
		after = before
		after.MergedInto, after.Open = survivor.ID, false
		if err := s.save(ctx, tx, "case.merge", before, &after); err != nil {
			return err
		}
		return tx.Record(ctx, fact.CaseMerged{Case: after.ID, Brand: after.BrandID, Into: survivor.ID})
	})
	return after, errs.Op(op, err)
}

// lockBoth locks two cases in the order of their keys, so that two who merge them into each other do not wait for ever.
func (s *Service) lockBoth(ctx context.Context, tx *db.Tx, op string, key, other id.Case, version int64) (Case, error) {
	if other < key {
		if _, err := db.Many[id.Case](ctx, tx, `SELECT id FROM case_file WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), actor.From(ctx).Tenant, other); err != nil {
			return Case{}, err
		}
	}
	c, err := s.lockVisible(ctx, tx, op, key, version)
	if err != nil || other <= key {
		return c, err
	}
	_, err = db.Many[id.Case](ctx, tx, `SELECT id FROM case_file WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), actor.From(ctx).Tenant, other)
	return c, err
}

// Unmerge makes a merged case one of its own again, as it was.
func (s *Service) Unmerge(ctx context.Context, key id.Case, version int64) (Case, error) {
	const op = "casework.Unmerge"
	var after Case
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.lockVisible(ctx, tx, op, key, version)
		if err != nil {
			return err
		}
		if before.MergedInto == 0 {
			return errs.New(errs.Conflict, op, "case.not_merged")
		}
		after = before
		after.MergedInto, after.Open = 0, before.Category != Done
		if err := s.save(ctx, tx, "case.unmerge", before, &after); err != nil {
			return err
		}
		return tx.Record(ctx, fact.CaseUnmerged{Case: after.ID, Brand: after.BrandID, From: before.MergedInto, Category: string(after.Category)})
	})
	return after, errs.Op(op, err)
}

// maxHops bounds through how many merged cases one goes on.
const maxHops = 64

// surviving returns the case in which c goes on: c itself unless it is merged.
func (s *Service) surviving(ctx context.Context, q db.Queryer, c Case) (Case, error) {
	for range maxHops {
		if c.MergedInto == 0 {
			return c, nil
		}
		next, err := s.find(ctx, q, actor.ForSystem(actor.From(ctx).Tenant), c.MergedInto, "")
		if err != nil {
			return Case{}, err
		}
		c = next
	}
	return c, nil
}

// Surviving returns the case in which the newest case of a conversation goes on,
// and whether there is one. It asks for no permission.
func (s *Service) Surviving(ctx context.Context, q db.Queryer, of id.Conversation) (Case, bool, error) {
	const op = "casework.Surviving"
	key, found, err := s.newestOf(ctx, q, of)
	if err != nil || !found {
		return Case{}, false, errs.Op(op, err)
	}
	c, err := s.find(ctx, q, actor.ForSystem(actor.From(ctx).Tenant), key, "")
	if err != nil {
		return Case{}, false, errs.Op(op, err)
	}
	c, err = s.surviving(ctx, q, c)
	return c, err == nil, errs.Op(op, err)
}

// ConversationOf returns the newest conversation that a case is linked to, and whether there is one. It asks for no permission.
func (s *Service) ConversationOf(ctx context.Context, q db.Queryer, key id.Case) (id.Conversation, bool, error) {
	c, found, err := db.Find[id.Conversation](ctx, q, `SELECT conversation_id FROM case_link WHERE tenant_id = $1 AND case_id = $2
		AND kind = 'conversation' ORDER BY id DESC LIMIT 1`, actor.From(ctx).Tenant, key)
	return c, found, errs.Op("casework.ConversationOf", err)
}

// Find returns a case of the actor's tenant and brands. It asks for no permission.
func (s *Service) Find(ctx context.Context, q db.Queryer, key id.Case) (Case, error) {
	c, err := s.find(ctx, q, actor.From(ctx), key, "")
	return c, errs.Op("casework.Find", err)
}
