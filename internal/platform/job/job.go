package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Args are what a worker needs to know. They are stored as JSON and hold keys, not texts of customers.
type Args interface {
	// Kind is the stable name of the worker: "delivery.send".
	Kind() string
}

// defaultAttempts spans about a day with the pauses of backoff.
const defaultAttempts = 20

// topic wakes runners after a commit.
const topic = "job"

type options struct {
	at       time.Time
	unique   string
	attempts int
}

// Option changes how a job is enqueued.
type Option func(*options)

// At starts the job not before t.
func At(t time.Time) Option { return func(o *options) { o.at = t } }

// Unique makes Enqueue do nothing while a living job of the kind has the same key.
func Unique(key string) Option { return func(o *options) { o.unique = key } }

// Attempts sets after how many failures the job is dead.
func Attempts(n int) Option { return func(o *options) { o.attempts = n } }

// Enqueue stores a job of the actor's tenant in tx. It starts after the commit.
func Enqueue(ctx context.Context, tx *db.Tx, args Args, opts ...Option) error {
	o := options{at: tx.Now(), attempts: defaultAttempts}
	for _, opt := range opts {
		opt(&o)
	}
	data, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("job: enqueue %s: %w", args.Kind(), err)
	}
	err = db.Write(ctx, tx, `INSERT INTO job (tenant_id, id, kind, state, args, unique_key, run_at, max_attempts, created_at)
		VALUES ($1, $2, $3, 'ready', $4, $5, $6, $7, $8)
		ON CONFLICT (tenant_id, kind, unique_key) WHERE unique_key <> '' AND state <> 'dead' DO NOTHING`,
		actor.From(ctx).Tenant, id.New[id.Job](), args.Kind(), string(data), o.unique, o.at, o.attempts, tx.Now())
	if err != nil {
		return fmt.Errorf("job: enqueue %s: %w", args.Kind(), err)
	}
	tx.Wake(topic)
	return nil
}

// permanent marks an error that no repetition helps.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent returns err so that the job is dead at once.
func Permanent(err error) error { return permanent{err} }

// snooze asks for the job again without counting a failure.
type snooze struct{ after time.Duration }

func (s snooze) Error() string { return "job: again after " + s.after.String() }

// Snooze is what a worker returns to be called again after d without a failure.
func Snooze(d time.Duration) error { return snooze{d} }

// Workers are the functions that do jobs, by kind.
type Workers struct {
	byKind map[string]func(ctx context.Context, args []byte) error
}

// Register adds the worker for jobs of T's kind. A second one for the same kind is a mistake of the program.
func Register[T Args](w *Workers, fn func(ctx context.Context, args T) error) {
	var none T
	if w.byKind == nil {
		w.byKind = map[string]func(context.Context, []byte) error{}
	}
	if w.byKind[none.Kind()] != nil {
		panic("job: two workers for " + none.Kind())
	}
	w.byKind[none.Kind()] = func(ctx context.Context, data []byte) error {
		var args T
		if err := json.Unmarshal(data, &args); err != nil {
			return Permanent(err)
		}
		return fn(ctx, args)
	}
}

// do runs the worker of kind; a panic is an error of the job alone.
func (w *Workers) do(ctx context.Context, kind string, args []byte) (err error) {
	fn := w.byKind[kind]
	if fn == nil {
		return Permanent(errors.New("no worker for " + kind))
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return fn(ctx, args)
}
