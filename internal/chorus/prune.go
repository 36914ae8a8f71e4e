package chorus

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// keep is for how long a chorus is known that nobody joins.
const keep = 60 * 24 * time.Hour

// keepClosed is for how long it is known in which topics and outages a conversation was that is closed: an answer stands no longer.
const keepClosed = 72 * time.Hour

// prunePage bounds how many choruses, or voices, one transaction forgets.
const prunePage = 200

// old is a chorus that may be forgotten.
type old struct {
	TenantID id.Tenant
	ID       id.Chorus
}

// Prune forgets choruses that nobody has joined for long. What was answered is kept: figures lead
// to it; and a chorus is, as long as an answer to it is on its way or settles who joins.
func (s *Service) Prune(ctx context.Context) error {
	for n := prunePage; n == prunePage; {
		err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = s.prune(ctx, tx)
			return err
		})
		if err != nil {
			return errs.Op("chorus.Prune", err)
		}
	}
	return errs.Op("chorus.Prune", s.pruneVoices(ctx))
}

// oldVoice is a conversation's place in a topic or an outage that may be forgotten.
type oldVoice struct {
	At             time.Time
	TenantID       id.Tenant
	ConversationID id.Conversation
	ChorusID       id.Chorus
}

// pruneVoices forgets that closed conversations were in topics and outages: those never end, and are looked at again and again.
func (s *Service) pruneVoices(ctx context.Context) error {
	last, page := oldVoice{}, make([]oldVoice, prunePage)
	for len(page) == prunePage {
		err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
			page, err = db.Many[oldVoice](ctx, tx, `SELECT at, tenant_id, conversation_id, chorus_id FROM chorus_voice WHERE kind <> 'words' AND at < $1
				AND (at, tenant_id, conversation_id, chorus_id) > ($2, $3, $4, $5) ORDER BY at, tenant_id, conversation_id, chorus_id LIMIT 200`,
				tx.Now().Add(-keepClosed), last.At, last.TenantID, last.ConversationID, last.ChorusID)
			if err != nil {
				return err
			}
			return s.forgetClosed(ctx, tx, page)
		})
		if err != nil || len(page) == 0 {
			return err
		}
		last = page[len(page)-1]
	}
	return nil
}

// forgetClosed forgets those of some voices whose conversations are closed.
func (s *Service) forgetClosed(ctx context.Context, tx *db.Tx, page []oldVoice) error {
	of := map[id.Tenant][]id.Conversation{}
	for _, v := range page {
		of[v.TenantID] = append(of[v.TenantID], v.ConversationID)
	}
	for tenant, keys := range of {
		open, err := s.Subjects.OpenOf(actor.With(ctx, actor.ForSystem(tenant)), tx, keys)
		if err != nil {
			return err
		}
		for _, v := range page {
			if v.TenantID != tenant || slices.Contains(open, v.ConversationID) {
				continue
			}
			if err := db.Write(ctx, tx, `DELETE FROM chorus_voice WHERE tenant_id = $1 AND conversation_id = $2 AND chorus_id = $3`, tenant, v.ConversationID, v.ChorusID); err != nil {
				return err
			}
		}
	}
	return nil
}

// prune forgets some, and returns how many. One that somebody joins just now is theirs, and not old any more.
func (s *Service) prune(ctx context.Context, tx *db.Tx) (int, error) {
	all, err := db.Many[old](ctx, tx, `SELECT tenant_id, id FROM chorus WHERE last_at < $1 AND NOT EXISTS (SELECT 1 FROM common_answer a
			WHERE a.tenant_id = chorus.tenant_id AND a.chorus_id = chorus.id AND a.state IN ('waiting', 'sending', 'settling', 'standing'))
		ORDER BY tenant_id, id LIMIT 200`+tx.SkipLocked(), tx.Now().Add(-keep))
	for _, c := range all {
		if err == nil {
			err = db.Write(ctx, tx, `DELETE FROM chorus_voice WHERE tenant_id = $1 AND chorus_id = $2`, c.TenantID, c.ID)
		}
		if err == nil {
			err = db.Write(ctx, tx, `DELETE FROM chorus WHERE tenant_id = $1 AND id = $2`, c.TenantID, c.ID)
		}
	}
	return len(all), err
}
