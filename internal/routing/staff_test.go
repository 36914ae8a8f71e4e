package routing

import (
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestSettingsOfAgents(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		skills, staffing := NewSkills(d), NewStaffing(d, c.crew)
		fibre, err := skills.Create(c.system, "Fibre")
		c.must(err)
		if a, err := staffing.Get(c.asMarta(), c.ola); err != nil || a.Capacity != 100 || len(a.Skills) != 0 {
			t.Errorf("before she ever worked: %+v %v", a, err)
		}
		c.facts()
		wide := 150
		patch := AgentPatch{Capacity: &wide, Loads: &map[string]int{"chat": 50, "mail": 0}, Skills: &[]SkillLevel{{fibre.ID, 7}}}
		_, err = staffing.Update(c.system, c.ola, patch)
		c.must(err)
		if got := c.facts(); got != "agent.changed" {
			t.Errorf("facts %q", got)
		}
		_, err = skills.Archive(c.system, fibre.ID)
		c.must(err)
		_, err = staffing.Update(c.system, c.ola, AgentPatch{Skills: &[]SkillLevel{{fibre.ID, 8}}})
		c.must(err) // what she has she may keep
		a, err := staffing.Get(c.asMarta(), c.ola)
		if err != nil || a.Capacity != 150 || len(a.Loads) != 1 || a.Loads["chat"] != 50 || len(a.Skills) != 1 || a.Skills[0].Level != 8 {
			t.Errorf("%+v %v", a, err)
		}
		_, err = staffing.Update(c.system, c.kamil, AgentPatch{Skills: &[]SkillLevel{{fibre.ID, 8}}})
		refused(t, "an archived skill for somebody new", err, errs.Invalid, "reference")
		list, err := staffing.List(c.asMarta(), 0, 5)
		if err != nil || len(list) != 1 || list[0].UserID != c.ola || len(list[0].Skills) != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if n := c.count("audit WHERE tenant_id = $1 AND action = 'agent.update'"); n != 2 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func TestBadSettingsAreRefused(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	staffing := NewStaffing(c.d, c.crew)
	few, many := 9, 1001
	for what, r := range map[string]struct {
		patch AgentPatch
		code  string
	}{
		"too little capacity": {AgentPatch{Capacity: &few}, "number.min"},
		"too much capacity":   {AgentPatch{Capacity: &many}, "number.max"},
		"an unknown class":    {AgentPatch{Loads: &map[string]int{"fax": 10}}, "one_of"},
		"a negative load":     {AgentPatch{Loads: &map[string]int{"chat": -1}}, "number.min"},
		"an unknown skill":    {AgentPatch{Skills: &[]SkillLevel{{5, 1}}}, "reference"},
		"a skill twice":       {AgentPatch{Skills: &[]SkillLevel{{5, 1}, {5, 2}}}, "items.unique"},
		"a level beyond ten":  {AgentPatch{Skills: &[]SkillLevel{{5, 11}}}, "number.max"},
	} {
		_, err := staffing.Update(c.system, c.ola, r.patch)
		refused(t, what, err, errs.Invalid, r.code)
	}
	_, err := staffing.Update(c.system, id.New[id.User](), AgentPatch{})
	refused(t, "a user of nobody", err, errs.NotFound, "agent.not_found")
}

func TestSkillsReasonsAndDispositions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		skills, reasons, codes := NewSkills(d), NewAwayReasons(d), NewDispositions(d)
		name, no := " Lunch ", false
		sk, err := skills.Create(c.system, "Fibre")
		c.must(err)
		reason, err := reasons.Create(c.system, AwayReasonPatch{Name: &name, Paid: &no})
		c.must(err)
		everywhere, err := codes.Create(c.system, 0, DispositionPatch{Name: &name})
		c.must(err)
		own, err := codes.Create(c.system, c.queue, DispositionPatch{Name: &name, Resolved: &no})
		c.must(err)
		if reason.Name != "Lunch" || reason.Paid || !everywhere.Resolved || own.Resolved {
			t.Errorf("%+v %+v %+v", reason, everywhere, own)
		}
		_, err = skills.Create(c.system, "Fibre")
		refused(t, "a skill twice", err, errs.Invalid, "name.taken")
		_, err = reasons.Create(c.system, AwayReasonPatch{Name: &name})
		refused(t, "a reason twice", err, errs.Invalid, "name.taken")
		_, err = codes.Create(c.system, c.queue, DispositionPatch{Name: &name})
		refused(t, "a disposition twice", err, errs.Invalid, "name.taken")
		_, err = codes.Create(c.system, 5, DispositionPatch{Name: &name})
		refused(t, "a disposition of no queue", err, errs.Invalid, "reference")

		_, err = c.queues.Update(c.system, c.queue, QueuePatch{Required: &[]Requirement{{Skill: sk.ID, Level: 1}}})
		c.must(err)
		_, err = skills.Archive(c.system, sk.ID)
		refused(t, "a required skill", err, errs.Conflict, "skill.in_use")
		billing := c.makeQueue("Billing", QueuePatch{})
		if n := lengthOf(codes.List(c.asOla(), billing, ListQuery{Limit: 9})); n != 1 {
			t.Errorf("%d dispositions for a queue without its own", n)
		}
		_, err = reasons.Archive(c.system, reason.ID)
		c.must(err)
		_, err = codes.Archive(c.system, own.ID)
		c.must(err)
		refused(t, "an archived reason", c.svc.SetPresence(c.asOla(), Wish{State: Away, Reason: reason.ID}), errs.Invalid, "away_reason.not_found")
		if n := lengthOf(codes.List(c.asOla(), 0, ListQuery{Limit: 9})); n != 1 {
			t.Errorf("%d living dispositions", n)
		}
		_, err = reasons.Restore(c.system, reason.ID)
		c.must(err)
		_, err = codes.Restore(c.system, own.ID)
		c.must(err)
		if n := lengthOf(reasons.List(c.asOla(), ListQuery{Query: "lun", Limit: 9})); n != 1 {
			t.Errorf("%d reasons", n)
		}
	})
}
