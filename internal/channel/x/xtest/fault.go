package xtest

// Fault is what X does with a call instead of doing it.
type Fault string

// The fault menu.
const (
	Busy    Fault = "busy"    // 429, and a moment later again
	Capped  Fault = "capped"  // 429: what the app may use is used up
	Refused Fault = "refused" // 403 with Reason
	Away    Fault = "away"    // 503 of whoever stands before it
	Failing Fault = "failing" // 500: nobody knows what was done
	Locked  Fault = "locked"  // 401, until Unlock
	Silent  Fault = "silent"  // it does what it is asked, and the line breaks before it says so
	Partial Fault = "partial" // 200 with errors alone
)
