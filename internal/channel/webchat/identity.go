package webchat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Bounds of a signed identity.
const (
	subjectMax = 200         // characters of the brand's name for a person
	clockSkew  = time.Minute // by which the brand's clock may differ from ours
	signBytes  = sha256.Size
)

// Identity is what a brand says about a visitor who is signed in on its pages.
type Identity struct {
	Subject  string // as the brand knows the person, the same for ever
	Name     string
	Email    string
	Phone    string
	Language string
	Expires  time.Time
}

// claims is the body of an identity token.
type claims struct {
	Subject   string   `json:"sub"`
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Phone     string   `json:"phone"`
	Language  string   `json:"locale"`
	Expires   *float64 `json:"exp"`
	NotBefore *float64 `json:"nbf"`
}

// ParseIdentity checks an identity token: a JSON Web Token signed by HS256 with
// the secret of the entry point, and nothing else. It must name a subject and
// expire, at the latest IdentityFor from now. The errors are Unauthenticated,
// CodeIdentity or CodeIdentityExpired.
func ParseIdentity(token, secret string, now time.Time) (Identity, error) {
	const op = "webchat.ParseIdentity"
	bad := errs.New(errs.Unauthenticated, op, CodeIdentity)
	head, rest, ok := strings.Cut(token, ".")
	body, sign, both := strings.Cut(rest, ".")
	if !ok || !both || secret == "" || len(token) > IdentityMax || !signedBy(secret, head+"."+body, sign) {
		return Identity{}, bad
	}
	var header struct {
		Algorithm string          `json:"alg"`
		Critical  json.RawMessage `json:"crit"`
	}
	if !decodePart(head, &header) || header.Algorithm != "HS256" || header.Critical != nil {
		return Identity{}, bad
	}
	var c claims
	if !decodePart(body, &c) || !c.sound() {
		return Identity{}, bad
	}
	expires := instant(*c.Expires)
	switch {
	case !now.Before(expires.Add(clockSkew)):
		return Identity{}, errs.New(errs.Unauthenticated, op, CodeIdentityExpired)
	case expires.After(now.Add(IdentityFor + clockSkew)):
		return Identity{}, bad
	case c.NotBefore != nil && instant(*c.NotBefore).After(now.Add(clockSkew)):
		return Identity{}, bad
	}
	return Identity{
		Subject: c.Subject, Name: clip.Characters(c.Name, NameMax), Email: clip.Characters(c.Email, EmailMax), Phone: clip.Characters(c.Phone, FieldNameMax),
		Language: clip.Characters(c.Language, LanguageMax), Expires: expires,
	}, nil
}

// signedBy compares in a time that tells nothing of how much was right.
func signedBy(secret, text, sign string) bool {
	got, err := base64.RawURLEncoding.Strict().DecodeString(sign)
	if err != nil || len(got) != signBytes {
		return false
	}
	return hmac.Equal(got, mac(secret, text))
}

func mac(secret, text string) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return h.Sum(nil)
}

func decodePart(part string, into any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && utf8.Valid(raw) && decodeOne(raw, into) == nil
}

// sound reports whether the claims can be used at all.
func (c *claims) sound() bool {
	const latest = 1 << 40 // seconds: beyond any clock
	for _, n := range []*float64{c.Expires, c.NotBefore} {
		if n != nil && (math.IsNaN(*n) || *n < 0 || *n > latest) {
			return false
		}
	}
	for _, text := range []string{c.Subject, c.Name, c.Email, c.Phone, c.Language} {
		if strings.ContainsRune(text, 0) {
			return false
		}
	}
	return c.Expires != nil && strings.TrimSpace(c.Subject) != "" && utf8.RuneCountInString(c.Subject) <= subjectMax
}

func instant(seconds float64) time.Time { return time.Unix(int64(seconds), 0).UTC() }

// SignIdentity returns an identity token as a brand makes it, for its demo pages and tests.
func SignIdentity(i Identity, secret string) (string, error) {
	expires := float64(i.Expires.Unix())
	body, err := json.Marshal(map[string]any{
		"sub": i.Subject, "name": i.Name, "email": i.Email, "phone": i.Phone, "locale": i.Language, "exp": expires,
	})
	if err != nil {
		return "", errs.E(errs.Internal, "webchat.SignIdentity", err)
	}
	text := encodePart([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encodePart(body)
	return text + "." + encodePart(mac(secret, text)), nil
}

func encodePart(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
