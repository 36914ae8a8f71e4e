package xtest

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

//go:embed requests.json
var described []byte

// judge holds requests to X's description of them.
type judge struct{ routes routers.Router }

func newJudge() (*judge, error) {
	doc, err := openapi3.NewLoader().LoadFromData(described)
	if err != nil {
		return nil, err
	}
	routes, err := legacy.NewRouter(doc)
	return &judge{routes}, err
}

// refuses says why X does not know such a request; nil: it does. The body can be read again.
func (j *judge) refuses(r *http.Request, body []byte, may func(scheme string) bool) error {
	asked := r.Clone(r.Context())
	asked.URL.Host, asked.URL.Scheme = "", ""
	asked.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := j.routes.FindRoute(asked)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
	}
	in := &openapi3filter.RequestValidationInput{Request: asked, PathParams: params, Route: route, Options: &openapi3filter.Options{
		AuthenticationFunc: func(_ context.Context, a *openapi3filter.AuthenticationInput) error {
			if may(a.SecuritySchemeName) {
				return nil
			}
			return errors.New("a token of another kind")
		},
	}}
	known := map[string]bool{}
	for _, p := range route.Operation.Parameters {
		known[p.Value.Name] = true
	}
	for name := range r.URL.Query() {
		if !known[name] {
			return fmt.Errorf("%s %s: X knows no %s", r.Method, r.URL.Path, name)
		}
	}
	if strings.HasSuffix(r.URL.Path, "/append") {
		in.Options.ExcludeRequestBody = true // bytes, of which the description says that they are bytes or a text
	}
	return openapi3filter.ValidateRequest(r.Context(), in)
}
