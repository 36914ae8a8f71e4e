package conversation

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// EntryColumns are the columns of an Entry, for views that read its table.
const EntryColumns = `id, conversation_id, seq, entry_point_id, external_id, client_id, kind, author, user_id, target_id, body, html,
	code, data, attachments, mentions, delivery_state, delivery_reason, delivery_at, occurred_at, received_at,
	contact_point_id, parent_id`

func (s *Service) findThread(ctx context.Context, tx *db.Tx, n Thread) (Conversation, bool, error) {
	return db.Find[Conversation](ctx, tx, `SELECT `+Columns+` FROM conversation
		WHERE tenant_id = $1 AND entry_point_id = $2 AND external_key = $3 AND external_key <> ''`+tx.ForUpdate(),
		actor.From(ctx).Tenant, n.EntryPoint, n.ExternalKey)
}

// find returns a conversation that a may know of.
func (s *Service) find(ctx context.Context, q db.Queryer, a actor.Actor, conversation id.Conversation, lock string) (Conversation, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	w.And("id = ?", conversation)
	if !a.Brands.All {
		db.In(w, "brand_id", a.Brands.Some)
	}
	return db.One[Conversation](ctx, q, `SELECT `+Columns+` FROM conversation`+w.SQL()+lock, w.Args()...)
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, c Conversation) (bool, error) {
	return db.InsertOnce(ctx, tx, `INSERT INTO conversation (tenant_id, id, brand_id, entry_point_id, channel, external_key, contact_point_id,
			customer_id, customer_name, subject, subject_folded, created_at, last_at, post_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (tenant_id, entry_point_id, external_key) WHERE external_key <> '' DO NOTHING`,
		actor.From(ctx).Tenant, c.ID, c.BrandID, c.EntryPointID, c.Channel, c.ExternalKey, c.ContactPointID,
		c.CustomerID, c.CustomerName, c.Subject, fold.Text(c.Subject), c.CreatedAt, c.LastAt, c.PostID)
}

func (s *Service) insertEntry(ctx context.Context, tx *db.Tx, e Entry) (bool, error) {
	return db.InsertOnce(ctx, tx, `INSERT INTO entry (tenant_id, `+EntryColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
		ON CONFLICT DO NOTHING`,
		actor.From(ctx).Tenant, e.ID, e.ConversationID, e.Seq, e.EntryPointID, e.ExternalID, e.ClientID, string(e.Kind), string(e.Author),
		e.UserID, e.TargetID, e.Body, e.HTML, e.Code, string(e.Data), list(e.Attachments), list(e.Mentions),
		string(e.DeliveryState), e.DeliveryReason, e.DeliveryAt, e.OccurredAt, e.ReceivedAt, e.ContactPointID, e.ParentID)
}

// list returns a list as JSON; an empty one takes no room.
func list[T any](items []T) any {
	if len(items) == 0 {
		return ""
	}
	return db.JSON(items)
}

// FindAppended returns the entry that was appended to c before under a name of n, if there is one.
func (s *Service) FindAppended(ctx context.Context, q db.Queryer, c *Conversation, n NewEntry) (Entry, bool, error) {
	if n.ClientID != "" {
		e, found, err := s.FindByClient(ctx, q, c.ID, n.ClientID)
		if err != nil || found {
			return e, found, err
		}
	}
	return db.Find[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry
		WHERE tenant_id = $1 AND entry_point_id = $2 AND external_id = $3 AND external_id <> '' AND kind = $4`,
		actor.From(ctx).Tenant, c.EntryPointID, n.ExternalID, string(n.Kind))
}

