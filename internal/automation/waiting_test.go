package automation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// ago makes what happened in a conversation have happened earlier.
func (c *centre) ago(of id.Conversation, by time.Duration) {
	c.t.Helper()
	c.must(c.db.Update(c.ctx, func(tx *db.Tx) error {
		_, err := db.Exec(c.ctx, tx, `UPDATE fact SET at = at - $1 WHERE subject = $2`, by.Microseconds(), of)
		return err
	}))
}

// timed returns for which conversations time is counted.
func (c *centre) timed() []int64 {
	c.t.Helper()
	found, err := db.Many[int64](c.ctx, c.db, `SELECT conversation_id FROM rule_timer ORDER BY conversation_id`)
	c.must(err)
	return found
}

// asked takes the jobs that have what waits counted, and returns for which rules.
func (c *centre) asked() (rules int) {
	c.t.Helper()
	n, err := db.One[int](c.ctx, c.db, `SELECT COUNT(*) FROM job WHERE kind = 'rules.count'`)
	c.must(err)
	c.must(c.db.Update(c.ctx, func(tx *db.Tx) error {
		_, err := db.Exec(c.ctx, tx, `DELETE FROM job WHERE kind = 'rules.count'`)
		return err
	}))
	return n
}

func TestATimedRuleCountsWhatWaitsAlready(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		overdue, waits, answered, quiet := c.begin("1"), c.begin("2"), c.begin("3"), c.begin("4")
		c.write(overdue.ID, conversation.ByCustomer, "Halo?")
		c.write(overdue.ID, conversation.ByCustomer, "Halo!")
		c.ago(overdue.ID, 2*time.Hour)
		c.write(waits.ID, conversation.ByCustomer, "Dzień dobry")
		c.write(answered.ID, conversation.ByCustomer, "Dzień dobry")
		c.append(answered.ID, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, User: ola, Text: "Witam"})
		_ = quiet
		r := c.rule("Late", `{"when":{"since":"unanswered","minutes":60},"do":[{"do":"add_tags","tags":["late"]}]}`)
		if run, err := c.rules.Try(c.ctx, r); err != nil || run.Ahead != (automation.Ahead{AtOnce: 1, Later: 1}) {
			t.Errorf("ahead %+v, %v", run.Ahead, err)
		}
		if n := c.asked(); n != 1 {
			t.Fatalf("what waits is counted %d times", n)
		}
		c.must(c.rules.Count(c.ctx, automation.CountJob{Rule: r.ID}))
		if got := c.timed(); !slices.Equal(got, []int64{int64(overdue.ID), int64(waits.ID)}) {
			t.Fatalf("time is counted for %v", got)
		}
		c.run()
		if log := c.fired(r, 1); len(log) != 1 || log[0].ConversationID != overdue.ID {
			t.Errorf("%+v", log)
		}
		c.must(c.rules.Count(c.ctx, automation.CountJob{Rule: r.ID})) // done twice
		c.heard()
		if got := c.timed(); !slices.Equal(got, []int64{int64(waits.ID)}) || len(c.fired(r, 1)) != 1 {
			t.Errorf("counted again: time is counted for %v", got)
		}
	})
}

func TestSwitchingATimedRuleOffAndOnCountsAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		waits := c.begin("1")
		c.write(waits.ID, conversation.ByCustomer, "Halo?")
		r := c.rule("Late", `{"when":{"since":"unanswered","minutes":60},"do":[{"do":"add_tags","tags":["late"]}]}`)
		c.must(c.rules.Count(c.ctx, automation.CountJob{Rule: r.ID}))
		c.asked()
		on, off, name := true, false, "Very late"
		for _, step := range []struct {
			what   string
			change automation.RuleChange
			jobs   int
			left   int
		}{
			{"another name asks for nothing", automation.RuleChange{Name: &name}, 0, 1},
			{"off counts nothing", automation.RuleChange{Active: &off}, 0, 0},
			{"on asks again", automation.RuleChange{Active: &on}, 1, 0},
		} {
			_, err := c.rules.Update(c.ctx, r.ID, step.change)
			c.must(err)
			if jobs, left := c.asked(), c.timed(); jobs != step.jobs || len(left) != step.left {
				t.Errorf("%s: %d jobs, %v", step.what, jobs, left)
			}
		}
		c.must(c.rules.Count(c.ctx, automation.CountJob{Rule: r.ID}))
		if got := c.timed(); !slices.Equal(got, []int64{int64(waits.ID)}) {
			t.Errorf("time is counted for %v", got)
		}
		_, err := c.rules.Archive(c.ctx, r.ID)
		c.must(err)
		c.must(c.rules.Count(c.ctx, automation.CountJob{Rule: r.ID}))
		if got := c.timed(); len(got) != 0 {
			t.Errorf("what was ended counts %v", got)
		}
	})
}
