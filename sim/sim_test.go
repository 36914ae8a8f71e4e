package sim

import (
	"flag"
	"testing"
	"testing/synctest"
	"time"
)

var days = flag.Int("days", 1, "how many days to simulate; each has its own seed")

func TestDays(t *testing.T) {
	t.Parallel()
	for day := range *days {
		synctest.Test(t, func(t *testing.T) {
			plan := Plan{
				Seed: uint64(day + 1), Day: 8 * time.Hour, PerHour: 90, Handle: 6 * time.Minute, Patience: 4 * time.Minute,
				Queues: 3, Agents: 5 + day%3, Restarts: 3,
			}
			c := open(t, plan)
			c.run()
			c.check()
			t.Logf("day %d: %d arrived, %d answered, %d gave up, %d offers, %d missed, %d transfers", day+1, c.arrived,
				c.count(`SELECT COUNT(*) FROM interaction WHERE outcome = 'answered'`),
				c.count(`SELECT COUNT(*) FROM interaction WHERE outcome = 'abandoned'`),
				c.count(`SELECT COUNT(*) FROM offer`),
				c.count(`SELECT COUNT(*) FROM offer WHERE state = 'missed'`),
				c.count(`SELECT COUNT(*) FROM queue_visit WHERE cause = 'transfer'`))
			c.must(c.db.Close())
		})
	}
}
