package worklist

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// Sharing says who has a saved view.
type Sharing string

// Ways of sharing.
const (
	OwnView  Sharing = "own"
	TeamView Sharing = "team" // the members of its team
	AllView  Sharing = "all"
)

// Bounds of saved views.
const (
	maxSaved     = 100 // of one user
	maxShown     = 200
	maxViewName  = 60
	maxViewQuery = 100 // characters of a search
)

// SavedQuery is what a saved view asks for.
type SavedQuery struct {
	View    View     `json:"view"`
	Brand   id.Brand `json:"brand_id,omitzero"`
	Queue   id.Queue `json:"queue_id,omitzero"`
	Agent   id.User  `json:"agent_id,omitzero"`
	Channel string   `json:"channel,omitempty"`
	Text    string   `json:"q,omitempty"`
	Sort    Sort     `json:"sort,omitempty"`

	QueueBrand id.Brand `json:"queue_brand,omitzero"` // whose the queue is
}

// Saved is filters and order of a list under a name.
type Saved struct {
	ID        id.View
	OwnerID   id.User
	Shared    Sharing
	TeamID    id.Team
	Name      string
	Query     SavedQuery `db:"query,json"`
	Rev       int64
	CreatedAt time.Time
	ChangedAt time.Time
}

// ShownView is a saved view as its reader's list shows it.
type ShownView struct {
	Saved

	OwnerName string
	TeamName  string
}

// SavedViews is what a reader has of saved views.
type SavedViews struct {
	Views []ShownView // by name
	Teams []ViewTeam  // with which the reader may share; by name
	All   bool        // the reader may share with everybody
}

// ViewTeam is a team with which a view can be shared.
type ViewTeam struct {
	ID   id.Team
	Name string
}

const savedColumns = `id, owner_id, shared, team_id, name, query, rev, created_at, changed_at`

// Changes reports whether a may change and remove v: it is their own, or others have it and a looks after all views.
func (v Saved) Changes(a actor.Actor) bool {
	return v.OwnerID == a.User && a.User != 0 || v.Shared != OwnView && keepsViews(a) && v.visible(a)
}

// keepsViews reports whether a looks after what others share.
func keepsViews(a actor.Actor) bool { return a.Scope(actor.ViewShare) >= actor.InTenant }

// visible reports whether v speaks of what a may know: who shares may see more brands.
func (v Saved) visible(a actor.Actor) bool {
	q := v.Query
	return (q.Brand == 0 || a.Brands.Has(q.Brand)) && (q.QueueBrand == 0 || a.Brands.Has(q.QueueBrand))
}

// SavedViews returns the actor's own views, those of their teams and those of all, by name;
// to who looks after them those of all teams.
func (s *Service) SavedViews(ctx context.Context) (SavedViews, error) {
	const op = "worklist.SavedViews"
	a, err := actor.Require(ctx, op, actor.ConversationRead)
	if err != nil {
		return SavedViews{}, err
	}
	member, err := account.Memberships(ctx, s.db, a.Tenant, a.User)
	if err != nil {
		return SavedViews{}, errs.Op(op, err)
	}
	w := &db.Where{}
	part := func(condition string) string {
		return `SELECT ` + savedColumns + `, name_key FROM saved_view WHERE tenant_id = ` + w.Arg(a.Tenant) + ` AND ` + condition
	}
	lanes := []string{part(`owner_id = ` + w.Arg(a.User) + ` AND owner_id <> 0`), part(`shared = 'all' AND owner_id <> ` + w.Arg(a.User))}
	if keepsViews(a) {
		lanes = append(lanes, part(`shared = 'team' AND owner_id <> `+w.Arg(a.User)))
	} else {
		for _, t := range member {
			lanes = append(lanes, part(`shared = 'team' AND team_id = `+w.Arg(t)+` AND owner_id <> `+w.Arg(a.User)))
		}
	}
	found, err := db.Many[ShownView](ctx, s.db, `SELECT v.`+strings.ReplaceAll(savedColumns, ", ", ", v.")+`, COALESCE(u.name, '') AS owner_name, COALESCE(t.name, '') AS team_name
		FROM (`+strings.Join(lanes, " UNION ALL ")+`) v
		LEFT JOIN app_user u ON u.tenant_id = `+w.Arg(a.Tenant)+` AND u.id = v.owner_id
		LEFT JOIN team t ON t.tenant_id = `+w.Arg(a.Tenant)+` AND t.id = v.team_id
		ORDER BY v.name_key, v.id LIMIT `+w.Arg(maxShown), w.Args()...)
	if err != nil {
		return SavedViews{}, errs.Op(op, err)
	}
	out := SavedViews{All: a.Scope(actor.ViewShare) >= actor.InBrand}
	out.Views = slices.DeleteFunc(found, func(v ShownView) bool { return !v.visible(a) })
	out.Teams, err = s.sharesWith(ctx, a, member)
	return out, errs.Op(op, err)
}

