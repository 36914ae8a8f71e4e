// Package twiliotest is a gateway to test against. It keeps Twilio's rules: who calls
// signs in with the account and its token, messages come from a number of the account,
// go to a number and are no longer than 1600 characters; what it posts is signed. It
// has a menu of what goes wrong (Fault).
//
// What must never break: what it takes, it has; what breaks a rule is refused with
// Twilio's own code.
package twiliotest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel/sms/twilio"
)

// Fault is what the gateway does with a message instead of taking it.
type Fault string

// The fault menu.
const (
	Busy    Fault = "busy"    // 20429 with Retry-After, once
	Away    Fault = "away"    // 503 of whoever stands before it, once
	Refused Fault = "refused" // 21408 with Reason, once
	Stopped Fault = "stopped" // 21610, once
	Locked  Fault = "locked"  // 20003, until Unlock
	Silent  Fault = "silent"  // it takes the message, and the line breaks before it says so
	Broken  Fault = "broken"  // it takes the message and says 500
)

// Message is what the gateway has taken.
type Message struct {
	SID      string
	From, To string
	Body     string
	Callback string
}

// Gateway is Twilio as far as we know it.
type Gateway struct {
	SID    string
	Token  string
	Reason string // of Refused

	server *httptest.Server

	mu      sync.Mutex
	numbers map[string]string // where what is written to each is posted
	got     []Message
	faults  []Fault
	locked  bool
	before  func(Message)
}

// New starts a gateway with an account that has numbers.
func New(numbers ...string) *Gateway {
	g := &Gateway{SID: "AC" + strings.Repeat("0a", 16), Token: "4f1c0e7d9b2a", numbers: map[string]string{}} //nolint:gosec // a token of nobody
	for _, n := range numbers {
		g.numbers[n] = ""
	}
	mux := http.NewServeMux()
	account := "/2010-04-01/Accounts/" + g.SID
	mux.HandleFunc("GET "+account+".json", g.account)
	mux.HandleFunc("POST "+account+"/Messages.json", g.send)
	mux.HandleFunc("GET "+account+"/IncomingPhoneNumbers.json", g.find)
	mux.HandleFunc("POST "+account+"/IncomingPhoneNumbers/{number}", g.hook)
	g.server = httptest.NewServer(g.guarded(mux))
	return g
}

// URL is where it is.
func (g *Gateway) URL() string { return g.server.URL }

// Close ends it.
func (g *Gateway) Close() { g.server.Close() }

// Own gives the account a further number.
func (g *Gateway) Own(number string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.numbers[number] = ""
}

// HookOf returns where what is written to a number is posted.
func (g *Gateway) HookOf(number string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.numbers[number]
}

// Next says what becomes of the next messages, one fault for each.
func (g *Gateway) Next(faults ...Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults = append(g.faults, faults...)
}

// Unlock lets the account in again.
func (g *Gateway) Unlock() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.locked = false
}

// BeforeAnswer has do called with the next message, once it was taken and before it is answered.
func (g *Gateway) BeforeAnswer(do func(Message)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.before = do
}

// Got returns what was taken, the oldest first.
func (g *Gateway) Got() []Message {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.got)
}

// Inbound is what is posted of a message to a number.
func (g *Gateway) Inbound(sid, from, to, body string) url.Values {
	return url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "SmsMessageSid": {sid}, "AccountSid": {g.SID}, "From": {from}, "To": {to}, "Body": {body},
		"NumMedia": {"0"}, "NumSegments": {"1"}, "SmsStatus": {"received"}, "ApiVersion": {"2010-04-01"}, "FromCountry": {"PL"},
	}
}

// Status is what is posted of a message that it was given.
func (g *Gateway) Status(sid, status, code string) url.Values {
	form := url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "AccountSid": {g.SID}, "MessageStatus": {status}, "SmsStatus": {status}, "ApiVersion": {"2010-04-01"},
	}
	if code != "" {
		form.Set("ErrorCode", code)
	}
	return form
}

// Sign returns the signature of a form that is posted to an address.
func (g *Gateway) Sign(address string, form url.Values) string {
	return twilio.Sign(g.Token, address, form)
}

// guarded refuses who does not sign in.
func (g *Gateway) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		g.mu.Lock()
		out := g.locked || user != g.SID || password != g.Token
		g.mu.Unlock()
		if out {
			refuse(w, http.StatusUnauthorized, 20003, "Authenticate")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func refuse(w http.ResponseWriter, status, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{ // who went away needs no answer
		"code": code, "message": message, "more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code), "status": status,
	})
}

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // as above
}

