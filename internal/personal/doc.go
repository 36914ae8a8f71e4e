// Package personal is the contract by which what is kept about a person can be
// handed out and taken away.
//
// Whoever owns a table with words or details of customers declares it as a Table:
// whose its rows are, what of them is shown to the person, and which columns are
// emptied so that the figures stay right without it (or that the rows go). The
// desk of privacy (internal/privacy) walks over all of them. A table that is
// neither declared nor named in privacy.Impersonal fails a test.
//
// What must never break: emptying a second time changes nothing; no row outside
// the tenant and the thing that is named is touched.
package personal
