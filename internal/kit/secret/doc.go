// Package secret seals what must not lie readable in the database: tokens of
// providers, passwords of mailboxes, keys of identified visitors.
//
// Values are sealed with AES-256-GCM under a key from a file of the operator's
// and bound to a context (whose secret it is), so that a sealed value copied to
// another row does not open there. A sealed value names its key, so keys can be
// changed: a new line on top of the file seals, the older ones still open.
//
// What must never break: a key file is readable by its owner only, is never
// overwritten, and a value that does not open gives an error, never rubbish.
package secret
