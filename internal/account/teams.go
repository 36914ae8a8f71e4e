package account

import (
	"context"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxTenantTeams bounds the teams of a tenant.
const maxTenantTeams = 1000

// Team is a group of users. Who belongs to it is kept with the user.
type Team struct {
	ID        id.Team
	Name      string
	Members   int
	Archived  bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (t Team) audited() map[string]any { return map[string]any{"name": t.Name, "archived": t.Archived} }

func (t Team) subject() audit.Subject {
	return audit.Subject{Kind: whatTeam, ID: int64(t.ID), Name: t.Name}
}

const selectTeam = `SELECT t.id, t.name, t.archived, t.created_at, t.updated_at,
	(SELECT COUNT(*) FROM team_member m WHERE m.tenant_id = t.tenant_id AND m.team_id = t.id) AS members FROM team t`

// Teams keeps the tenants' teams.
type Teams struct{ db *db.DB }

// NewTeams returns Teams over d.
func NewTeams(d *db.DB) *Teams { return &Teams{db: d} }

// Create makes a team.
func (s *Teams) Create(ctx context.Context, name string) (Team, error) {
	const op = "account.CreateTeam"
	var t Team
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		t, err = s.CreateIn(ctx, tx, name)
		return err
	})
	return t, errs.Op(op, err)
}

// CreateIn is Create within tx.
func (s *Teams) CreateIn(ctx context.Context, tx *db.Tx, name string) (Team, error) {
	const op = "account.CreateTeamIn"
	who, err := actor.Require(ctx, op, actor.UserEdit)
	if err != nil {
		return Team{}, err
	}
	t := Team{ID: id.New[id.Team](), Name: strings.TrimSpace(name), CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	if err := checkTeam(t).Err(op); err != nil {
		return Team{}, err
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM team WHERE tenant_id = $1`, who.Tenant)
	if err == nil && n >= maxTenantTeams {
		err = errs.New(errs.Exhausted, op, "team.too_many").With(errs.Values{"max": maxTenantTeams})
	}
	if err != nil {
		return Team{}, errs.Op(op, err)
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO team (tenant_id, id, name, name_key, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)`,
		who.Tenant, t.ID, t.Name, fold.Text(t.Name), tx.Now())
	if err != nil {
		return Team{}, errs.Op(op, nameTaken(op, err))
	}
	return t, errs.Op(op, audit.Changed(ctx, tx, audit.Entry{Action: "team.create", Subject: t.subject(), After: t.audited()}))
}

func checkTeam(t Team) *check.Fields {
	var f check.Fields
	f.Text("name", t.Name, maxName)
	return &f
}

// Rename changes a team's name.
func (s *Teams) Rename(ctx context.Context, team id.Team, name string) (Team, error) {
	return s.change(ctx, "account.RenameTeam", "team.update", team, func(t Team) Team { t.Name = strings.TrimSpace(name); return t })
}

// Archive takes a team out of use.
func (s *Teams) Archive(ctx context.Context, team id.Team) (Team, error) {
	return s.change(ctx, "account.ArchiveTeam", "team.archive", team, func(t Team) Team { t.Archived = true; return t })
}

// Restore undoes Archive.
func (s *Teams) Restore(ctx context.Context, team id.Team) (Team, error) {
	return s.change(ctx, "account.RestoreTeam", "team.restore", team, func(t Team) Team { t.Archived = false; return t })
}

func (s *Teams) change(ctx context.Context, op, action string, team id.Team, apply func(Team) Team) (Team, error) {
	who, err := actor.Require(ctx, op, actor.UserEdit)
	if err != nil {
		return Team{}, err
	}
	if !who.Can(actor.UserEdit, actor.InTenant) {
		return Team{}, errs.New(errs.Forbidden, op, "forbidden")
	}
	var after Team
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := db.One[Team](ctx, tx, selectTeam+` WHERE t.tenant_id = $1 AND t.id = $2`+tx.ForUpdate(), who.Tenant, team)
		if err != nil {
			return err
		}
		after = apply(before)
		after.UpdatedAt = tx.Now()
		if err := checkTeam(after).Err(op); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE team SET name = $3, name_key = $4, archived = $5, updated_at = $6 WHERE tenant_id = $1 AND id = $2`,
			who.Tenant, team, after.Name, fold.Text(after.Name), after.Archived, tx.Now())
		if err != nil {
			return nameTaken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: action, Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

// Get returns a team.
func (s *Teams) Get(ctx context.Context, team id.Team) (Team, error) {
	const op = "account.GetTeam"
	who, err := actor.Require(ctx, op, actor.UserRead)
	if err != nil {
		return Team{}, err
	}
	t, err := db.One[Team](ctx, s.db, selectTeam+` WHERE t.tenant_id = $1 AND t.id = $2`, who.Tenant, team)
	return t, errs.Op(op, err)
}

// List returns the tenant's teams by name: the living, or the archived.
func (s *Teams) List(ctx context.Context, archived bool) ([]Team, error) {
	const op = "account.ListTeams"
	who, err := actor.Require(ctx, op, actor.UserRead)
	if err != nil {
		return nil, err
	}
	teams, err := db.Many[Team](ctx, s.db, selectTeam+` WHERE t.tenant_id = $1 AND t.archived = $2 ORDER BY t.name_key, t.id`, who.Tenant, archived)
	return teams, errs.Op(op, err)
}

func knownTeams(ctx context.Context, q db.Queryer, tenant id.Tenant, teams []id.Team) error {
	for _, t := range teams {
		if _, found, err := db.Find[int64](ctx, q, `SELECT id FROM team WHERE tenant_id = $1 AND id = $2`, tenant, t); err != nil {
			return err
		} else if !found {
			return unknownReference("teams")
		}
	}
	return nil
}
