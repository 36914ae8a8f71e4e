package worklist

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
	"log/slog"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/platform/db"
)

func TestZZ(t *testing.T) {
	d, err := db.Open(context.Background(), "sqlite:/tmp/wl.db", slog.Default())
	if err != nil { t.Fatal(err) }
	defer d.Close()
	type plan struct{ ID, Parent, Notused int; Detail string }
	for _, c := range []struct{ r actor.Rights; q Query }{
		{actor.Agent.Rights(), Query{View: Mine}},
		{actor.Agent.Rights(), Query{View: Queues}},
		{actor.Agent.Rights(), Query{View: All}},
		{actor.Agent.Rights(), Query{View: Closed}},
		{actor.Supervisor.Rights(), Query{View: All}},
		{actor.Supervisor.Rights(), Query{View: Closed}},
	} {
		a := actor.Actor{Kind: actor.User, Tenant: 1, User: 7, Rights: c.r, Brands: actor.Brands{All: true}}
		ctx := actor.With(context.Background(), a)
		c.q.Limit = 50
		s := New(d)
		s.List(ctx, c.q)
		start := time.Now()
		for range 20 { s.List(ctx, c.q) }
		took := time.Since(start)/20
		c.q.complete("x")
		v, err := look(ctx, d, "x", true, true)
		if err != nil { t.Fatal(err) }
		start = time.Now()
		for range 20 { look(ctx, d, "x", true, true) }
		tookLook := time.Since(start)/20
		l := &lanes{query: c.q, view: v}
		l.addView()
		p, err := db.Many[plan](ctx, d, "EXPLAIN QUERY PLAN "+l.sql(), l.args.Args()...)
		fmt.Println(c.q.View, took, tookLook, err)
		for _, x := range p { fmt.Println("   ", x.ID, x.Parent, x.Detail) }
	}
	_ = os.Args
}
