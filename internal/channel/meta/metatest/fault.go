package metatest

import (
	"encoding/json"
	"net/http"
)

// Fault is what Meta does with our next message instead of taking it.
type Fault string

// The fault menu.
const (
	AppLimit    Fault = "the app has called too often"        // 4
	CustomLimit Fault = "the page has called too often"       // 613, with its usage in a header
	CaseLimit   Fault = "messages of the page are over limit" // 80006, with the minutes until it ends
	Expired     Fault = "the token has expired"               // 190/463, until Renew
	Closed      Fault = "outside of the allowed window"       // 10/2018278
	ClosedToo   Fault = "outside of the shared window"        // 10/2534022
	Refused     Fault = "refused, with a reason"              // 100
	Blocked     Fault = "blocked for a policy"                // 368
	Gone        Fault = "the person is not available"         // 551
	OtherApp    Fault = "another app controls the thread"     // 10/2018300
	Restricted  Fault = "the page is restricted from sending" // 10/1893063
	NoLeave     Fault = "a permission is missing"             // 200
	PairLimit   Fault = "too often to the same person"        // 131056, at WhatsApp
	NumberLimit Fault = "too many messages of the number"     // 130429, at WhatsApp
	LateThere   Fault = "a day has passed at WhatsApp"        // 131047
	NoSuchThere Fault = "the person cannot be reached there"  // 131026, at WhatsApp
	Unpaid      Fault = "nobody has paid at WhatsApp"         // 131042
	Down        Fault = "service temporarily unavailable"     // 2
	Gateway     Fault = "a proxy that gave up"                // 502 without a word of Graph
	Silent      Fault = "it takes the message and is silent"  // the line is cut behind it
	Garbage     Fault = "it takes the message and babbles"    // 200 with what is no answer
)

// Reason is what Meta says with Refused.
const Reason = "the recipient does not want to be written to"

// Next says what becomes of our next messages, one fault for each; after them they are taken.
func (g *Graph) Next(faults ...Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults = append(g.faults, faults...)
}

// takeFault returns what becomes of a message.
func (g *Graph) takeFault() Fault {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.faults) == 0 {
		return ""
	}
	first := g.faults[0]
	g.faults = g.faults[1:]
	if first == Expired {
		g.expired = true
	}
	return first
}

// failure is an error as Graph says it.
type failure struct {
	status    int
	code, sub int
	message   string
	user      string
	details   string // of WhatsApp
	transient bool
}

// failures are the faults that are told.
func failures() map[Fault]failure {
	return map[Fault]failure{
		AppLimit:    {status: 403, code: 4, message: "(#4) Application request limit reached", transient: true},
		CustomLimit: {status: 400, code: 613, message: "(#613) Calls to this api have exceeded the rate limit."},
		CaseLimit:   {status: 400, code: 80006, message: "(#80006) There have been too many calls to this Messenger account. Wait a bit and try again."},
		Expired:     {status: 401, code: 190, sub: 463, message: "Error validating access token: Session has expired."},
		Closed:      {status: 400, code: 10, sub: 2018278, message: "(#10) This message is sent outside of allowed window."},
		ClosedToo:   {status: 400, code: 10, sub: 2534022, message: "(#10) This message is sent outside of allowed window."},
		Refused:     {status: 400, code: 100, message: "(#100) Invalid parameter", user: Reason},
		Blocked:     {status: 400, code: 368, message: "(#368) The action attempted has been deemed abusive or is otherwise disallowed"},
		Gone:        {status: 400, code: 551, sub: 1545041, message: "(#551) This person isn't available right now."},
		OtherApp:    {status: 400, code: 10, sub: 2018300, message: "(#10) Message failed to send because another app is controlling this thread now."},
		Restricted:  {status: 400, code: 10, sub: 1893063, message: "(#10) This Page is temporarily restricted from sending messages."},
		NoLeave:     {status: 403, code: 200, message: "(#200) Requires pages_messaging permission to manage the object"},
		PairLimit:   {status: 400, code: 131056, message: "(#131056) (Business Account, Consumer Account) pair rate limit hit"},
		NumberLimit: {status: 429, code: 130429, message: "(#130429) Rate limit hit", details: "Message failed to send because there were too many messages sent from this phone number in a short period of time."},
		LateThere:   {status: 400, code: 131047, message: "(#131047) Re-engagement message", details: "More than 24 hours have passed since the recipient last replied."},
		NoSuchThere: {status: 400, code: 131026, message: "(#131026) Message undeliverable", details: Reason},
		Unpaid:      {status: 400, code: 131042, message: "(#131042) Business eligibility payment issue"},
		Down:        {status: 500, code: 2, message: "(#2) Service temporarily unavailable", transient: true},
	}
}

// write answers a failure.
func (f failure) write(w http.ResponseWriter) {
	body := map[string]any{"message": f.message, "type": "OAuthException", "code": f.code, "fbtrace_id": "BLBz/WZt8dN"}
	if f.sub != 0 {
		body["error_subcode"] = f.sub
	}
	if f.user != "" {
		body["error_user_msg"] = f.user
	}
	if f.details != "" {
		body["error_data"] = map[string]string{"messaging_product": "whatsapp", "details": f.details}
	}
	if f.transient {
		body["is_transient"] = true
	}
	raw, _ := json.Marshal(map[string]any{"error": body}) //nolint:errchkjson // texts and numbers
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	_, _ = w.Write(raw) // who went away needs no answer
}

// serveFault does what a fault says, and reports whether the call ends with it.
func (g *Graph) serveFault(w http.ResponseWriter, f Fault) bool {
	if f == Gateway {
		http.Error(w, "<html>Bad Gateway</html>", http.StatusBadGateway)
		return true
	}
	if f == CustomLimit {
		w.Header().Set("X-Page-Usage", `{"call_count":85,"total_time":12,"total_cputime":9}`)
	}
	if f == CaseLimit {
		w.Header().Set("X-Business-Use-Case-Usage", `{"1":[{"type":"messenger","call_count":100,"total_cputime":10,"total_time":10,"estimated_time_to_regain_access":7}]}`)
	}
	told, is := failures()[f]
	if is {
		told.write(w)
	}
	return is
}
