package stdhook

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

// The example of the specification's reference libraries.
const (
	exampleSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	exampleID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	exampleTime      = 1614265330
	exampleBody      = `{"test": 2432232314}`
	exampleSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func TestSignsAsTheReferenceLibrariesDo(t *testing.T) {
	t.Parallel()
	secret, err := ParseSecret(exampleSecret)
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	Sign(h, exampleID, time.Unix(exampleTime, 0), []byte(exampleBody), secret)
	if got := h.Get(HeaderSignature); got != exampleSignature {
		t.Errorf("signature %s", got)
	}
	if secret.String() != exampleSecret {
		t.Errorf("the secret reads %s", secret)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	now := time.Unix(exampleTime, 0)
	old, fresh, foreign := NewSecret(), NewSecret(), NewSecret()
	signed := func(at time.Time, secrets ...Secret) http.Header {
		h := http.Header{}
		Sign(h, "msg_1", at, []byte("body"), secrets...)
		return h
	}
	without := func(name string) http.Header {
		h := signed(now, old)
		h.Del(name)
		return h
	}
	for _, row := range []struct {
		name    string
		headers http.Header
		body    string
		secrets []Secret
		want    error
	}{
		{"a signed message is taken", signed(now, old), "body", []Secret{old}, nil},
		{"while the secret changes, who knows the old one takes it", signed(now, fresh, old), "body", []Secret{old}, nil},
		{"while the secret changes, who knows the new one takes it", signed(now, fresh, old), "body", []Secret{fresh}, nil},
		{"a receiver with two secrets takes either", signed(now, fresh), "body", []Secret{old, fresh}, nil},
		{"another body is refused", signed(now, old), "bodY", []Secret{old}, ErrSignature},
		{"another's secret is refused", signed(now, foreign), "body", []Secret{old}, ErrSignature},
		{"without a secret nothing is taken", signed(now, old), "body", nil, ErrSignature},
		{"an old message is refused", signed(now.Add(-Tolerance-time.Second), old), "body", []Secret{old}, ErrTime},
		{"a message of the future is refused", signed(now.Add(Tolerance+time.Second), old), "body", []Secret{old}, ErrTime},
		{"without an id it is refused", without(HeaderID), "body", []Secret{old}, ErrHeaders},
		{"without a time it is refused", without(HeaderTimestamp), "body", []Secret{old}, ErrHeaders},
		{"without a signature it is refused", without(HeaderSignature), "body", []Secret{old}, ErrSignature},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Verify(row.headers, now, []byte(row.body), row.secrets...); !errors.Is(err, row.want) {
				t.Errorf("%v, not %v", err, row.want)
			}
		})
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(exampleID, "1614265330", exampleSignature, []byte(exampleBody))
	f.Add("", "-1", "v1, v1,= v2,x", []byte{})
	secret := NewSecret()
	f.Fuzz(func(t *testing.T, id, stamp, signature string, body []byte) {
		h := http.Header{}
		h.Set(HeaderID, id)
		h.Set(HeaderTimestamp, stamp)
		h.Set(HeaderSignature, signature)
		if _, err := Verify(h, time.Unix(exampleTime, 0), body, secret); err == nil {
			t.Error("taken without the secret")
		}
	})
}
