package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/sim/colleague"
)

// Size of what goes on beside the chats.
const (
	posters    = 3                     // threads of a channel of the tenant's own, told of at the same time
	postEvery  = 20 * time.Millisecond // by each: storing is quicker than applying, and what waits at the end has to settle
	imported   = 2000                  // customers of one file
	erased     = 5                     // of them, one after the other
	settleTime = 3 * time.Minute
)

// TestKillsBesideTheChat kills the server while a customer's own system posts events, Meta tells of a page, a rule
// acts on each conversation that begins, a file of customers is applied, and some of them are erased.
func TestKillsBesideTheChat(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		t.Helper()
		graph := metatest.New(t)
		callsTo(s, graph)
		r := newRun(t, s)
		r.server.start()
		r.server.ready()
		r.open()
		b := &beside{run: r, acknowledged: map[string]bool{}}
		b.open()
		p := b.openPage(graph)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		for n := range posters {
			r.public.Go(func() { r.report(b.post(ctx, n)) })
		}
		r.public.Go(func() { r.report(p.tell(ctx)) })
		filed := make(chan struct{})
		go func() {
			defer close(filed)
			r.report(b.file(ctx))
		}()
		for n := range max(1, *kills/2) {
			r.killOnce(n)
		}
		r.server.ready()
		stop2 := time.After(settleTime)
		select {
		case <-filed:
		case err := <-r.faults:
			t.Fatalf("%v\nthe server said:\n%s", err, r.server.said)
		case <-stop2:
			t.Fatalf("the file or an erasure is not done\nthe server said:\n%s", r.server.said)
		}
		stop()
		r.public.Wait()
		b.settled(p.feeds...)
		r.server.stop()
		b.verify()
	})
}

// beside is what goes on beside the chats.
type beside struct {
	*run

	brand   string
	channel string // key of the own channel
	events  string // where its events are posted
	key     stdhook.Secret

	mu           sync.Mutex
	acknowledged map[string]bool // names of messages
	gone         []string        // keys of customers who were erased
}

// named finds the brand.
func (b *beside) named() {
	var queues struct {
		Items []struct {
			BrandID string `json:"brand_id"`
		} `json:"items"`
	}
	b.must(b.place.admin.call(b.t.Context(), http.MethodGet, "/queues", nil, &queues))
	b.brand = queues.Items[0].BrandID
}

// open makes the channel and the rule.
func (b *beside) open() {
	ctx := b.t.Context()
	b.named()
	var channel struct {
		ID        string `json:"id"`
		EventsURL string `json:"events_url"`
		EventsKey string `json:"events_key"`
	}
	b.must(b.place.admin.call(ctx, http.MethodPost, "/own-channels", fields{
		"brand_id": b.brand, "queue_id": b.place.quietQueue, "name": "Aplikacja", "settings": fields{"can": fields{"text_limit": 1000}},
	}, &channel))
	key, err := stdhook.ParseSecret(channel.EventsKey)
	b.must(err)
	b.channel, b.key = channel.ID, key
	b.events = b.server.base() + channel.EventsURL[strings.Index(channel.EventsURL, "/hooks/"):]
	b.must(b.place.admin.call(ctx, http.MethodPost, "/rules", fields{
		"name": "Once", "active": true,
		"program": fields{"when": fields{"on": "conversation.started"}, "do": []fields{{"do": "add_note", "text": "by the rule"}}},
	}, nil))
}

// post tells of messages in short threads until ctx ends, each until it is acknowledged.
func (b *beside) post(ctx context.Context, n int) error {
	for thread := 0; ctx.Err() == nil; thread++ {
		for m := range 3 {
			name := fmt.Sprintf("m-%d-%d-%d", n, thread, m)
			body, err := json.Marshal(fields{
				"id": "e-" + name, "type": "message", "at": time.Now(), "thread": fmt.Sprintf("t-%d-%d", n, thread), "message": name,
				"from": fields{"id": fmt.Sprintf("p-%d-%d", n, thread), "name": "Somebody"}, "text": name,
			})
			if err != nil {
				return err
			}
			err = insist(ctx, func() error { return b.send(ctx, "e-"+name, body) })
			switch {
			case ctx.Err() != nil:
				return nil //nolint:nilerr // the story is over
			case err != nil:
				return err
			}
			b.mu.Lock()
			b.acknowledged[name] = true
			b.mu.Unlock()
			_ = pause(ctx, postEvery) // ctx is asked above
		}
	}
	return nil
}

