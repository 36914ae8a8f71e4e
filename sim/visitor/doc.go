// Package visitor is a client of the chat widget's protocol, as a browser speaks
// it: for the demo's traffic, the smoke test of a running server, and the test
// that kills the server and counts what is lost.
//
// It comes back by itself after every loss of the connection, sends an act again
// under its name until it is answered, and asks for the entries behind the newest
// it has. What must never break: an act that it reports as done was acknowledged,
// and none is sent under two names.
package visitor
