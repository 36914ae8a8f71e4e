package survey

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

const selectAnswer = `SELECT id, conversation_id, interaction_id, brand_id, queue_id, agent_id, channel, stars, comment, asked_at, answered_at
	FROM survey_answer`

// put stores g and reports whether that changed anything: an answer that stands for too long stays.
func put(ctx context.Context, tx *db.Tx, g Given) (bool, error) {
	asked := g.AskedAt
	if asked.IsZero() {
		asked = tx.Now()
	}
	n, err := db.Exec(ctx, tx, `INSERT INTO survey_answer (tenant_id, id, conversation_id, interaction_id, brand_id, queue_id, agent_id, channel,
		stars, comment, asked_at, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (tenant_id, interaction_id) DO UPDATE SET stars = excluded.stars, comment = excluded.comment
		WHERE survey_answer.answered_at >= $13`,
		actor.From(ctx).Tenant, id.New[id.Survey](), g.Conversation, g.Interaction, g.Brand, g.Queue, g.Agent, g.Channel,
		g.Stars, g.Comment, asked, tx.Now(), tx.Now().Add(-ChangeTime))
	return n > 0, err
}

// Of returns the answer about an interaction, if there is one.
func Of(ctx context.Context, q db.Queryer, interaction id.Interaction) (Answer, bool, error) {
	return db.Find[Answer](ctx, q, selectAnswer+` WHERE tenant_id = $1 AND interaction_id = $2`, actor.From(ctx).Tenant, interaction)
}