// FindByClient returns the entry that a sender named clientID, if it has been appended.
func (s *Service) FindByClient(ctx context.Context, q db.Queryer, conversation id.Conversation, clientID string) (Entry, bool, error) {
	return db.Find[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry
		WHERE tenant_id = $1 AND conversation_id = $2 AND client_id = $3 AND client_id <> ''`,
		actor.From(ctx).Tenant, conversation, clientID)
}

// updateShown writes what an entry changes. What lists sort by is written only if
// the turn has changed: it is in many indexes.
func (s *Service) updateShown(ctx context.Context, tx *db.Tx, c Conversation, turned bool) error {
	set := `UPDATE conversation SET last_seq = $3, shown_seq = $4, last_at = $5, last_author = $6, last_preview = $7, customer_seq = $8`
	args := []any{actor.From(ctx).Tenant, c.ID, c.LastSeq, c.ShownSeq, c.LastAt, string(c.LastAuthor), c.LastPreview, c.CustomerSeq}
	if turned {
		set += `, unanswered_since = $9, due_order = $10`
		args = append(args, c.UnansweredSince, c.dueOrder())
	}
	err := db.Write(ctx, tx, set+` WHERE tenant_id = $1 AND id = $2`, args...)
	return err
}

func (s *Service) touchInvolved(ctx context.Context, tx *db.Tx, conversation id.Conversation) error {
	err := db.Write(ctx, tx, `UPDATE participant SET last_at = $3 WHERE tenant_id = $1 AND conversation_id = $2 AND involved`,
		actor.From(ctx).Tenant, conversation, tx.Now())
	return err
}

// involvement is what changes between a user and a conversation. Nothing of it goes back.
type involvement struct {
	User      id.User
	Read      int64
	Mentioned int64
	Involved  bool
}

// onInvolved is what becomes of the row that is there: nothing of it goes back.
const onInvolved = `
		ON CONFLICT (tenant_id, user_id, conversation_id) DO UPDATE SET
			read_seq = CASE WHEN excluded.read_seq > participant.read_seq THEN excluded.read_seq ELSE participant.read_seq END,
			mentioned_seq = CASE WHEN excluded.mentioned_seq > participant.mentioned_seq THEN excluded.mentioned_seq ELSE participant.mentioned_seq END,
			involved = participant.involved OR excluded.involved,
			open = CASE WHEN excluded.involved THEN excluded.open ELSE participant.open END,
			last_at = CASE WHEN excluded.involved THEN excluded.last_at ELSE participant.last_at END`

func (s *Service) involve(ctx context.Context, tx *db.Tx, c *Conversation, i involvement) error {
	tenant := actor.From(ctx).Tenant
	if i.Involved && !c.Involves {
		if err := db.Write(ctx, tx, `UPDATE conversation SET involves = TRUE WHERE tenant_id = $1 AND id = $2`, tenant, c.ID); err != nil {
			return err
		}
		c.Involves = true
	}
	err := db.Write(ctx, tx, `INSERT INTO participant (tenant_id, user_id, conversation_id, brand_id, read_seq, involved, mentioned_seq, last_at, open)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`+onInvolved,
		tenant, i.User, c.ID, c.BrandID, i.Read, i.Involved, i.Mentioned, tx.Now(), c.Open)
	return err
}

// openInvolved tells those involved whether the conversation is open, if the work is what it shows.
func (s *Service) openInvolved(ctx context.Context, tx *db.Tx, conversation id.Conversation, w Work) error {
	return db.Write(ctx, tx, `UPDATE participant SET open = $3 WHERE tenant_id = $1 AND conversation_id = $2 AND involved AND open <> $3
		AND EXISTS (SELECT 1 FROM conversation WHERE tenant_id = $1 AND id = $2 AND interaction_id = $4)`,
		actor.From(ctx).Tenant, conversation, w.open(), w.Interaction)
}

// involveWorker involves the agent of the work, if the work is what the conversation shows.
func (s *Service) involveWorker(ctx context.Context, tx *db.Tx, conversation id.Conversation, w Work) error {
	return db.Write(ctx, tx, `INSERT INTO participant (tenant_id, user_id, conversation_id, brand_id, read_seq, involved, mentioned_seq, last_at, open)
		SELECT tenant_id, CAST($3 AS BIGINT), id, brand_id, 0, TRUE, 0, CAST($4 AS BIGINT), CAST($5 AS BOOLEAN) FROM conversation
		WHERE tenant_id = $1 AND id = $2 AND interaction_id = $6`+onInvolved,
		actor.From(ctx).Tenant, conversation, w.Agent, tx.Now(), w.open(), w.Interaction)
}

// updateWork writes the copies of an interaction, unless a newer one is shown.
func (s *Service) updateWork(ctx context.Context, tx *db.Tx, conversation id.Conversation, w Work) error {
	lastAgent := w.Agent
	if w.waiting() {
		lastAgent = 0
	}
	return db.Write(ctx, tx, `UPDATE conversation SET interaction_id = $3, interaction_state = $4, open = $5, waiting = $6,
			queue_id = $7, agent_id = $8, priority = $9, waiting_since = $10, due_at = $11,
			unanswered_since = CASE WHEN CAST($12 AS BOOLEAN) THEN unanswered_since ELSE 0 END,
			due_order = CASE WHEN CAST($11 AS BIGINT) <> 0 THEN $11
				WHEN CAST($12 AS BOOLEAN) AND unanswered_since <> 0 THEN CAST($13 AS BIGINT) + unanswered_since ELSE CAST($14 AS BIGINT) END,
			last_agent_id = CASE WHEN CAST($15 AS BIGINT) = 0 THEN last_agent_id ELSE $15 END,
			last_agent_at = CASE WHEN CAST($15 AS BIGINT) = 0 THEN last_agent_at ELSE $16 END,
			involves = involves OR CAST($15 AS BIGINT) <> 0
		WHERE tenant_id = $1 AND id = $2 AND interaction_id <= $3`,
		actor.From(ctx).Tenant, conversation, w.Interaction, w.State, w.open(), w.waiting(),
		w.Queue, w.Agent, w.Priority, w.WaitingSince, w.DueAt, w.answerable(), behindDeadlines, noDeadline, lastAgent, tx.Now())
}