func (g *Gateway) account(w http.ResponseWriter, _ *http.Request) {
	say(w, http.StatusOK, map[string]any{"sid": g.SID, "friendly_name": "Fala", "status": "active", "type": "Full"})
}

func (g *Gateway) find(w http.ResponseWriter, r *http.Request) {
	number := r.URL.Query().Get("PhoneNumber")
	g.mu.Lock()
	at, ours := g.numbers[number]
	g.mu.Unlock()
	found := []map[string]any{}
	if ours {
		found = append(found, map[string]any{"sid": "PN" + strings.TrimPrefix(number, "+"), "phone_number": number, "sms_url": at})
	}
	say(w, http.StatusOK, map[string]any{"incoming_phone_numbers": found, "page": 0, "page_size": 20})
}

func (g *Gateway) hook(w http.ResponseWriter, r *http.Request) {
	number := "+" + strings.TrimSuffix(strings.TrimPrefix(r.PathValue("number"), "PN"), ".json")
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ours := g.numbers[number]; !ours {
		refuse(w, http.StatusNotFound, 20404, "The requested resource was not found")
		return
	}
	g.numbers[number] = r.PostFormValue("SmsUrl")
	say(w, http.StatusOK, map[string]any{"phone_number": number, "sms_url": g.numbers[number]})
}

var number = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// broken returns which rule a message breaks.
func (g *Gateway) broken(m Message) (status, code int, words string) {
	_, ours := g.numbers[m.From]
	switch {
	case !number.MatchString(m.To):
		return http.StatusBadRequest, 21211, "The 'To' number " + m.To + " is not a valid phone number."
	case !ours:
		return http.StatusBadRequest, 21606, "The 'From' phone number is not a valid message-capable number of this account."
	case m.Body == "":
		return http.StatusBadRequest, 21602, "Message body is required."
	case utf8.RuneCountInString(m.Body) > 1600:
		return http.StatusBadRequest, 21617, "The concatenated message body exceeds the 1600 character limit."
	}
	return 0, 0, ""
}

// send takes a message, or does what the menu says.
func (g *Gateway) send(w http.ResponseWriter, r *http.Request) {
	if kind := r.Header.Get("Content-Type"); kind != "application/x-www-form-urlencoded" {
		refuse(w, http.StatusUnsupportedMediaType, 20415, kind)
		return
	}
	m := Message{From: r.PostFormValue("From"), To: r.PostFormValue("To"), Body: r.PostFormValue("Body"), Callback: r.PostFormValue("StatusCallback")}
	fault, do, refusal := g.take(&m)
	switch {
	case refusal != nil:
		refusal(w)
		return
	case do != nil:
		do(m)
	}
	switch fault {
	case Silent:
		panic(http.ErrAbortHandler) // the line is cut
	case Broken:
		refuse(w, http.StatusInternalServerError, 20500, "Internal server error")
	default:
		say(w, http.StatusCreated, map[string]any{
			"sid": m.SID, "status": "queued", "num_segments": "1", "error_code": nil, "error_message": nil, "to": m.To, "from": m.From, "body": m.Body,
		})
	}
}

// take keeps a message, or returns how it is refused.
func (g *Gateway) take(m *Message) (fault Fault, do func(Message), refusal func(http.ResponseWriter)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if status, code, words := g.broken(*m); code != 0 {
		return "", nil, func(w http.ResponseWriter) { refuse(w, status, code, words) }
	}
	if len(g.faults) > 0 {
		fault, g.faults = g.faults[0], g.faults[1:]
	}
	switch fault {
	case Busy:
		return fault, nil, func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "1")
			refuse(w, http.StatusTooManyRequests, 20429, "Too Many Requests")
		}
	case Away:
		return fault, nil, func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) }
	case Refused:
		return fault, nil, func(w http.ResponseWriter) { refuse(w, http.StatusBadRequest, 21408, g.Reason) }
	case Stopped:
		return fault, nil, func(w http.ResponseWriter) {
			refuse(w, http.StatusBadRequest, 21610, "Attempt to send to unsubscribed recipient")
		}
	case Locked:
		g.locked = true
		return fault, nil, func(w http.ResponseWriter) { refuse(w, http.StatusUnauthorized, 20003, "Authenticate") }
	case Silent, Broken:
	}
	m.SID = fmt.Sprintf("SM%032x", len(g.got)+1)
	g.got = append(g.got, *m)
	do, g.before = g.before, nil
	return fault, do, nil
}
