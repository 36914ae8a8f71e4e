package public

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/live"
)

// fileFor is how long a browser may keep a file: its address changes anyway.
const fileFor = "private, max-age=3600, immutable"

// config answers GET /w/config.
func (x *site) config(c *call) error {
	q := c.r.URL.Query()
	config, err := x.Chat.Config(c.r.Context(), q.Get("key"), q.Get("lang"), c.from)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(config)
	if err != nil {
		return errs.E(errs.Internal, "public.config", err)
	}
	sum := sha256.Sum256(raw)
	h := c.w.Header()
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(webchat.ConfigMaxAge/time.Second)))
	h.Add("Vary", "Accept-Language")
	h.Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`)
	h.Set("Content-Type", "application/json")
	http.ServeContent(c.w, c.r, "", time.Time{}, bytes.NewReader(raw))
	return nil
}

// logo answers GET /w/logo/{key}.
func (x *site) logo(c *call) error {
	brand, err := x.Chat.Logo(c.r.Context(), c.r.PathValue("key"))
	if err != nil {
		return err
	}
	body, _, err := x.Blobs.Get(c.r.Context(), brand.LogoKey)
	if err != nil {
		return err
	}
	defer body.Close()
	h := c.w.Header()
	h.Set("Content-Type", brand.LogoType)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "public, max-age=300")
	http.ServeContent(c.w, c.r, "", brand.UpdatedAt, body)
	return nil
}

// visitors answers POST /w/visitors.
func (x *site) visitors(c *call) error {
	if err := x.newcomer(c.r); err != nil {
		return err
	}
	var in webchat.VisitorRequest
	if err := c.read(&in); err != nil {
		return err
	}
	c.speak(x.language(in.Language))
	if in.Invitation != "" {
		if err := x.guesses.Unknown(c.w, c.r); err != nil {
			return err
		}
	}
	out, err := x.Chat.Visit(c.r.Context(), in, c.from)
	if in.Invitation != "" && errs.CodeOf(err) != webchat.CodeInvitationUnknown {
		x.guesses.Known(c.r) // it was no guess
	}
	if err != nil {
		return err
	}
	return c.write(http.StatusCreated, out)
}

// signOut answers DELETE /w/visitors: the token in the request ends.
func (x *site) signOut(c *call) error {
	if err := x.Chat.End(c.r.Context(), bearer(c.r)); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// language returns the language of ours that a visitor asks for; empty if none is asked for.
func (x *site) language(asked string) string {
	if asked == "" {
		return ""
	}
	return x.Chat.Texts.Language(asked)
}

// offline answers POST /w/offline.
func (x *site) offline(c *call) error {
	if err := x.newcomer(c.r); err != nil {
		return err
	}
	var in webchat.OfflineRequest
	if err := c.read(&in); err != nil {
		return err
	}
	c.speak(x.language(in.Language))
	out, err := x.Chat.Leave(c.r.Context(), in, c.from)
	if err != nil {
		return err
	}
	return c.write(http.StatusAccepted, out)
}

// messages answers POST /w/messages: one frame, as over the websocket.
func (x *site) messages(c *call) error {
	const op = "public.messages"
	ses, err := x.signIn(c)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, webchat.FrameMax))
	if err != nil {
		return unreadable(op, err)
	}
	m, err := webchat.DecodeClient(raw)
	if err != nil && errs.CodeOf(err) != "fields" {
		return err
	}
	if _, hello := m.(*webchat.Hello); hello {
		return errs.New(errs.Invalid, op, webchat.CodeMalformed)
	}
	var answer webchat.Message
	if err == nil {
		answer, err = x.Chat.Do(c.r.Context(), ses, m)
	}
	switch {
	case err != nil:
		x.report(c, err)
		answer = x.Chat.FaultOf(err, ses.Language(), m)
	case answer == nil:
		answer = webchat.Beat{}
	}
	frame, err := webchat.Encode(answer)
	if err != nil {
		return err
	}
	return c.writeRaw(http.StatusOK, frame)
}

// report logs what is our own fault and is told as an answer, not as a problem.
func (x *site) report(c *call, err error) {
	if errs.Is(errs.Internal, err) && c.r.Context().Err() == nil {
		x.Log.ErrorContext(c.r.Context(), "a visitor's act failed", "err", err)
	}
}

// entries answers GET /w/entries.
func (x *site) entries(c *call) error {
	ses, err := x.signIn(c)
	if err != nil {
		return err
	}
	query, err := entriesQuery(c.r.URL.Query())
	if err != nil {
		return err
	}
	out, err := x.Chat.Entries(c.r.Context(), ses, query)
	if err != nil {
		return err
	}
	return c.write(http.StatusOK, out)
}

func entriesQuery(q url.Values) (webchat.EntriesQuery, error) {
	var out webchat.EntriesQuery
	var wrong []errs.Field
	number := func(name string, most int64) int64 {
		text := q.Get(name)
		if text == "" {
			return 0
		}
		n, err := strconv.ParseInt(text, 10, 64)
		switch {
		case err != nil:
			wrong = append(wrong, errs.Field{Path: name, Code: webchat.FieldMalformed})
		case n < 0:
			wrong = append(wrong, errs.Field{Path: name, Code: webchat.FieldTooLow, Values: errs.Values{"min": 0}})
		case n > most:
			wrong = append(wrong, errs.Field{Path: name, Code: webchat.FieldTooHigh, Values: errs.Values{"max": most}})
		}
		return n
	}
	const anySeq = 1 << 53
	out.After = number("after", anySeq)
	out.Wait = time.Duration(number("wait", int64(webchat.PollWaitMax/time.Second))) * time.Second
	out.Version = q.Get("version")
	if text := q.Get("conversation"); text != "" {
		key, err := id.Parse[id.Conversation](text)
		if err != nil {
			wrong = append(wrong, errs.Field{Path: "conversation", Code: webchat.FieldMalformed})
		}
		out.Conversation = key
	}
	return out, errs.Fields("public.entries", wrong...)
}

// upload answers POST /w/attachments: the raw file.
func (x *site) upload(c *call) error {
	ses, err := x.signIn(c)
	if err != nil {
		return err
	}
	name, err := url.PathUnescape(c.r.Header.Get("X-File-Name"))
	if err != nil || len([]rune(name)) > webchat.FileNameMax {
		return errs.Fields("public.upload", errs.Field{Path: "X-File-Name", Code: webchat.FieldMalformed})
	}
	body := httpx.Incoming(c.w, c.r, webchat.AttachmentBytesMax+1) // one more, so that the use-case says what is wrong
	out, err := x.Chat.Upload(c.r.Context(), ses, name, body)
	if err != nil {
		return err
	}
	return c.write(http.StatusCreated, out)
}

// file answers GET /w/attachments/{id}: who has an address that we signed may read the file.
func (x *site) file(c *call) error {
	q := c.r.URL.Query()
	file, _ := id.Parse[id.Attachment](c.r.PathValue("id")) // zero is nobody's
	tenant, _ := id.Parse[id.Tenant](q.Get("t"))
	expires, _ := strconv.ParseInt(q.Get("exp"), 10, 64)
	f, body, err := x.Chat.File(c.r.Context(), webchat.FileRequest{Tenant: tenant, File: file, Expires: expires, Signature: q.Get("sig")})
	if err != nil {
		return err
	}
	defer body.Close()
	how := f.Download()
	h := c.w.Header()
	h.Set("Content-Type", how.Type)
	h.Set("Content-Disposition", how.Disposition)
	h.Set("Content-Security-Policy", how.Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", fileFor)
	http.ServeContent(c.w, c.r, "", f.CreatedAt, body)
	return nil
}

// socket answers GET /w/ws. Who it is comes in the first frame.
func (x *site) socket(w http.ResponseWriter, r *http.Request) {
	options, beats := x.Chat.Options() //nolint:contextcheck // the socket outlives the request
	conn, err := live.Accept(w, r, options)
	if err != nil {
		x.Log.DebugContext(r.Context(), "no websocket", "err", err)
		return // it was answered
	}
	x.Chat.Attach(conn, peerOf(r), beats) //nolint:contextcheck // as above
}

// signIn returns the visitor of the token in a request.
func (x *site) signIn(c *call) (*webchat.Session, error) {
	ses, err := x.Chat.Authenticate(c.r.Context(), bearer(c.r), c.from)
	if err == nil {
		c.speak(ses.Language())
	}
	return ses, err
}

// bearer returns the token in a request, empty if there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// read takes one JSON value from the body.
func (c *call) read(into any) error {
	const op = "public.read"
	d := json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, webchat.BodyMax))
	if err := d.Decode(into); err != nil {
		return unreadable(op, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return unreadable(op, err)
	}
	return nil
}

func unreadable(op string, err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.E(errs.Invalid, op, tooLarge)
	}
	return &errs.Error{Kind: errs.Invalid, Op: op, Code: webchat.CodeMalformed, Err: err}
}

func (c *call) write(status int, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return errs.E(errs.Internal, "public.write", err)
	}
	return c.writeRaw(status, raw)
}

func (c *call) writeRaw(status int, raw []byte) error {
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(raw) // the client has gone; there is nobody to tell
	return nil
}
