package account

import (
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// Bounds of a user.
const (
	maxName   = 100
	maxRoles  = 20
	maxBrands = 500
	maxTeams  = 100
)

// User is a person with a sign-in.
type User struct {
	ID        id.User
	Name      string
	Email     string
	Language  string // of the desk: en, pl, hu
	Theme     string // light, dark, system
	Density   string // comfortable, compact
	Active    bool
	AllBrands bool // sees every brand, those to come too
	CreatedAt time.Time
	UpdatedAt time.Time

	Roles  []RoleKey  `db:"-"`
	Brands []id.Brand `db:"-"` // where AllBrands is false
	Teams  []id.Team  `db:"-"`
}

// NewUser is what a user is made of.
type NewUser struct {
	Name      string
	Email     string
	Language  string
	Roles     []RoleKey
	AllBrands bool
	Brands    []id.Brand
	Teams     []id.Team
}

// UserPatch changes what it sets.
type UserPatch struct {
	Name      *string
	Email     *string
	Language  *string
	Theme     *string
	Density   *string
	Active    *bool
	Roles     *[]RoleKey
	AllBrands *bool
	Brands    *[]id.Brand
	Teams     *[]id.Team
}

// Languages returns the languages of the desk.
func Languages() []string { return []string{"en", "pl", "hu"} }

func themes() []string    { return []string{"light", "dark", "system"} }
func densities() []string { return []string{"comfortable", "compact"} }

func (n NewUser) user() User {
	u := User{Theme: "system", Density: "comfortable", Active: true}
	return UserPatch{
		Name: &n.Name, Email: &n.Email, Language: &n.Language,
		Roles: &n.Roles, AllBrands: &n.AllBrands, Brands: &n.Brands, Teams: &n.Teams,
	}.apply(u)
}

func (p UserPatch) apply(u User) User {
	set(&u.Name, p.Name)
	set(&u.Email, p.Email)
	set(&u.Language, p.Language)
	set(&u.Theme, p.Theme)
	set(&u.Density, p.Density)
	set(&u.Active, p.Active)
	set(&u.AllBrands, p.AllBrands)
	setList(&u.Roles, p.Roles)
	setList(&u.Brands, p.Brands)
	setList(&u.Teams, p.Teams)
	if u.AllBrands {
		u.Brands = nil
	}
	u.Name, u.Email = strings.TrimSpace(u.Name), strings.TrimSpace(u.Email)
	return u
}

// grantsChange reports whether p may change what the user is allowed to do.
func (p UserPatch) grantsChange() bool {
	return p.Active != nil || p.Roles != nil || p.AllBrands != nil || p.Brands != nil || p.Teams != nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// setList takes from, sorted and each item once.
func setList[T ~int64 | ~string](to, from *[]T) {
	if from != nil {
		*to = slices.Compact(slices.Sorted(slices.Values(*from)))
	}
}

func (u User) check() *check.Fields {
	var f check.Fields
	f.Text("name", u.Name, maxName)
	f.Email("email", u.Email)
	f.OneOf("language", u.Language, Languages()...)
	f.OneOf("theme", u.Theme, themes()...)
	f.OneOf("density", u.Density, densities()...)
	f.Count("roles", len(u.Roles), 1, maxRoles)
	f.Count("brands", len(u.Brands), 0, maxBrands)
	f.Count("teams", len(u.Teams), 0, maxTeams)
	return &f
}

func (u User) audited() map[string]any {
	return map[string]any{
		"name": u.Name, "email": u.Email, "language": u.Language, "active": u.Active, "roles": u.Roles,
		"all_brands": u.AllBrands, "brands": u.Brands, "teams": u.Teams,
	}
}

func (u User) subject() audit.Subject {
	return audit.Subject{Kind: "user", ID: int64(u.ID), Name: u.Name}
}

// emailKey returns an address as it is compared.
func emailKey(email string) string {
	return strings.ToLower(strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(email, ""), "\x00", "")))
}
