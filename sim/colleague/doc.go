// Package colleague is a client of the desk's public interface, as an agent's
// browser uses it: for the demo's simulated colleagues and the smoke test of a
// running server.
//
// It acts by the same operations and hears the same live events as the desk, and
// comes back by itself after a loss of the connection. What must never break: it
// uses nothing that the desk could not use.
package colleague
