package public

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/instagram"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/own"
	channelx "github.com/zongler/zongler/internal/channel/x"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Hooks is what answers the systems that post to us.
type Hooks struct {
	Events *intake.Events
	Own    *own.Service
	Meta   *meta.Hook

	Instagram *instagram.Adapter
	X         *channelx.Hook
}

// hooks answers under /hooks/.
type hooks struct {
	Hooks

	problems *httpx.Problems
}

// RegisterHooks puts the addresses on mux to which providers and the tenants' own systems post.
func RegisterHooks(mux *http.ServeMux, problems *httpx.Problems, h Hooks) {
	x := &hooks{h, problems}
	for pattern, serve := range map[string]func(w http.ResponseWriter, r *http.Request) error{
		"POST /hooks/{channel}/{address}":       x.receive,
		"GET " + meta.HookPath:                  x.challenge,
		"POST " + meta.HookPath:                 x.receiveMeta,
		"GET " + channelx.HookPath:              x.challengeX,
		"POST " + channelx.HookPath:             x.receiveX,
		"GET " + channelx.ReturnPath:            x.returned,
		"POST /hooks/own/{address}/files":       x.upload,
		"POST /hooks/own/{address}/commands":    x.fetch,
		"GET /hooks/own/{address}/files/{file}": opener(h.Own.File).serve,

		"GET " + meta.HookPath + "/files/{address}/{file}": opener(h.Instagram.File).serve,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			if err := serve(w, r); err != nil {
				retryAfter(w.Header(), err)
				x.problems.Write(w, r, err)
			}
		})
	}
}

// challenge answers GET /hooks/meta: Meta looks whether the address is ours.
func (x *hooks) challenge(w http.ResponseWriter, r *http.Request) error {
	text, err := x.Meta.App().Challenge(r.URL.Query())
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff") // it is a text of somebody else's
	_, _ = io.WriteString(w, text)             //nolint:gosec // letters and digits alone, as plain text
	return nil
}

// receiveMeta answers POST /hooks/meta: 200 once everything is stored, whatever can be
// understood of it. A body of which nothing can be is kept, and told so: Meta has not made it.
func (x *hooks) receiveMeta(w http.ResponseWriter, r *http.Request) error {
	return x.receiveShared(w, r, x.Meta)
}

// receiveShared takes in what was posted to one address for many accounts.
func (x *hooks) receiveShared(w http.ResponseWriter, r *http.Request, hook channel.SharedReceiver) error {
	taken, err := x.Events.ReceiveShared(r.Context(), intake.SharedCame{Hook: hook, Header: r.Header, Body: httpx.Incoming(w, r, intake.MaxHookBody)})
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, map[string]int{
		"accepted": taken.Accepted, "duplicates": taken.Duplicates, "refused": taken.Refused, "stray": taken.Stray,
	})
}

// challengeX answers GET /hooks/x: X looks whether the address is ours.
func (x *hooks) challengeX(w http.ResponseWriter, r *http.Request) error {
	token, err := x.X.App().Challenge(r.URL.Query())
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, map[string]string{"response_token": token})
}

// receiveX answers POST /hooks/x, as receiveMeta does.
func (x *hooks) receiveX(w http.ResponseWriter, r *http.Request) error {
	return x.receiveShared(w, r, x.X)
}

// returned answers GET /hooks/x/return, where X leads people back to who have signed in:
// they copy the address of the page. Nothing of the address is shown or kept.
func (x *hooks) returned(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = io.WriteString(w, x.problems.Explain(r, errs.New(errs.Invalid, "public.returned", "x.returned")).Detail) //nolint:gosec // a text of ours, as plain text; who went away needs no answer
	return nil
}

type takenBody struct {
	Accepted   int           `json:"accepted"`
	Duplicates int           `json:"duplicates"`
	Refused    []refusedBody `json:"refused"`
}

type refusedBody struct {
	Index  int                  `json:"index"`
	ID     string               `json:"id"`
	Code   string               `json:"code"`
	Detail string               `json:"detail"`
	Errors []httpx.FieldProblem `json:"errors,omitempty"`
}

// receive answers POST /hooks/{channel}/{address}: 202 once all that can be
// understood is stored; 422 where that is nothing.
func (x *hooks) receive(w http.ResponseWriter, r *http.Request) error {
	taken, err := x.Events.Receive(r.Context(), intake.Came{
		Channel: channel.Name(r.PathValue("channel")), Address: r.PathValue("address"), Header: r.Header, Body: httpx.Incoming(w, r, intake.MaxHookBody),
	})
	if err != nil {
		return err
	}
	body := takenBody{Refused: []refusedBody{}}
	for i, t := range taken {
		switch {
		case t.Err != nil:
			why := x.problems.Explain(r, t.Err)
			body.Refused = append(body.Refused, refusedBody{i, t.EventID, why.Code, why.Detail, why.Errors})
		case t.Duplicate:
			body.Duplicates++
		default:
			body.Accepted++
		}
	}
	status := http.StatusAccepted
	if len(taken) > 0 && len(body.Refused) == len(taken) {
		status = http.StatusUnprocessableEntity
	}
	return answerJSON(w, status, body)
}

// upload answers POST /hooks/own/{address}/files: the bytes of a file that an event will name.
func (x *hooks) upload(w http.ResponseWriter, r *http.Request) error {
	f, err := x.Own.Upload(r.Context(), own.Uploaded{
		Address: r.PathValue("address"), Header: r.Header, Name: r.Header.Get("X-Filename"), Body: httpx.Incoming(w, r, media.MaxSize),
	})
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusCreated, map[string]any{"id": f.ID, "name": f.Name, "size": f.Size, "type": f.Type})
}

// maxFetch bounds the body of a fetch, in bytes.
const maxFetch = 4 << 10

// fetch answers POST /hooks/own/{address}/commands: the commands that wait for a system which cannot be called.
func (x *hooks) fetch(w http.ResponseWriter, r *http.Request) error {
	found, err := x.Own.Fetch(r.Context(), own.Fetching{Address: r.PathValue("address"), Header: r.Header, Body: httpx.Incoming(w, r, maxFetch)})
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, found)
}

// opener opens the file of a link that we have signed.
type opener func(ctx context.Context, l channel.Link) (media.Attachment, io.ReadSeekCloser, error)

// serve answers with a file of an answer.
func (open opener) serve(w http.ResponseWriter, r *http.Request) error {
	key, err := id.Parse[id.Attachment](r.PathValue("file"))
	if err != nil {
		return errs.New(errs.NotFound, "public.file", "not_found")
	}
	expires, err := strconv.ParseInt(r.URL.Query().Get("exp"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "public.file", "not_found")
	}
	f, body, err := open(r.Context(), channel.Link{Address: r.PathValue("address"), File: key, Expires: expires, Signature: r.URL.Query().Get("sig")})
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, r, "", f.CreatedAt, body)
	return nil
}

func answerJSON(w http.ResponseWriter, status int, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return errs.E(errs.Internal, "public.answer", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // who went away needs no answer
	return nil
}
