package routing

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxSkills bounds the skills of a tenant.
const maxSkills = 500

// Skill is something that an interaction needs and an agent has at some level.
type Skill struct {
	ID         id.Skill
	Name       string
	CreatedAt  time.Time
	ArchivedAt time.Time
}

// Place returns where the skill stands in a list.
func (s Skill) Place() Place { return placeOf(s.Name, s.ID) }

func (s Skill) archived() bool { return !s.ArchivedAt.IsZero() }

func (s Skill) audited() map[string]any {
	return map[string]any{"name": s.Name, "archived": s.archived()}
}

func (s Skill) subject() audit.Subject {
	return audit.Subject{Kind: "skill", ID: int64(s.ID), Name: s.Name}
}

func (s Skill) check(op string) error {
	var f check.Fields
	f.Text("name", s.Name, maxName)
	return f.Err(op)
}

// Skills keeps the skills of tenants. All brands share them.
type Skills struct{ db *db.DB }

// NewSkills returns the skills in d.
func NewSkills(d *db.DB) *Skills { return &Skills{db: d} }

const selectSkill = `SELECT id, name, created_at, archived_at FROM skill WHERE tenant_id = $1`

// Create makes a skill.
func (s *Skills) Create(ctx context.Context, name string) (Skill, error) {
	const op = "routing.CreateSkill"
	who, err := inTenant(ctx, op)
	if err != nil {
		return Skill{}, err
	}
	var made Skill
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := room(ctx, tx, op, `SELECT COUNT(*) FROM skill WHERE tenant_id = $1`, maxSkills); err != nil {
			return err
		}
		made = Skill{ID: id.New[id.Skill](), Name: strings.TrimSpace(name), CreatedAt: tx.Now()}
		if err := made.check(op); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `INSERT INTO skill (tenant_id, id, name, created_at) VALUES ($1, $2, $3, $4)`,
			who.Tenant, made.ID, made.Name, made.CreatedAt); err != nil {
			return taken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "skill.create", Subject: made.subject(), After: made.audited()})
	})
	return made, errs.Op(op, err)
}

// Rename gives a skill another name.
func (s *Skills) Rename(ctx context.Context, key id.Skill, name string) (Skill, error) {
	return s.change(ctx, "skill.update", key, func(_ *db.Tx, sk Skill) (Skill, error) {
		sk.Name = strings.TrimSpace(name)
		return sk, nil
	})
}

// Archive takes a skill out of use, unless a queue requires it. Agents keep their level for a Restore.
func (s *Skills) Archive(ctx context.Context, key id.Skill) (Skill, error) {
	return s.change(ctx, "skill.archive", key, func(tx *db.Tx, sk Skill) (Skill, error) {
		sk.ArchivedAt = archivedAt(tx.Now(), sk.ArchivedAt)
		return sk, unrequired(ctx, tx, key)
	})
}

// unrequired refuses a skill that a living queue requires.
func unrequired(ctx context.Context, tx *db.Tx, key id.Skill) error {
	queues, err := db.Many[Queue](ctx, tx, `SELECT `+queueColumns+` FROM queue WHERE tenant_id = $1 AND archived_at = 0`, actor.From(ctx).Tenant)
	if err != nil {
		return err
	}
	for _, q := range queues {
		if slices.ContainsFunc(q.Required, func(r Requirement) bool { return r.Skill == key }) {
			return errs.New(errs.Conflict, "routing.ArchiveSkill", "skill.in_use").With(errs.Values{"queue": q.Name})
		}
	}
	return nil
}

// Restore undoes Archive.
func (s *Skills) Restore(ctx context.Context, key id.Skill) (Skill, error) {
	return s.change(ctx, "skill.restore", key, func(_ *db.Tx, sk Skill) (Skill, error) {
		sk.ArchivedAt = time.Time{}
		return sk, nil
	})
}

func (s *Skills) change(ctx context.Context, action string, key id.Skill, apply func(*db.Tx, Skill) (Skill, error)) (Skill, error) {
	const op = "routing.changeSkill"
	who, err := inTenant(ctx, op)
	if err != nil {
		return Skill{}, err
	}
	var after Skill
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, found, err := db.Find[Skill](ctx, tx, selectSkill+` AND id = $2`+tx.ForUpdate(), who.Tenant, key)
		if err != nil || !found {
			return missing(op, "skill.not_found", err)
		}
		if after, err = apply(tx, before); err != nil {
			return err
		}
		if err := after.check(op); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE skill SET name = $3, archived_at = $4 WHERE tenant_id = $1 AND id = $2`,
			who.Tenant, key, after.Name, after.ArchivedAt); err != nil {
			return taken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: action, Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

// Get returns a skill.
func (s *Skills) Get(ctx context.Context, key id.Skill) (Skill, error) {
	const op = "routing.GetSkill"
	who, err := actor.Require(ctx, op, actor.QueueRead)
	if err != nil {
		return Skill{}, err
	}
	sk, found, err := db.Find[Skill](ctx, s.db, selectSkill+` AND id = $2`, who.Tenant, key)
	if err != nil || !found {
		return sk, missing(op, "skill.not_found", err)
	}
	return sk, nil
}

// List returns skills by name.
func (s *Skills) List(ctx context.Context, l ListQuery) ([]Skill, error) {
	const op = "routing.ListSkills"
	who, err := actor.Require(ctx, op, actor.QueueRead)
	if err != nil {
		return nil, err
	}
	all, err := db.Many[Skill](ctx, s.db, selectSkill, who.Tenant)
	return narrow(all, l), errs.Op(op, err)
}
