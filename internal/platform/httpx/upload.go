package httpx

import (
	"errors"
	"io"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/zongler/zongler/internal/errs"
)

// stalledWithin is how long the next bytes of an upload may let us wait. The whole
// of it has readWithin, however it trickles.
const stalledWithin = 10 * time.Second

// binary is the media type of bytes that may be anything.
const binary = "application/octet-stream"

// Upload is the body of an operation that takes bytes as they come: embed it in the
// input. Nothing of them is in memory before the use-case reads, and no more than it
// asks for; beyond Operation.MaxBody its reader fails and the answer is 413.
type Upload struct{ body io.Reader }

// Resolve takes the body of a request, as huma asks for it.
func (u *Upload) Resolve(ctx huma.Context) []error {
	r, _ := humago.Unwrap(ctx)
	u.body = r.Body
	return nil
}

// Bytes returns what is uploaded, to be read once.
func (u *Upload) Bytes() io.Reader { return u.body }

// uploads reports whether an input embeds Upload.
func uploads(in reflect.Type) bool {
	f, ok := in.FieldByName("Upload")
	return ok && f.Anonymous && f.Type == reflect.TypeFor[Upload]()
}

// uploadBody describes the body of an operation that takes an upload.
func uploadBody() *huma.RequestBody {
	schema := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{binary: {Schema: schema}}}
}

// Incoming returns the body of r for a handler that reads it as it comes: bounded in
// size, and in the time that a slow or silent client may take.
func Incoming(w http.ResponseWriter, r *http.Request, limit int64) io.ReadCloser {
	patient := &incoming{body: r.Body, control: http.NewResponseController(w), until: time.Now().Add(readWithin)}
	return http.MaxBytesReader(w, patient, limit)
}

// incoming gives each read of a body its own time.
type incoming struct {
	body    io.ReadCloser
	control *http.ResponseController
	until   time.Time
}

// Read reads what comes within stalledWithin.
func (i *incoming) Read(p []byte) (int, error) {
	next := time.Now().Add(stalledWithin)
	if next.After(i.until) {
		next = i.until
	}
	_ = i.control.SetReadDeadline(next) // a connection that knows no deadlines has none to keep
	n, err := i.body.Read(p)
	switch {
	case err == nil:
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, errs.New(errs.Invalid, "httpx.Upload", codeSlowBody)
	case errors.Is(err, io.EOF):
		_ = i.control.SetReadDeadline(time.Time{}) // what follows is not the client's doing
	}
	return n, err
}

// Close closes the body.
func (i *incoming) Close() error { return i.body.Close() }

// inWords writes a number of bytes as people say it; all our languages say it alike.
func inWords(bytes int64) string {
	for _, unit := range []struct {
		name string
		size int64
	}{{"MB", 1 << 20}, {"kB", 1 << 10}} {
		if bytes >= unit.size && bytes%unit.size == 0 {
			return strconv.FormatInt(bytes/unit.size, 10) + " " + unit.name
		}
	}
	return strconv.FormatInt(bytes, 10) + " B"
}