// sharesWith returns the teams with which a may share: their own, or all.
func (s *Service) sharesWith(ctx context.Context, a actor.Actor, member []id.Team) ([]ViewTeam, error) {
	if a.Scope(actor.ViewShare) == actor.None || a.User == 0 {
		return nil, nil
	}
	w := &db.Where{}
	w.And("tenant_id = ? AND NOT archived", a.Tenant)
	if !keepsViews(a) {
		w.And(db.OneOf(w, "id", member))
	}
	return db.Many[ViewTeam](ctx, s.db, `SELECT id, name FROM team`+w.SQL()+` ORDER BY name, id LIMIT `+w.Arg(maxShown), w.Args()...)
}

func (v *Saved) check(ctx context.Context, op string, q db.Queryer, a actor.Actor) error {
	v.Name = strings.TrimSpace(v.Name)
	var f check.Fields
	f.Text("name", v.Name, maxViewName)
	f.OneOf("shared", string(v.Shared), string(OwnView), string(TeamView), string(AllView))
	f.Optional("query.q", v.Query.Text, maxViewQuery)
	if (v.Shared == TeamView) != (v.TeamID != 0) {
		f.Add("team_id", "required", nil)
	}
	if err := f.Err(op); err != nil {
		return err
	}
	asked := Query{View: v.Query.View, Sort: v.Query.Sort}
	if err := asked.complete(op); err != nil {
		return err
	}
	v.Query.View = asked.View
	if err := v.known(ctx, op, q, a); err != nil {
		return err
	}
	return v.mayShare(ctx, op, q, a)
}

// known refuses to name brands, queues and people that are not there for the actor.
func (v *Saved) known(ctx context.Context, op string, q db.Queryer, a actor.Actor) error {
	var f check.Fields
	if b := v.Query.Brand; b != 0 {
		_, found, err := db.Find[id.Brand](ctx, q, `SELECT id FROM brand WHERE tenant_id = $1 AND id = $2`, a.Tenant, b)
		if err != nil {
			return err
		}
		if !found || !a.Brands.Has(b) {
			f.Add("query.brand_id", "reference", nil)
		}
	}
	if k := v.Query.Queue; k != 0 {
		brand, found, err := db.Find[id.Brand](ctx, q, `SELECT brand_id FROM queue WHERE tenant_id = $1 AND id = $2`, a.Tenant, k)
		if err != nil {
			return err
		}
		if !found || !a.Brands.Has(brand) {
			f.Add("query.queue_id", "reference", nil)
		}
		v.Query.QueueBrand = brand
	}
	if u := v.Query.Agent; u != 0 {
		w := &db.Where{}
		w.And("u.tenant_id = ? AND u.id = ?", a.Tenant, u)
		if !a.Brands.All {
			w.And("(u.all_brands OR EXISTS (SELECT 1 FROM user_brand b WHERE b.tenant_id = u.tenant_id AND b.user_id = u.id AND " + db.OneOf(w, "b.brand_id", a.Brands.Some) + "))")
		}
		_, found, err := db.Find[id.User](ctx, q, `SELECT u.id FROM app_user u`+w.SQL(), w.Args()...)
		if err != nil {
			return err
		}
		if !found {
			f.Add("query.agent_id", "reference", nil)
		}
	}
	return f.Err(op)
}

