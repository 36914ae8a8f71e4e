package channel

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// Bounds of an entry point.
const (
	maxName        = 100
	maxAddress     = 300
	maxConfig      = 64 << 10 // bytes
	maxEntryPoints = 5000     // of a tenant
)

// Health says whether an entry point works.
type Health string

// States of health.
const (
	Healthy Health = "ok"
	Failing Health = "failing"
)

// EntryPoint is an address of ours where contacts arrive.
type EntryPoint struct {
	Tenant  id.Tenant `db:"tenant_id"`
	ID      id.EntryPoint
	Brand   id.Brand `db:"brand_id"`
	Channel Name
	Name    string
	Address string          // number, mailbox, page; the public key of a widget
	Config  json.RawMessage // an object whose shape is the channel's
	Sealed  string          `json:"-" db:"secret"` // the secret that signs the identities of visitors, see EntryPoints.Secret; empty: none
	Queue   id.Queue        `db:"queue_id"`
	Active  bool

	HidesTyping bool // customers are not shown that we write
	HidesRead   bool // customers are not told what we have read

	Health     Health
	HealthCode string // why it fails, a key of the catalogues
	HealthAt   time.Time
	Archived   bool
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Open reports whether contacts are taken here.
func (p EntryPoint) Open() bool { return p.Active && !p.Archived }

// secretContext names whose secret is sealed.
func (p EntryPoint) secretContext() string {
	return "entry_point " + p.Tenant.String() + " " + p.ID.String()
}

// NewEntryPoint is what an entry point is made of.
type NewEntryPoint struct {
	Brand   id.Brand
	Channel Name
	Name    string
	Address string // empty for a widget: it gets a key
	Config  json.RawMessage
	Queue   id.Queue
	Proven  bool // who makes it has seen that the address is theirs, see Accounts
}

// EntryPointPatch changes what it sets.
type EntryPointPatch struct {
	Name   *string
	Config *json.RawMessage
	Queue  *id.Queue
	Active *bool

	HidesTyping *bool
	HidesRead   *bool
}

func (e EntryPointPatch) apply(p EntryPoint) EntryPoint {
	set(&p.Name, e.Name)
	set(&p.Config, e.Config)
	set(&p.Queue, e.Queue)
	set(&p.Active, e.Active)
	set(&p.HidesTyping, e.HidesTyping)
	set(&p.HidesRead, e.HidesRead)
	p.Name = strings.TrimSpace(p.Name)
	if len(bytes.TrimSpace(p.Config)) == 0 {
		p.Config = json.RawMessage(`{}`)
	}
	return p
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (p EntryPoint) check() *check.Fields {
	var f check.Fields
	f.Text("name", p.Name, maxName)
	f.Text("address", p.Address, maxAddress)
	config := map[string]json.RawMessage{}
	switch {
	case len(p.Config) > maxConfig:
		f.Add("config", "length.max", errs.Values{"max": maxConfig})
	case json.Unmarshal(p.Config, &config) != nil:
		f.Add("config", "type.object", nil)
	}
	return &f
}

func (p EntryPoint) audited() map[string]any {
	return map[string]any{
		"channel": p.Channel, "name": p.Name, "address": p.Address, "config": p.Config,
		"queue_id": p.Queue, "active": p.Active, "archived": p.Archived, "hides_typing": p.HidesTyping, "hides_read": p.HidesRead,
	}
}

func (p EntryPoint) subject() audit.Subject {
	return audit.Subject{Kind: "entry_point", ID: int64(p.ID), Name: p.Name}
}

// KeysOf returns the keys of entry points.
func KeysOf(points []EntryPoint) []id.EntryPoint {
	keys := make([]id.EntryPoint, len(points))
	for i, p := range points {
		keys[i] = p.ID
	}
	return keys
}
