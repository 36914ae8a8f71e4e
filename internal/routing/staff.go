package routing

import (
	"context"
	"slices"
	"strconv"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of an agent's settings.
const (
	minCapacity    = 10
	maxCapacity    = 1000
	maxAgentSkills = 100
	agentBatch     = 200 // rows read at once for a list
)

// SkillLevel is how well an agent has a skill.
type SkillLevel struct {
	Skill id.Skill `db:"skill_id" json:"skill_id"`
	Level int      `json:"level"`
}

// AgentSettings is what is configured of an agent.
type AgentSettings struct {
	UserID   id.User
	Capacity int            // units of work at a time
	Loads    map[string]int `db:"loads,json"` // units of one interaction by class, where they differ from the usual
	Skills   []SkillLevel   `db:"-"`
}

// AgentPatch changes what it sets.
type AgentPatch struct {
	Capacity *int
	Loads    *map[string]int // a load of 0 is the usual one again
	Skills   *[]SkillLevel
}

func (p AgentPatch) apply(a AgentSettings) AgentSettings {
	set(&a.Capacity, p.Capacity)
	set(&a.Skills, p.Skills)
	if p.Loads != nil {
		a.Loads = map[string]int{}
		for class, load := range *p.Loads {
			if load != 0 {
				a.Loads[class] = load
			}
		}
	}
	return a
}

func (a AgentSettings) check() *check.Fields {
	var f check.Fields
	between(&f, "capacity", a.Capacity, minCapacity, maxCapacity)
	for class, load := range a.Loads {
		f.OneOf("loads", class, Classes()...)
		between(&f, "loads."+class, load, 1, maxCapacity)
	}
	f.Count("skills", len(a.Skills), 0, maxAgentSkills)
	seen := map[id.Skill]bool{}
	for i, s := range a.Skills {
		at := "skills[" + strconv.Itoa(i) + "]"
		between(&f, at+".level", s.Level, 1, maxLevel)
		if seen[s.Skill] {
			f.Add(at+".skill_id", "items.unique", nil)
		}
		seen[s.Skill] = true
	}
	return &f
}

func (a AgentSettings) audited() map[string]any {
	levels := map[string]int{}
	for _, s := range a.Skills {
		levels[s.Skill.String()] = s.Level
	}
	return map[string]any{"capacity": a.Capacity, "loads": a.Loads, "skills": levels}
}

// Staffing keeps the settings of agents.
type Staffing struct {
	db    *db.DB
	staff Staff
}

// NewStaffing returns the settings in d of the users whom staff knows.
func NewStaffing(d *db.DB, staff Staff) *Staffing { return &Staffing{db: d, staff: staff} }

// Update changes the settings of an agent. Routing goes by them at once.
func (s *Staffing) Update(ctx context.Context, user id.User, p AgentPatch) (AgentSettings, error) {
	const op = "routing.UpdateAgent"
	if _, err := actor.Require(ctx, op, actor.UserEdit); err != nil {
		return AgentSettings{}, err
	}
	var after AgentSettings
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		if err := reachable(ctx, tx, s.staff, actor.UserEdit, user); err != nil {
			return err
		}
		row, err := lockAgent(ctx, tx, user)
		if err != nil {
			return err
		}
		before := AgentSettings{UserID: user, Capacity: row.Capacity, Loads: row.Loads}
		if err := readSkills(ctx, tx, []*AgentSettings{&before}); err != nil {
			return err
		}
		after = p.apply(before)
		f := after.check()
		if p.Skills != nil {
			if err := newSkills(ctx, tx, f, before, after); err != nil {
				return err
			}
		}
		if err := f.Err(op); err != nil {
			return err
		}
		return saveSettings(ctx, tx, before, after)
	})
	return after, errs.Op(op, err)
}

// reachable refuses a user for whom the actor may not do p, as if there were none.
func reachable(ctx context.Context, q db.Queryer, staff Staff, p actor.Permission, user id.User) error {
	seen, err := staff.Reach(ctx, q, p, []id.User{user})
	if err == nil && !slices.Contains(seen, user) {
		err = errs.New(errs.NotFound, "routing.reachable", "agent.not_found")
	}
	return err
}

// person returns the actor if it may do p and is somebody who can work on something: a key or the system cannot.
func person(ctx context.Context, op string, p actor.Permission) (actor.Actor, error) {
	who, err := actor.Require(ctx, op, p)
	if err == nil && who.User == 0 {
		err = errs.New(errs.Forbidden, op, "actor.person_needed")
	}
	return who, err
}

// newSkills names skills that are not there to be given. What the agent has already may stay, archived or not.
func newSkills(ctx context.Context, tx *db.Tx, f *check.Fields, before, after AgentSettings) error {
	for i, s := range after.Skills {
		if slices.ContainsFunc(before.Skills, func(old SkillLevel) bool { return old.Skill == s.Skill }) {
			continue
		}
		_, found, err := db.Find[id.Skill](ctx, tx, `SELECT id FROM skill WHERE tenant_id = $1 AND id = $2 AND archived_at = 0`,
			actor.From(ctx).Tenant, s.Skill)
		if err != nil {
			return err
		}
		if !found {
			f.Add("skills["+strconv.Itoa(i)+"].skill_id", "reference", nil)
		}
	}
	return nil
}

