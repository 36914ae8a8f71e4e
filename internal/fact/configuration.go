package fact

import (
	"github.com/zongler/zongler/internal/id"
)

// ConfigurationChanged says that an administrator changed a thing; What is its table.
type ConfigurationChanged struct {
	What  string   `json:"what,omitzero"`
	Thing int64    `json:"thing,omitzero"`
	Brand id.Brand `json:"brand,omitzero"`
}

// Kind returns "configuration.changed".
func (ConfigurationChanged) Kind() string { return "configuration.changed" }

// Subject returns the key by which these facts stay in order.
func (f ConfigurationChanged) Subject() int64 { return f.Thing }
