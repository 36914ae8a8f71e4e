package facebook

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/messaging"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of catching up.
const (
	TendEvery  = 15 * time.Minute // between looks for what was not posted to us
	checkEvery = 24 * time.Hour   // between looks at a page that works
	overlap    = 10 * time.Minute // that is fetched again: Meta's clock is not ours
	perCall    = 50               // conversations or messages
	maxCalls   = 40               // of one list
)

// Tend is the job of the installation that looks at all pages.
type Tend struct{}

// Kind returns "facebook.tend".
func (Tend) Kind() string { return "facebook.tend" }

// Look is the job that looks at one page.
type Look struct {
	Point id.EntryPoint `json:"point"`
}

// Kind returns "facebook.look".
func (Look) Kind() string { return "facebook.look" }

// RegisterJobs adds the work of the channel.
func (s *Service) RegisterJobs(w *job.Workers) {
	job.Register(w, s.Tend)
	job.Register(w, s.Look)
	job.Register(w, s.Introduce)
}

// PeriodicJobs returns what comes again and again.
func (s *Service) PeriodicJobs() []job.Periodic {
	return []job.Periodic{{Args: Tend{}, Every: TendEvery}}
}

// Tend has each open page looked at.
func (s *Service) Tend(ctx context.Context, _ Tend) error {
	if !s.Client.Ready() {
		return nil
	}
	points, err := s.Points.Open(ctx, channel.Messenger)
	if err != nil {
		return err
	}
	for _, p := range points {
		err := s.DB.Update(ctx, func(tx *db.Tx) error {
			return job.Enqueue(actor.With(ctx, actor.ForSystem(p.Tenant)), tx, Look{p.ID}, job.Unique("page "+p.ID.String()), job.Attempts(3))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Look fetches what was not posted to us, and once a day, or while something is wrong, tries everything that a page needs.
func (s *Service) Look(ctx context.Context, j Look) error {
	p, err := s.Points.Lookup(ctx, s.DB, actor.From(ctx).Tenant, j.Point)
	if errs.Is(errs.NotFound, err) || err == nil && !p.Open() {
		return nil
	}
	if err != nil {
		return err
	}
	r, found, err := findRow(ctx, s.DB, p.Tenant, p.ID)
	if err != nil || !found || r.Token == "" {
		return err
	}
	if p.Health != channel.Healthy || time.Since(r.CheckedAt) > checkEvery {
		if err := s.check(ctx, p); err != nil {
			f := channel.Judge(err)
			if f.Verdict == channel.Reconnect { // it stands with the page; somebody has to do something
				return nil
			}
			return s.later(p, err)
		}
	}
	_, err = s.CatchUp(ctx, p)
	if err != nil && meta.Failure(err).Verdict == channel.Reconnect {
		s.learn(ctx, p, meta.Failure(err).Code)
		return nil
	}
	return s.later(p, err)
}

// later leaves it to the next look where Meta is busy or away; the job need not come again before.
func (s *Service) later(p channel.EntryPoint, err error) error {
	_, fault := errors.AsType[*meta.Fault](err)
	_, lost := errors.AsType[*meta.Lost](err)
	if fault || lost {
		s.Log.Warn("facebook: a page could not be looked at", "entry_point", p.ID, "err", err)
		return nil
	}
	return err
}

// Fetch is CatchUp as an administrator asks for it.
func (s *Service) Fetch(ctx context.Context, point id.EntryPoint) (fresh int, err error) {
	const op = "facebook.Fetch"
	p, err := s.Get(ctx, point)
	if err != nil {
		return 0, errs.Op(op, err)
	}
	// What is stored is the system's doing: the actor's right was asked for.
	fresh, err = s.CatchUp(actor.With(ctx, actor.ForSystem(p.Tenant)), p.EntryPoint)
	return fresh, asked(op, err)
}

// asked says that Meta could not be asked, where that is what an error says.
func asked(op string, err error) error {
	_, fault := errors.AsType[*meta.Fault](err)
	_, lost := errors.AsType[*meta.Lost](err)
	f, failure := errors.AsType[*channel.Failure](err)
	if failure && (f.Code == "facebook.disconnected" || f.Code == "meta.no_app") {
		return &errs.Error{Kind: errs.Conflict, Op: op, Code: f.Code, Err: err}
	}
	if fault || lost || failure {
		return unavailable(op, err)
	}
	return errs.Op(op, err)
}

// CatchUp fetches what was written since everything was here last, and returns how much of it is new. What is here is not taken twice.
func (s *Service) CatchUp(ctx context.Context, p channel.EntryPoint) (fresh int, err error) {
	const op = "facebook.CatchUp"
	r, found, err := findRow(ctx, s.DB, p.Tenant, p.ID)
	if err != nil || !found {
		return 0, errs.Op(op, err)
	}
	at, err := s.open(ctx, p)
	if err != nil {
		return 0, err
	}
	began, since := time.Now(), r.CaughtUpAt.Add(-overlap)
	threads, err := s.changed(ctx, at, since)
	if err != nil {
		return 0, err
	}
	if len(threads) == perCall*maxCalls {
		s.Log.Warn("facebook: more threads have changed than are fetched at once: the oldest are not", "entry_point", p.ID, "threads", len(threads))
	}
	here := messaging.At{Point: p, Provider: provider, App: s.Client.ID}
	for _, thread := range threads {
		raws, err := s.written(ctx, at, thread, since)
		if err != nil {
			return fresh, err
		}
		arrived := make([]channel.Arrival, len(raws))
		for i, raw := range raws {
			arrived[i] = messaging.Arrival(here, raw)
		}
		if len(arrived) == 0 {
			continue
		}
		n, err := s.Events.Take(ctx, p, arrived)
		fresh += n
		if err != nil {
			return fresh, errs.Op(op, err)
		}
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error { return saveCaughtUp(ctx, tx, p.Tenant, p.ID, began) })
	return fresh, errs.Op(op, err)
}

// graphTime is a time as Graph writes it.
type graphTime struct{ time.Time }

// UnmarshalJSON reads a time. One that cannot be read is zero.
func (t *graphTime) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	at, err := time.Parse("2006-01-02T15:04:05-0700", text)
	if err != nil {
		at, err = time.Parse(time.RFC3339, text)
	}
	if err == nil {
		t.Time = at
	}
	return nil
}

// changed returns the conversations in which something was written since, the newest first.
func (s *Service) changed(ctx context.Context, p page, since time.Time) (threads []string, err error) {
	call := meta.Call{Account: p.id, Token: p.token, Path: p.id + "/conversations", Query: url.Values{
		"platform": {"messenger"}, "fields": {"id,updated_time"}, "limit": {strconv.Itoa(perCall)},
	}}
	err = s.Client.Each(ctx, call, maxCalls, func(item json.RawMessage) (bool, error) {
		var c struct {
			ID      string    `json:"id"`
			Updated graphTime `json:"updated_time"`
		}
		if err := json.Unmarshal(item, &c); err != nil {
			return false, err
		}
		if c.Updated.Before(since) {
			return false, nil
		}
		threads = append(threads, c.ID)
		return true, nil
	})
	return threads, err
}

// stored is a message as Graph keeps it.
type stored struct {
	ID      string    `json:"id"`
	Created graphTime `json:"created_time"`
	Text    string    `json:"message"`
	Sticker string    `json:"sticker"`
	From    struct {
		ID string `json:"id"`
	} `json:"from"`
	To struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	} `json:"to"`
	Attachments struct {
		Data []struct {
			Type  string `json:"mime_type"`
			File  string `json:"file_url"`
			Image struct {
				URL string `json:"url"`
			} `json:"image_data"`
			Video struct {
				URL string `json:"url"`
			} `json:"video_data"`
		} `json:"data"`
	} `json:"attachments"`
}

// written returns the messages of a conversation since, the oldest first, as Meta would have posted them.
func (s *Service) written(ctx context.Context, p page, thread string, since time.Time) ([][]byte, error) {
	call := meta.Call{Account: p.id, Token: p.token, Path: url.PathEscape(thread) + "/messages", Query: url.Values{
		"fields": {"id,created_time,from,to,message,sticker,attachments{mime_type,file_url,image_data,video_data}"}, "limit": {strconv.Itoa(perCall)},
	}}
	var all [][]byte
	err := s.Client.Each(ctx, call, maxCalls, func(item json.RawMessage) (bool, error) {
		var m stored
		if err := json.Unmarshal(item, &m); err != nil {
			return false, err
		}
		if m.Created.Before(since) {
			return false, nil
		}
		raw, err := m.posted(p)
		if err == nil && raw != nil {
			all = append(all, raw)
		}
		return true, err
	})
	slices.Reverse(all)
	return all, err
}

// posted is the event that a message would have been; nil where it says not between whom it was.
func (m stored) posted(p page) ([]byte, error) {
	if m.ID == "" || m.From.ID == "" || len(m.To.Data) == 0 {
		return nil, nil
	}
	said := map[string]any{"mid": m.ID}
	if m.Text != "" {
		said["text"] = m.Text
	}
	if m.From.ID == p.id {
		said["is_echo"] = true
	}
	var files []map[string]any
	add := func(kind, at string) {
		if at != "" {
			files = append(files, map[string]any{"type": kind, "payload": map[string]string{"url": at}})
		}
	}
	for _, a := range m.Attachments.Data {
		kind := kindOfFile(a.Type)
		switch {
		case a.Image.URL != "":
			add("image", a.Image.URL)
		case a.Video.URL != "":
			add("video", a.Video.URL)
		default:
			add(kind, a.File)
		}
	}
	add("sticker", m.Sticker)
	if len(files) > 0 {
		said["attachments"] = files
	}
	return json.Marshal(map[string]any{
		"sender": map[string]string{"id": m.From.ID}, "recipient": map[string]string{"id": m.To.Data[0].ID},
		"timestamp": m.Created.UnixMilli(), "message": said,
	})
}
