package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
)

// Names of the catalogue and the texts that every problem needs.
const (
	catalogue        = "errors"
	titlePrefix      = "title."
	problemType      = "application/problem+json"
	retryUnavailable = 1 // seconds after which a client may try again what was unavailable
)

// Codes of the errors that this package makes itself.
const (
	codeFields     = "fields"
	codeMalformed  = "body.malformed"
	codeTooLarge   = "body.too_large"
	codeMediaType  = "body.media_type"
	codeSlowBody   = "body.slow"
	codeNoRoute    = "not_found"
	codeMethod     = "method_not_allowed"
	codeCrossSite  = "cross_origin"
	codeRateLimit  = "rate.limited"
	codeKeyInUse   = "idempotency.in_progress"
	codeAnswerLost = "idempotency.answer_lost"
	codeKeyReused  = "idempotency.mismatch"
	codeKeyInvalid = "idempotency.key"
)

// Texts gives the words of the catalogues.
type Texts interface {
	// Language returns the best of our languages for an Accept-Language header.
	Language(accept string) string
	// Text returns the text of key in a catalogue, filled with values; the key itself if there is none.
	Text(lang, catalogue, key string, values map[string]any) string
}

// Problem is the body of every error answer (RFC 9457).
type Problem struct {
	Type      string         `json:"type" doc:"Names the kind of problem: /problems/ and the code"`
	Title     string         `json:"title" doc:"What went wrong in general, in the reader's language"`
	Status    int            `json:"status" doc:"HTTP status"`
	Code      string         `json:"code" doc:"Stable name of the problem"`
	Detail    string         `json:"detail" doc:"What went wrong here and what to do, in the reader's language"`
	Values    errs.Values    `json:"values,omitempty" doc:"What fills the detail's holes, for those who have words of their own"`
	Errors    []FieldProblem `json:"errors,omitempty" doc:"The fields that are wrong"`
	RequestID string         `json:"request_id,omitempty" doc:"Name of this request in our logs"`
}

// FieldProblem says what is wrong with one field of the input.
type FieldProblem struct {
	Path   string      `json:"path" doc:"The field, as it was sent: hours[0].from"`
	Code   string      `json:"code" doc:"Stable name of the fault"`
	Detail string      `json:"detail" doc:"The fault in the reader's language"`
	Values errs.Values `json:"values,omitempty" doc:"What fills the detail's holes"`
}

// Problems answers requests with problems.
type Problems struct {
	texts Texts
	log   *slog.Logger
}

// NewProblems returns Problems that speak through texts and log what is our fault.
func NewProblems(texts Texts, log *slog.Logger) *Problems { return &Problems{texts: texts, log: log} }

// Write answers r with err. Use it where no typed operation does so by itself.
func (p *Problems) Write(w http.ResponseWriter, r *http.Request, err error) {
	status := StatusOf(err)
	for name, value := range headersOf(status) {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", problemType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	if err := json.NewEncoder(w).Encode(p.problem(r, err, status)); err != nil {
		p.log.Debug("answer not written", "err", err)
	}
}

// Explain returns err in the words of r's reader, for an answer of which it is only a part.
func (p *Problems) Explain(r *http.Request, err error) *Problem {
	return p.problem(r, err, StatusOf(err))
}

// StatusOf returns the HTTP status for err.
func StatusOf(err error) int {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok && tooLarge != nil {
		return http.StatusRequestEntityTooLarge
	}
	switch errs.CodeOf(err) {
	case codeTooLarge:
		return http.StatusRequestEntityTooLarge
	case codeMethod:
		return http.StatusMethodNotAllowed
	case codeMalformed:
		return http.StatusBadRequest
	case codeSlowBody:
		return http.StatusRequestTimeout
	}
	return statusOfKind(errs.KindOf(err))
}

func statusOfKind(kind errs.Kind) int {
	switch kind {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.Unauthenticated:
		return http.StatusUnauthorized
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Conflict:
		return http.StatusConflict
	case errs.Exhausted:
		return http.StatusTooManyRequests
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	case errs.Internal:
	}
	return http.StatusInternalServerError
}

// headersOf returns the headers that an answer of this status must have.
func headersOf(status int) map[string]string {
	switch status {
	case http.StatusUnauthorized:
		return map[string]string{"WWW-Authenticate": `Bearer realm="zongler"`}
	case http.StatusServiceUnavailable:
		return map[string]string{"Retry-After": strconv.Itoa(retryUnavailable)}
	}
	return nil
}

// problem says err in the words of r's reader and logs it if it is our fault.
func (p *Problems) problem(r *http.Request, err error, status int) *Problem {
	p.report(r, err, status)
	lang := p.language(r)
	code, values := errs.CodeOf(err), errs.Values(nil)
	told := errs.Told(err)
	if told != nil {
		values = told.Values
	}
	if status == http.StatusRequestEntityTooLarge {
		code = codeTooLarge
		if most, ok := errors.AsType[*http.MaxBytesError](err); ok {
			values = limited(most.Limit)
		}
	}
	if status == http.StatusInternalServerError {
		code, told, values = errs.Internal.String(), nil, nil // nothing of an internal error is for others
	}
	problem := &Problem{
		Type:      "/problems/" + code,
		Title:     p.texts.Text(lang, catalogue, titlePrefix+titleOf(status), nil),
		Status:    status,
		Code:      code,
		Detail:    p.texts.Text(lang, catalogue, code, values),
		Values:    values,
		RequestID: IDOf(r),
	}
	if told != nil {
		for _, f := range told.Fields {
			problem.Errors = append(problem.Errors, FieldProblem{
				Path: f.Path, Code: f.Code, Detail: p.texts.Text(lang, catalogue, f.Code, f.Values), Values: f.Values,
			})
		}
	}
	return problem
}

// titleOf returns the name of the title for status: the kind of error that it stands for.
func titleOf(status int) string {
	for kind := errs.Internal; kind <= errs.Unavailable; kind++ {
		if statusOfKind(kind) == status {
			return kind.String()
		}
	}
	if status >= http.StatusInternalServerError {
		return errs.Internal.String()
	}
	return errs.Invalid.String()
}

// report logs what somebody has to look at. A client that has left is nobody's fault.
func (p *Problems) report(r *http.Request, err error, status int) {
	switch {
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		p.log.Debug("client left", "request", IDOf(r), "err", err)
	case status == http.StatusServiceUnavailable:
		p.log.Warn("unavailable", "request", IDOf(r), "err", err)
	case status >= http.StatusInternalServerError:
		p.log.Error("request failed", "request", IDOf(r), "tenant", actor.From(r.Context()).Tenant, "err", err)
	}
}

func (p *Problems) language(r *http.Request) string {
	if lang := actor.From(r.Context()).Language; lang != "" {
		return lang
	}
	return p.texts.Language(r.Header.Get("Accept-Language"))
}
