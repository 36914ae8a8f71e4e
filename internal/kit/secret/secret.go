package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

const (
	version  = "s1" // AES-256-GCM with a random nonce of 96 bits in front
	keyBytes = 32
	idBytes  = 4
)

// maxSealed bounds what Open looks at.
const maxSealed = 1 << 20

// Errors of Open.
var (
	ErrMalformed  = errors.New("secret: not a sealed value")
	ErrUnknownKey = errors.New("secret: sealed with a key that is not in the key file")
	ErrForged     = errors.New("secret: changed, or sealed for something else")
)

// Box seals and opens values. It is safe for concurrent use.
type Box struct {
	current string
	keys    map[string]cipher.AEAD
}

// Seal returns value sealed for context, as a text.
func (b *Box) Seal(value []byte, context string) string {
	aead := b.keys[b.current]
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails: it ends the program instead
	sealed := aead.Seal(nonce, nonce, value, binding(b.current, context))
	return version + "." + b.current + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// Open returns the value that was sealed for context. It returns ErrMalformed,
// ErrUnknownKey or ErrForged.
func (b *Box) Open(sealed, context string) ([]byte, error) {
	parts := strings.Split(sealed, ".")
	if len(sealed) > maxSealed || len(parts) != 3 || parts[0] != version {
		return nil, ErrMalformed
	}
	data, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, ErrMalformed
	}
	aead, ok := b.keys[parts[1]]
	if !ok {
		return nil, ErrUnknownKey
	}
	if len(data) < aead.NonceSize() {
		return nil, ErrMalformed
	}
	value, err := aead.Open(nil, data[:aead.NonceSize()], data[aead.NonceSize():], binding(parts[1], context))
	if err != nil {
		return nil, ErrForged
	}
	return value, nil
}

// Fresh reports whether sealed was made with the newest key; if not, seal it again.
func (b *Box) Fresh(sealed string) bool { return strings.HasPrefix(sealed, version+"."+b.current+".") }

func binding(key, context string) []byte { return []byte(version + "\x00" + key + "\x00" + context) }

// parse reads key lines, "<id> <key in base64>", the newest first.
func parse(text string) (*Box, error) {
	b := &Box{keys: map[string]cipher.AEAD{}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, encoded, _ := strings.Cut(line, " ")
		aead, err := newAEAD(strings.TrimSpace(encoded))
		if err != nil || name == "" || strings.Contains(name, ".") || b.keys[name] != nil {
			return nil, fmt.Errorf("line %d is not a key of its own: <id> <%d bytes in base64>", number, keyBytes)
		}
		b.keys[name] = aead
		if b.current == "" {
			b.current = name
		}
	}
	if b.current == "" {
		return nil, errors.New("no key")
	}
	return b, nil
}

func newAEAD(encoded string) (cipher.AEAD, error) {
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	if len(key) != keyBytes {
		return nil, ErrMalformed
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
