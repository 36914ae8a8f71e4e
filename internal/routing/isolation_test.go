package routing

import (
	"context"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// everyVerb calls each verb on what is not the actor's to know of.
func everyVerb(c *centre, waits, works, offered Interaction, skill id.Skill, code id.Disposition) map[string]func(ctx context.Context) error {
	views := NewViews(c.d, silent{}, allReadable{})
	name := "Renamed"
	return map[string]func(ctx context.Context) error{
		"accept":    func(ctx context.Context) error { _, err := c.svc.Accept(ctx, offered.OfferID); return err },
		"decline":   func(ctx context.Context) error { return c.svc.Decline(ctx, offered.OfferID, "") },
		"pull":      func(ctx context.Context) error { _, err := c.svc.Pull(ctx, waits.ID); return err },
		"take over": func(ctx context.Context) error { _, err := c.svc.TakeOver(ctx, works.ID); return err },
		"transfer": func(ctx context.Context) error {
			return c.svc.Transfer(ctx, Transfer{Interaction: works.ID, Queue: c.queue})
		},
		"park":            func(ctx context.Context) error { return c.svc.Park(ctx, works.ID, time.Time{}) },
		"resume":          func(ctx context.Context) error { return c.svc.Resume(ctx, works.ID) },
		"end the contact": func(ctx context.Context) error { return c.svc.EndContact(ctx, works.ID) },
		"finish":          func(ctx context.Context) error { return c.svc.Finish(ctx, Finish{Interaction: works.ID}) },
		"force presence":  func(ctx context.Context) error { return c.svc.ForcePresence(ctx, c.kamil, Wish{State: Away}) },
		"switch channels": func(ctx context.Context) error {
			return c.svc.SwitchChannels(ctx, c.kamil, map[string]bool{"chat": false})
		},
		"set membership": func(ctx context.Context) error {
			return c.svc.SetMembership(ctx, Membership{Agent: c.ola, Queue: c.queue, Member: true})
		},
		"remove membership": func(ctx context.Context) error {
			return c.svc.SetMembership(ctx, Membership{Agent: c.ola, Queue: c.queue})
		},
		"move":            func(ctx context.Context) error { return c.svc.MoveAgent(ctx, c.ola, c.queue, c.queue) },
		"see it":          func(ctx context.Context) error { _, err := views.Interaction(ctx, works.ID); return err },
		"see its targets": func(ctx context.Context) error { _, err := views.TransferTargets(ctx, works.ID); return err },
		"see the queue":   func(ctx context.Context) error { _, err := c.queues.Get(ctx, c.queue); return err },
		"change the queue": func(ctx context.Context) error {
			_, err := c.queues.Update(ctx, c.queue, QueuePatch{Name: &name})
			return err
		},
		"archive the queue": func(ctx context.Context) error { _, err := c.queues.Archive(ctx, c.queue); return err },
		"restore the queue": func(ctx context.Context) error { _, err := c.queues.Restore(ctx, c.queue); return err },
		"see its members":   func(ctx context.Context) error { _, err := c.queues.Members(ctx, c.queue, 0, 5); return err },
		"see a disposition": func(ctx context.Context) error { _, err := NewDispositions(c.d).Get(ctx, code); return err },
		"change a disposition": func(ctx context.Context) error {
			_, err := NewDispositions(c.d).Update(ctx, code, DispositionPatch{Name: &name})
			return err
		},
		"see settings": func(ctx context.Context) error { _, err := NewStaffing(c.d, c.crew).Get(ctx, c.ola); return err },
		"change settings": func(ctx context.Context) error {
			_, err := NewStaffing(c.d, c.crew).Update(ctx, c.ola, AgentPatch{})
			return err
		},
	}
}

func TestWhatIsOutOfReachIsNotFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		name := "Fibre"
		skill, err := NewSkills(d).Create(c.system, name)
		c.must(err)
		code, err := NewDispositions(d).Create(c.system, c.queue, DispositionPatch{Name: &name})
		c.must(err)
		waits, works, offered := c.queued(c.queue), c.active(c.queue), c.offered(c.queue, c.ola)
		rights := actor.Administrator.Rights()
		strangers := map[string]actor.Actor{
			"of another tenant": {Kind: actor.User, Tenant: id.New[id.Tenant](), User: c.ola, Rights: rights, Brands: actor.Brands{All: true}},
			"of another brand":  {Kind: actor.User, Tenant: c.crew.tenant, User: c.marta, Rights: rights, Brands: actor.Brands{Some: []id.Brand{c.otherBrand}}},
			"of no brand":       {Kind: actor.User, Tenant: c.crew.tenant, User: c.marta, Rights: rights},
		}
		c.facts()
		for whose, stranger := range strangers {
			ctx := actor.With(t.Context(), stranger)
			for verb, do := range everyVerb(c, waits, works, offered, skill.ID, code.ID) {
				if err := do(ctx); !errs.Is(errs.NotFound, err) {
					t.Errorf("an administrator %s: %s: %v", whose, verb, err)
				}
			}
			for what, n := range map[string]int{"queues": lengthOf(c.queues.List(ctx, 0, ListQuery{Limit: 9})), "dispositions": lengthOf(NewDispositions(d).List(ctx, 0, ListQuery{Limit: 9})), "settings": lengthOf(NewStaffing(d, c.crew).List(ctx, 0, 9))} {
				if n != 0 {
					t.Errorf("an administrator %s lists %d %s", whose, n, what)
				}
			}
		}
		if got := c.facts(); got != "" {
			t.Errorf("recorded %q", got)
		}
		if n := c.count("queue_member WHERE tenant_id = $1"); n != 0 {
			t.Errorf("%d memberships", n)
		}
	})
}

