package lease

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Times of a lease.
const (
	TTL     = 3 * time.Second // a dead owner is replaced after this
	soleTTL = time.Hour       // where no other node can exist, so that an idle process writes nothing
	retry   = TTL / 3         // between attempts of those who wait
)

// Held is a lease that was acquired.
type Held struct {
	Name  string
	Epoch int64
}

// Keeper acquires and renews leases for one node.
type Keeper struct {
	db    *db.DB
	owner string
	log   *slog.Logger
}

// NewKeeper returns a keeper for the node called owner, a name no other running process has.
func NewKeeper(d *db.DB, owner string, log *slog.Logger) *Keeper {
	return &Keeper{db: d, owner: owner, log: log}
}

// ttl returns how long a lease lasts that is not renewed.
func (k *Keeper) ttl() time.Duration {
	if k.db.SingleNode() {
		return soleTTL
	}
	return TTL
}

// Hold runs fn whenever this node owns name, until ctx ends. fn's context ends
// when the lease is lost; an error or return of fn gives the lease back.
func (k *Keeper) Hold(ctx context.Context, name string, fn func(ctx context.Context, held Held) error) {
	for ctx.Err() == nil {
		held, ok, err := k.acquire(ctx, name)
		switch {
		case err != nil && ctx.Err() == nil:
			k.log.Error("acquire lease", "lease", name, "err", err)
		case ok:
			k.work(ctx, held, fn)
		}
		wait(ctx, retry)
	}
}

func (k *Keeper) work(ctx context.Context, held Held, fn func(ctx context.Context, held Held) error) {
	life, stop := context.WithCancel(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		defer stop()
		k.renew(life, held)
	}()
	if err := fn(life, held); err != nil && ctx.Err() == nil {
		k.log.Error("work under lease", "lease", held.Name, "err", err)
	}
	stop()
	<-renewed
	if err := k.release(context.WithoutCancel(ctx), held); err != nil {
		k.log.Warn("release lease", "lease", held.Name, "err", err)
	}
}

// acquire takes the lease if it is free, over, or of a node that cannot live any more.
func (k *Keeper) acquire(ctx context.Context, name string) (Held, bool, error) {
	held := Held{Name: name}
	var ok bool
	err := k.db.Update(ctx, func(tx *db.Tx) error {
		now, err := tx.DatabaseNow(ctx)
		if err != nil {
			return err
		}
		over := now
		if k.db.SingleNode() {
			over = now.Add(k.ttl()) // nobody else can run: whoever held it is dead
		}
		held.Epoch, ok, err = db.Find[int64](ctx, tx, `INSERT INTO lease (name, owner, epoch, expires_at) VALUES ($1, $2, 1, $3)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, epoch = lease.epoch + 1, expires_at = excluded.expires_at
			WHERE lease.expires_at <= $4 RETURNING epoch`, name, k.owner, now.Add(k.ttl()), over)
		return err
	})
	return held, ok, err
}

// renew keeps the lease until ctx ends or it is lost.
func (k *Keeper) renew(ctx context.Context, held Held) {
	lastGood := time.Now()
	for {
		wait(ctx, k.ttl()/3)
		if ctx.Err() != nil {
			return
		}
		err := k.extend(ctx, held, k.ttl())
		switch {
		case err == nil:
			lastGood = time.Now()
		case errs.Is(errs.Conflict, err) || time.Since(lastGood) > k.ttl():
			k.log.Warn("lost lease", "lease", held.Name, "epoch", held.Epoch)
			return
		case ctx.Err() == nil:
			k.log.Warn("renew lease", "lease", held.Name, "err", err)
		}
	}
}

func (k *Keeper) extend(ctx context.Context, held Held, by time.Duration) error {
	return k.db.Update(ctx, func(tx *db.Tx) error {
		now, err := tx.DatabaseNow(ctx)
		if err != nil {
			return err
		}
		return db.Guard(ctx, tx, errLost, `UPDATE lease SET expires_at = $1 WHERE name = $2 AND owner = $3 AND epoch = $4`,
			now.Add(by), held.Name, k.owner, held.Epoch)
	})
}

// release ends the lease now, so that another need not wait for its end.
func (k *Keeper) release(ctx context.Context, held Held) error {
	if err := k.extend(ctx, held, 0); err != nil && !errs.Is(errs.Conflict, err) {
		return fmt.Errorf("lease: %w", err)
	}
	return nil
}

// errLost refuses a write under a lease that another holds by now.
var errLost = errs.New(errs.Conflict, "lease.Check", "lease.lost")

// Check fails the transaction unless held is still the newest epoch of its name.
func Check(ctx context.Context, tx *db.Tx, held Held) error { return Ask(ctx, tx, held)(ctx) }

// Ask asks what Check says. Call what it returns before the transaction ends, and after
// everything else was asked for that is to travel with it.
func Ask(ctx context.Context, tx *db.Tx, held Held) (check func(ctx context.Context) error) {
	asked := db.Ask[int64](ctx, tx, `SELECT epoch FROM lease WHERE name = $1`+tx.ForShare(), held.Name)
	return func(ctx context.Context) error {
		epoch, err := asked.One(ctx)
		if err != nil {
			return fmt.Errorf("lease: check: %w", err)
		}
		if epoch != held.Epoch {
			return errLost
		}
		return nil
	}
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
