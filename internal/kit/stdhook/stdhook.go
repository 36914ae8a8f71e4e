// Package stdhook signs and verifies webhooks by the Standard Webhooks
// specification 1.0 (symmetric signatures, v1).
//
// What must never break: a message is taken only with a signature made with a key
// that the receiver holds, within Tolerance of its own time; comparing takes the
// same time for every wrong signature.
package stdhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Headers of a signed message.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Tolerance is how far the time of a message may be from the receiver's clock.
const Tolerance = 5 * time.Minute

// Bounds of what is verified.
const (
	maxSignatures = 10
	maxIDBytes    = 256
)

const (
	secretPrefix  = "whsec_"
	schemePrefix  = "v1,"
	secretBytes   = 32
	minSecretSize = 24 // the specification's least
	maxSecretSize = 64
)

// Errors of Verify and ParseSecret.
var (
	ErrSecret    = errors.New("stdhook: not a secret: whsec_ and 24 to 64 bytes in base64")
	ErrHeaders   = errors.New("stdhook: webhook-id, webhook-timestamp or webhook-signature is missing or malformed")
	ErrTime      = errors.New("stdhook: the time of the message is too far from ours")
	ErrSignature = errors.New("stdhook: no signature fits")
)

// Secret is the key of a receiver.
type Secret []byte

// NewSecret makes a secret.
func NewSecret() Secret {
	key := make([]byte, secretBytes)
	_, _ = rand.Read(key) // never fails: it ends the program instead
	return key
}

// ParseSecret reads the text of a secret. It returns ErrSecret.
func ParseSecret(text string) (Secret, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, secretPrefix))
	if err != nil || len(key) < minSecretSize || len(key) > maxSecretSize {
		return nil, ErrSecret
	}
	return key, nil
}

// String returns the secret as it is handed to a receiver.
func (s Secret) String() string { return secretPrefix + base64.StdEncoding.EncodeToString(s) }

// Header is where the headers of a message are set and read: an http.Header is one.
type Header interface {
	Get(name string) string
	Set(name, value string)
}

// Sign sets the headers of a message, with a signature for each secret: while a
// secret is being changed, receivers that know either take it.
func Sign(h Header, id string, at time.Time, body []byte, secrets ...Secret) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, len(secrets))
	for i, s := range secrets {
		signatures[i] = schemePrefix + base64.StdEncoding.EncodeToString(s.mac(id, stamp, body))
	}
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, stamp)
	h.Set(HeaderSignature, strings.Join(signatures, " "))
}

// Verify returns the id of a message that was signed with one of secrets around
// now. It returns ErrHeaders, ErrTime or ErrSignature.
func Verify(h Header, now time.Time, body []byte, secrets ...Secret) (id string, err error) {
	id, stamp := h.Get(HeaderID), h.Get(HeaderTimestamp)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" || len(id) > maxIDBytes {
		return "", ErrHeaders
	}
	if away := now.Sub(time.Unix(seconds, 0)); away > Tolerance || away < -Tolerance {
		return "", fmt.Errorf("%w: %v", ErrTime, away.Round(time.Second))
	}
	given := strings.Fields(h.Get(HeaderSignature))
	for _, text := range given[:min(len(given), maxSignatures)] {
		encoded, ok := strings.CutPrefix(text, schemePrefix)
		if !ok {
			continue
		}
		mac, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			continue
		}
		for _, s := range secrets {
			if hmac.Equal(mac, s.mac(id, stamp, body)) {
				return id, nil
			}
		}
	}
	return "", ErrSignature
}

func (s Secret) mac(id, stamp string, body []byte) []byte {
	m := hmac.New(sha256.New, s)
	m.Write([]byte(id + "." + stamp + "."))
	m.Write(body)
	return m.Sum(nil)
}
