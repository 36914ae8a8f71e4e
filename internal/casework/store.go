package casework

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

const linkColumns = `id, case_id, kind, conversation_id, interaction_id, other_id, made_by, made_at`

// nextNumber returns the next number of the tenant. Who opens cases at once waits here for each other.
func (s *Service) nextNumber(ctx context.Context, tx *db.Tx) (int64, error) {
	return db.One[int64](ctx, tx, `INSERT INTO case_number (tenant_id, last) VALUES ($1, 1)
		ON CONFLICT (tenant_id) DO UPDATE SET last = case_number.last + 1 RETURNING last`, actor.From(ctx).Tenant)
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, c Case) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO case_file (tenant_id, id, brand_id, number, customer_id, subject, subject_folded, status_id, category,
			priority, topic, tags, fields, owner_id, team_id, open, version, opened_by, opened_at, changed_at, due_order)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
		actor.From(ctx).Tenant, c.ID, c.BrandID, c.Number, c.CustomerID, c.Subject, fold.Text(c.Subject), c.StatusID, string(c.Category),
		c.Priority, c.Topic, db.JSON(c.Tags), db.JSON(c.Fields), c.OwnerID, c.TeamID, c.Open, c.Version, c.OpenedBy, c.OpenedAt, c.ChangedAt, c.dueOrder())
	return err
}

func (s *Service) update(ctx context.Context, tx *db.Tx, c Case) error {
	_, err := db.Exec(ctx, tx, `UPDATE case_file SET customer_id = $3, subject = $4, subject_folded = $5, status_id = $6, category = $7,
			priority = $8, topic = $9, tags = $10, fields = $11, owner_id = $12, team_id = $13, merged_into = $14, open = $15, version = $16,
			changed_at = $17, done_at = $18, reopened = $19 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, c.ID, c.CustomerID, c.Subject, fold.Text(c.Subject), c.StatusID, string(c.Category), c.Priority, c.Topic,
		db.JSON(c.Tags), db.JSON(c.Fields), c.OwnerID, c.TeamID, c.MergedInto, c.Open, c.Version, c.ChangedAt, c.DoneAt, c.Reopened)
	return err
}

// find returns a case that a may know of.
func (s *Service) find(ctx context.Context, q db.Queryer, a actor.Actor, key id.Case, lock string) (Case, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	w.And("id = ?", key)
	if !a.Brands.All {
		db.In(w, "brand_id", a.Brands.Some)
	}
	return db.One[Case](ctx, q, `SELECT `+Columns+` FROM case_file`+w.SQL()+lock, w.Args()...)
}

// insertLink reports whether there was no such link before.
func (s *Service) insertLink(ctx context.Context, tx *db.Tx, l Link) (bool, error) {
	n, err := db.Exec(ctx, tx, `INSERT INTO case_link (tenant_id, `+linkColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (tenant_id, case_id, kind, conversation_id, interaction_id, other_id) DO NOTHING`,
		actor.From(ctx).Tenant, l.ID, l.CaseID, string(l.Kind), l.ConversationID, l.InteractionID, l.OtherID, l.MadeBy, l.MadeAt)
	return n == 1, err
}

// links returns what a case is tied to, the oldest first.
func (s *Service) links(ctx context.Context, q db.Queryer, key id.Case) ([]Link, error) {
	return db.Many[Link](ctx, q, `SELECT `+linkColumns+` FROM case_link WHERE tenant_id = $1 AND case_id = $2 ORDER BY id LIMIT 500`,
		actor.From(ctx).Tenant, key)
}

func (s *Service) findLink(ctx context.Context, q db.Queryer, key id.CaseLink) (Link, error) {
	return db.One[Link](ctx, q, `SELECT `+linkColumns+` FROM case_link WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
}

func (s *Service) deleteLink(ctx context.Context, tx *db.Tx, key id.CaseLink) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM case_link WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
	return err
}

// newestOf returns the newest case that a conversation is linked to.
func (s *Service) newestOf(ctx context.Context, q db.Queryer, c id.Conversation) (id.Case, bool, error) {
	return db.Find[id.Case](ctx, q, `SELECT case_id FROM case_link WHERE tenant_id = $1 AND conversation_id = $2 AND conversation_id <> 0
		AND kind = 'conversation' ORDER BY id DESC LIMIT 1`, actor.From(ctx).Tenant, c)
}

// Watchers returns who watches a case. It asks for no permission.
func (s *Service) Watchers(ctx context.Context, q db.Queryer, key id.Case) ([]id.User, error) {
	return db.Many[id.User](ctx, q, `SELECT user_id FROM case_watcher WHERE tenant_id = $1 AND case_id = $2 ORDER BY user_id LIMIT 100`,
		actor.From(ctx).Tenant, key)
}

// ShowDue keeps on a case when its soonest promise ends, and whether one was broken, for lists.
func (s *Service) ShowDue(ctx context.Context, tx *db.Tx, c Case) error {
	_, err := db.Exec(ctx, tx, `UPDATE case_file SET due_at = $3, breached = $4, due_order = $5 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, c.ID, c.DueAt, c.Breached, c.dueOrder())
	return err
}

// OpenOnes returns up to two thousand open cases of a brand (0: of all), by brand those
// that are due first, and one more if there are more. It asks for no permission.
func (s *Service) OpenOnes(ctx context.Context, q db.Queryer, brand id.Brand) ([]Case, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("open")
	if brand != 0 {
		w.And("brand_id = ?", brand)
	}
	found, err := db.Many[Case](ctx, q, `SELECT `+Columns+` FROM case_file`+w.SQL()+` ORDER BY brand_id, due_order, id LIMIT 2001`, w.Args()...)
	return found, errs.Op("casework.OpenOnes", err)
}
