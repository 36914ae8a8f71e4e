// Package errs is how use-cases say what went wrong.
//
// An error has a kind (what the caller can do about it), an operation (where),
// an optional stable code with values and fields (what a person is told, looked
// up in the catalogues under "error.<code>") and a cause (for the log alone).
//
// What must never break: codes are stable names that clients depend on, causes
// never reach a client, and nothing here knows HTTP.
package errs
