package app

import (
	"context"
	"math"
	"os"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/live"
)

// scrapeWithin bounds each look into the database for a figure.
const scrapeWithin = 2 * time.Second

// registerFigures adds what the parts of the house know of themselves to /metrics.
func (a *App) registerFigures() {
	s, m := a.services, a.metrics
	hub := func(read func(live.Stats) float64) func() float64 {
		return func() float64 { return read(s.hub.Stats()) }
	}
	m.Gauge("sockets", "Open websockets", map[string]string{"of": "desk"}, hub(func(s live.Stats) float64 { return float64(s.Conns) }))
	m.Gauge("sockets", "Open websockets", map[string]string{"of": "visitor"}, func() float64 { return float64(s.chat.Group().Len()) })
	m.Counter("live_frames_total", "Frames queued for desks", hub(func(s live.Stats) float64 { return float64(s.Sent) }))
	m.Counter("live_slow_total", "Connections of desks closed because their reader was too slow", hub(func(s live.Stats) float64 { return float64(s.Slow) }))
	m.Counter("live_resumed_total", "Connections of desks that went on where they were", hub(func(s live.Stats) float64 { return float64(s.Resumed) }))
	m.Counter("live_resyncs_total", "Connections of desks that had to read again", hub(func(s live.Stats) float64 { return float64(s.Resyncs) }))
	m.Counter("commits_total", "Commits of this node", func() float64 { return float64(a.db.Stats().Commits) })
	m.Counter("transactions_total", "Transactions in the commits of this node; by commits, the size of a group", func() float64 { return float64(a.db.Stats().Transactions) })
	m.Gauge("facts_behind", "Facts that are not yet in the figures", nil, a.read(func(ctx context.Context) (float64, error) {
		n, err := s.rollup.Behind(ctx)
		return float64(n), err
	}))
	m.Gauge("bus_connected", "1 if other nodes hear of commits at once, or if there are none", nil, func() float64 {
		if a.bus != nil && !a.bus.Connected() {
			return 0
		}
		return 1
	})
	a.registerJobFigures()
}

func (a *App) registerJobFigures() {
	load := func(read func(job.Load) float64) func() float64 {
		return a.read(func(ctx context.Context) (float64, error) {
			l, err := job.Now(ctx, a.db)
			return read(l), err
		})
	}
	for state, read := range map[string]func(job.Load) float64{
		"waiting": func(l job.Load) float64 { return float64(l.Waiting) },
		"running": func(l job.Load) float64 { return float64(l.Running) },
		"dead":    func(l job.Load) float64 { return float64(l.Dead) },
	} {
		a.metrics.Gauge("jobs", "Jobs of all nodes", map[string]string{"state": state}, load(read))
	}
	a.metrics.Gauge("jobs_late_seconds", "How long the first job has waited that could begin", nil,
		load(func(l job.Load) float64 { return l.Late.Seconds() }))
}

// read makes a figure of what must be looked up; not known if that fails.
func (a *App) read(look func(ctx context.Context) (float64, error)) func() float64 {
	return func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
		defer cancel()
		v, err := look(ctx)
		if err != nil {
			a.log.Warn("figure not read", "err", err)
			return math.NaN()
		}
		return v
	}
}

// probeKey names a file that is never there: asking for it tells whether the store answers.
const probeKey = "ready"

// filesReady reports whether files can be read. That other nodes are not heard
// is no reason to take a node out of service: they are heard later.
func (a *App) filesReady(ctx context.Context) error {
	if a.config.S3URL == "" {
		_, err := os.Stat(a.config.BlobDir())
		return err
	}
	_, err := a.blobs.Stat(ctx, probeKey)
	if errs.Is(errs.NotFound, err) {
		return nil
	}
	return err
}
