package email

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/check"
)

// Transport says what a mailbox is connected to.
type Transport string

// Transports.
const (
	Servers Transport = "servers" // IMAP in, SMTP out
	Sink    Transport = "sink"    // nothing: the demo's post
)

// TLS says how a connection is made private.
type TLS string

// Ways of TLS.
const (
	Implicit TLS = "tls"      // from the first byte: ports 993 and 465
	StartTLS TLS = "starttls" // after a command, or not at all: ports 143 and 587
	Plain    TLS = "none"     // only to hosts that the operator allows
)

// Auth says how we prove to a server who we are.
type Auth string

// Ways of proving.
const (
	Password Auth = "password"
	OAuth2   Auth = "oauth2" // XOAUTH2 with tokens that are renewed
)

// Bounds of settings.
const (
	maxHost      = 255
	maxLogin     = 300
	maxSecret    = 8000
	maxSignature = 5000
	maxPort      = 65535
	maxPerMinute = 1000
	perMinute    = 60 // where nothing is said
)

// Server is where one direction of a mailbox leads.
type Server struct {
	Host string `json:"host"`
	Port int    `json:"port"`
	TLS  TLS    `json:"tls"`
}

// OAuth says where tokens come from.
type OAuth struct {
	TokenURL string `json:"token_url,omitempty"`
	ClientID string `json:"client_id,omitempty"`
	Scope    string `json:"scope,omitempty"`
}

// Settings are the config of an entry point of this channel.
type Settings struct {
	Transport      Transport     `json:"transport"`
	DisplayName    string        `json:"display_name,omitempty"` // as customers see us
	IMAP           Server        `json:"imap"`
	SMTP           Server        `json:"smtp"`
	Auth           Auth          `json:"auth"`
	Username       string        `json:"username,omitempty"` // empty: the address
	OAuth          OAuth         `json:"oauth"`
	Folder         string        `json:"folder"`                // that is read
	DoneFolder     string        `json:"done_folder,omitempty"` // where what was read goes; empty: it gets the keyword $zongler
	Signature      string        `json:"signature,omitempty"`   // below every answer; {agent} is who writes
	SignatureRule  SignatureRule `json:"signature_rule"`        // whose signature that is
	PlusAddressing bool          `json:"plus_addressing"`       // the server delivers name+anything to name
	SubjectNumber  bool          `json:"subject_number"`        // answers carry the conversation's number in the subject
	ImportAll      bool          `json:"import_all"`            // of a new mailbox: take what is there already too
	RouteMachines  bool          `json:"route_machines"`        // mail of machines that begins a conversation waits for an agent
	PerMinute      int           `json:"per_minute"`            // messages sent, at most
	BouncePlus     bool          `json:"bounce_plus"`           // bounces are asked to the address that names the conversation, too: for servers whose reports name no mail
	TrustedServer  string        `json:"trusted_server"`        // that looks at who sends to us, by the name in its Authentication-Results; empty: none
	DKIMSelector   string        `json:"dkim_selector"`         // under which the domain publishes the key with which we sign; empty: that is left to the server
}

// Secrets are what a mailbox hides. They are stored sealed.
type Secrets struct {
	Password     string `json:"password,omitempty"`
	SMTPPassword string `json:"smtp_password,omitempty"` // empty: Password
	ClientSecret string `json:"client_secret,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	DKIMKey      string `json:"dkim_key,omitempty"` // PEM: RSA or Ed25519
}

// smtpPassword is what SMTP is told.
func (s Secrets) smtpPassword() string {
	if s.SMTPPassword != "" {
		return s.SMTPPassword
	}
	return s.Password
}

// login is the name with which a mailbox at address signs in.
func (s Settings) login(address string) string {
	if s.Username != "" {
		return s.Username
	}
	return address
}

// normal fills in what was not said.
func (s *Settings) normal() {
	fill(&s.Transport, Servers)
	fill(&s.Auth, Password)
	fill(&s.Folder, "INBOX")
	fill(&s.SignatureRule, SignedByMailbox)
	fill(&s.IMAP.TLS, Implicit)
	fill(&s.SMTP.TLS, Implicit)
	fill(&s.IMAP.Port, map[TLS]int{Implicit: 993, StartTLS: 143, Plain: 143}[s.IMAP.TLS])
	fill(&s.SMTP.Port, map[TLS]int{Implicit: 465, StartTLS: 587, Plain: 25}[s.SMTP.TLS])
	fill(&s.PerMinute, perMinute)
	s.TrustedServer, s.DKIMSelector = strings.TrimSpace(s.TrustedServer), strings.TrimSpace(s.DKIMSelector)
	s.IMAP.Host, s.SMTP.Host = strings.TrimSpace(s.IMAP.Host), strings.TrimSpace(s.SMTP.Host)
	s.Signature = strings.TrimRight(s.Signature, " \n")
}

func fill[T comparable](to *T, value T) {
	var none T
	if *to == none {
		*to = value
	}
}

// selectorForm is the name under which a domain publishes a key of DKIM.
var selectorForm = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$`)

