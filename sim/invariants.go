package sim

import (
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// check holds a finished day against everything that must be true.
func (c *centre) check() {
	c.tb.Helper()
	c.everythingHappened()
	c.nobodyIsLost()
	facts, sums := newReplay(func(problem string) { c.tb.Error(problem) }), newTally()
	c.factsSayTheSame(facts, sums)
	facts.end()
	if facts.turns == 0 {
		c.tb.Error("no two interactions ever waited in one line: the day is too calm to prove their order")
	}
	c.figuresAreSums(sums, c.began)
}

func (c *centre) count(text string) int {
	c.tb.Helper()
	n, err := db.One[int](c.ctx, c.db, text)
	c.must(err)
	return n
}

// everythingHappened: a day without it would prove nothing about it.
func (c *centre) everythingHappened() {
	c.tb.Helper()
	for what, text := range map[string]string{
		"overflow":             `SELECT COUNT(*) FROM queue_visit WHERE outcome = 'overflowed'`,
		"transfer to an agent": `SELECT COUNT(*) FROM offer WHERE why LIKE '%preferred%'`,
		"pull":                 `SELECT COUNT(*) FROM segment WHERE how = 'pull'`,
		"take-over":            `SELECT COUNT(*) FROM segment WHERE how = 'takeover'`,
		"lost agent":           `SELECT COUNT(*) FROM segment WHERE cause = 'lost'`,
		"parking":              `SELECT COUNT(*) FROM segment WHERE parked_us > 0`,
		"declined offer":       `SELECT COUNT(*) FROM offer WHERE state = 'declined'`,
		"missed offer":         `SELECT COUNT(*) FROM offer WHERE state = 'missed'`,
		"skilled interaction":  `SELECT COUNT(*) FROM interaction WHERE required <> '[]' AND outcome = 'answered'`,
		"interrupted mail":     `SELECT COUNT(*) FROM segment a JOIN segment b ON b.agent_id = a.agent_id AND a.channel = 'email' AND b.channel = 'voice' AND b.started_at > a.started_at AND b.started_at < a.ended_at`,
		"moved agent":          `SELECT COUNT(*) FROM audit WHERE action = 'queue.member' AND actor_kind = 'user'`,
	} {
		if c.count(text) == 0 {
			c.tb.Errorf("not one %s", what)
		}
	}
}

// nobodyIsLost: every arrival ended, once, and everything that was begun for it ended too.
func (c *centre) nobodyIsLost() {
	c.tb.Helper()
	if n := c.count(`SELECT COUNT(*) FROM interaction WHERE state = 'closed' AND outcome IN ('answered', 'abandoned')`); n != c.arrived {
		c.tb.Errorf("%d arrived, %d were answered or gave up", c.arrived, n)
	}
	for what, text := range map[string]string{
		"interactions are open":         `SELECT COUNT(*) FROM interaction WHERE state <> 'closed'`,
		"visits have no end":            `SELECT COUNT(*) FROM queue_visit WHERE left_at = 0 OR outcome = ''`,
		"offers stand":                  `SELECT COUNT(*) FROM offer WHERE state = 'made' OR ended_at = 0`,
		"segments have no end":          `SELECT COUNT(*) FROM segment WHERE ended_at = 0`,
		"presence intervals overlap":    `SELECT COUNT(*) FROM agent_interval a JOIN agent_interval b ON a.user_id = b.user_id AND a.id < b.id AND (a.until = 0 OR a.until > b.since)`,
		"answered visits have no agent": `SELECT COUNT(*) FROM queue_visit WHERE outcome = 'answered' AND (agent_id = 0 OR answered_at = 0)`,
		"visits begin before arrival":   `SELECT COUNT(*) FROM queue_visit v JOIN interaction i ON i.id = v.interaction_id WHERE v.entered_at < i.arrived_at`,
		"jobs are dead":                 `SELECT COUNT(*) FROM job WHERE state = 'dead'`,
	} {
		if n := c.count(text); n != 0 {
			c.tb.Errorf("%d %s", n, what)
		}
	}
}

// factsSayTheSame: there are as many facts as rows, and they tell a story in which
// nobody is in two hands, has too much, or is served before their turn.
func (c *centre) factsSayTheSame(story *replay, figures *tally) {
	c.tb.Helper()
	sums := map[string]int{}
	closed := map[id.Interaction]int{}
	for pos := int64(0); ; {
		batch, err := db.Facts(c.ctx, c.db, pos, 1000)
		c.must(err)
		if len(batch) == 0 {
			break
		}
		for _, r := range batch {
			pos = r.Pos
			story.see(r)
			figures.see(r)
			sums[r.Fact.Kind()]++
			if f, ok := r.Fact.(fact.InteractionClosed); ok {
				closed[f.Interaction]++
				sums["closed "+f.Outcome]++
			}
		}
	}
	for kind, text := range map[string]string{
		"interaction.queued":  `SELECT COUNT(*) FROM queue_visit`,
		"offer.made":          `SELECT COUNT(*) FROM offer`,
		"offer.ended":         `SELECT COUNT(*) FROM offer WHERE ended_at > 0`,
		"interaction.started": `SELECT COUNT(*) FROM segment`,
		"closed abandoned":    `SELECT COUNT(*) FROM queue_visit WHERE outcome = 'abandoned'`,
		"closed answered":     `SELECT COUNT(*) FROM interaction WHERE outcome = 'answered'`,
	} {
		if n := c.count(text); n != sums[kind] {
			c.tb.Errorf("%d facts %q, %d rows", sums[kind], kind, n)
		}
	}
	for interaction, n := range closed {
		if n != 1 {
			c.tb.Errorf("interaction %d was closed %d times", interaction, n)
		}
	}
}
