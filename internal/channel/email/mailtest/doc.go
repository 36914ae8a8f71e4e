// Package mailtest is a post office in memory for tests: an inbox that is read by
// IMAP and a way out by SMTP, both on loopback. It is the counterpart of a mailbox
// that Zongler is connected to, in the process of the test: it outlives a server
// that is killed. What a client was told to be taken is in Got.
package mailtest
