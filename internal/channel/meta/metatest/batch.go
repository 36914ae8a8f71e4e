package metatest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

// maxBatch is what goes in one request.
const maxBatch = 50

// Batches returns how many calls each request has had that was made of several.
func (g *Graph) Batches() []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.batches)
}

// WithinBatches says what becomes of every call of a request that is made of several; empty: it is answered.
func (g *Graph) WithinBatches(f Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.within = f
}

// Rescope gives a token other scopes.
func (g *Graph) Rescope(name string, scopes ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tokens[name].scopes = scopes
}

// TakesBack has somebody remove what they have said, of which nobody is told.
func (p *Page) TakesBack(id string) { p.quietly(id, func(s *Said) { s.Gone = true }) }

// Rewords has somebody write something else in its place, of which nobody is told.
func (p *Page) Rewords(id, text string) { p.quietly(id, func(s *Said) { s.Text = text }) }

// Locks has Meta show something to nobody but who has a permission that we lack.
func (p *Page) Locks(id string) { p.quietly(id, func(s *Said) { s.Locked = true }) }

func (p *Page) quietly(id string, do func(*Said)) {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	do(p.said[id])
}

// locked is what Graph answers of what a token may not see.
func locked() failure {
	return failure{status: 403, code: 10, message: "(#10) This endpoint requires the 'pages_read_user_content' permission or the 'Page Public Content Access' feature."}
}

// serveBatch answers several calls in one, each as if it had come alone. Its proof holds for all.
func (g *Graph) serveBatch(w http.ResponseWriter, r *http.Request, t token) {
	var in struct {
		Batch []struct {
			Method string `json:"method"`
			URL    string `json:"relative_url"`
		} `json:"batch"`
	}
	switch err := json.NewDecoder(r.Body).Decode(&in); {
	case err != nil || len(in.Batch) == 0:
		failure{status: 400, code: 100, message: "(#100) Param batch must be an array"}.write(w)
		return
	case len(in.Batch) > maxBatch:
		failure{status: 400, code: -3, message: "Too many requests in batch message. Maximum batch size is 50"}.write(w)
		return
	}
	g.mu.Lock()
	g.batches = append(g.batches, len(in.Batch))
	within := g.within
	g.mu.Unlock()
	answers := make([]map[string]any, len(in.Batch))
	for i, one := range in.Batch {
		into := httptest.NewRecorder()
		if !g.serveFault(into, within) {
			g.serveOne(into, r, t, one.Method, one.URL)
		}
		answers[i] = map[string]any{"code": into.Code, "body": into.Body.String()}
	}
	answer(w, answers)
}

// serveOne answers a call of several.
func (g *Graph) serveOne(w http.ResponseWriter, r *http.Request, t token, method, relative string) {
	at, err := url.Parse("/" + relative)
	if err != nil || method != http.MethodGet {
		failure{status: 400, code: 100, message: "(#100) metatest reads in batches"}.write(w)
		return
	}
	one := r.Clone(r.Context())
	one.Method, one.URL, one.Body, one.ContentLength = method, at, http.NoBody, 0
	g.route(w, one, t, strings.Split(strings.Trim(at.Path, "/"), "/"))
}
