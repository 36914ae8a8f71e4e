// Package mail proves the channel of e-mail against real servers: Postfix and
// Dovecot, started on ports and in folders of their own, as the services of this
// machine never see them.
//
// What must never break: nothing here sends a mail to anybody; what cannot be
// started is named, and the test is skipped unless it was asked for.
package mail
