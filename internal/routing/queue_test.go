package routing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestQueuesAreMadeChangedArchivedAndRestored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		q, err := c.queues.Get(c.asOla(), c.queue)
		c.must(err)
		if q.TargetPercent != 80 || q.TargetSeconds != 30 || !q.PullAllowed || q.Texts == nil {
			t.Errorf("as usual: %+v", q)
		}
		level, calendar := 12, knownCalendar
		texts := QueueTexts{"greeting": {"pl": "Dzień dobry! W czym pomóc?"}}
		q, err = c.queues.Update(c.system, c.queue, QueuePatch{Priority: &level, CalendarID: &calendar, Texts: &texts})
		c.must(err)
		if got, err := c.queues.Get(c.asOla(), c.queue); err != nil || got.Priority != 12 || got.Texts["greeting"]["pl"] != texts["greeting"]["pl"] || got.Name != q.Name {
			t.Errorf("%+v %v", got, err)
		}
		for _, step := range []struct {
			do       func() (Queue, error)
			archived int
		}{
			{func() (Queue, error) { return c.queues.Archive(c.system, c.queue) }, 1},
			{func() (Queue, error) { return c.queues.Archive(c.system, c.queue) }, 1},
			{func() (Queue, error) { return c.queues.Restore(c.system, c.queue) }, 0},
		} {
			if _, err := step.do(); err != nil {
				t.Fatal(err)
			}
			if n := lengthOf(c.queues.List(c.asOla(), 0, ListQuery{Archived: true, Limit: 9})); n != step.archived {
				t.Errorf("%d archived, want %d", n, step.archived)
			}
		}
		if got := c.facts(); got != strings.TrimSpace(strings.Repeat("configuration.changed ", 4)) {
			t.Errorf("facts %q", got)
		}
		if n := c.count("audit WHERE tenant_id = $1 AND subject_kind = 'queue'"); n != 5 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func TestAQueueInUseIsNotArchived(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		billing := c.staffed("Billing", QueuePatch{OverflowQueueID: &c.queue})
		_, err := c.queues.Archive(c.system, c.queue)
		refused(t, "another overflows to it", err, errs.Conflict, "queue.overflow_target")
		for _, from := range []func(id.Queue) Interaction{c.queued, c.active, c.parked, c.wrapping} {
			it := from(billing)
			_, err := c.queues.Archive(c.system, billing)
			refused(t, string(it.State), err, errs.Conflict, "queue.not_empty")
			c.must(c.svc.Finish(c.system, Finish{Interaction: c.startedIfWaiting(it).ID}))
		}
		if _, err := c.queues.Archive(c.system, billing); err != nil {
			t.Errorf("empty: %v", err)
		}
		if _, err := c.queues.Archive(c.system, c.queue); err != nil {
			t.Errorf("nothing overflows to it: %v", err)
		}
		_, err = c.queues.Restore(c.system, billing)
		refused(t, "its overflow is gone", err, errs.Invalid, "reference")
	})
}

func (c *centre) startedIfWaiting(it Interaction) Interaction {
	c.t.Helper()
	if it.State == Queued {
		c.must(pull(c, it))
	}
	return it
}

func TestOverflowsGoInNoCircle(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		second := c.makeQueue("Second", QueuePatch{OverflowQueueID: &c.queue})
		third := c.makeQueue("Third", QueuePatch{OverflowQueueID: &second})
		for what, to := range map[string]*id.Queue{"itself": &c.queue, "the next": &second, "the one after": &third} {
			_, err := c.queues.Update(c.system, c.queue, QueuePatch{OverflowQueueID: to})
			refused(t, what, err, errs.Invalid, "queue.overflow_circle")
		}
		left, right := c.makeQueue("Left", QueuePatch{}), c.makeQueue("Right", QueuePatch{})
		done := make(chan error, 2)
		for from, to := range map[id.Queue]id.Queue{left: right, right: left} {
			go func() {
				_, err := c.queues.Update(c.system, from, QueuePatch{OverflowQueueID: &to})
				done <- err
			}()
		}
		if first, second := <-done, <-done; (first == nil) == (second == nil) {
			t.Errorf("two at once make a circle: %v, %v", first, second)
		}
	})
}