func lengthOf[T any](list []T, err error) int {
	if err != nil {
		return -1
	}
	return len(list)
}

func TestOnlyPeopleCanWork(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	waits := c.queued(c.queue)
	key := actor.With(t.Context(), actor.Actor{
		Kind: actor.Key, Tenant: c.crew.tenant, Key: 5, Rights: actor.Agent.Rights(), Brands: actor.Brands{All: true},
	})
	_, err := c.svc.Pull(key, waits.ID)
	refused(t, "a key pulls", err, errs.Forbidden, "actor.person_needed")
	refused(t, "a key is available", c.svc.SetPresence(key, Wish{State: Available}), errs.Forbidden, "actor.person_needed")
	refused(t, "a key moves what waits", c.svc.Transfer(key, Transfer{Interaction: waits.ID, Queue: c.queue}), errs.NotFound, "interaction.not_found")
}

func TestVerbsNeedTheirPermission(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	waits, works := c.queued(c.queue), c.active(c.queue)
	viewer := c.as(c.kamil, actor.BrandViewer)
	name := "New"
	_, pulled := c.svc.Pull(viewer, waits.ID)
	_, taken := c.svc.TakeOver(viewer, works.ID)
	_, made := c.queues.Create(viewer, c.brand, QueuePatch{Name: &name})
	_, skilled := NewSkills(c.d).Create(c.asMarta(), name)
	_, reasoned := NewAwayReasons(c.d).Create(c.asMarta(), AwayReasonPatch{Name: &name})
	_, coded := NewDispositions(c.d).Create(c.asMarta(), 0, DispositionPatch{Name: &name})
	_, settled := NewStaffing(c.d, c.crew).Update(c.asMarta(), c.ola, AgentPatch{})
	for what, err := range map[string]error{
		"pull": pulled, "take over": taken, "make a queue": made, "make a skill": skilled, "make a reason": reasoned,
		"make a disposition": coded, "change settings": settled,
		"be available":              c.svc.SetPresence(viewer, Wish{State: Available}),
		"force presence":            c.svc.ForcePresence(c.asOla(), c.kamil, Wish{State: Away}),
		"switch another's channels": c.svc.SwitchChannels(c.asOla(), c.kamil, nil),
		"move people":               c.svc.MoveAgent(c.asOla(), c.kamil, c.queue, c.queue),
		"add people":                c.svc.SetMembership(c.asOla(), Membership{Agent: c.ola, Queue: c.queue, Member: true}),
	} {
		refused(t, what, err, errs.Forbidden, "forbidden")
	}
}
