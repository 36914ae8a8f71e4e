package public

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"github.com/zongler/zongler/examples/demo"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// maxForm bounds what a customer of the demo writes, in bytes.
const maxForm = 64 << 10

// Post is the post of the demo's customers, who have no mailboxes elsewhere.
type Post interface {
	// Sent returns the address of a brand's mailbox and what it has sent, the newest first.
	Sent(ctx context.Context, slug string) (address string, mails []GotMail, err error)
	// Write lets a customer write to a brand's mailbox.
	Write(ctx context.Context, slug string, m CustomerMail) error
}

// GotMail is a mail that a customer of the demo got.
type GotMail = demo.Got

// CustomerMail is what a customer of the demo writes.
type CustomerMail struct{ From, Subject, Text, Answers string }

// demoMail answers GET /demo/{slug}/mail: the post of a fictional brand's customers.
func (x *site) demoMail(w http.ResponseWriter, r *http.Request) {
	slug := r.PathValue("slug")
	address, mails, err := x.Post.Sent(r.Context(), slug)
	if err != nil {
		x.problems.Write(w, r, err)
		return
	}
	q := r.URL.Query()
	m := demo.Mail{Brand: slug, Address: address, From: q.Get("from"), Subject: q.Get("subject"), Answers: q.Get("answers"), Mails: mails}
	var page bytes.Buffer
	if err := demo.MailPage(&page, m); err != nil {
		x.problems.Write(w, r, errs.E(errs.NotFound, "public.demoMail", err))
		return
	}
	h := w.Header()
	httpx.Policy{}.Set(h)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(page.Len()))
	_, _ = page.WriteTo(w) // the client has gone; there is nobody to tell
}

// demoWrite answers POST /demo/{slug}/mail: a customer writes.
func (x *site) demoWrite(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		x.problems.Write(w, r, errs.New(errs.Invalid, "public.demoWrite", "body.malformed"))
		return
	}
	slug := r.PathValue("slug")
	m := CustomerMail{From: r.PostForm.Get("from"), Subject: r.PostForm.Get("subject"), Text: r.PostForm.Get("text"), Answers: r.PostForm.Get("answers")}
	if err := x.Post.Write(r.Context(), slug, m); err != nil {
		x.problems.Write(w, r, err)
		return
	}
	http.Redirect(w, r, "mail", http.StatusSeeOther) // the page itself, by its last word
}
