package sim

import (
	"slices"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing/acd"
)

// check holds a finished day against everything that must be true.
func (c *centre) check() {
	c.tb.Helper()
	c.nobodyIsLost()
	c.offersAreSingle()
	c.capacityIsKept()
	c.factsSayTheSame()
}

func (c *centre) count(text string) int {
	c.tb.Helper()
	n, err := db.One[int](c.ctx, c.db, text)
	c.must(err)
	return n
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

// span is a stretch of one agent's or interaction's time.
type span struct {
	Key    int64
	Begins time.Time
	Ends   time.Time
	Units  int
}

// offersAreSingle: no interaction was offered to two agents, or worked on by two, at one instant.
func (c *centre) offersAreSingle() {
	c.tb.Helper()
	for what, text := range map[string]string{
		"offered twice":   `SELECT interaction_id AS key, made_at AS begins, ended_at AS ends, 1 AS units FROM offer`,
		"worked on twice": `SELECT interaction_id AS key, started_at AS begins, ended_at AS ends, 1 AS units FROM segment`,
	} {
		spans, err := db.Many[span](c.ctx, c.db, text)
		c.must(err)
		for key, peak := range peaks(spans) {
			if peak > 1 {
				c.tb.Errorf("interaction %d was %s at once", key, what)
			}
		}
	}
}

// capacityIsKept: offers and work together never took more of an agent than there is.
func (c *centre) capacityIsKept() {
	c.tb.Helper()
	load := acd.Chat.DefaultLoad()
	spans, err := db.Many[span](c.ctx, c.db, `SELECT agent_id AS key, made_at AS begins, ended_at AS ends, $1 AS units FROM offer
		UNION ALL SELECT agent_id, started_at, ended_at, $2 FROM segment`, load, load)
	c.must(err)
	for key, peak := range peaks(spans) {
		if peak > acd.FullLoad {
			c.tb.Errorf("agent %d had a load of %d", key, peak)
		}
	}
}

// peaks returns the most units that each key had at one instant. What ends at an instant makes room for what begins then.
func peaks(spans []span) map[int64]int {
	type edge struct {
		at    time.Time
		units int
	}
	edges := map[int64][]edge{}
	for _, s := range spans {
		edges[s.Key] = append(edges[s.Key], edge{s.Begins, s.Units}, edge{s.Ends, -s.Units})
	}
	most := map[int64]int{}
	for key, all := range edges {
		slices.SortFunc(all, func(a, b edge) int {
			if d := a.at.Compare(b.at); d != 0 {
				return d
			}
			return a.units - b.units
		})
		now := 0
		for _, e := range all {
			now += e.units
			most[key] = max(most[key], now)
		}
	}
	return most
}

// factsSayTheSame: what the facts add up to is what the stamps say.
func (c *centre) factsSayTheSame() {
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
