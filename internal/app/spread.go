package app

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/platform/bus"
	"github.com/zongler/zongler/internal/routing"
)

// spreadEvery is how often, at the most, other nodes are told that there is news.
const spreadEvery = 10 * time.Millisecond

// news is the subject on which nodes tell each other that they have committed
// something. It says nothing more: whoever hears it looks at the database.
func news() bus.Subject { return bus.Node("news") }

// spread tells other nodes of commits and hears of theirs, until ctx ends. A node
// without others has nobody to tell.
func (a *App) spread(ctx context.Context) error {
	if a.bus == nil {
		<-ctx.Done()
		return nil
	}
	return errors.Join(a.tell(ctx), a.bus.Stop(context.WithoutCancel(ctx)))
}

// reach connects to the other nodes, before anything begins that talks to them.
func (a *App) reach(ctx context.Context) error {
	if a.bus == nil {
		return nil
	}
	return a.bus.Start(ctx)
}

// peers is how routing asks other nodes; nil where there are none.
func (a *App) peers() routing.Peers {
	if a.bus == nil {
		return nil
	}
	return a.bus
}

// tell tells and hears until ctx ends.
func (a *App) tell(ctx context.Context) error {
	hear := func(_ bus.Subject, node []byte) {
		if string(node) != a.node {
			a.db.Wake()
		}
	}
	unsubscribe, err := a.bus.Subscribe(news(), hear, a.db.Wake)
	if err != nil {
		return err
	}
	defer unsubscribe()
	pause := time.NewTicker(spreadEvery)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.db.News():
		}
		if err := a.bus.Publish(news(), []byte(a.node)); err != nil {
			a.log.Debug("other nodes hear of this commit later", "err", err)
		}
		select { // what comes meanwhile is told at once
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
	}
}