func (b *beside) send(ctx context.Context, name string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.events, bytes.NewReader(body))
	if err != nil {
		return err
	}
	stdhook.Sign(r.Header, name, time.Now(), body, b.key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		return &colleague.RefusedError{Status: answer.StatusCode, Text: "event " + name}
	}
	return nil
}

// file brings customers in and has some of them erased again.
func (b *beside) file(ctx context.Context) error {
	var text strings.Builder
	text.WriteString("name,email\n")
	for n := range imported {
		fmt.Fprintf(&text, "Imported %d,imported-%04d@posta.example\n", n, n)
	}
	var file struct {
		ID    string `json:"id"`
		State string `json:"state"`
		Good  int    `json:"good"`
		Code  string `json:"code"`
	}
	err := insist(ctx, func() error {
		return b.place.admin.Upload(ctx, "/imports?brand="+b.brand, "customers.csv", []byte(text.String()), &file)
	})
	if err != nil {
		return err
	}
	at := "/imports/" + file.ID
	if err := b.place.admin.call(ctx, http.MethodPatch, at, fields{"mapping": []string{"name", "email"}, "key_field": "email"}, nil); err != nil {
		return err
	}
	for _, step := range []struct{ act, until string }{{"/check", "checked"}, {"/apply", "done"}} {
		err := b.place.admin.call(ctx, http.MethodPost, at+step.act, nil, nil)
		if refused, ok := errors.AsType[*colleague.RefusedError](err); err != nil && (!ok || refused.Status != http.StatusConflict) { // begun before the kill
			return err
		}
		for file.State != step.until {
			if err := pause(ctx, againAfter); err != nil {
				return err
			}
			if err := b.place.admin.call(ctx, http.MethodGet, at, nil, &file); err != nil {
				return err
			}
			if file.Code != "" {
				return fmt.Errorf("import: %s", file.Code)
			}
		}
	}
	return b.erase(ctx)
}

// erase has some of the imported removed, each until it is done.
func (b *beside) erase(ctx context.Context) error {
	for n := range erased {
		customer, err := b.importedCustomer(ctx, n)
		if err != nil {
			return err
		}
		err = b.place.admin.call(ctx, http.MethodPost, "/customers/"+customer+"/erasures", fields{"reference": "kill"}, nil)
		if refused, ok := errors.AsType[*colleague.RefusedError](err); ok && refused.Status == http.StatusConflict { // begun before the kill
			err = nil
		}
		for err == nil && !b.isErased(ctx, customer) {
			err = pause(ctx, againAfter)
		}
		if err != nil {
			return err
		}
		b.gone = append(b.gone, customer)
	}
	return nil
}

// importedCustomer returns the key of one of the imported.
func (b *beside) importedCustomer(ctx context.Context, n int) (string, error) {
	email := fmt.Sprintf("imported-%04d@posta.example", n)
	var found struct {
		Items []struct {
			ID    string `json:"id"`
			Email string `json:"email"`
		} `json:"items"`
	}
	if err := b.place.admin.call(ctx, http.MethodGet, "/customers?limit=100&q="+email, nil, &found); err != nil {
		return "", err
	}
	for _, c := range found.Items {
		if c.Email == email {
			return c.ID, nil
		}
	}
	return "", fmt.Errorf("%s is not found among %d", email, len(found.Items))
}

