package outhttp

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync/atomic"
)

// Lost is an answer that did not come. It does not name the address, in which a token may stand.
type Lost struct { //nolint:errname // it is what happened to the answer
	Began bool // there was a connection: the other side may have heard us
	Err   error
}

// Error says what broke.
func (l *Lost) Error() string { return "no answer: " + l.Err.Error() }

// Unwrap returns what broke.
func (l *Lost) Unwrap() error { return l.Err }

// NoAddress is what a call is lost to that was never made.
func NoAddress() *Lost { return &Lost{Err: errors.New("not an address that can be called")} }

// Reply is a whole answer.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK reports success.
func (r Reply) OK() bool { return r.Status/100 == 2 }

// Exchange sends r and reads the answer, at most the first bytes of it. Its errors are *Lost.
func Exchange(client *http.Client, r *http.Request, most int64) (Reply, error) {
	res, err := Send(client, r)
	if err != nil {
		return Reply{}, err
	}
	defer res.Body.Close() // it was read
	text, err := io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		return Reply{}, &Lost{Began: true, Err: bare(err)}
	}
	return Reply{Status: res.StatusCode, Header: res.Header, Body: text}, nil
}

// Send sends r and returns the answer, whose body is still to be read. Its errors are *Lost.
func Send(client *http.Client, r *http.Request) (*http.Response, error) {
	var began atomic.Bool
	traced := httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { began.Store(true) }})
	res, err := client.Do(r.WithContext(traced)) //nolint:gosec // clients of New guard the address
	if err != nil {
		return nil, &Lost{Began: began.Load(), Err: bare(err)}
	}
	return res, nil
}

// bare takes the address off an error.
func bare(err error) error {
	if said, ok := errors.AsType[*url.Error](err); ok {
		return said.Err
	}
	return err
}

// File is a file that goes along in a form.
type File struct {
	Field string // its name in the form
	Name  string
	Type  string // media type
	Body  io.Reader
}

// Form returns a form of fields and a file, and its media type. It is put together in memory:
// the size of the file is bounded by who hands it in.
func Form(fields map[string]string, f File) (io.Reader, string, error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			return nil, "", err
		}
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", `form-data; name="`+quoted(f.Field)+`"; filename="`+quoted(f.Name)+`"`)
	h.Set("Content-Type", f.Type)
	part, err := w.CreatePart(h)
	if err == nil {
		_, err = io.Copy(part, f.Body)
	}
	return &form, w.FormDataContentType(), errors.Join(err, w.Close())
}

// quoted makes a name fit for a header.
func quoted(name string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ").Replace(name)
}
