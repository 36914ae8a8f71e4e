package routing

import (
	"context"
	"maps"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing/acd"
	"github.com/zongler/zongler/internal/setting"
)

// Mix is what agents of a tenant work on beside each other, by class of channel.
type Mix struct {
	Loads      map[string]int      `json:"loads"`      // units of one interaction; an agent may have their own
	Limits     map[string]int      `json:"limits"`     // most at a time; not named: as many as there is room for
	Interrupts map[string][]string `json:"interrupts"` // which work an offer of the class may interrupt: it does not count then
}

// maxLimit bounds how many interactions of a class an agent may have at a time.
const maxLimit = 100

// usualMix is how it is unless a tenant says otherwise.
func usualMix() Mix {
	m := Mix{Loads: map[string]int{}, Limits: map[string]int{}, Interrupts: map[string][]string{}}
	usual := acd.DefaultInterrupts()
	for c, name := range Classes() {
		m.Loads[name] = acd.Channel(c).DefaultLoad()
		m.Interrupts[name] = []string{}
		for other, what := range Classes() {
			if usual[c].Has(acd.Channel(other)) {
				m.Interrupts[name] = append(m.Interrupts[name], what)
			}
		}
	}
	return m
}

func mixKey() setting.Key[Mix] {
	return setting.Key[Mix]{Name: "routing.mix", Scope: setting.OfTenant, Default: usualMix(), Check: Mix.check}
}

func (m Mix) check() error {
	var f check.Fields
	for class, load := range m.Loads {
		f.OneOf("loads", class, Classes()...)
		between(&f, "loads."+class, load, 1, maxCapacity)
	}
	for class, limit := range m.Limits {
		f.OneOf("limits", class, Classes()...)
		between(&f, "limits."+class, limit, 1, maxLimit)
	}
	for class, others := range m.Interrupts {
		f.OneOf("interrupts", class, Classes()...)
		for _, other := range others {
			f.OneOf("interrupts."+class, other, Classes()...)
		}
	}
	return f.Err("routing.Mix")
}

// MixPatch changes what it sets. What a part does not name is as usual.
type MixPatch struct {
	Loads      *map[string]int
	Limits     *map[string]int
	Interrupts *map[string][]string
}

func (p MixPatch) apply(m Mix) Mix {
	usual := usualMix()
	if p.Loads != nil {
		m.Loads = over(usual.Loads, *p.Loads)
	}
	if p.Limits != nil {
		m.Limits = over(usual.Limits, *p.Limits)
	}
	if p.Interrupts != nil {
		m.Interrupts = over(usual.Interrupts, *p.Interrupts)
	}
	return m
}

// over returns usual with what is said instead of it.
func over[T any](usual, said map[string]T) map[string]T {
	maps.Copy(usual, said)
	return usual
}

func readMix(ctx context.Context, q db.Queryer) (Mix, error) { return setting.Get(ctx, q, mixKey(), 0) }

// Mix returns what agents of the actor's tenant work on beside each other.
func (s *Staffing) Mix(ctx context.Context) (Mix, error) {
	const op = "routing.Mix"
	if _, err := actor.Require(ctx, op, actor.QueueRead); err != nil {
		return Mix{}, err
	}
	m, err := readMix(ctx, s.db)
	return m, errs.Op(op, err)
}

// SetMix changes it, for who may configure the queues of all brands. Routing goes by it at once.
func (s *Staffing) SetMix(ctx context.Context, p MixPatch) (m Mix, err error) {
	const op = "routing.SetMix"
	who, err := actor.Require(ctx, op, actor.QueueEdit)
	if err != nil {
		return m, err
	}
	if !who.Brands.All {
		return m, errs.New(errs.Forbidden, op, "forbidden")
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if m, err = readMix(ctx, tx); err != nil {
			return err
		}
		m = p.apply(m)
		return setting.Set(ctx, tx, mixKey(), 0, m)
	})
	return m, errs.Op(op, err)
}

// core gives an agent in the core's words what holds for everybody in the tenant.
func (m Mix) core(a *acd.Agent) {
	a.Interrupt = &acd.Interrupts{}
	for c, class := range Classes() {
		if a.Loads[c] == 0 {
			a.Loads[c] = m.Loads[class]
		}
		a.Limits[c] = m.Limits[class]
		for other, name := range Classes() {
			for _, interrupted := range m.Interrupts[class] {
				if name == interrupted {
					a.Interrupt[c] |= acd.ChannelSet(acd.Channel(other))
				}
			}
		}
	}
}
