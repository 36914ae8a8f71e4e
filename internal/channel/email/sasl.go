package email

import (
	"context"
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
)

// errNoSASL says that a server offers none of the ways that we know.
var errNoSASL = errors.New("email: the server offers no way to sign in that we know")

// challengeError is what a server answered to a token that it refused.
type challengeError struct{ challenge string }

func (e challengeError) Error() string { return "email: the token was refused: " + e.challenge }

// Ways of showing a token: Google's and Microsoft's, and that of RFC 7628.
const (
	xoauth2     = "XOAUTH2"
	oauthbearer = "OAUTHBEARER"
)

// bearer shows a token.
type bearer struct{ way, user, token string }

// Start returns the token as the first answer.
func (b *bearer) Start() (mech string, ir []byte, err error) {
	who := "user=" + b.user
	if b.way == oauthbearer {
		who = "n,a=" + strings.NewReplacer("=", "=3D", ",", "=2C").Replace(b.user) + ","
	}
	return b.way, []byte(who + "\x01auth=Bearer " + b.token + "\x01\x01"), nil
}

// Next is asked only where the token was refused: the challenge says why.
func (b *bearer) Next(challenge []byte) ([]byte, error) {
	return nil, challengeError{clip(string(challenge))}
}

// offers reports whether a server takes a way of signing in.
type offers func(mechanism string) bool

// client returns the way to sign in that a takes and the server offers.
func (a account) client(ctx context.Context, password string, has offers, renew bool) (sasl.Client, error) {
	if a.settings.Auth == OAuth2 {
		way := xoauth2
		if !has(way) {
			way = oauthbearer
		}
		if !has(way) {
			return nil, errNoSASL
		}
		token, err := a.token(ctx, renew)
		if err != nil {
			return nil, at(StepToken, err)
		}
		return &bearer{way, a.login(), token}, nil
	}
	switch {
	case has("PLAIN"):
		return sasl.NewPlainClient("", a.login(), password), nil
	case has("LOGIN"):
		return sasl.NewLoginClient(a.login(), password), nil
	}
	return nil, errNoSASL
}

// tokenRefused reports whether a new token may help.
func tokenRefused(err error) bool {
	if _, ok := errors.AsType[challengeError](err); ok {
		return true
	}
	words := strings.ToLower(wordsOf(err))
	return strings.Contains(words, "token") || strings.Contains(words, "expired") || strings.Contains(words, "authenticationfailed")
}
