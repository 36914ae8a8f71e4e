package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/sim/colleague"
)

// tellEvery is how often something is told of the page: half of it in public.
const tellEvery = 20 * time.Millisecond

// page is a page at Facebook whose people write to it, and under a post of it, while the server is killed.
type page struct {
	*beside

	graph *metatest.Graph
	page  *metatest.Page
	post  string
	feeds []string // keys of its two entry points
}

// callsTo lets a server that is not started yet call graph.
func callsTo(s *server, graph *metatest.Graph) {
	app := graph.App()
	s.env = append(s.env, "ZONGLER_META_APP_ID="+app.ID, "ZONGLER_META_APP_SECRET="+app.Secret, "ZONGLER_META_GRAPH_URL="+app.GraphURL)
}

// openPage connects a page.
func (b *beside) openPage(graph *metatest.Graph) *page {
	ctx := b.t.Context()
	p := &page{beside: b, graph: graph, page: graph.Page("1906385232743451", "Fala Net")}
	p.post = p.page.ID + "_100"
	p.page.Publishes(p.post, "Nowa oferta od poniedziałku") // which nobody tells of: it has to be asked for
	b.must(b.place.admin.call(ctx, http.MethodPost, "/channel-accounts", fields{
		"channel": "messenger", "brand_id": b.brand, "queue_id": b.place.quietQueue, "settings": fields{"token": p.page.Token(metatest.Scopes()...)},
	}, nil))
	var points struct {
		Items []struct{ ID, Channel string }
	}
	b.must(b.place.admin.call(ctx, http.MethodGet, "/entry-points", nil, &points))
	for _, e := range points.Items {
		if e.Channel == "messenger" || e.Channel == "facebook" {
			p.feeds = append(p.feeds, e.ID)
		}
	}
	if len(p.feeds) != 2 {
		b.t.Fatalf("the page has %d entry points", len(p.feeds))
	}
	return p
}

// tell tells of messages and of comments in short threads until ctx ends, each until it is acknowledged.
func (p *page) tell(ctx context.Context) error {
	comment := ""
	for n := 0; ctx.Err() == nil; n++ {
		name, psid := fmt.Sprintf("m-p-%d", n), fmt.Sprintf("70%d", n/6)
		var body []byte
		if n%2 == 0 {
			body = p.page.Body(p.page.Writes(psid, "mid."+name, name))
		} else {
			parent := comment // every third comment begins a thread
			if comment = fmt.Sprintf("100_%d", n); n%6 == 1 {
				parent = ""
			}
			body = metatest.Body(p.page.Entry("changes", p.page.Comments(psid, comment, p.post, parent, name)))
		}
		err := insist(ctx, func() error { return p.hook(ctx, name, body) })
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // the story is over
		case err != nil:
			return err
		}
		p.mu.Lock()
		p.acknowledged[name] = true
		p.mu.Unlock()
		_ = pause(ctx, tellEvery) // ctx is asked above
	}
	return nil
}

func (p *page) hook(ctx context.Context, name string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.server.base()+"/hooks/meta", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Hub-Signature-256", p.graph.App().Sign(body))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return &colleague.RefusedError{Status: answer.StatusCode, Text: "told of " + name}
	}
	return nil
}

// applied waits until nothing that an entry point was told of waits to be applied.
func (b *beside) applied(ctx context.Context, point string) {
	for _, state := range []string{"waiting", "parked"} {
		for n := 1; n > 0; {
			var events struct {
				Items []json.RawMessage `json:"items"`
			}
			b.must(b.place.admin.call(ctx, http.MethodGet, "/entry-points/"+point+"/events?state="+state, nil, &events))
			if n = len(events.Items); n > 0 {
				b.must(pause(ctx, againAfter))
			}
		}
	}
}
