package channel

import (
	"fmt"
	"slices"
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
