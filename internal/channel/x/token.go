package x

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Scopes are what an account has to grant our app.
func Scopes() []string {
	return []string{"tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "dm.read", "dm.write", "media.write", "offline.access"}
}

// The secrets of an account. The one that is entered becomes the one by which access is renewed.
const (
	secretGrant  = "grant"
	secretAccess = "access"
)

// Times and bounds of tokens.
const (
	maxToken    = 2000 // characters
	accessLasts = 2 * time.Hour
	renewBefore = time.Hour // the look after an account comes every quarter of an hour
)

// grant is what X gives who has signed in, or whose access is renewed.
type grant struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Scope   string `json:"scope"`
	In      int    `json:"expires_in"` // seconds
}

func (g grant) good() bool {
	return g.Access != "" && g.Refresh != "" && len(g.Access) <= maxToken && len(g.Refresh) <= maxToken
}

// lacks returns the scopes that were not granted.
func (g grant) lacks() []string {
	has := strings.Fields(g.Scope)
	if len(has) == 0 { // X does not say
		return nil
	}
	return slices.DeleteFunc(Scopes(), func(s string) bool { return slices.Contains(has, s) })
}

// proof is what is kept of a grant that was made at now.
func (g grant) proof(now time.Time) channel.Proof {
	lasts := time.Duration(g.In) * time.Second
	if lasts <= 0 || lasts > 24*time.Hour {
		lasts = accessLasts
	}
	return channel.Proof{
		Secrets: channel.Secrets{secretGrant: g.Refresh, secretAccess: g.Access}, ExpiresAt: now.Add(lasts).Truncate(time.Microsecond),
	}
}

// verifier is the word by which X knows that who brings a code has asked for it (RFC 7636).
// It follows from the secret of the app, which has to be brought along all the same.
func (a App) verifier() string {
	m := hmac.New(sha256.New, []byte(a.ClientSecret))
	m.Write([]byte("zongler code verifier"))
	return hex.EncodeToString(m.Sum(nil))
}

// signIn is where somebody lets our app speak for an account.
func (a App) signIn() string {
	sum := sha256.Sum256([]byte(a.verifier()))
	return DefaultSignIn + "?" + url.Values{
		"response_type": {"code"}, "client_id": {a.ClientID}, "redirect_uri": {a.returnTo()}, "scope": {strings.Join(Scopes(), " ")}, "state": {"zongler"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}.Encode()
}

// obtain asks for tokens. Its errors are *Fault and *outhttp.Lost: where it is lost and began, what was brought may be used up.
func (c *Client) obtain(ctx context.Context, form url.Values) (g grant, err error) {
	err = c.do(ctx, call{method: http.MethodPost, path: "2/oauth2/token", form: form}, &g)
	if err == nil && !g.good() {
		err = &outhttp.Lost{Began: true, Err: errors.New("an answer without tokens")}
	}
	return g, err
}

// redeem turns what somebody has entered into tokens: the address to which X has led them
// back, or a token by which access is renewed.
func (c *Client) redeem(ctx context.Context, entered string) (grant, error) {
	if at, err := url.Parse(entered); err == nil && at.Query().Get("code") != "" {
		return c.obtain(ctx, url.Values{
			"grant_type": {"authorization_code"}, "code": {at.Query().Get("code")}, "redirect_uri": {c.returnTo()}, "code_verifier": {c.verifier()},
		})
	}
	return c.refresh(ctx, entered)
}

func (c *Client) refresh(ctx context.Context, token string) (grant, error) {
	return c.obtain(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

// RenewBefore says how long before its end access is renewed.
func (*Adapter) RenewBefore() time.Duration { return renewBefore }

// Renew prolongs access. The token for it is good once: where it is refused after a renewal
// whose answer was lost, X has given another that we have not got, and somebody has to sign in.
func (a *Adapter) Renew(ctx context.Context, account channel.Account) (channel.Proof, error) {
	g, err := a.client.refresh(ctx, account.Secrets[secretGrant])
	if err == nil {
		return g.proof(time.Now()), nil
	}
	f := failureOf(err)
	if f.Verdict == channel.Reconnect && f.Code == "x.reconnect" && !account.Renewing.IsZero() {
		return channel.Proof{}, channel.Fail(channel.Reconnect, "x.renewal_lost", err)
	}
	return channel.Proof{}, f
}

// Release has X tell of an account no more, and gives our access back.
func (a *Adapter) Release(ctx context.Context, account channel.Account) error {
	has, err := a.client.subscriptions(ctx, account.Address)
	for _, s := range has {
		err = errors.Join(err, a.client.unsubscribe(ctx, s.ID))
	}
	form := url.Values{"token": {account.Secrets[secretGrant]}, "token_type_hint": {"refresh_token"}}
	return errors.Join(err, a.client.do(ctx, call{method: http.MethodPost, path: "2/oauth2/revoke", form: form}, nil))
}