func (b *beside) isErased(ctx context.Context, customer string) bool {
	var all struct {
		Items []struct {
			State string `json:"state"`
		} `json:"items"`
	}
	err := b.place.admin.call(ctx, http.MethodGet, "/erasures?customer="+customer, nil, &all)
	return err == nil && len(all.Items) > 0 && all.Items[0].State == "done"
}

// settled waits until all events are applied, those of other entry points too, and no rule is at work.
func (b *beside) settled(others ...string) {
	ctx, cancel := context.WithTimeout(b.t.Context(), settleTime)
	defer cancel()
	for _, point := range append(others, b.channel) {
		b.applied(ctx, point)
	}
	d, err := db.Open(ctx, b.server.url, slog.New(slog.DiscardHandler))
	b.must(err)
	defer func() { b.must(d.Close()) }()
	for lacking := 1; lacking > 0; {
		b.must(pause(ctx, againAfter))
		lacking, err = db.One[int](ctx, d, `SELECT (SELECT COUNT(*) FROM conversation WHERE channel = 'own') -
			(SELECT COUNT(*) FROM entry e WHERE e.kind = 'note' AND e.body = 'by the rule' AND EXISTS (SELECT 1 FROM conversation c
				WHERE c.tenant_id = e.tenant_id AND c.id = e.conversation_id AND c.channel = 'own')) +
			(SELECT COUNT(*) FROM job WHERE kind = 'channel.explain' AND state IN ('ready', 'running'))`)
		b.must(err)
	}
}

// verify counts in the database itself.
func (b *beside) verify() {
	ctx := b.t.Context()
	d, err := db.Open(ctx, b.server.url, slog.New(slog.DiscardHandler))
	b.must(err)
	defer func() { b.must(d.Close()) }()
	stored, err := db.Many[string](ctx, d, `SELECT body FROM entry WHERE kind = 'message' AND body LIKE 'm-%'`)
	b.must(err)
	times := map[string]int{}
	for _, name := range stored {
		if times[name]++; times[name] == 2 {
			b.t.Errorf("message %s is there twice", name)
		}
	}
	for name := range b.acknowledged {
		if times[name] == 0 {
			b.t.Errorf("message %s was acknowledged and is lost", name)
		}
	}
	b.none(d, "events that were refused", `SELECT COUNT(*) FROM channel_event WHERE state = 'refused'`)
	b.none(d, "comments that stand under no post, or under one that nobody knows", `SELECT COUNT(*) FROM conversation c WHERE c.channel = 'facebook'
		AND NOT EXISTS (SELECT 1 FROM post p WHERE p.tenant_id = c.tenant_id AND p.id = c.post_id AND p.known)`)
	b.none(d, "conversations without the one note of the rule", `SELECT COUNT(*) FROM conversation c WHERE c.channel = 'own'
		AND (SELECT COUNT(*) FROM entry e WHERE e.tenant_id = c.tenant_id AND e.conversation_id = c.id AND e.kind = 'note' AND e.body = 'by the rule') <> 1`)
	b.none(d, "rules that are still at work", `SELECT COUNT(*) FROM rule_firing WHERE running`)
	b.none(d, "customers too many or too few of the file", fmt.Sprintf(`SELECT COUNT(*) - %d FROM customer WHERE email LIKE 'imported-%%'`, imported-erased))
	b.none(d, "addresses too many or too few of the file", `SELECT COUNT(*) - COUNT(DISTINCT email) FROM customer WHERE email LIKE 'imported-%'`)
	b.none(d, "erasures that are not done, or not certified", `SELECT COUNT(*) FROM erasure e WHERE e.state <> 'done'
		OR NOT EXISTS (SELECT 1 FROM certificate c WHERE c.tenant_id = e.tenant_id AND c.erasure_id = e.id)`)
	b.none(d, "jobs that were given up", `SELECT COUNT(*) FROM job WHERE state = 'dead'`)
	b.t.Logf("%d events acknowledged, %d stored, %d customers imported, %d erased", len(b.acknowledged), len(stored), imported, len(b.gone))
}
