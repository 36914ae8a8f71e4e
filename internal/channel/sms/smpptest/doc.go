// Package smpptest is a message centre to test against. It keeps the rules of SMPP 3.4
// that real centres keep — who is not bound gets nothing, numbers of commands go up,
// no more commands are under way than it allows, texts fit their alphabet and segment —
// and has a menu of what goes wrong with them (Fault).
//
// What must never break: what it takes, it has; what breaks a rule is refused with the
// status that the protocol has for it, and noted in Broken.
package smpptest
