package main

import (
	"context"
	"flag"
	"fmt"
	"net"

	"github.com/zongler/zongler/internal/app"
)

func serve(ctx context.Context, e *env) error { return start(ctx, e, app.Options{}) }

func demoFlags(set *flag.FlagSet, e *env) {
	set.BoolVar(&e.traffic, "traffic", true, "let simulated customers write")
}

func demo(ctx context.Context, e *env) error {
	return start(ctx, e, app.Options{Demo: true, Traffic: e.traffic})
}

// start runs the server until ctx ends and prints the one address that a person needs.
func start(ctx context.Context, e *env, o app.Options) error {
	o.Version = versionName()
	o.Listening = func(addr net.Addr) {
		_, _ = fmt.Fprintf(e.out, "Zongler is ready: http://%s\n", reachable(addr))
	}
	a, err := app.New(ctx, e.config, o, e.log)
	if err != nil {
		return err
	}
	err = a.Run(ctx)
	if closed := a.Close(); err == nil {
		err = closed
	}
	return err
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
