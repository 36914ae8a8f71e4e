package httpx

import (
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/zongler/zongler/internal/errs"
)

// failure carries a use-case's error through huma until the request is at hand to say it in words.
type failure struct {
	err    error
	status int
}

var _ huma.StatusError = (*failure)(nil)

func fail(err error) error { return &failure{err: err, status: StatusOf(err)} }

// Error returns the cause, for logs.
func (f *failure) Error() string { return f.err.Error() }

// GetStatus returns the HTTP status, as huma asks for it.
func (f *failure) GetStatus() int { return f.status }

// ContentType returns the media type of problems in place of ct.
func (f *failure) ContentType(string) string { return problemType }

// transform turns failures, ours and huma's, into problems; other answers pass.
func (p *Problems) transform(ctx huma.Context, _ string, v any) (any, error) {
	var err error
	var status int
	switch v := v.(type) {
	case *failure:
		err, status = v.err, v.status
	case *huma.ErrorModel:
		err, status = fromHuma(v, ctx.Operation().MaxBodyBytes), v.Status
		if errs.CodeOf(err) == codeFields {
			status = http.StatusUnprocessableEntity
		}
	default:
		return v, nil
	}
	r, w := humago.Unwrap(ctx)
	if c, ok := w.(*corrector); ok {
		c.status = status
	}
	ctx.SetHeader("Cache-Control", "no-store")
	for name, value := range headersOf(status) {
		ctx.SetHeader(name, value)
	}
	return p.problem(r, err, status), nil
}

// corrector answers with the status of the problem where huma, which says it before
// it has our words, would say another.
type corrector struct {
	http.ResponseWriter

	status int // 0: as huma says
}

// WriteHeader writes the status.
func (c *corrector) WriteHeader(status int) {
	if c.status != 0 {
		status = c.status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController the writer below.
func (c *corrector) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// fromHuma says in our words what huma refused.
func fromHuma(m *huma.ErrorModel, maxBody int64) error {
	const op = "httpx.Validate"
	switch m.Status {
	case http.StatusBadRequest:
		for _, d := range m.Errors {
			if path, bad := strings.CutPrefix(d.Message, badText); bad {
				return errs.Fields(op, errs.Field{Path: pathOf(path), Code: codeText})
			}
		}
		return errs.New(errs.Invalid, op, codeMalformed)
	case http.StatusUnprocessableEntity:
		fields := make([]errs.Field, 0, len(m.Errors))
		for _, d := range m.Errors {
			fields = append(fields, fieldOf(d))
		}
		return &errs.Error{Kind: errs.Invalid, Op: op, Code: codeFields, Fields: fields}
	case http.StatusRequestEntityTooLarge:
		return tooLarge(op, maxBody)
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		return errs.New(errs.Invalid, op, codeMediaType)
	case http.StatusRequestTimeout:
		return errs.New(errs.Invalid, op, codeSlowBody)
	}
	return errs.E(errs.Internal, op, errors.New(causes(m)))
}

func causes(m *huma.ErrorModel) string {
	all := []string{m.Detail}
	for _, d := range m.Errors {
		all = append(all, d.Message)
	}
	return strings.Join(all, ": ")
}
