package automation

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Teams knows of which teams a user is.
type Teams interface {
	TeamsOf(ctx context.Context, q db.Queryer, user id.User) ([]id.Team, error)
}

// Macros is all that can be done with macros.
type Macros struct {
	db     *db.DB
	things Things
	teams  Teams
	world  World
	hand   Hand
}

// NewMacros returns Macros over d that read world and act by hand.
func NewMacros(d *db.DB, things Things, teams Teams, world World, hand Hand) *Macros {
	return &Macros{db: d, things: things, teams: teams, world: world, hand: hand}
}

// whatMacro names macros in facts and in the audit.
const whatMacro = "macro"

// List returns the living macros, or the archived, that the actor may use, by name: of a brand (0: of all) and those of every brand.
func (s *Macros) List(ctx context.Context, brand id.Brand, archived bool) ([]Macro, error) {
	const op = "automation.ListMacros"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return nil, err
	}
	teams, err := s.teamsOf(ctx, s.db, a)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	all, err := db.Many[Macro](ctx, s.db, `SELECT `+macroColumns+` FROM macro WHERE tenant_id = $1 AND archived = $2 AND owner_id IN (0, $3)
		ORDER BY name, id LIMIT 2000`, a.Tenant, archived, a.User)
	return slices.DeleteFunc(all, func(m Macro) bool {
		return !m.visible(a, teams) || brand != 0 && m.BrandID != 0 && m.BrandID != brand
	}), errs.Op(op, err)
}

func (s *Macros) teamsOf(ctx context.Context, q db.Queryer, a actor.Actor) ([]id.Team, error) {
	if a.User == 0 {
		return nil, nil
	}
	return s.teams.TeamsOf(ctx, q, a.User)
}

// Get returns a macro that the actor may use.
func (s *Macros) Get(ctx context.Context, key id.Macro) (Macro, error) {
	const op = "automation.GetMacro"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return Macro{}, err
	}
	m, err := s.find(ctx, s.db, a, key, "")
	return m, errs.Op(op, err)
}

func (s *Macros) find(ctx context.Context, q db.Queryer, a actor.Actor, key id.Macro, lock string) (Macro, error) {
	m, err := db.One[Macro](ctx, q, `SELECT `+macroColumns+` FROM macro WHERE tenant_id = $1 AND id = $2`+lock, a.Tenant, key)
	if err != nil {
		return m, err
	}
	teams, err := s.teamsOf(ctx, q, a)
	if err == nil && !m.visible(a, teams) {
		err = errs.E(errs.NotFound, "automation.findMacro", nil)
	}
	return m, err
}

