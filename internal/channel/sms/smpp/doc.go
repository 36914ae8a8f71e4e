// Package smpp speaks SMPP 3.4 to the message centre of a mobile network, as the side
// that sends messages and is given those that arrive (ESME). Sections in comments are
// those of "Short Message Peer to Peer Protocol Specification v3.4, issue 1.2".
//
// A PDU is read into its fields and written from them (pdu.go, message.go); a Session
// is one bound connection: it numbers, matches and bounds what is under way, answers
// the centre's questions and asks whether it is still there.
//
// What must never break: what the centre may have taken is told as Lost, never as
// refused; foreign bytes of any kind end a session at worst; an arrived message is
// acknowledged only when whoever takes it says so; no password gets into an error.
package smpp
