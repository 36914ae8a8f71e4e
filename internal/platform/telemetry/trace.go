package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Bounds of tracing.
const (
	traceShare = 0.1 // of the requests that do not come with a decision of their own
	traceQueue = 2048
)

// Tracing sends traces to a collector, or nowhere.
type Tracing struct {
	Provider trace.TracerProvider
	stop     func(context.Context) error
}

// NewTracing returns Tracing to the OTLP/HTTP collector at url; one that does nothing if url is empty.
func NewTracing(ctx context.Context, url, version string) (*Tracing, error) {
	if url == "" {
		return &Tracing{Provider: noop.NewTracerProvider(), stop: func(context.Context) error { return nil }}, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint(url)))
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	provider := sdk.NewTracerProvider(
		sdk.WithBatcher(exporter, sdk.WithMaxQueueSize(traceQueue)),
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(traceShare))),
		sdk.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "zongler"), attribute.String("service.version", version))),
	)
	return &Tracing{Provider: provider, stop: provider.Shutdown}, nil
}

// endpoint completes the address of a collector by the path that all of them have.
func endpoint(url string) string {
	const path = "/v1/traces"
	if strings.HasSuffix(url, path) {
		return url
	}
	return strings.TrimSuffix(url, "/") + path
}

// Stop sends what is waiting and ends tracing. An ended ctx is no reason to complain.
func (t *Tracing) Stop(ctx context.Context) error {
	if err := t.stop(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("traces: %w", err)
	}
	return nil
}

// Middleware opens a span for each request, named by its route. The address
// itself stays out: it holds keys and tokens. A caller's own trace is continued.
func (t *Tracing) Middleware(route func(*http.Request) string) func(http.Handler) http.Handler {
	if _, off := t.Provider.(noop.TracerProvider); off {
		return func(next http.Handler) http.Handler { return next }
	}
	tracer := t.Provider.Tracer("github.com/zongler/zongler")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			name := route(r)
			ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
			ctx, span := tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attribute.String("http.route", name)))
			defer span.End()
			watched := &statusWriter{ResponseWriter: w}
			next.ServeHTTP(watched, r.WithContext(ctx))
			span.SetAttributes(attribute.Int("http.response.status_code", max(watched.status, http.StatusOK)))
			if watched.status >= http.StatusInternalServerError {
				span.SetStatus(codes.Error, "")
			}
		})
	}
}