func TestBadQueuesAreRefusedFieldByField(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	foreign := "Orders"
	other, err := c.queues.Create(c.system, c.otherBrand, QueuePatch{Name: &foreign})
	c.must(err)
	sk, err := NewSkills(c.d).Create(c.system, "Fibre")
	c.must(err)
	neg, zero, four, much := -1, 0, 4, 1<<20
	long, name, blank := strings.Repeat("ż", maxName+1), "Support", "  "
	calendar := id.Calendar(5)
	for what, r := range map[string]struct {
		patch QueuePatch
		want  string
	}{
		"no name":             {QueuePatch{Name: &blank}, "name=required"},
		"a long name":         {QueuePatch{Name: &long}, "name=length.max"},
		"numbers too small":   {QueuePatch{Priority: &neg, TargetPercent: &zero, TargetSeconds: &zero, MaxWaiting: &neg}, "priority=number.min target_percent=number.min target_seconds=number.min max_waiting=number.min"},
		"numbers too great":   {QueuePatch{WrapUpSeconds: &much, MaxWaiting: &much}, "wrap_up_seconds=number.max max_waiting=number.max"},
		"a hasty offer":       {QueuePatch{OfferSeconds: &four}, "offer_seconds=number.min"},
		"unknown texts":       {QueuePatch{Texts: &QueueTexts{"song": {"pl": "la"}}}, "texts=one_of"},
		"an unknown language": {QueuePatch{Texts: &QueueTexts{"away": {"de": "Guten Tag"}}}, "texts.away=one_of"},
		"an unknown calendar": {QueuePatch{CalendarID: &calendar}, "calendar_id=reference"},
		"overflow elsewhere":  {QueuePatch{OverflowQueueID: &other.ID}, "overflow_queue_id=reference"},
		"skills": {
			QueuePatch{Required: &[]Requirement{{Skill: sk.ID, Level: 11}, {Skill: sk.ID, Level: 1}, {Skill: 5, Level: 1}}},
			"required[0].level=number.max required[1].skill_id=items.unique required[2].skill_id=reference",
		},
	} {
		_, err := c.queues.Update(c.system, c.queue, r.patch)
		var got []string
		for _, f := range fieldsOf(err) {
			got = append(got, f.Path+"="+f.Code)
		}
		if !errs.Is(errs.Invalid, err) || strings.Join(got, " ") != r.want {
			t.Errorf("%s: %v %v, want %s", what, err, got, r.want)
		}
	}
	_, err = c.queues.Create(c.system, c.brand, QueuePatch{Name: &name})
	refused(t, "a name twice", err, errs.Invalid, "name.taken")
	_, err = c.queues.Create(c.system, 5, QueuePatch{Name: &name})
	refused(t, "a brand that is none", err, errs.Invalid, "reference")
}

func TestListsGoOnWhereThePageEnded(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	for _, name := range []string{"Łącza", "łódź", "Ámbar", "Zażalenia", "Billing"} {
		c.makeQueue(name, QueuePatch{})
	}
	var names []string
	l := ListQuery{Limit: 2}
	for {
		page, err := c.queues.List(c.asOla(), c.brand, l)
		c.must(err)
		if len(page) == 0 {
			break
		}
		for _, q := range page {
			names = append(names, q.Name)
		}
		l.After = page[len(page)-1].Place()
	}
	if got := fmt.Sprint(names); got != "[Ámbar Billing Łącza łódź Support Zażalenia]" {
		t.Errorf("in order: %s", got)
	}
	found, err := c.queues.List(c.asOla(), 0, ListQuery{Query: "LODZ", Limit: 9})
	if err != nil || len(found) != 1 || found[0].Name != "łódź" {
		t.Errorf("searched: %+v %v", found, err)
	}
	if n := lengthOf(c.queues.List(c.asOla(), c.otherBrand, ListQuery{Limit: 9})); n != 0 {
		t.Errorf("%d queues of a brand without a grant", n)
	}
}
