// Package canned keeps replies that are written once and used often.
//
// A canned reply belongs to one brand or to all, has a shortcut that is typed,
// and a text for each language. Names in double braces are filled in on the
// server when it is used; one that nothing fills is reported, never sent as it is
// without the agent's knowledge.
//
// What must never break: a shortcut means one reply within a brand; an agent
// never sees the replies of a brand that is not theirs.
package canned
