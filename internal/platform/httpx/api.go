package httpx

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Addresses of the API's own pages.
const (
	SpecPath = "/api/openapi.json"
	DocsPath = "/api/docs"
	apiRoot  = "/api/"
)

// SessionCookie is the name of the cookie that carries a session.
const SessionCookie = "zongler_session"

// Names of the security schemes in the document.
const (
	schemeSession = "session"
	schemeKey     = "key"
)

// Config says what an API is made of.
type Config struct {
	Title       string
	Version     string
	Description string
	Problems    *Problems
	Idempotency Store // nil: Idempotency-Key is ignored
}

// API is the set of typed operations, with the document made from them.
type API struct {
	huma     huma.API
	problems *Problems
	store    Store
	ops      []Info
	spec     *document
}

// Info is what others may know of a registered operation.
type Info struct {
	Operation

	// Keys are the path parameters that name things of a tenant, with the kind
	// of thing: {"id": "queue"}. A leak test tries each with another tenant's.
	Keys map[string]string
}

var defaults sync.Once //nolint:gochecknoglobals // huma keeps this default in a global of its own

// NewAPI returns an API whose operations are served by mux, with the document at
// SpecPath and DocsPath. Unknown addresses below /api/ are answered with problems.
func NewAPI(mux *http.ServeMux, c Config) *API {
	defaults.Do(func() { huma.DefaultArrayNullable = false })
	config := huma.DefaultConfig(c.Title, c.Version)
	config.Info.Description = c.Description
	config.CreateHooks = nil // no $schema and no Link in answers
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.Formats = map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()}
	config.Transformers = []huma.Transformer{c.Problems.transform}
	config.RejectUnknownQueryParameters = true
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		schemeSession: {Type: "apiKey", In: "cookie", Name: SessionCookie, Description: "A signed-in browser"},
		schemeKey:     {Type: "http", Scheme: "bearer", Description: "A key of an integration"},
	}
	a := &API{problems: c.Problems, store: c.Idempotency}
	a.huma = huma.NewAPI(config, &adapter{api: a, mux: mux})
	a.spec = &document{api: a.huma}
	mux.HandleFunc("GET "+SpecPath, a.spec.serveJSON)
	mux.HandleFunc("GET "+DocsPath, a.spec.servePage)
	mux.HandleFunc("GET "+DocsPath+".css", a.spec.serveStyle)
	mux.Handle(apiRoot, c.Problems.Unknown(mux))
	return a
}

// Operations returns every registered operation, in the order of registration.
func (a *API) Operations() []Info { return slices.Clone(a.ops) }

// Spec returns the OpenAPI document as JSON.
func (a *API) Spec() ([]byte, error) { return a.spec.json() }

// adapter serves huma's operations from a ServeMux, each behind our own guards.
type adapter struct {
	api *API
	mux *http.ServeMux
}

var _ huma.Adapter = (*adapter)(nil)

// Handle adds op to the mux.
func (a *adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler(humago.NewContext(op, r, &corrector{ResponseWriter: w}))
	})
	if own, ok := op.Metadata[metadataKey].(Operation); ok {
		h = a.api.guard(own, h)
	}
	a.mux.Handle(op.Method+" "+op.Path, h)
}

// ServeHTTP answers with the mux, as huma's tests ask for.
func (a *adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// Unknown answers requests for which mux has no operation: not found, or the
// methods that the address does have.
func (p *Problems) Unknown(mux *http.ServeMux) http.Handler {
	methods := []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		probe := r.Clone(r.Context())
		for _, probe.Method = range methods {
			if _, pattern := mux.Handler(probe); strings.Contains(pattern, " ") {
				allowed = append(allowed, probe.Method)
			}
		}
		if len(allowed) == 0 {
			p.Write(w, r, noRoute())
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		p.Write(w, r, wrongMethod(allowed))
	})
}
