// Package httpx is how Zongler speaks HTTP, and the only place that knows status codes.
//
// It registers typed operations that generate the OpenAPI document, turns
// errors into RFC 9457 problems in the reader's language, and holds what every
// request passes: request id, recovery, security headers, cross-origin check,
// client address, rate and body limits, idempotency, access log, the server.
//
// The usual order of the middleware, outermost first: Proxies.Client,
// RequestID, AccessLog, Problems.Recover, SecurityHeaders, CrossOrigin, then
// sign-in (which puts the actor into the context), Limiter.Middleware, the mux.
//
// What must never break: a permission is checked before anything of the input
// is read; a cause never reaches a client; every body, header, page, key and
// table here has a bound; codes are stable names that clients depend on.
package httpx
