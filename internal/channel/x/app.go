package x

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/errs"
)

// Where X is, and where it posts.
const (
	DefaultURL     = "https://api.x.com"
	DefaultSignIn  = "https://x.com/i/oauth2/authorize"
	HookPath       = "/hooks/x"
	ReturnPath     = "/hooks/x/return" // where people come back to who have signed in; they copy the address of that page
	signature      = "X-Twitter-Webhooks-Signature"
	signaturePlain = "sha256="
	maxChallenge   = 300 // bytes
)

// App is the operator's app at X.
type App struct {
	ClientID       string
	ClientSecret   string
	Bearer         string // of the app itself: for the stream and its webhook
	ConsumerSecret string // the API key secret, with which X signs; empty: nothing is posted to us
	URL            string // empty: DefaultURL
	BaseURL        string // how the world reaches us
}

// Ready reports whether accounts can be connected.
func (a App) Ready() bool { return a.ClientID != "" && a.ClientSecret != "" && a.Bearer != "" }

func (a App) base() string {
	if a.URL == "" {
		return DefaultURL
	}
	return strings.TrimSuffix(a.URL, "/")
}

// Host is where X is called.
func (a App) Host() string {
	u, err := url.Parse(a.base())
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// postedAt is where X posts; empty: it cannot, for it calls only https without a port.
func (a App) postedAt() string {
	u, err := url.Parse(a.BaseURL)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.Port() != "" || a.ConsumerSecret == "" {
		return ""
	}
	return strings.TrimSuffix(a.BaseURL, "/") + HookPath
}

// returnTo is where X leads people back to.
func (a App) returnTo() string { return strings.TrimSuffix(a.BaseURL, "/") + ReturnPath }

func (a App) sign(text []byte) string {
	m := hmac.New(sha256.New, []byte(a.ConsumerSecret))
	m.Write(text)
	return signaturePlain + base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// Challenge answers X, which looks whether the address is ours.
func (a App) Challenge(q url.Values) (string, error) {
	token := q.Get("crc_token")
	if a.ConsumerSecret == "" || token == "" || len(token) > maxChallenge {
		return "", errs.New(errs.NotFound, "x.Challenge", "hook.unknown")
	}
	return a.sign([]byte(token)), nil
}

// verify reports whether X has signed body: Unauthenticated if not.
func (a App) verify(h http.Header, body []byte) error {
	if a.ConsumerSecret == "" {
		return errs.New(errs.NotFound, "x.verify", "hook.unknown")
	}
	if !hmac.Equal([]byte(h.Get(signature)), []byte(a.sign(body))) {
		return errs.New(errs.Unauthenticated, "x.verify", "hook.signature")
	}
	return nil
}
