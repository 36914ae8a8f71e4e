package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/platform/outhttp"
)

// BaseURL is where Twilio itself is.
const BaseURL = "https://api.twilio.com"

// Bounds of a call.
const (
	callWithin = 20 * time.Second
	maxAnswer  = 1 << 20 // bytes
	maxWords   = 200
	maxPause   = time.Hour // whatever they ask for
)

// Account is who calls.
type Account struct {
	SID     string
	Token   string
	BaseURL string // empty: BaseURL
}

// Client calls.
type Client struct{ HTTP *http.Client } // which guards and bounds calls

// Fault is what they have answered instead of doing what they were asked.
type Fault struct { //nolint:errname // they call it an error, and so does everybody else
	HTTP    int
	Code    int // theirs; 0: they said none
	Message string
	After   time.Duration // for which to be still; 0: it is not said
}

// Error says code and message.
func (f *Fault) Error() string {
	return fmt.Sprintf("twilio: %d %s (HTTP %d)", f.Code, f.Message, f.HTTP)
}

// Message is one that they have taken.
type Message struct {
	SID    string `json:"sid"`
	Status string `json:"status"`
	Code   *int   `json:"error_code"`
	Words  string `json:"error_message"`
}

// Send hands a message over. Its errors are *Fault and *outhttp.Lost.
func (c Client) Send(ctx context.Context, a Account, form url.Values) (Message, error) {
	var m Message
	if err := c.do(ctx, a, http.MethodPost, "Messages.json", form, &m); err != nil {
		return m, err
	}
	if m.SID == "" {
		return m, &outhttp.Lost{Began: true, Err: errors.New("an answer without a name")}
	}
	return m, nil
}

// Owner returns what an account is called and whether it works.
func (c Client) Owner(ctx context.Context, a Account) (name, status string, err error) {
	var said struct {
		Name   string `json:"friendly_name"`
		Status string `json:"status"`
	}
	err = c.do(ctx, a, http.MethodGet, "", nil, &said)
	return said.Name, said.Status, err
}

// Number is one of an account.
type Number struct {
	SID    string `json:"sid"`
	Number string `json:"phone_number"`
	SMSURL string `json:"sms_url"`
}

// Find returns a number of the account, if it has it.
func (c Client) Find(ctx context.Context, a Account, number string) (n Number, found bool, err error) {
	var page struct {
		Numbers []Number `json:"incoming_phone_numbers"`
	}
	err = c.do(ctx, a, http.MethodGet, "IncomingPhoneNumbers.json?"+url.Values{"PhoneNumber": {number}, "PageSize": {"20"}}.Encode(), nil, &page)
	for _, n := range page.Numbers {
		if n.Number == number {
			return n, true, err
		}
	}
	return Number{}, false, err
}

// SetHook has what is written to a number posted to an address.
func (c Client) SetHook(ctx context.Context, a Account, n Number, address string) error {
	return c.do(ctx, a, http.MethodPost, "IncomingPhoneNumbers/"+url.PathEscape(n.SID)+".json", url.Values{"SmsUrl": {address}, "SmsMethod": {"POST"}}, nil)
}

// do makes a call below the account.
func (c Client) do(ctx context.Context, a Account, method, path string, form url.Values, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	base := strings.TrimSuffix(a.BaseURL, "/")
	if base == "" {
		base = BaseURL
	}
	at := base + "/2010-04-01/Accounts/" + url.PathEscape(a.SID)
	if path == "" {
		at += ".json"
	} else {
		at += "/" + path
	}
	r, err := http.NewRequestWithContext(ctx, method, at, strings.NewReader(form.Encode()))
	if err != nil {
		return outhttp.NoAddress()
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "Zongler/1.0.0")
	r.SetBasicAuth(a.SID, a.Token)
	res, err := outhttp.Exchange(c.HTTP, r, maxAnswer)
	if err != nil {
		return err
	}
	return read(res, into)
}

// read understands an answer.
func read(res outhttp.Reply, into any) error {
	if res.OK() {
		if into != nil && json.Unmarshal(res.Body, into) != nil {
			return &outhttp.Lost{Began: true, Err: errors.New("an answer that is not theirs")}
		}
		return nil
	}
	f := &Fault{HTTP: res.Status}
	var said struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(res.Body, &said) == nil { // what is not theirs has no code
		f.Code, f.Message = said.Code, strings.ToValidUTF8(said.Message[:min(len(said.Message), maxWords)], "")
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
		f.After = min(time.Duration(seconds)*time.Second, maxPause)
	}
	return f
}