// mayShare refuses to share with teams that are not the actor's, and with all without the right.
// Who looks after all views shares with every team.
func (v *Saved) mayShare(ctx context.Context, op string, q db.Queryer, a actor.Actor) error {
	if v.Shared == OwnView {
		return nil
	}
	refused := errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(actor.ViewShare)})
	if a.Scope(actor.ViewShare) == actor.None || v.Shared == AllView && a.Scope(actor.ViewShare) < actor.InBrand {
		return refused
	}
	if v.Shared != TeamView {
		return nil
	}
	teams, err := account.Memberships(ctx, q, a.Tenant, a.User)
	if err == nil && keepsViews(a) {
		teams, err = db.Many[id.Team](ctx, q, `SELECT id FROM team WHERE tenant_id = $1 AND id = $2 AND NOT archived`, a.Tenant, v.TeamID)
	}
	if err == nil && !slices.Contains(teams, v.TeamID) {
		err = errs.Fields(op, errs.Field{Path: "team_id", Code: "reference"})
	}
	return err
}

// lockChangeable returns a saved view that the actor may change, locked, or NotFound.
func lockChangeable(ctx context.Context, tx *db.Tx, op string, a actor.Actor, key id.View) (Saved, error) {
	v, err := db.One[Saved](ctx, tx, `SELECT `+savedColumns+` FROM saved_view WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), a.Tenant, key)
	if err == nil && !v.Changes(a) {
		err = errs.E(errs.NotFound, op, nil)
	}
	return v, err
}

// SaveView makes a view of the actor's own.
func (s *Service) SaveView(ctx context.Context, v Saved) (Saved, error) {
	const op = "worklist.SaveView"
	a, err := actor.Require(ctx, op, actor.ConversationRead)
	if err == nil && a.User == 0 {
		err = errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(actor.ConversationRead)}) // a key has no views
	}
	if err != nil {
		return Saved{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := v.check(ctx, op, tx, a); err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM saved_view WHERE tenant_id = $1 AND owner_id = $2`, a.Tenant, a.User)
		if err != nil {
			return err
		}
		if n >= maxSaved {
			return errs.New(errs.Exhausted, op, "view.too_many").With(errs.Values{"max": maxSaved})
		}
		v.ID, v.OwnerID, v.Rev, v.CreatedAt, v.ChangedAt = id.New[id.View](), a.User, 1, tx.Now(), tx.Now()
		_, err = db.Exec(ctx, tx, `INSERT INTO saved_view (tenant_id, id, owner_id, shared, team_id, name, name_key, query, rev, created_at, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			a.Tenant, v.ID, v.OwnerID, string(v.Shared), v.TeamID, v.Name, fold.Text(v.Name), db.JSON(v.Query), v.Rev, v.CreatedAt, v.ChangedAt)
		if err != nil {
			return err
		}
		return logView(ctx, tx, "saved_view.create", nil, &v)
	})
	return v, errs.Op(op, err)
}

// ChangeView changes a view of the actor's own, or one that others have for who looks after them. It stays its owner's.
func (s *Service) ChangeView(ctx context.Context, v Saved) (Saved, error) {
	const op = "worklist.ChangeView"
	a, err := actor.Require(ctx, op, actor.ConversationRead)
	if err != nil {
		return Saved{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := lockChangeable(ctx, tx, op, a, v.ID)
		if err != nil {
			return err
		}
		if v.Rev != 0 && v.Rev != before.Rev {
			return errs.New(errs.Conflict, op, "view.changed")
		}
		if err := v.check(ctx, op, tx, a); err != nil {
			return err
		}
		v.OwnerID, v.Rev, v.CreatedAt, v.ChangedAt = before.OwnerID, before.Rev+1, before.CreatedAt, tx.Now()
		_, err = db.Exec(ctx, tx, `UPDATE saved_view SET shared = $3, team_id = $4, name = $5, name_key = $6, query = $7, rev = $8, changed_at = $9 WHERE tenant_id = $1 AND id = $2`,
			a.Tenant, v.ID, string(v.Shared), v.TeamID, v.Name, fold.Text(v.Name), db.JSON(v.Query), v.Rev, v.ChangedAt)
		if err != nil {
			return err
		}
		return logView(ctx, tx, "saved_view.update", &before, &v)
	})
	return v, errs.Op(op, err)
}

// DropView removes a view of the actor's own, or one that others have for who looks after them.
func (s *Service) DropView(ctx context.Context, key id.View) error {
	const op = "worklist.DropView"
	a, err := actor.Require(ctx, op, actor.ConversationRead)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := lockChangeable(ctx, tx, op, a, key)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM saved_view WHERE tenant_id = $1 AND id = $2`, a.Tenant, key); err != nil {
			return err
		}
		return logView(ctx, tx, "saved_view.delete", &before, nil)
	}))
}
