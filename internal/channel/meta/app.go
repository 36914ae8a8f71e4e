package meta

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/zongler/zongler/internal/errs"
)

// What holds when nothing else is configured.
const (
	DefaultGraphURL     = "https://graph.facebook.com"
	DefaultInstagramURL = "https://graph.instagram.com"
	DefaultVersion      = "v26.0"
)

// HookPath is where Meta posts what happens, of all pages and accounts of the app.
const HookPath = "/hooks/meta"

// App is the operator's app at Meta. One without an id or a secret is not set up.
type App struct {
	ID          string
	Secret      string
	VerifyToken string // empty: one that follows from the secret
	GraphURL    string // empty: DefaultGraphURL
	Version     string // empty: DefaultVersion

	InstagramSecret string // of the same app, as Instagram Login knows it; empty: it is not used
	Unproven        bool   // calls carry no proof of the secret: their host knows none
}

// Ready reports whether the app is set up.
func (a App) Ready() bool { return a.ID != "" && a.Secret != "" }

// Token is what Meta sends to see whether an address is ours; it is entered at Meta beside the address.
func (a App) Token() string {
	if a.VerifyToken != "" || a.Secret == "" {
		return a.VerifyToken
	}
	return hex.EncodeToString(sign(a.Secret, []byte("zongler verify token")))[:32]
}

// host returns the address of the Graph API.
func (a App) host() string {
	if a.GraphURL == "" {
		return DefaultGraphURL
	}
	return strings.TrimSuffix(a.GraphURL, "/")
}

// base returns the address of the version that is spoken.
func (a App) base() string {
	if a.Version == "" {
		return a.host() + "/" + DefaultVersion
	}
	return a.host() + "/" + a.Version
}

// Host returns the host of the Graph API with its port, for who guards calls.
func (a App) Host() string {
	at, err := url.Parse(a.base())
	if err != nil {
		return ""
	}
	return at.Hostname()
}

func sign(key string, message []byte) []byte {
	m := hmac.New(sha256.New, []byte(key))
	m.Write(message)
	return m.Sum(nil)
}

// proof shows with a token that it is the app that uses it.
func (a App) proof(token string) string { return hex.EncodeToString(sign(a.Secret, []byte(token))) }

// LinkKey is with what links to files are signed that Meta fetches from us.
func (a App) LinkKey() []byte { return sign(a.Secret, []byte("zongler file link")) }

// appToken is with what the app speaks for itself.
func (a App) appToken() string { return a.ID + "|" + a.Secret }

// Sign returns what Meta sends in X-Hub-Signature-256 with a body.
func (a App) Sign(body []byte) string {
	return signaturePrefix + hex.EncodeToString(sign(a.Secret, body))
}

const (
	signatureHeader = "X-Hub-Signature-256"
	signaturePrefix = "sha256="
)

// Verify reports whether Meta has signed body for the app: Unauthenticated if not.
// The older SHA-1 signature beside it is not looked at.
func (a App) Verify(h http.Header, body []byte) error {
	const op = "meta.Verify"
	if !a.Ready() {
		return errs.New(errs.NotFound, op, "hook.unknown")
	}
	said, ok := strings.CutPrefix(h.Get(signatureHeader), signaturePrefix)
	mac, err := hex.DecodeString(said)
	good := ok && err == nil && hmac.Equal(mac, sign(a.Secret, body))
	if !good && a.InstagramSecret != "" { // Meta signs what comes through Instagram Login with the secret of that
		good = ok && err == nil && hmac.Equal(mac, sign(a.InstagramSecret, body))
	}
	if !good {
		return errs.New(errs.Unauthenticated, op, "hook.signature")
	}
	return nil
}

// Challenge returns what Meta wants to hear from the address that is ours: Forbidden if its token is another.
func (a App) Challenge(q url.Values) (string, error) {
	const op = "meta.Challenge"
	if !a.Ready() {
		return "", errs.New(errs.NotFound, op, "hook.unknown")
	}
	challenge := q.Get("hub.challenge")
	if q.Get("hub.mode") != "subscribe" || !challenges.MatchString(challenge) {
		return "", errs.New(errs.Invalid, op, "hook.challenge")
	}
	if !hmac.Equal(sign("token", []byte(q.Get("hub.verify_token"))), sign("token", []byte(a.Token()))) {
		return "", errs.New(errs.Forbidden, op, "hook.token")
	}
	return challenge, nil
}

// challenges are what is sent back: Meta says that it is a number.
var challenges = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,200}$`)