// check names what is wrong with s. sink says whether there may be mailboxes without servers.
func (s Settings) check(sink bool) error {
	var f check.Fields
	allowed := []string{string(Servers)}
	if sink {
		allowed = append(allowed, string(Sink))
	}
	f.OneOf("config.transport", string(s.Transport), allowed...)
	f.Optional("config.display_name", s.DisplayName, maxLogin)
	f.OneOf("config.auth", string(s.Auth), string(Password), string(OAuth2))
	f.Optional("config.username", s.Username, maxLogin)
	f.Text("config.folder", s.Folder, maxHost)
	f.Optional("config.done_folder", s.DoneFolder, maxHost)
	if s.DoneFolder != "" && s.DoneFolder == s.Folder {
		f.Add("config.done_folder", "mailbox.same_folder", nil)
	}
	if len(s.Signature) > maxSignature {
		f.Add("config.signature", "length.max", errs.Values{"max": maxSignature})
	}
	f.OneOf("config.signature_rule", string(s.SignatureRule), string(SignedByMailbox), string(SignedByAgent), string(SignedByBoth))
	between(&f, "config.per_minute", s.PerMinute, maxPerMinute)
	if s.BouncePlus && !s.PlusAddressing {
		f.Add("config.bounce_plus", "mailbox.needs_plus", nil)
	}
	f.Optional("config.trusted_server", s.TrustedServer, maxHost)
	if s.DKIMSelector != "" && !selectorForm.MatchString(s.DKIMSelector) {
		f.Add("config.dkim_selector", "format.hostname", nil)
	}
	if s.Transport == Servers {
		s.IMAP.check(&f, "config.imap")
		s.SMTP.check(&f, "config.smtp")
		s.checkOAuth(&f)
	}
	return f.Err("email.CheckConfig")
}

func (s Settings) checkOAuth(f *check.Fields) {
	if s.Auth != OAuth2 {
		return
	}
	f.Text("config.oauth.token_url", s.OAuth.TokenURL, maxSecret)
	f.Text("config.oauth.client_id", s.OAuth.ClientID, maxSecret)
	f.Optional("config.oauth.scope", s.OAuth.Scope, maxSecret)
}

func (s Server) check(f *check.Fields, path string) {
	f.Text(path+".host", s.Host, maxHost)
	if strings.ContainsAny(s.Host, "/@ ") {
		f.Add(path+".host", "format.hostname", nil)
	}
	between(f, path+".port", s.Port, maxPort)
	f.OneOf(path+".tls", string(s.TLS), string(Implicit), string(StartTLS), string(Plain))
}

// between checks that n is from 1 to most.
func between(f *check.Fields, path string, n, most int) {
	switch {
	case n < 1:
		f.Add(path, "number.min", errs.Values{"min": 1})
	case n > most:
		f.Add(path, "number.max", errs.Values{"max": most})
	}
}

func (s Secrets) check(op string) error {
	var f check.Fields
	for path, text := range map[string]string{
		"password": s.Password, "smtp_password": s.SMTPPassword, "client_secret": s.ClientSecret, "refresh_token": s.RefreshToken,
	} {
		f.Optional(path, text, maxSecret)
	}
	if _, err := dkimKey(s.DKIMKey); s.DKIMKey != "" && (len(s.DKIMKey) > maxSecret || err != nil) {
		f.Add("dkim_key", "mailbox.dkim_key", nil)
	}
	return f.Err(op)
}

// parseSettings reads the config of an entry point.
func parseSettings(config []byte) (Settings, error) {
	var s Settings
	d := json.NewDecoder(bytes.NewReader(config))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, errs.Fields("email.CheckConfig", errs.Field{Path: "config", Code: "type.object"})
	}
	s.normal()
	return s, nil
}

// checkConfig checks config and returns it in its normal form.
func checkConfig(config []byte, sink bool) ([]byte, error) {
	s, err := parseSettings(config)
	if err == nil {
		err = s.check(sink)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(s)
}
