package app

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
)

// Load of webhooks.
const (
	hooksPosted      = 12_000 // as quickly as the senders are answered
	hooksASecond     = 200
	hooksMeasured    = 2000
	commentingAgents = 50
	commentThreads   = 100 // in which they work
	commentPosts     = 5   // under which all stands
	commentsASecond  = 50
	commentsMeasured = 1000
	changesOfABatch  = 1000 // the most that Meta sends at once
	batches          = 4
	hooksApplied     = "SELECT COUNT(*) FROM channel_event WHERE state = 'done'"
	hooksRest        = "SELECT CASE WHEN EXISTS (SELECT 1 FROM channel_event WHERE state = 'waiting') THEN 0 ELSE 1 END" // cheap while much waits
)

// BenchmarkHooks measures what Meta tells of a page, in the whole program with its past stored
// and everything durable: until it is acknowledged, and until an agent sees it.
func BenchmarkHooks(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *db.DB) { //nolint:thelper // it is the benchmark itself
		p := openBenchPage(b, d)
		b.Run("comment-to-desk", p.toDesk)
		b.Run("paced", p.paced)
		b.Run("batch", p.batch)
		b.Run("stored", p.flood)
	})
}

// benchPage is a page at Facebook whose people comment.
type benchPage struct {
	*benchHouse

	graph  *metatest.Graph
	page   *metatest.Page
	client *http.Client
}

func openBenchPage(b *testing.B, d *db.DB) *benchPage {
	b.Helper()
	graph := metatest.New(b)
	app := graph.App()
	p := &benchPage{graph: graph, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}}
	p.benchHouse = openBenchHouse(b, d, func(c *config.Config) {
		c.MetaAppID, c.MetaAppSecret, c.MetaGraphURL = app.ID, app.Secret, app.GraphURL
	})
	p.page = graph.Page("1906385232743451", "Fala Net")
	_, err := p.app.services.accounts.Connect(p.ctx, channel.NewAccount{
		Brand: p.brand, Channel: channel.Messenger, Queue: p.quiet, Settings: map[string]any{"token": p.page.Token(metatest.Scopes()...)},
	})
	p.must(err)
	for i := range commentPosts {
		_, err := p.said(metatest.Body(p.page.Entry("changes", p.page.Publishes(p.under(i), "Nowa oferta od poniedziałku"))))
		p.must(err) // it may have been fetched before
	}
	return p
}

// under is the post of comment i.
func (p *benchPage) under(i int) string { return fmt.Sprintf("%s_%d", p.page.ID, i%commentPosts) }

// comment is what comes when somebody comments; an empty parent is the post. Graph does not know of it: what it
// knew could be fetched before it is posted.
func (p *benchPage) comment(name, parent, text string, i int) metatest.Event {
	if parent == "" {
		parent = p.under(i)
	}
	return metatest.Event{"field": "feed", "value": metatest.Event{
		"item": "comment", "verb": "add", "post_id": p.under(i), "comment_id": name, "parent_id": parent, "message": text, "created_time": time.Now().Unix(),
		"from": metatest.Event{"id": "7" + name, "name": "Zofia Wilk"}, "published": 1,
		"post": metatest.Event{"id": p.under(i), "permalink_url": "https://www.facebook.com/" + p.under(i), "is_published": true},
	}}
}

// post has Meta post a body of which nothing is known, until it is acknowledged.
func (p *benchPage) post(body []byte) error {
	said, err := p.said(body)
	if err == nil && !bytes.Contains(said, []byte(`"duplicates":0,"refused":0,"stray":0`)) {
		err = fmt.Errorf("a webhook was answered by %s", said)
	}
	return err
}

// said has Meta post a body, and returns how it is acknowledged.
func (p *benchPage) said(body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(p.b.Context(), http.MethodPost, "http://"+p.addr+meta.HookPath, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Hub-Signature-256", p.graph.App().Sign(body))
	answer, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("a webhook was answered by %s %s", answer.Status, said)
	}
	return said, err
}

// bodies are comments of as many people, each in a body of its own.
func (p *benchPage) bodies(n int) [][]byte {
	run, all := id.New[int64](), make([][]byte, n)
	for i := range all {
		all[i] = metatest.Body(p.page.Entry("changes", p.comment(fmt.Sprintf("%d%d", run, i), "", fmt.Sprintf("Od rana nie działa mi internet, %d. Co mam zrobić?", i), i)))
	}
	return all
}

// applied returns how many events were applied.
func (p *benchPage) applied(b *testing.B) int {
	b.Helper()
	n, err := db.One[int](p.ctx, p.app.db, hooksApplied)
	p.must(err)
	return n
}

