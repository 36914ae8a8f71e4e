package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// Sizes of tokens.
const (
	tokenBytes = 32 // 256 random bits
	maxToken   = 200
	hintLength = 4
)

// KeyPrefix begins every key of an integration, so that scanners of leaked secrets know it.
const KeyPrefix = "zk_"

// newToken returns a random token with its hash.
func newToken(prefix string) (token, hash string) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails: the program ends if the system has no randomness
	token = prefix + base64.RawURLEncoding.EncodeToString(raw)
	return token, hashOf(token)
}

// hashOf returns the form of a token that is stored. A plain hash is right: the token is random and long.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
