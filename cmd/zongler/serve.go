package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/app"
	"github.com/zongler/zongler/internal/platform/heap"
)

func demoFlags(set *flag.FlagSet, e *env) {
	set.BoolVar(&e.traffic, "traffic", true, "let simulated customers write; the sign-in page has the same switch")
}

// serve runs the contact centre until ctx ends.
func serve(ctx context.Context, e *env) error {
	heap.Tighten()
	var a *app.App
	listening := func(addr net.Addr) {
		e.announce(ctx, addr)
		e.announceSetup(addr, a.SetupPath())
	}
	a, err := app.New(ctx, e.config, app.Options{Version: versionName(), Listening: listening}, e.log)
	if err != nil {
		return err
	}
	return finish(a, a.Run(ctx))
}

// demo runs it with the demo operator and, if wanted, simulated customers.
func demo(ctx context.Context, e *env) error {
	return demonstrate(ctx, e, &traffic{log: e.log, on: e.traffic, pace: leisurely()})
}

// demonstrate runs the demo with the simulated customers given.
func demonstrate(ctx context.Context, e *env, customers *traffic) error {
	defer customers.stop()
	heap.Tighten()
	var a *app.App
	listening := func(addr net.Addr) {
		e.announce(ctx, addr, "It is the demo: whoever opens it signs in as anybody, so it listens on this machine only.")
		sites, err := a.DemoSites(ctx)
		if err != nil {
			e.log.Error("no simulated customers", "err", err)
			return
		}
		customers.ready("http://"+addr.String(), sites)
	}
	a, err := app.New(ctx, e.config, app.Options{Version: versionName(), Demo: true, Traffic: customers, Listening: listening}, e.log)
	if err != nil {
		return err
	}
	err = a.Run(ctx)
	customers.stop()
	return finish(a, err)
}

func finish(a *app.App, err error) error {
	if closed := a.Close(); err == nil {
		err = closed
	}
	return err
}

// begunWithin is how long it takes after the first answer until what follows facts has read what it missed.
const begunWithin = 3 * time.Second

// announce prints the one address that a person needs, and remarks on it. Soon after, most of the memory is
// what was needed to begin: it is given back, which the collector by itself does within minutes.
func (e *env) announce(ctx context.Context, addr net.Addr, remarks ...string) {
	time.AfterFunc(begunWithin, func() {
		heap.Begun()
		heap.Tend(ctx)
	})
	_, _ = fmt.Fprintln(e.out, strings.Join(append([]string{"Zongler is ready: http://" + reachable(addr)}, remarks...), "\n"))
}

// announceSetup prints where an empty installation is set up, with the code that it asks for.
func (e *env) announceSetup(addr net.Addr, path string) {
	if path == "" {
		return
	}
	base := cmp.Or(strings.TrimSuffix(e.config.BaseURL, "/"), "http://"+reachable(addr))
	_, _ = fmt.Fprintf(e.out, "Set it up here: %s%s\n", base, path)
}

// reachable returns the address in the form in which a browser on this machine finds it.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return addr.String()
	}
	if tcp.IP.IsUnspecified() || tcp.IP.IsLoopback() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return addr.String()
}