func saveSettings(ctx context.Context, tx *db.Tx, before, after AgentSettings) error {
	tenant := actor.From(ctx).Tenant
	if after.Loads == nil {
		after.Loads = map[string]int{}
	}
	if _, err := db.Exec(ctx, tx, `UPDATE agent SET capacity = $3, loads = $4 WHERE tenant_id = $1 AND user_id = $2`,
		tenant, after.UserID, after.Capacity, db.JSON(after.Loads)); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, tx, `DELETE FROM agent_skill WHERE tenant_id = $1 AND user_id = $2`, tenant, after.UserID); err != nil {
		return err
	}
	for _, s := range after.Skills {
		if _, err := db.Exec(ctx, tx, `INSERT INTO agent_skill (tenant_id, user_id, skill_id, level) VALUES ($1, $2, $3, $4)`,
			tenant, after.UserID, s.Skill, s.Level); err != nil {
			return err
		}
	}
	err := audit.Write(ctx, tx, audit.Entry{
		Action: "agent.update", Subject: audit.Subject{Kind: "agent", ID: int64(after.UserID)},
		Before: before.audited(), After: after.audited(),
	})
	if err != nil {
		return err
	}
	return tx.Record(ctx, fact.AgentChanged{Agent: after.UserID})
}

// Get returns the settings of a user; one who never worked has the usual ones.
func (s *Staffing) Get(ctx context.Context, user id.User) (AgentSettings, error) {
	const op = "routing.GetAgent"
	if _, err := actor.Require(ctx, op, actor.UserRead); err != nil {
		return AgentSettings{}, err
	}
	if err := reachable(ctx, s.db, s.staff, actor.UserRead, user); err != nil {
		return AgentSettings{}, errs.Op(op, err)
	}
	a, found, err := db.Find[AgentSettings](ctx, s.db, selectSettings+` AND user_id = $2`, actor.From(ctx).Tenant, user)
	if err == nil && !found {
		a = AgentSettings{UserID: user, Capacity: newAgent(user).Capacity}
	}
	if err == nil {
		err = readSkills(ctx, s.db, []*AgentSettings{&a})
	}
	return a, errs.Op(op, err)
}

const selectSettings = `SELECT user_id, capacity, loads FROM agent WHERE tenant_id = $1`

// List returns up to limit agents behind the given one whose settings the actor may
// see, by key. Who never was an agent is not among them.
func (s *Staffing) List(ctx context.Context, after id.User, limit int) ([]AgentSettings, error) {
	const op = "routing.ListAgents"
	who, err := actor.Require(ctx, op, actor.UserRead)
	if err != nil {
		return nil, err
	}
	var list []AgentSettings
	for len(list) < limit {
		rows, err := db.Many[AgentSettings](ctx, s.db, selectSettings+` AND user_id > $2 ORDER BY user_id LIMIT $3`, who.Tenant, after, agentBatch)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		seen, err := s.seen(ctx, rows)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		list = append(list, seen...)
		if len(rows) < agentBatch {
			break
		}
		after = rows[len(rows)-1].UserID
	}
	list = list[:min(len(list), limit)]
	each := make([]*AgentSettings, len(list))
	for i := range list {
		each[i] = &list[i]
	}
	return list, errs.Op(op, readSkills(ctx, s.db, each))
}

// seen returns those of rows that the actor may see.
func (s *Staffing) seen(ctx context.Context, rows []AgentSettings) ([]AgentSettings, error) {
	users := make([]id.User, len(rows))
	for i, r := range rows {
		users[i] = r.UserID
	}
	reach, err := s.staff.Reach(ctx, s.db, actor.UserRead, users)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r AgentSettings) bool { return !slices.Contains(reach, r.UserID) }), nil
}

type agentSkillRow struct {
	UserID id.User
	SkillLevel
}

// readSkills fills in the skills of agents, in the order of their keys.
func readSkills(ctx context.Context, q db.Queryer, agents []*AgentSettings) error {
	if len(agents) == 0 {
		return nil
	}
	byUser := make(map[id.User]*AgentSettings, len(agents))
	users := make([]id.User, len(agents))
	for i, a := range agents {
		byUser[a.UserID], users[i] = a, a.UserID
	}
	var w db.Where
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(&w, "user_id", users)
	rows, err := db.Many[agentSkillRow](ctx, q, `SELECT user_id, skill_id, level FROM agent_skill`+w.SQL()+` ORDER BY user_id, skill_id`, w.Args()...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		a := byUser[r.UserID]
		a.Skills = append(a.Skills, r.SkillLevel)
	}
	return nil
}
