package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/check"
)

// Bounds of passwords and of the work they cause.
const (
	minPassword  = 10  // characters
	maxPassword  = 200 // bytes
	saltBytes    = 16
	hashBytes    = 32
	maxMemoryKiB = 1 << 20 // of a stored hash that is believed
	maxTime      = 16
	maxThreads   = 16
	maxHashQueue = 64 // callers waiting for a turn; more are told to come back
)

// Params is how expensive a password's hash is.
type Params struct {
	MemoryKiB uint32
	Time      uint32
	Threads   uint8
}

// DefaultParams returns the cost of argon2id for people's passwords: some tens of
// milliseconds, and more memory than a graphics card can give each guess.
func DefaultParams() Params { return Params{MemoryKiB: 32 * 1024, Time: 2, Threads: 1} }

// Hasher hashes and checks passwords, few at a time, so that a flood of sign-ins
// cannot take all memory.
type Hasher struct {
	params  Params
	turns   chan struct{}
	waiting chan struct{}
	dummy   string // stands in for a user who is not there
}

// NewHasher returns a Hasher that hashes with p.
func NewHasher(p Params) *Hasher {
	h := &Hasher{
		params:  p,
		turns:   make(chan struct{}, max(2, runtime.NumCPU())),
		waiting: make(chan struct{}, maxHashQueue),
	}
	h.dummy = h.phc(make([]byte, saltBytes), make([]byte, hashBytes)) // checked at full cost, and its outcome is not looked at
	return h
}

// Hash returns the form of password that is stored. The caller has checked the password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return h.hash(password), nil
}

// Verify reports whether password fits the stored hash, and whether that is to be
// made anew because its cost has changed. An empty hash fits nothing, and takes as long.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (fits, outdated bool, err error) {
	done, err := h.turn(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	real := stored != ""
	if !real {
		stored = h.dummy
	}
	p, salt, want, err := parsePHC(stored)
	if err != nil {
		return false, false, errs.E(errs.Internal, "account.Verify", err)
	}
	if len(password) > maxPassword {
		password = ""
	}
	got := argon2.IDKey([]byte(password), salt, p.Time, p.MemoryKiB, p.Threads, uint32(len(want))) //nolint:gosec // hashBytes
	return real && subtle.ConstantTimeCompare(got, want) == 1, p != h.params, nil
}

// turn waits until the caller may hash.
func (h *Hasher) turn(ctx context.Context) (done func(), err error) {
	const op = "account.turn"
	select {
	case h.waiting <- struct{}{}:
	default:
		return nil, errs.New(errs.Unavailable, op, "login.busy")
	}
	defer func() { <-h.waiting }()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, errs.E(errs.Unavailable, op, ctx.Err())
	}
}

// hash returns password in PHC form: $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (h *Hasher) hash(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	return h.phc(salt, argon2.IDKey([]byte(password), salt, h.params.Time, h.params.MemoryKiB, h.params.Threads, hashBytes))
}

func (h *Hasher) phc(salt, sum []byte) string {
	text := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, h.params.MemoryKiB, h.params.Time, h.params.Threads, text.EncodeToString(salt), text.EncodeToString(sum))
}

// parsePHC reads what hash wrote.
func parsePHC(stored string) (p Params, salt, sum []byte, err error) {
	bad := errors.New("account: stored password is not argon2id in PHC form")
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return p, nil, nil, bad
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return p, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.MemoryKiB, &p.Time, &p.Threads); err != nil {
		return p, nil, nil, bad
	}
	if p.MemoryKiB == 0 || p.MemoryKiB > maxMemoryKiB || p.Time == 0 || p.Time > maxTime || p.Threads == 0 || p.Threads > maxThreads {
		return p, nil, nil, bad
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	sum, sumErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || sumErr != nil || len(salt) < 8 || len(sum) != hashBytes {
		return p, nil, nil, bad
	}
	return p, salt, sum, nil
}

// checkPassword names what is wrong with a new password of the person with that e-mail address.
func checkPassword(f *check.Fields, password, email string) {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		f.Add("password", "length.min", errs.Values{"min": minPassword})
	case len(password) > maxPassword:
		f.Add("password", "length.max", errs.Values{"max": maxPassword})
	case strings.Count(password, password[:1]) == len(password), strings.EqualFold(password, email):
		f.Add("password", "password.weak", nil)
	}
}
