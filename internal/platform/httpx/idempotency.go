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
	finishWithin      = 10 * time.Second // for writing the answer down after the client has left
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

// Store remembers the answers to creating requests, for at least a day.
type Store interface {
	// Begin claims k. It returns nil to go on; the stored Answer of a finished
	// attempt with the same fingerprint; ErrKeyInUse while the first attempt is
	// running; ErrKeyReused if the fingerprint is another. A claim that was
	// neither finished nor abandoned within a few minutes may be claimed again.
	Begin(ctx context.Context, k StoreKey, f Fingerprint) (*Answer, error)
	// Finish stores the answer of a claimed key.
	Finish(ctx context.Context, k StoreKey, a Answer) error
	// Abandon frees a claimed key: nothing was created.
	Abandon(ctx context.Context, k StoreKey) error
}

// ErrKeyInUse is what Store.Begin returns while the first attempt is running.
func ErrKeyInUse() error { return errs.New(errs.Conflict, "httpx.Idempotency", codeKeyInUse) }

// ErrKeyReused is what Store.Begin returns for a key that came with another request.
func ErrKeyReused() error { return errs.New(errs.Invalid, "httpx.Idempotency", codeKeyReused) }

// once makes a creating operation happen once for each Idempotency-Key.
// Only successes are kept: after a refusal nothing was created, so trying again is right.
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
		stored, err := a.store.Begin(r.Context(), key, print)
		switch {
		case err != nil:
			a.problems.Write(w, r, errs.Op("httpx.Idempotency", err))
		case stored != nil:
			replay(w, *stored)
		default:
			a.attempt(w, r, key, next)
		}
	})
}

// attempt runs next and settles the claim on key, even if next panics or the client leaves.
func (a *API) attempt(w http.ResponseWriter, r *http.Request, key StoreKey, next http.Handler) {
	kept := &keeper{watcher: watcher{ResponseWriter: w}}
	done := false
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), finishWithin)
		defer cancel()
		var err error
		if done && kept.status/100 == 2 && !kept.tooLarge {
			err = a.store.Finish(ctx, key, Answer{
				Status: kept.status, ContentType: w.Header().Get("Content-Type"), Body: kept.body.Bytes(),
			})
		} else {
			err = a.store.Abandon(ctx, key)
		}
		if err != nil {
			a.problems.log.Error("idempotency key not settled", "request", IDOf(r), "err", err)
		}
	}()
	next.ServeHTTP(kept, r)
	done = true
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
		return Fingerprint{}, err
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
