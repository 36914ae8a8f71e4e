// Package telemetry lets operators see how the process is: logs, figures for
// Prometheus, health and readiness, and traces when a collector is named.
//
// What must never break: a log line holds no secret, whatever is passed to the
// logger under a name that promises one; figures are labelled by route, never by
// address or customer; a check that hangs does not hang the answer.
package telemetry
