// Package actor says who acts: which tenant, which brands, which permissions.
//
// It enters the context once, at the edge, and every use-case asks it before
// it does anything. A context without an actor may do nothing at all.
//
// What must never break: a permission is an action that exists in this file;
// the zero Actor has no right; nothing widens the rights of a context but System.
package actor
