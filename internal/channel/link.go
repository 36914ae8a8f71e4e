package channel

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// LinkFor is how long a file of an answer may be fetched by who sends it: longer than an answer is tried.
const LinkFor = 7 * 24 * time.Hour

const sumBytes = 16 // of a link's signature: 128 bits

// Link is the address of a file of an answer, taken apart: for a provider that fetches files itself.
type Link struct {
	Address   string // of the entry point
	File      id.Attachment
	Expires   int64
	Signature string
}

// SignLink returns what stands behind the path of a link to a file that is good until expires.
func SignLink(key []byte, file id.Attachment, expires time.Time) string {
	l := Link{File: file, Expires: expires.Unix()}
	return url.Values{"exp": {strconv.FormatInt(l.Expires, 10)}, "sig": {l.sum(key)}}.Encode()
}

// Good reports whether l was signed with key and has not ended.
func (l Link) Good(key []byte, now time.Time) bool {
	return l.File > 0 && now.Unix() < l.Expires && hmac.Equal([]byte(l.sum(key)), []byte(l.Signature))
}

func (l Link) sum(key []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("file/" + l.File.String() + "/" + strconv.FormatInt(l.Expires, 10)))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:sumBytes])
}
