package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"
)

// Key signs marks. It should be 32 random bytes, one per tenant.
type Key []byte

// Purposes keep one mark from being used as another.
const (
	forAddress   = "address"
	forMessageID = "message-id"
	forMarker    = "marker"
)

const (
	macBytes   = 10 // 80 bits: 16 characters
	macChars   = 16
	maxLocal   = 64 // RFC 5321
	idBase     = 36
	maxAddress = 320
	maxInput   = 1 << 20
)

// sign returns the mark of id without its surroundings: "c.<id>.<mac>".
func (k Key) sign(purpose string, letter byte, id int64) string {
	number := strconv.FormatInt(id, idBase)
	return string(letter) + "." + number + "." + k.mac(purpose, letter, number)
}

func (k Key) mac(purpose string, letter byte, number string) string {
	h := hmac.New(sha256.New, k)
	h.Write([]byte("zongler.mail\x00" + purpose + "\x00" + string(letter) + "\x00" + number))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:macBytes]))
}

// verify reads a mark that sign wrote, in any case.
func (k Key) verify(purpose string, letter byte, mark string) (int64, bool) {
	parts := strings.Split(strings.ToLower(mark), ".")
	if len(k) == 0 || len(parts) != 3 || parts[0] != string(letter) || len(parts[2]) != macChars {
		return 0, false
	}
	id, err := strconv.ParseInt(parts[1], idBase, 64)
	if err != nil || id <= 0 || strconv.FormatInt(id, idBase) != parts[1] {
		return 0, false
	}
	return id, hmac.Equal([]byte(k.mac(purpose, letter, parts[1])), []byte(parts[2]))
}
