package automation

import (
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// Limits of macros.
const (
	MaxMacros = 1000 // of a tenant, without the archived
	maxAbout  = 300
)

// Macro is commands that an agent gives at once for one conversation.
type Macro struct {
	ID        id.Macro
	BrandID   id.Brand // 0: every brand
	OwnerID   id.User  // whose own it is; or:
	TeamID    id.Team  // whose it is; without either it is of all
	Name      string
	About     string
	Commands  []rule.Command `db:"commands,json"`
	Archived  bool
	Rev       int64
	CreatedAt time.Time
	ChangedAt time.Time
}

const macroColumns = `id, brand_id, owner_id, team_id, name, about, commands, archived, rev, created_at, changed_at`

func (m *Macro) check(op string) error {
	m.Name, m.About = strings.TrimSpace(m.Name), strings.TrimSpace(m.About)
	var f check.Fields
	f.Text("name", m.Name, maxName)
	f.Optional("about", m.About, maxAbout)
	if m.OwnerID != 0 && m.TeamID != 0 {
		f.Add("team_id", "macro.own_or_team", nil)
	}
	if err := f.Err(op); err != nil {
		return err
	}
	return rule.CheckMacro(op, m.Commands)
}

// visible reports whether a, who is of teams, may use m.
func (m *Macro) visible(a actor.Actor, teams []id.Team) bool {
	switch {
	case m.BrandID != 0 && !a.Brands.Has(m.BrandID):
		return false
	case m.OwnerID != 0:
		return m.OwnerID == a.User
	case m.TeamID != 0:
		return slices.Contains(teams, m.TeamID) || a.Scope(actor.CannedEdit) >= actor.InBrand
	}
	return true
}

// mayEdit lets everybody have macros of their own. Those of a brand belong to who
// may edit canned replies there, those of all brands to who looks after all.
func (m *Macro) mayEdit(op string, a actor.Actor) error {
	own := m.OwnerID != 0 && m.OwnerID == a.User
	switch {
	case m.BrandID != 0 && !a.Brands.Has(m.BrandID), m.BrandID == 0 && !a.Brands.All && !own:
		return errs.New(errs.Forbidden, op, "macro.brand")
	case !own && a.Scope(actor.CannedEdit) == actor.None:
		return errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(actor.CannedEdit)})
	}
	return nil
}
