package app

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// upload sends the head of an upload and what body writes, says no more, and returns the answer.
func (h *house) upload(head string, body func(w io.Writer)) (status int, text string) {
	h.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(h.t.Context(), "tcp", h.addr)
	h.must(err)
	defer conn.Close()
	h.must(conn.SetDeadline(time.Now().Add(within)))
	go func() {
		_, _ = io.WriteString(conn, head) // a server that has answered takes no more
		body(conn)
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	h.must(err)
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	h.must(err)
	return answer.StatusCode, string(said)
}

// files returns how many files lie in the house's store.
func (h *house) files() (n int) {
	h.t.Helper()
	h.must(filepath.WalkDir(h.app.config.BlobDir(), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	}))
	return n
}

func TestUploadsThatAreTooLargeOrNotWholeLeaveNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		desk := "POST /api/v1/attachments HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nX-Filename: a.txt\r\n" +
			"Accept-Language: en\r\nCookie: " + httpx.SessionCookie + "=" + e.chief.token() + "\r\n"
		guest := "POST /w/attachments HTTP/1.1\r\nHost: a\r\nX-File-Name: a.txt\r\nAuthorization: Bearer " + e.visit().token + "\r\n"
		const whole, chunked = "Content-Length: 100000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"
		flood := func(w io.Writer) { // more than is taken, in pieces, without an end
			piece := fmt.Sprintf("%x\r\n%s\r\n", 64<<10, strings.Repeat("a", 64<<10))
			for range media.MaxSize/(64<<10) + 16 {
				if _, err := io.WriteString(w, piece); err != nil {
					return
				}
			}
		}
		half := func(w io.Writer) { _, _ = io.WriteString(w, strings.Repeat("a", 50000)) }
		halfPiece := func(w io.Writer) { _, _ = io.WriteString(w, "c350\r\n"+strings.Repeat("a", 20000)) }
		rows := func() int {
			n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM attachment`)
			h.must(err)
			return n
		}
		known, before := rows(), h.files()
		for _, c := range []struct {
			what   string
			head   string
			body   func(io.Writer)
			status int
			text   string
		}{
			{"an agent's flood", desk + chunked, flood, 413, "at most 10 MB"},
			{"an agent's announced flood", desk + "Content-Length: 10485761\r\n\r\n", func(io.Writer) {}, 413, "at most 10 MB"},
			{"an agent who stops half-way", desk + whole, half, 422, ""},
			{"an agent who stops within a piece", desk + chunked, halfPiece, 422, ""},
			{"a visitor's flood", guest + chunked, flood, 422, "chat.file_size"},
			{"a visitor who stops half-way", guest + whole, half, 422, ""},
		} {
			status, text := h.upload(c.head, c.body)
			if status != c.status || !strings.Contains(text, c.text) {
				t.Errorf("%s: %d %s", c.what, status, text)
			}
		}
		if now := h.files(); now > before { // what the brand erases meanwhile is no longer there
			t.Errorf("%d files, before there were %d", now, before)
		}
		if now := rows(); now > known {
			t.Errorf("%d rows, before there were %d", now, known)
		}
		e.chief.make("POST", "/api/v1/attachments", raw("hello"), "id")
	})
}
