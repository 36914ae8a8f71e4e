package webchat

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here. Who was erased is a stranger to the widget.
func Personal() []personal.Table {
	return []personal.Table{
		{
			Name: "webchat_chat", Class: personal.Visits, Of: personal.Conversation, Where: `tenant_id = $1 AND conversation_id = $2`,
			Show: `conversation_id, language, offline, ended, created_at, seen_at`,
		},
		{
			Name: "webchat_invitation", Class: personal.Visits, Of: personal.Conversation, Where: `tenant_id = $1 AND conversation_id = $2`, Key: "id",
			Show: `id, conversation_id, chat_id, created_at, expires_at, withdrawn_at`,
		},
		{
			Name: "webchat_token", Class: personal.Visits, Of: personal.ContactPoint,
			Where: `tenant_id = $1 AND visitor_id IN (SELECT v.id FROM webchat_visitor v WHERE v.tenant_id = $1 AND v.contact_point_id = $2 AND v.contact_point_id <> 0)`,
		},
		{
			Name: "webchat_visitor", Class: personal.Visits, Of: personal.ContactPoint, Where: `tenant_id = $1 AND contact_point_id = $2 AND contact_point_id <> 0`, Key: "id",
			Show: `id, subject, name, email, phone, language, consent_version, consent_at, pages AS pages_json, created_at, seen_at`,
		},
	}
}

// Trail is a visitor's way through the pages, which has grown old.
type Trail struct {
	ID             int64
	BrandID        id.Brand
	ContactPointID id.ContactPoint
	SeenAt         time.Time
}

// AgedVisits returns the next visitors with a trail who were not seen since, behind a time and a key, the oldest first.
// It asks for no permission.
func (s *Server) AgedVisits(ctx context.Context, q db.Queryer, before, at time.Time, after int64) ([]Trail, error) {
	return db.Many[Trail](ctx, q, `SELECT id, brand_id, contact_point_id, seen_at FROM webchat_visitor
		WHERE tenant_id = $1 AND contact_point_id <> 0 AND seen_at < $2 AND (seen_at, id) > ($3, $4) AND pages <> '[]'
		ORDER BY seen_at, id LIMIT 200`, actor.From(ctx).Tenant, before, at, after)
}

// ForgetVisit takes away which pages a visitor looked at.
func (s *Server) ForgetVisit(ctx context.Context, tx *db.Tx, visitor int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `UPDATE webchat_visitor SET pages = '[]' WHERE tenant_id = $1 AND id = $2 AND pages <> '[]'`, actor.From(ctx).Tenant, visitor)
	return n == 1, err
}
