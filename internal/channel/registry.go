package channel

import (
	"fmt"
	"slices"

	"github.com/zongler/zongler/internal/id"
)

// Registry knows the adapters of this installation. It never changes after it was made.
type Registry struct {
	all    []Adapter
	byName map[Name]Adapter
}

// NewRegistry returns a Registry of adapters, in the order in which they are
// shown. It panics if two have one name: the program is wrong.
func NewRegistry(adapters ...Adapter) *Registry {
	r := &Registry{all: slices.Clone(adapters), byName: map[Name]Adapter{}}
	for _, a := range adapters {
		if _, twice := r.byName[a.Channel()]; twice {
			panic(fmt.Sprintf("channel: two adapters for %s", a.Channel()))
		}
		r.byName[a.Channel()] = a
	}
	return r
}

// Adapter returns the adapter of a channel, and whether there is one.
func (r *Registry) Adapter(n Name) (Adapter, bool) {
	a, ok := r.byName[n]
	return a, ok
}

// Capabilities returns what a channel can carry; nothing for one without adapter.
func (r *Registry) Capabilities(n Name) Capabilities {
	if a, ok := r.byName[n]; ok {
		return a.Capabilities()
	}
	return Capabilities{}
}

// CapabilitiesOf returns what an entry point can carry.
func (r *Registry) CapabilitiesOf(p EntryPoint) Capabilities {
	a, ok := r.byName[p.Channel]
	if !ok {
		return Capabilities{}
	}
	return capabilitiesOf(a, p)
}

// lookOf returns how an entry point is shown.
func (r *Registry) lookOf(p EntryPoint) Look {
	if own, dressed := r.byName[p.Channel].(Dressed); dressed {
		return own.LookOf(p)
	}
	return Look{}
}

// capabilitiesOf returns what an entry point of a can carry.
func capabilitiesOf(a Adapter, p EntryPoint) Capabilities {
	if own, differs := a.(PointCapable); differs {
		return own.CapabilitiesOf(p)
	}
	return a.Capabilities()
}

// Differs reports whether the entry points of a channel differ in what they can carry.
func (r *Registry) Differs(n Name) bool {
	_, differs := r.byName[n].(PointCapable)
	return differs
}

// Connecting returns the adapters that have accounts, in the order in which they are shown.
func (r *Registry) Connecting() []Connecting {
	var all []Connecting
	for _, a := range r.all {
		if c, is := a.(Connecting); is {
			all = append(all, c)
		}
	}
	return all
}

// Names returns the channels that there are.
func (r *Registry) Names() []Name {
	names := make([]Name, len(r.all))
	for i, a := range r.all {
		names[i] = a.Channel()
	}
	return names
}

// Configurable is an adapter whose entry points have settings of their own. It
// names what is wrong with them before they are stored.
type Configurable interface {
	// CheckConfig checks config, JSON as it is stored, and returns it in its normal form.
	CheckConfig(config []byte) ([]byte, error)
}

// Referring is a Configurable whose settings name other entry points of the brand.
type Referring interface {
	// Named returns what config, which was checked, names.
	Named(config []byte) []Reference
}

// Reference is an entry point that the settings of another one name.
type Reference struct {
	Path    string // where it stands in the settings
	Code    string // what is said if there is none such
	Channel Name
	Point   id.EntryPoint
}
