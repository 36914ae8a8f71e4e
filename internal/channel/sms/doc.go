// Package sms is the channel of text messages: what people write to a number of ours
// and our answers. An account goes over one of two ways: a message centre that is
// spoken to in SMPP 3.4 (package smpp), or a gateway with Twilio's HTTP interface
// (package twilio).
//
// A message centre keeps a line to us: the node that holds the lease is bound for both
// directions, others only to send (pool.go, watch.go). What it brings is stored before
// it is answered; parts of long messages wait for each other (arrive.go). Each segment
// of an answer has a receipt of its own: an answer has arrived when all have.
//
// A thread is a number. Who writes STOP, in the words of kit/smstext, gets nothing more
// from that number of ours until they write START.
//
// It owns sms_received, sms_segment and sms_stop.
//
// What must never break: Read is pure and survives any bytes; what a centre or gateway
// may have taken is ambiguous, never sent again by itself; who said STOP gets nothing;
// no password is shown, logged or kept readable.
package sms