// Create makes a macro.
func (s *Macros) Create(ctx context.Context, m Macro) (Macro, error) {
	const op = "automation.CreateMacro"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return Macro{}, err
	}
	if m.OwnerID != 0 {
		if m.OwnerID = a.User; a.User == 0 {
			return Macro{}, errs.New(errs.Forbidden, op, "actor.person_needed")
		}
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.fit(ctx, tx, op, a, &m); err != nil {
			return err
		}
		if n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM macro WHERE tenant_id = $1 AND NOT archived`, a.Tenant); err != nil {
			return err
		} else if n >= MaxMacros {
			return errs.New(errs.Exhausted, op, "macro.too_many").With(errs.Values{"max": MaxMacros})
		}
		m.ID, m.Archived, m.Rev, m.CreatedAt, m.ChangedAt = id.New[id.Macro](), false, 1, tx.Now(), tx.Now()
		_, err := db.Exec(ctx, tx, `INSERT INTO macro (tenant_id, `+macroColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			a.Tenant, m.ID, m.BrandID, m.OwnerID, m.TeamID, m.Name, m.About, db.JSON(m.Commands), m.Archived, m.Rev, m.CreatedAt, m.ChangedAt)
		if err != nil {
			return err
		}
		return tellMacro(ctx, tx, "macro.create", nil, m)
	})
	return m, errs.Op(op, err)
}

// fit refuses a macro that cannot be, that names what is not there, or that the actor may not have.
func (s *Macros) fit(ctx context.Context, q db.Queryer, op string, a actor.Actor, m *Macro) error {
	if err := m.mayEdit(op, a); err != nil {
		return err
	}
	if err := m.check(op); err != nil {
		return err
	}
	named := &names{things: s.things, brand: m.BrandID}
	if m.BrandID != 0 {
		named.add("brand_id", "brand", m.BrandID.String())
	}
	if m.TeamID != 0 {
		named.add("team_id", "team", m.TeamID.String())
	}
	for i, c := range m.Commands {
		c.Refs("do["+itoa(i)+"]", named.add)
	}
	return named.check(ctx, q, op)
}

// MacroChange is what may change about a macro. Nil leaves a field as it is; whose it is stays.
type MacroChange struct {
	Name     *string
	About    *string
	Commands *[]rule.Command
	Archived *bool
	Rev      int64 // of the version that was edited; 0 takes any
}

// Update changes a macro. An editor who saw an older version gets a Conflict.
func (s *Macros) Update(ctx context.Context, key id.Macro, c MacroChange) (Macro, error) {
	const op = "automation.UpdateMacro"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return Macro{}, err
	}
	var after Macro
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.find(ctx, tx, a, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if err := before.mayEdit(op, a); err != nil {
			return err
		}
		if c.Rev != 0 && c.Rev != before.Rev {
			return errs.New(errs.Conflict, op, "macro.changed")
		}
		after = c.apply(before)
		if c.Name != nil || c.About != nil || c.Commands != nil {
			if err := s.fit(ctx, tx, op, a, &after); err != nil {
				return err
			}
		}
		after.Rev, after.ChangedAt = before.Rev+1, tx.Now()
		_, err = db.Exec(ctx, tx, `UPDATE macro SET name = $3, about = $4, commands = $5, archived = $6, rev = $7, changed_at = $8 WHERE tenant_id = $1 AND id = $2`,
			a.Tenant, key, after.Name, after.About, db.JSON(after.Commands), after.Archived, after.Rev, after.ChangedAt)
		if err != nil {
			return err
		}
		return tellMacro(ctx, tx, "macro.update", before, after)
	})
	return after, errs.Op(op, err)
}

func (c MacroChange) apply(m Macro) Macro {
	if c.Name != nil {
		m.Name = *c.Name
	}
	if c.About != nil {
		m.About = *c.About
	}
	if c.Commands != nil {
		m.Commands = *c.Commands
	}
	if c.Archived != nil {
		m.Archived = *c.Archived
	}
	return m
}

func tellMacro(ctx context.Context, tx *db.Tx, action string, before any, after Macro) error {
	return audit.Changed(ctx, tx, audit.Entry{
		Action: action, Subject: audit.Subject{Kind: whatMacro, ID: int64(after.ID), Name: after.Name}, Brand: after.BrandID, Before: before, After: after,
	})
}

// Use is a macro as it is, or was, used in a conversation.
type Use struct {
	Steps  []Step
	Texts  []Said // of the commands that say something to the customer, by their place; empty for others
	Insert string // what goes into the composer
}

// Preview says what a macro would send and change in a conversation. Nothing is changed.
func (s *Macros) Preview(ctx context.Context, key id.Macro, of id.Conversation) (Use, error) {
	const op = "automation.PreviewMacro"
	m, there, err := s.open(ctx, op, key, of)
	if err != nil {
		return Use{}, err
	}
	use := Use{Texts: make([]Said, len(m.Commands))}
	subject := there.subject()
	for i, c := range m.Commands {
		step := Step{Command: c, Result: Did}
		if why := c.Foresee(subject); why != "" {
			step.Result, step.Code = Idle, why
		}
		if c.Do == rule.SendReply || c.Do == rule.InsertReply {
			if use.Texts[i], err = s.hand.say(ctx, there, c); err != nil {
				return Use{}, errs.Op(op, err)
			}
		}
		if c.Do == rule.InsertReply {
			use.Insert = joinedText(use.Insert, use.Texts[i].Text)
		}
		use.Steps = append(use.Steps, step)
	}
	return use, nil
}

func joinedText(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n\n" + b
}

// open returns a macro that the actor may use in a conversation that they may read.
func (s *Macros) open(ctx context.Context, op string, key id.Macro, of id.Conversation) (Macro, seen, error) {
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return Macro{}, seen{}, err
	}
	if _, err := s.world.Conversations.Visible(ctx, s.db, actor.ConversationRead, of); err != nil {
		return Macro{}, seen{}, errs.Op(op, err)
	}
	m, err := s.find(ctx, s.db, a, key, "")
	if err != nil {
		return Macro{}, seen{}, errs.Op(op, err)
	}
	there, err := s.world.look(ctx, s.db, about{Conversation: of})
	switch {
	case err != nil:
		return m, there, errs.Op(op, err)
	case m.Archived:
		return m, there, errs.New(errs.Conflict, op, "macro.archived")
	case m.BrandID != 0 && m.BrandID != there.brand():
		return m, there, errs.New(errs.Conflict, op, "macro.other_brand")
	}
	return m, there, nil
}

// Apply gives the commands of a macro in a conversation, in their order, by the
// actor's own rights. The first that is refused ends it: what was done before
// stays, and the answer says what was done, what was refused and why, and what was
// not tried. The same name gives the same notes and replies again, not others. A
// reply with a gap is refused before anything is done.
func (s *Macros) Apply(ctx context.Context, key id.Macro, of id.Conversation, clientID string) (Use, error) {
	const op = "automation.ApplyMacro"
	if n := len(clientID); n == 0 || n > maxUseID {
		return Use{}, errs.Fields(op, errs.Field{Path: "client_id", Code: "length.max", Values: errs.Values{"max": maxUseID}})
	}
	use, err := s.Preview(ctx, key, of)
	if err != nil {
		return Use{}, err
	}
	for i, said := range use.Texts {
		if len(said.Unknown) > 0 && use.Steps[i].Command.Do == rule.SendReply {
			return Use{}, errs.New(errs.Conflict, op, "rule.unfilled").With(errs.Values{"names": said.Unknown[0]})
		}
	}
	for i := range use.Steps {
		use.Steps[i].Result, use.Steps[i].Code = "", ""
	}
	for i := range use.Steps {
		step := &use.Steps[i]
		if err := s.give(ctx, of, step, clientID+"-"+itoa(i)); err != nil {
			if inside(err) && i == 0 {
				return Use{}, errs.Op(op, err)
			}
			step.Result, step.Code = Refused, codeOf(err)
			break
		}
	}
	return use, nil
}

// maxUseID bounds the desk's name of a use, in bytes: the names of what is written are made of it.
const maxUseID = 48

func codeOf(err error) string {
	if code := errs.CodeOf(err); code != "" && !inside(err) {
		return code
	}
	return errs.KindOf(err).String()
}

// give gives one command, by what there is after those before it.
func (s *Macros) give(ctx context.Context, of id.Conversation, step *Step, clientID string) error {
	there, err := s.world.look(ctx, s.db, about{Conversation: of})
	if err != nil {
		return err
	}
	if step.Code = step.Command.Foresee(there.subject()); step.Code != "" {
		step.Result = Idle
		return nil
	}
	if err := s.hand.do(ctx, there, step.Command, clientID); err != nil {
		return err
	}
	step.Result = Did
	return nil
}