// settles waits until no event waits, and reports how many of n were applied each second, and how many never.
func (p *benchPage) settles(b *testing.B, before, n int, began time.Time) {
	b.Helper()
	p.waits(b, 1, hooksRest)
	done := p.applied(b) - before
	b.ReportMetric(float64(done)/time.Since(began).Seconds(), "applied/s")
	b.ReportMetric(float64(n-done), "never")
}

// flood: many senders post as quickly as they are answered, each time a comment of somebody
// new. When they are answered it is verified and durable; applying it goes on beside.
func (p *benchPage) flood(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		all, before := p.bodies(hooksPosted), p.applied(b)
		b.StartTimer()
		var (
			wg    sync.WaitGroup
			next  atomic.Int64
			times took
		)
		began := time.Now()
		for range senders {
			wg.Go(func() {
				for i := next.Add(1); i <= hooksPosted; i = next.Add(1) {
					start := time.Now()
					if err := p.post(all[i-1]); err != nil {
						b.Error(err)
						return
					}
					times.add(time.Since(start))
				}
			})
		}
		wg.Wait()
		b.ReportMetric(hooksPosted/time.Since(began).Seconds(), "webhooks/s")
		times.report(b)
		p.settles(b, before, hooksPosted, began)
	}
}

// paced: comments come at a rate that is common in a busy hour, and are applied meanwhile.
func (p *benchPage) paced(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		times := took{forget: secondsForgotten * hooksASecond}
		all, before := p.bodies(times.forget+hooksMeasured), p.applied(b)
		b.StartTimer()
		var answered sync.WaitGroup
		began := time.Now()
		paced(len(all), hooksASecond, func(i int) {
			start := time.Now()
			answered.Go(func() {
				if err := p.post(all[i]); err != nil {
					b.Error(err)
				}
				times.add(time.Since(start))
			})
		})
		answered.Wait()
		times.report(b)
		p.settles(b, before, len(all), began)
	}
}

// batch: Meta tells of as much at once as it ever does.
func (p *benchPage) batch(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		before, run := p.applied(b), id.New[int64]()
		all := make([][]byte, batches)
		for n := range all {
			changes := make([]metatest.Event, changesOfABatch)
			for i := range changes {
				changes[i] = p.comment(fmt.Sprintf("%d%d%04d", run, n, i), "", fmt.Sprintf("Nie działa mi internet, %d.", i), i)
			}
			all[n] = metatest.Body(p.page.Entry("changes", changes...))
		}
		b.StartTimer()
		var times took
		began := time.Now()
		for _, body := range all {
			start := time.Now()
			p.must(p.post(body))
			times.add(time.Since(start))
		}
		times.report(b)
		p.settles(b, before, batches*changesOfABatch, began)
	}
}

// toDesk: people go on in threads in which agents work, from their webhook to the frame on
// the agent's socket.
func (p *benchPage) toDesk(b *testing.B) {
	var seen talks
	roots := p.openThreads(b, &seen)
	for b.Loop() {
		var (
			times  = took{forget: secondsForgotten * commentsASecond}
			run    = id.New[int64]()
			posted sync.WaitGroup
		)
		paced(times.forget+commentsMeasured, commentsASecond, func(i int) {
			text, at := fmt.Sprintf("Dalej nie działa %d numer %d", run, i), i%commentThreads
			body := metatest.Body(p.page.Entry("changes", p.comment(fmt.Sprintf("%d%d", run, i), roots[at], text, at)))
			seen.toDesk.expect(text, &times)
			posted.Go(func() {
				if err := p.post(body); err != nil {
					b.Error(err)
				}
			})
		})
		posted.Wait()
		seen.toDesk.settle(b)
		times.report(b)
	}
}

// openThreads returns comments with which threads begin, each taken by an agent whose desk is open.
func (p *benchPage) openThreads(b *testing.B, heard *talks) []string {
	b.Helper()
	agents := p.hire(commentingAgents)
	p.join(agents, p.quiet)
	roots, before := make([]string, commentThreads), p.applied(b)
	for i := range roots {
		roots[i] = fmt.Sprintf("root%d", i)
		p.must(p.post(metatest.Body(p.page.Entry("changes", p.comment(roots[i], "", fmt.Sprintf("Nie działa mi internet, %d", i), i)))))
	}
	p.waits(b, before+commentThreads, hooksApplied)
	work, err := db.Many[id.Interaction](p.ctx, p.app.db, `SELECT interaction_id FROM conversation WHERE channel = $1 AND interaction_id <> 0`, string(channel.Facebook))
	p.must(err)
	if len(work) != commentThreads {
		b.Fatalf("%d of %d threads have begun", len(work), commentThreads)
	}
	p.atOnce(commentThreads, func(i int) error {
		_, err := p.app.services.routing.Pull(agents[i%commentingAgents].ctx, work[i])
		return err
	})
	for _, a := range agents {
		p.must(a.connect(heard.desk))
	}
	return roots
}
