package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// process is something that runs from start to stop.
type process struct {
	name string
	run  func(ctx context.Context) error
}

// running is a process that was started.
type running struct {
	process
	stop context.CancelFunc
	done chan error
}

// runAll starts all in order, waits until ctx ends or one of them fails, and
// ends them in the reverse order, each before the one that it stands on.
func runAll(ctx context.Context, log *slog.Logger, all []process) error {
	failed := make(chan error, len(all))
	var started []running
	for _, p := range all {
		life, stop := context.WithCancel(context.WithoutCancel(ctx))
		r := running{process: p, stop: stop, done: make(chan error, 1)}
		started = append(started, r)
		go func() {
			err := p.run(life)
			if life.Err() == nil {
				failed <- fmt.Errorf("app: %s ended: %w", p.name, errors.Join(err, errEarly))
			}
			r.done <- err
		}()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		log.Error("stopping", "err", err)
	}
	for _, p := range slices.Backward(started) {
		p.stop()
		if ended := <-p.done; ended != nil && !errors.Is(ended, context.Canceled) {
			err = errors.Join(err, fmt.Errorf("app: stop %s: %w", p.name, ended))
		}
	}
	return err
}

var errEarly = errors.New("before it was told to")

// service adapts a pair of Start and Stop to a process.
func service(name string, start, stop func(ctx context.Context) error) process {
	return process{name, func(ctx context.Context) error {
		if err := start(ctx); err != nil {
			return err
		}
		<-ctx.Done()
		return stop(context.WithoutCancel(ctx))
	}}
}
