package automation_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// anyBrand knows every brand below 100.
type anyBrand struct{}

func (anyBrand) HasBrand(_ context.Context, _ db.Queryer, _ id.Tenant, b id.Brand) (bool, error) {
	return b < 100, nil
}

// heard is a message that a receiver has taken.
type heard struct {
	id   string
	Type string `json:"type"`
	Data struct {
		Conversation id.Conversation `json:"conversation"`
		Brand        id.Brand        `json:"brand"`
	} `json:"data"`
}

// receiver is somebody else's system. It refuses what is not signed for it.
type receiver struct {
	t      *testing.T
	server *httptest.Server
	heard  chan heard

	mu      sync.Mutex
	secret  stdhook.Secret
	refuse  int // answers of 500 before it takes anything
	verdict int // status of every answer; 0: 204
}

func listen(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, heard: make(chan heard, 100)}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, _ := io.ReadAll(req.Body)
	key, err := stdhook.Verify(req.Header, time.Now(), body, r.secret)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	case r.refuse > 0:
		r.refuse--
		http.Error(w, "not now", http.StatusInternalServerError)
		return
	case r.verdict != 0:
		http.Error(w, "as I was told", r.verdict)
		return
	}
	got := heard{id: key}
	if err := json.Unmarshal(body, &got); err != nil {
		r.t.Error(err)
	}
	w.WriteHeader(http.StatusNoContent)
	r.heard <- got
}

// knows sets the secret with which the receiver verifies.
func (r *receiver) knows(s stdhook.Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret = s
}

// world is webhooks over a database.
type world struct {
	t     *testing.T
	db    *db.DB
	hooks *automation.Webhooks
	ctx   context.Context // an administrator of tenant 1
}

func newWorld(t *testing.T, d *db.DB, allow ...string) *world {
	t.Helper()
	box, err := secret.LoadFile(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	poster, err := outhttp.NewPoster(outhttp.Config{Allow: allow})
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, db: d, hooks: automation.NewWebhooks(d, anyBrand{}, box, poster, slog.New(slog.DiscardHandler)), ctx: dbtest.As(t, 1)}
}

// run turns facts into deliveries until the returned function is called.
func (w *world) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lease.NewKeeper(w.db, "test", slog.New(slog.DiscardHandler)).Hold(ctx, "webhooks", w.hooks.Run)
	}()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	w.t.Cleanup(stop)
	return stop
}

func (w *world) make(hook automation.Webhook) (automation.Webhook, stdhook.Secret) {
	w.t.Helper()
	made, secret, err := w.hooks.Create(w.ctx, hook)
	if err != nil {
		w.t.Fatal(err)
	}
	return made, secret
}

// happen records facts in a tenant.
func (w *world) happen(tenant id.Tenant, facts ...fact.Fact) {
	w.t.Helper()
	ctx := dbtest.As(w.t, tenant)
	err := w.db.Update(ctx, func(tx *db.Tx) error {
		for _, f := range facts {
			if err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// until reads the log of a webhook until the newest delivery is in a state.
func (w *world) until(hook id.Webhook, state automation.DeliveryState, attempts int) automation.Delivery {
	w.t.Helper()
	for range 2000 {
		log, err := w.hooks.Deliveries(w.ctx, hook, "", 0, 1)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(log) > 0 && log[0].State == state && log[0].Attempts >= attempts {
			return log[0]
		}
		<-time.After(5 * time.Millisecond) // another process' work is looked for, as a person would
	}
	w.t.Fatalf("no delivery is %s", state)
	return automation.Delivery{}
}

func started(c id.Conversation, b id.Brand) fact.Fact {
	return fact.ConversationStarted{Conversation: c, Brand: b}
}

func TestAWebhookHearsWhatItWantsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, r := newWorld(t, d, "127.0.0.1"), listen(t)
		w.happen(1, started(1, 1)) // before anybody wanted it
		hook, key := w.make(automation.Webhook{Name: "CRM", URL: r.server.URL, Brands: []id.Brand{1}, Kinds: []string{"conversation.started"}})
		r.knows(key)
		stop := w.run()
		w.happen(2, started(2, 1)) // another tenant's
		w.happen(1, started(3, 2), fact.ReadMoved{Conversation: 4, Brand: 1}, started(5, 1))
		if got := <-r.heard; got.Type != "conversation.started" || got.Data.Conversation != 5 || got.Data.Brand != 1 {
			t.Errorf("heard %+v", got)
		}
		w.until(hook.ID, automation.Delivered, 1) // else it would be sent again, as it may
		stop()
		w.happen(1, started(6, 1)) // while nobody follows
		w.run()
		if got := <-r.heard; got.Data.Conversation != 6 {
			t.Errorf("heard %+v after the restart", got)
		}
		if len(r.heard) != 0 {
			t.Errorf("heard more: %+v", <-r.heard)
		}
	})
}

func TestAMessageIsTriedAgainUnderItsID(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, r := newWorld(t, d, "127.0.0.1"), listen(t)
		hook, key := w.make(automation.Webhook{Name: "CRM", URL: r.server.URL, Kinds: []string{"conversation.started"}})
		r.knows(key)
		r.refuse = 1
		w.run()
		w.happen(1, started(1, 1))
		waits := w.until(hook.ID, automation.Waiting, 1)
		if waits.Status != http.StatusInternalServerError || waits.Answer != "not now\n" || waits.NextAt.Before(waits.TriedAt) {
			t.Errorf("%+v", waits)
		}
		if got := <-r.heard; got.id != "msg_"+waits.ID.String() {
			t.Errorf("the second attempt is called %s", got.id)
		}
		done := w.until(hook.ID, automation.Delivered, 2)
		if again, err := w.hooks.Replay(w.ctx, done.ID); err != nil || again.State != automation.Waiting {
			t.Fatalf("%+v, %v", again, err)
		}
		if got := <-r.heard; got.id != "msg_"+done.ID.String() {
			t.Errorf("the replay is called %s", got.id)
		}
	})
}

func TestAReceiverThatIsGoneIsLeftAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, r := newWorld(t, d, "127.0.0.1"), listen(t)
		hook, key := w.make(automation.Webhook{Name: "CRM", URL: r.server.URL, Kinds: []string{"conversation.started"}})
		r.knows(key)
		r.verdict = http.StatusGone
		w.run()
		w.happen(1, started(1, 1))
		failed := w.until(hook.ID, automation.Failed, 1)
		if got, err := w.hooks.Get(w.ctx, hook.ID); err != nil || got.State != automation.Gone {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := w.hooks.Replay(w.ctx, failed.ID); errs.CodeOf(err) != "webhook.not_active" {
			t.Errorf("replay to a receiver that is gone: %v", err)
		}
		r.mu.Lock()
		r.verdict = 0
		r.mu.Unlock()
		on := true
		if _, err := w.hooks.Update(w.ctx, hook.ID, automation.Change{Active: &on}); err != nil {
			t.Fatal(err)
		}
		if n, err := w.hooks.ReplayFailed(w.ctx, hook.ID, time.Time{}); n != 1 || err != nil {
			t.Errorf("%d replayed, %v", n, err)
		}
		if got := <-r.heard; got.Data.Conversation != 1 {
			t.Errorf("heard %+v", got)
		}
	})
}

func TestNoWebhookReachesOurOwnNetwork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, r := newWorld(t, d), listen(t)
		hook, _ := w.make(automation.Webhook{Name: "inside", URL: r.server.URL})
		got, err := w.hooks.Test(w.ctx, hook.ID)
		if err != nil || got.State != automation.Failed || got.Status != 0 || got.Answer == "" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestASecretIsChangedWithoutLosingAnybody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, r := newWorld(t, d, "127.0.0.1"), listen(t)
		hook, before := w.make(automation.Webhook{Name: "CRM", URL: r.server.URL, State: automation.Paused})
		_, after, err := w.hooks.Rotate(w.ctx, hook.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, known := range []stdhook.Secret{before, after} {
			r.knows(known)
			if got, err := w.hooks.Test(w.ctx, hook.ID); err != nil || got.State != automation.Delivered {
				t.Errorf("%+v, %v", got, err)
			}
			<-r.heard
		}
	})
}

func TestWhatAWebhookCannotBe(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ofBrand := actor.With(w.ctx, actor.Actor{
			Kind: actor.User, Tenant: 1, User: 5, Rights: actor.Rights{actor.WebhookEdit: actor.InBrand}, Brands: actor.Brands{Some: []id.Brand{1}},
		})
		for _, row := range []struct {
			name string
			ctx  context.Context
			hook automation.Webhook
			want string
		}{
			{"a webhook has a name", w.ctx, automation.Webhook{URL: "https://crm.example"}, "name: required"},
			{"an address is one of the web", w.ctx, automation.Webhook{Name: "a", URL: "ftp://crm.example"}, "url: webhook.url"},
			{"an address holds no password", w.ctx, automation.Webhook{Name: "a", URL: "https://a:b@crm.example"}, "url: webhook.url"},
			{"a kind is one that there is", w.ctx, automation.Webhook{Name: "a", URL: "https://crm.example", Kinds: []string{"x"}}, "kinds: webhook.kind"},
			{"a brand is one of the tenant", w.ctx, automation.Webhook{Name: "a", URL: "https://crm.example", Brands: []id.Brand{100}}, "brand_ids: reference"},
			{"who looks after one brand hears of it alone", ofBrand, automation.Webhook{Name: "a", URL: "https://crm.example"}, "webhook.brands"},
			{"nor of another's", ofBrand, automation.Webhook{Name: "a", URL: "https://crm.example", Brands: []id.Brand{1, 2}}, "webhook.brands"},
			{"of the own brand they may", ofBrand, automation.Webhook{Name: "a", URL: "https://crm.example", Brands: []id.Brand{1}}, ""},
		} {
			_, _, err := w.hooks.Create(row.ctx, row.hook)
			if got := said(err); got != row.want {
				t.Errorf("%s: %q, not %q", row.name, got, row.want)
			}
		}
		hook, _ := w.make(automation.Webhook{Name: "of all", URL: "https://crm.example"})
		if _, err := w.hooks.Get(ofBrand, hook.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("the webhook of all brands shows itself to one: %v", err)
		}
		seen, err := w.hooks.List(ofBrand, false)
		if err != nil || slices.ContainsFunc(seen, func(w automation.Webhook) bool { return w.ID == hook.ID }) || len(seen) != 1 {
			t.Errorf("%+v, %v", seen, err)
		}
	})
}

// said is the first field and code of an error.
func said(err error) string {
	switch e := errs.Told(err); {
	case e == nil:
		return ""
	case len(e.Fields) > 0:
		return e.Fields[0].Path + ": " + e.Fields[0].Code
	default:
		return e.Code
	}
}
