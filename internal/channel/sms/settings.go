package sms

import (
	"encoding/json"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/twilio"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/phone"
)

// Transport is the way that messages go.
type Transport string

// Transports.
const (
	SMPP    Transport = "smpp"    // a message centre
	Gateway Transport = "gateway" // Twilio's interface, or one like it
)

// IDs is how a centre writes the names of messages.
type IDs string

// Ways of naming: the answer to a message and its receipt should say the same, and often do not.
const (
	Same    IDs = "same"
	Hex     IDs = "hex"     // the answer in hexadecimal, the receipt in decimal
	Decimal IDs = "decimal" // the other way round
)

// Settings is what an entry point of the channel keeps as its config.
type Settings struct {
	Transport Transport `json:"transport"`
	Number    string    `json:"number"`            // under which messages go and come
	Country   string    `json:"country,omitempty"` // of numbers that say none
	Plain     bool      `json:"plain,omitempty"`   // accents that double the cost are left out

	Host       string `json:"host,omitempty"`   // of a centre, with its port
	Unsafe     bool   `json:"unsafe,omitempty"` // without TLS
	CA         string `json:"ca,omitempty"`     // certificates in PEM by which alone the centre is known; empty: those of the system
	SystemID   string `json:"system_id,omitempty"`
	SystemType string `json:"system_type,omitempty"`
	Window     int    `json:"window,omitempty"`
	IDs        IDs    `json:"ids,omitempty"`

	ConfirmEN string `json:"confirm_en,omitempty"` // what who writes STOP is told; all empty: nothing
	ConfirmPL string `json:"confirm_pl,omitempty"`
	ConfirmHU string `json:"confirm_hu,omitempty"`

	Account string `json:"account,omitempty"` // of a gateway
	BaseURL string `json:"base_url,omitempty"`
}

// The keys of secrets.
const (
	secretPassword = "password"
	secretToken    = "token"
)

// parseSettings reads settings as they are stored.
func parseSettings(config []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("sms.parseSettings", errs.Field{Path: "settings", Code: "type.object"})
	}
	if s.IDs == "" {
		s.IDs = Same
	}
	return s, nil
}

// names are what a message may come from that is no number (TS 23.040, 9.1.2.5).
var (
	names   = regexp.MustCompile(`^[A-Za-z0-9 .&_-]{1,11}$`)
	numbers = regexp.MustCompile(`^\+?[0-9]{3,15}$`)
	country = regexp.MustCompile(`^[A-Z]{2}$`)
)

// check names what is wrong with settings, and returns them in their normal form.
func (s Settings) check(op string) (Settings, error) {
	s.Number = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(strings.TrimSpace(s.Number))
	if s.Country = strings.ToUpper(strings.TrimSpace(s.Country)); s.Country == "" {
		s.Country = phone.Region(s.Number)
	}
	switch {
	case !numbers.MatchString(s.Number) && !names.MatchString(s.Number):
		return s, channel.Wrong(op, "number", "sms.number", nil)
	case s.Country != "" && !country.MatchString(s.Country):
		return s, channel.Wrong(op, "country", "sms.country", nil)
	}
	if s.Transport == Gateway {
		return s.checkGateway(op)
	}
	host, port, err := net.SplitHostPort(s.Host)
	if n, bad := strconv.Atoi(port); err != nil || host == "" || bad != nil || n < 1 || n > 65535 {
		return s, channel.Wrong(op, "host", "sms.host", nil)
	}
	if _, err := s.roots(); err != nil {
		return s, channel.Wrong(op, "ca", "sms.ca", nil)
	}
	return s, nil
}

func (s Settings) checkGateway(op string) (Settings, error) {
	if s.BaseURL = strings.TrimSuffix(strings.TrimSpace(s.BaseURL), "/"); s.BaseURL != "" {
		at, err := url.Parse(s.BaseURL)
		if err != nil || at.Scheme != "https" && at.Scheme != "http" || at.Host == "" || at.RawQuery != "" || at.User != nil {
			return s, channel.Wrong(op, "base_url", "format.url", nil)
		}
	}
	return s, nil
}

// address is what a number is called in the whole installation. A gateway vouches for its
// numbers if it is Twilio itself; anybody else only for who signs in with them.
func (s Settings) address() string {
	if s.Transport == SMPP {
		return s.Number + "@" + s.SystemID + "@" + s.Host
	}
	if s.BaseURL == "" || s.BaseURL == twilio.BaseURL {
		return s.Number
	}
	at, err := url.Parse(s.BaseURL)
	if err != nil {
		return s.Number + "@" + s.Account
	}
	return s.Number + "@" + s.Account + "@" + at.Host
}

// numberOf writes somebody's number as all of us do; what is none stays as it is.
func (s Settings) numberOf(text string) string {
	text = strings.TrimSpace(text)
	if len(text) >= 7 { // shorter ones are of services, and the same in no two countries
		if n, ok := phone.Normalize(text, s.Country); ok {
			return n
		}
	}
	return text
}

// known returns a name of a message as its receipt has it.
func (i IDs) known(answered string) string {
	switch i {
	case Hex:
		if n, err := strconv.ParseUint(answered, 16, 64); err == nil {
			return strconv.FormatUint(n, 10)
		}
	case Decimal:
		if n, err := strconv.ParseUint(answered, 10, 64); err == nil {
			return strconv.FormatUint(n, 16)
		}
	case Same:
	}
	return answered
}

// receipted returns a name in a receipt as known returns it.
func (i IDs) receipted(said string) string {
	switch i {
	case Hex:
		if n, err := strconv.ParseUint(said, 10, 64); err == nil {
			return strconv.FormatUint(n, 10)
		}
	case Decimal:
		if n, err := strconv.ParseUint(said, 16, 64); err == nil {
			return strconv.FormatUint(n, 16)
		}
	case Same:
	}
	return said
}
