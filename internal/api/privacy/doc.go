// Package privacy is the HTTP face of people's own data: copies, erasures and their
// certificates, legal holds, and for how long anything is kept; and of files of
// customers that come in and of lists that go out.
package privacy
