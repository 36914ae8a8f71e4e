package httpx

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Headers of idempotent operations.
const (
	idempotencyHeader = "Idempotency-Key"
	replayedHeader    = "Idempotency-Replayed"
)

// Bounds of idempotent operations.
const (
	maxIdempotencyKey = 128              // characters of a key
	maxFingerprinted  = 1 << 20          // bytes of a body that its fingerprint covers
	maxStoredAnswer   = 256 << 10        // bytes of an answer that is kept for replay
	attemptWithin     = writeWithin      // for the operation, whose client may have left
	settleWithin      = 10 * time.Second // for writing its answer down
)

// StoreKey names one attempt of one actor.
type StoreKey struct {
	Tenant id.Tenant
	Actor  string // who acts, in words of the actor package: "user 12"
	Key    string // as the client sent it
}

// Fingerprint tells one request from another under the same key.
type Fingerprint [sha256.Size]byte

// Answer is what an operation answered.
type Answer struct {
	Status      int
	ContentType string
	Body        []byte
}

// Store remembers what requests with a key came to, for at least a day.
type Store interface {
	// Seen returns the answer of an earlier attempt, or nil if none has committed
	// anything. It fails with ErrKeyReused if that was another request, with
	// ErrKeyInUse while it is being answered, and with ErrAnswerLost if its answer
	// is not known.
	Seen(ctx context.Context, k StoreKey, f Fingerprint) (*Answer, error)
	// Attempt returns the context in which to work: the first transaction of it that
	// commits also writes k down, and fails with ErrKeyInUse if another attempt was faster.
	Attempt(ctx context.Context, k StoreKey, f Fingerprint) (context.Context, Attempt)
}

// Attempt is an operation under way with a key.
type Attempt interface {
	// Committed reports whether it is known to have committed something.
	Committed() bool
	// Finish keeps the answer, to be given again.
	Finish(ctx context.Context, a Answer) error
	// Lose notes that no answer can be given. What was committed is not to be done
	// again; if nothing was, the key stays free.
	Lose(ctx context.Context) error
}

// ErrKeyInUse refuses a request whose first attempt is being answered.
func ErrKeyInUse() error { return errs.New(errs.Conflict, "httpx.Idempotency", codeKeyInUse) }

// ErrAnswerLost refuses a request that was done, with an answer that nobody knows any more.
func ErrAnswerLost() error { return errs.New(errs.Conflict, "httpx.Idempotency", codeAnswerLost) }

// ErrKeyReused refuses a key that came with another request.
func ErrKeyReused() error { return errs.New(errs.Invalid, "httpx.Idempotency", codeKeyReused) }

// keyed reports whether the operation obeys Idempotency-Key: every POST of
// somebody who is known. Strangers have no keys of their own to keep apart.
func (op *Operation) keyed() bool { return op.Method == http.MethodPost && op.Access != Public }

// once makes an operation happen once for each Idempotency-Key.
func (a *API) once(op Operation, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, err := keyOf(r)
		if err != nil {
			a.problems.Write(w, r, err)
			return
		}
		if key.Key == "" {
			next.ServeHTTP(w, r)
			return
		}
		print, err := fingerprint(r, op.MaxBody)
		if err != nil {
			a.problems.Write(w, r, errs.Op("httpx.Idempotency", err))
			return
		}
		seen, err := a.store.Seen(r.Context(), key, print)
		switch {
		case err != nil:
			a.problems.Write(w, r, errs.Op("httpx.Idempotency", err))
		case seen != nil:
			replay(w, *seen)
		default:
			a.attempt(w, r, next, func(ctx context.Context) (context.Context, Attempt) { return a.store.Attempt(ctx, key, print) })
		}
	})
}

// attempt runs next to its end, whether or not the client waits for it: a client
// that has left comes again for the answer.
func (a *API) attempt(w http.ResponseWriter, r *http.Request, next http.Handler, begin func(context.Context) (context.Context, Attempt)) {
	life := context.WithoutCancel(r.Context())
	ctx, cancel := context.WithTimeout(life, attemptWithin)
	defer cancel()
	ctx, attempt := begin(ctx)
	kept := &keeper{watcher: watcher{ResponseWriter: w}}
	returned := false
	defer func() {
		ctx, cancel := context.WithTimeout(life, settleWithin)
		defer cancel()
		if err := settle(ctx, attempt, kept, returned); err != nil {
			a.problems.log.Error("idempotency key not settled", "request", IDOf(r), "err", err)
		}
	}()
	next.ServeHTTP(kept, r.WithContext(ctx))
	returned = true
}

// settle keeps what an attempt came to. A refusal before any commit leaves no
// trace: trying again is right. After a failure the commit may or may not be there.
func settle(ctx context.Context, attempt Attempt, kept *keeper, returned bool) error {
	failed := !returned || kept.Status() >= http.StatusInternalServerError
	switch {
	case failed, kept.tooLarge:
		return attempt.Lose(ctx)
	case kept.Status()/100 == 2 || attempt.Committed():
		return attempt.Finish(ctx, Answer{
			Status: kept.Status(), ContentType: kept.Header().Get("Content-Type"), Body: kept.body.Bytes(),
		})
	}
	return nil
}

func replay(w http.ResponseWriter, a Answer) {
	w.Header().Set(replayedHeader, "true")
	if a.ContentType != "" {
		w.Header().Set("Content-Type", a.ContentType)
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // the client may have left; the server logs nothing for that either
}

// keyOf returns the attempt that r names; an empty Key if it names none.
func keyOf(r *http.Request) (StoreKey, error) {
	key := r.Header.Get(idempotencyHeader)
	if len(key) > maxIdempotencyKey || !kept(key) {
		return StoreKey{}, errs.New(errs.Invalid, "httpx.Idempotency", codeKeyInvalid).With(errs.Values{"max": maxIdempotencyKey})
	}
	who := actor.From(r.Context())
	return StoreKey{Tenant: who.Tenant, Actor: nameOf(who), Key: key}, nil
}

func nameOf(a actor.Actor) string {
	switch a.Kind {
	case actor.User:
		return "user " + a.User.String()
	case actor.Key:
		return "key " + a.Key.String()
	case actor.Visitor:
		return "visitor " + a.Contact.String()
	case actor.System:
	}
	return string(a.Kind)
}

// fingerprint sums method, address and the beginning of the body, which r can still read in full.
func fingerprint(r *http.Request, limit int64) (Fingerprint, error) {
	head, err := io.ReadAll(io.LimitReader(r.Body, min(limit, maxFingerprinted)))
	if err != nil {
		return Fingerprint{}, errs.E(errs.Invalid, "httpx.fingerprint", err) // the client's doing
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), r.Body), r.Body}
	sum := sha256.New()
	for _, part := range []string{r.Method, r.URL.Path, r.URL.RawQuery, strconv.FormatInt(r.ContentLength, 10)} {
		sum.Write([]byte(part + "\n"))
	}
	sum.Write(head)
	return Fingerprint(sum.Sum(nil)), nil
}

// keeper passes an answer on and keeps a copy of it.
type keeper struct {
	watcher

	body     bytes.Buffer
	tooLarge bool
}

// Write passes data on and keeps it, up to maxStoredAnswer.
func (k *keeper) Write(data []byte) (int, error) {
	if k.body.Len()+len(data) > maxStoredAnswer {
		k.tooLarge = true
	} else {
		k.body.Write(data)
	}
	return k.watcher.Write(data)
}
