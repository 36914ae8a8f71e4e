package telemetry

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// checkWithin bounds each check; a probe waits no longer than that.
const checkWithin = 2 * time.Second

// Check tells whether something that we need works.
type Check struct {
	Name string
	Run  func(context.Context) error
}

// Live answers that the process runs. It looks at nothing else: a broken
// database is no reason to restart us.
func Live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n")) // a probe that has left needs no answer
}

// readyFor is how long the outcome of the checks is told again: anybody may ask, however often.
const readyFor = time.Second

// Ready answers whether requests can be served: all checks, side by side.
// Causes go to the log; the answer names the checks only.
func Ready(log *slog.Logger, checks ...Check) http.Handler {
	var mu sync.Mutex
	var results map[string]string
	var at time.Time
	look := func(ctx context.Context) map[string]string {
		mu.Lock()
		defer mu.Unlock()
		if results == nil || time.Since(at) >= readyFor {
			results, at = runAll(context.WithoutCancel(ctx), log, checks), time.Now()
		}
		return results
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		results := look(r.Context())
		status := http.StatusOK
		for _, result := range results {
			if result != "ok" {
				status = http.StatusServiceUnavailable
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"ready": status == http.StatusOK, "checks": results}) // as above
	})
}

func runAll(ctx context.Context, log *slog.Logger, checks []Check) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	var mu sync.Mutex
	results := map[string]string{}
	var wg sync.WaitGroup
	for _, c := range checks {
		wg.Go(func() {
			result := "ok"
			if err := run(ctx, c); err != nil {
				log.Warn("not ready", "check", c.Name, "err", err)
				result = "failed"
			}
			mu.Lock()
			defer mu.Unlock()
			results[c.Name] = result
		})
	}
	wg.Wait()
	return results
}

// run waits for a check no longer than ctx lasts, even if the check does not look at ctx.
func run(ctx context.Context, c Check) error {
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
