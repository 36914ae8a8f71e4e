package smpp

import "fmt"

// Status is what came of a command (5.1.3).
type Status uint32

// Statuses that mean something here.
const (
	OK            Status = 0x00
	BadCommand    Status = 0x03
	NotBound      Status = 0x04
	AlreadyBound  Status = 0x05
	SystemError   Status = 0x08
	BadSource     Status = 0x0a
	BadDest       Status = 0x0b
	BindFailed    Status = 0x0d
	BadPassword   Status = 0x0e
	BadSystemID   Status = 0x0f
	QueueFull     Status = 0x14
	SubmitFailed  Status = 0x45
	BadSourceKind Status = 0x48
	BadDestKind   Status = 0x50
	Throttled     Status = 0x58
	TryLater      Status = 0x64 // ESME_RX_T_APPN: the receiver cannot take it now
	NeverTry      Status = 0x65 // ESME_RX_P_APPN: nor ever
	Rejected      Status = 0x66 // ESME_RX_R_APPN
	DeliveryFails Status = 0xfe
)

var statusNames = map[Status]string{ //nolint:gochecknoglobals // a constant that Go cannot express
	BadCommand: "invalid command", NotBound: "not bound for this", AlreadyBound: "already bound", SystemError: "system error",
	BadSource: "invalid source address", BadDest: "invalid destination address", BindFailed: "bind failed", BadPassword: "invalid password",
	BadSystemID: "invalid system ID", QueueFull: "message queue full", SubmitFailed: "submitting failed", BadSourceKind: "invalid source address type",
	BadDestKind: "invalid destination address type", Throttled: "throttled", TryLater: "receiver busy", NeverTry: "receiver refuses",
	Rejected: "rejected", DeliveryFails: "delivery failure",
	0x01: "invalid message length", 0x02: "invalid command length", 0x06: "invalid priority", 0x07: "invalid registered delivery flag",
	0x0c: "invalid message ID", 0x15: "invalid service type", 0x40: "invalid destination flag", 0x43: "invalid esm class",
	0x58 + 3: "invalid schedule time", 0x62: "invalid validity period", 0xc0: "invalid optional parameters", 0xc2: "invalid parameter length",
	0xc3: "missing parameter", 0xc4: "invalid parameter value", 0xff: "unknown error",
}

// String says a status in words and as the number that support asks for.
func (s Status) String() string {
	if name, known := statusNames[s]; known {
		return fmt.Sprintf("%s (0x%08X)", name, uint32(s))
	}
	return fmt.Sprintf("status 0x%08X", uint32(s))
}

// Refusal is that the centre did not do what it was asked.
type Refusal struct { //nolint:errname // the field's word: a message is refused
	Command Command
	Status  Status
}

// Error says the status in words.
func (r *Refusal) Error() string { return "smpp: " + r.Status.String() }

// Lost is an answer that did not come.
type Lost struct { //nolint:errname // it is what happened to the answer
	Began bool // the centre may have heard us
	Err   error
}

// Error says what broke.
func (l *Lost) Error() string { return "smpp: no answer: " + l.Err.Error() }

// Unwrap returns what broke.
func (l *Lost) Unwrap() error { return l.Err }
