package routing

import (
	"testing"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// together settles the work of an interaction by Kamil's answer of a time.
func (c *centre) together(it Interaction, said time.Time) error {
	return c.d.Update(c.asKamil(), func(tx *db.Tx) error {
		_, err := c.svc.SettleTogether(c.asKamil(), tx, it.ConversationID, Common{Agent: c.kamil, At: said})
		return err
	})
}

func TestACommonAnswerSettlesWhatWaits(t *testing.T) {
	t.Parallel()
	for what, from := range map[string]func(c *centre, queue id.Queue) Interaction{"waiting": (*centre).queued, "offered": offeredToOla} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				c := newCentre(t, d)
				queue := c.staffed("Social", QueuePatch{})
				it := from(c, queue)
				c.must(c.d.Update(t.Context(), func(tx *db.Tx) error { // it came an hour before the answer
					_, err := db.Exec(t.Context(), tx, `UPDATE queue_visit SET entered_at = $1, waiting_since = $2`, arrived, arrived)
					return err
				}))
				c.facts()
				said := arrived.Add(time.Hour)
				c.must(c.together(it, said))
				c.whole(it.ID)
				it = c.read(it.ID)
				if it.State != Closed || it.Outcome != Answered || it.AgentID != c.kamil || !it.RepliedAt.Equal(said) || !it.AnsweredAt.Equal(said) {
					t.Errorf("%+v", it)
				}
				if n := c.count(`queue_visit WHERE tenant_id = $1 AND interaction_id = $2 AND outcome = 'answered' AND left_at - waiting_since = 3600000000`, it.ID); n != 1 {
					t.Errorf("%d visits were answered when the answer could be read", n)
				}
				if n := c.count(`segment WHERE tenant_id = $1 AND interaction_id = $2 AND how = 'together' AND started_at = ended_at AND cause = 'together'`, it.ID); n != 1 {
					t.Errorf("%d shares without time", n)
				}
				if facts := c.facts(); facts != "interaction.closed" && facts != "offer.ended interaction.closed" {
					t.Error(facts)
				}
				refused(t, "again", c.together(it, said), errs.Conflict, "chorus.not_open")
			})
		})
	}
}

func TestACommonAnswerLeavesOthersTheirWork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		queue := c.staffed("Social", QueuePatch{})
		theirs := c.active(queue) // Ola works on it
		refused(t, "what Ola works on", c.together(theirs, time.Now()), errs.Conflict, "chorus.in_work")
		elsewhere := c.queued(c.makeQueue("Complaints", QueuePatch{}))
		refused(t, "a queue of others", c.together(elsewhere, time.Now()), errs.Forbidden, "chorus.not_in_queue")
		refused(t, "what Ola works on, though it joined", c.d.Update(c.system, func(tx *db.Tx) error {
			_, err := c.svc.SettleTogether(c.system, tx, theirs.ConversationID, Common{Agent: c.kamil, At: time.Now(), Late: true})
			return err
		}), errs.Conflict, "chorus.in_work")
		late := c.queued(queue)
		said := time.Now().Add(-time.Hour)
		c.must(c.d.Update(c.system, func(tx *db.Tx) error {
			_, err := db.Exec(c.system, tx, `UPDATE interaction SET arrived_at = $2 WHERE id = $1`, late.ID, said.Add(time.Minute))
			if err != nil {
				return err
			}
			_, err = c.svc.SettleTogether(c.system, tx, late.ConversationID, Common{Agent: c.kamil, At: said, Late: true})
			return err
		}))
		if it := c.read(late.ID); it.State != Closed || !it.RepliedAt.Equal(it.ArrivedAt) {
			t.Errorf("who came after the answer was not answered at once: %+v", it)
		}
		if theirs = c.read(theirs.ID); theirs.State != Active {
			t.Errorf("%+v", theirs)
		}
		own := c.offered(queue, c.kamil)
		_, err := c.svc.Accept(c.asKamil(), own.OfferID)
		c.must(err)
		c.must(c.together(own, time.Now()))
		if it := c.read(own.ID); it.State != Closed || it.RepliedAt.IsZero() || c.count(`segment WHERE tenant_id = $1 AND interaction_id = $2 AND how = 'offer' AND cause = 'together'`, own.ID) != 1 {
			t.Errorf("Kamil's own: %+v", it)
		}
	})
}
