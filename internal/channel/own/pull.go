package own

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of fetching.
const (
	maxFetched  = 100 // commands at once
	longestWait = 25 * time.Second
	keptFor     = 24 * time.Hour // a command that nobody fetches; then it has failed
	maxWaiting  = 10_000         // commands of one channel
	there       = 5 * time.Minute
	topic       = "own_command" // wakes who waits for commands
)

// Fetching is what a system asks for.
type Fetching struct {
	Address string
	Header  http.Header
	Body    io.Reader // signed: {"after": "…", "limit": 100, "wait": 25}; bounded by whoever gives it
}

// wanted is the body of Fetching.
type wanted struct {
	After string `json:"after"` // the cursor of the last answer: all up to it was done and is forgotten
	Limit int    `json:"limit"`
	Wait  int    `json:"wait"` // seconds, while there is none
}

// Fetched are commands, the oldest first.
type Fetched struct {
	Commands []json.RawMessage `json:"commands"`
	Next     string            `json:"next"` // what to ask with as after
	More     bool              `json:"more"`
}

// waitingCommand is a command that was not fetched yet.
type waitingCommand struct {
	Number  int64
	EntryID id.Entry
	Body    string
}

// lay keeps a command until it is fetched. Kept again it is the same. What may be lost is not kept.
func (s *Service) lay(ctx context.Context, p channel.EntryPoint, c command) error {
	if c.Type == "typing" || c.Type == "message.read" {
		return nil
	}
	body, err := json.Marshal(c)
	if err != nil {
		return channel.Fail(channel.Permanent, "delivery.malformed", err)
	}
	full := false
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		known, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM own_command WHERE tenant_id = $1 AND entry_point_id = $2 AND name = $3`, p.Tenant, p.ID, c.ID)
		if err != nil || known > 0 {
			return err
		}
		// The row of the channel is held until the commit: numbers become visible in their order.
		number, err := db.One[int64](ctx, tx, `UPDATE own_channel SET newest_command = newest_command + 1 WHERE tenant_id = $1 AND entry_point_id = $2 RETURNING newest_command`,
			p.Tenant, p.ID)
		if err != nil {
			return err
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM own_command WHERE tenant_id = $1 AND entry_point_id = $2`, p.Tenant, p.ID)
		if full = n >= maxWaiting; err != nil || full {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO own_command (tenant_id, entry_point_id, number, name, conversation_id, entry_id, body, made_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			p.Tenant, p.ID, number, c.ID, c.Conversation, c.entry, string(body), tx.Now())
		if err != nil {
			return err
		}
		tx.Wake(topic)
		return job.Enqueue(ctx, tx, Overdue{p.ID}, job.At(tx.Now().Add(keptFor)), job.Unique("own "+p.ID.String()))
	})
	switch {
	case err != nil:
		return channel.Fail(channel.Retry, "delivery.not_ready", err)
	case full:
		return channel.Fail(channel.Retry, "own.not_fetched", nil)
	}
	return nil
}

// Fetch returns the commands of a channel that were not fetched, and waits for some if there are none. Those up
// to the cursor that is named are forgotten.
func (s *Service) Fetch(ctx context.Context, in Fetching) (Fetched, error) {
	const op = "own.Fetch"
	p, ask, err := s.fetching(ctx, in)
	if err != nil {
		return Fetched{}, errs.Op(op, err)
	}
	ctx = actor.With(ctx, actor.ForSystem(p.Tenant))
	after, err := strconv.ParseInt(ask.After, 10, 64)
	if ask.After != "" && (err != nil || after < 0) {
		return Fetched{}, errs.Fields(op, errs.Field{Path: "after", Code: "format.cursor"})
	}
	if err := s.forget(ctx, p, after); err != nil {
		return Fetched{}, errs.Op(op, err)
	}
	woken, end := s.DB.Woken(topic)
	defer end()
	over := time.NewTimer(min(time.Duration(max(ask.Wait, 0))*time.Second, longestWait))
	defer over.Stop()
	for {
		out, err := s.fetch(ctx, p, after, ask.Limit)
		if err != nil || len(out.Commands) > 0 {
			return out, errs.Op(op, err)
		}
		select {
		case <-ctx.Done():
			return out, errs.E(errs.Unavailable, op, ctx.Err())
		case <-over.C:
			return out, nil
		case <-woken:
		}
	}
}

// fetching returns the channel that somebody speaks for, and what they ask.
func (s *Service) fetching(ctx context.Context, in Fetching) (channel.EntryPoint, wanted, error) {
	const op = "own.fetching"
	var ask wanted
	p, err := s.Points.ByAddress(ctx, channel.Own, in.Address)
	if errs.Is(errs.NotFound, err) || err == nil && p.Archived {
		err = errs.New(errs.NotFound, op, "hook.unknown")
	}
	if err != nil {
		return p, ask, err
	}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return p, ask, errs.E(errs.Invalid, op, err)
	}
	if err := s.verify(actor.With(ctx, actor.ForSystem(p.Tenant)), p, in.Header, body); err != nil {
		return p, ask, err
	}
	settings, err := ParseSettings(p.Config)
	switch {
	case err != nil:
		return p, ask, err
	case !p.Active:
		return p, ask, errs.New(errs.Conflict, op, "hook.off")
	case !settings.Pull:
		return p, ask, errs.New(errs.Conflict, op, "own.not_pulled")
	}
	if err := json.Unmarshal(body, &ask); err != nil {
		return p, ask, errs.New(errs.Invalid, op, "event.malformed")
	}
	return p, ask, nil
}

// forget removes the commands that were done, and notes that somebody was there.
func (s *Service) forget(ctx context.Context, p channel.EntryPoint, upTo int64) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `DELETE FROM own_command WHERE tenant_id = $1 AND entry_point_id = $2 AND number <= $3`, p.Tenant, p.ID, upTo); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `UPDATE own_channel SET fetched_at = $3 WHERE tenant_id = $1 AND entry_point_id = $2 AND fetched_at < $4`,
			p.Tenant, p.ID, tx.Now(), tx.Now().Add(-there/5))
		return err
	})
}

func (s *Service) fetch(ctx context.Context, p channel.EntryPoint, after int64, limit int) (Fetched, error) {
	if limit <= 0 || limit > maxFetched {
		limit = maxFetched
	}
	rows, err := db.Many[waitingCommand](ctx, s.DB, `SELECT number, entry_id, body FROM own_command WHERE tenant_id = $1 AND entry_point_id = $2 AND number > $3
		ORDER BY number LIMIT $4`, p.Tenant, p.ID, after, limit+1)
	out := Fetched{Commands: []json.RawMessage{}, Next: strconv.FormatInt(after, 10), More: len(rows) > limit}
	for _, r := range rows[:min(len(rows), limit)] {
		out.Commands = append(out.Commands, json.RawMessage(r.Body))
		out.Next = strconv.FormatInt(r.Number, 10)
	}
	return out, err
}

// isThere reports whether somebody has fetched commands a moment ago.
func (s *Service) isThere(ctx context.Context, p channel.EntryPoint) (bool, error) {
	at, _, err := db.Find[time.Time](ctx, s.DB, `SELECT fetched_at FROM own_channel WHERE tenant_id = $1 AND entry_point_id = $2`, p.Tenant, p.ID)
	return time.Since(at) < there, err
}

// Overdue is the job that looks for commands that nobody has fetched for too long.
type Overdue struct {
	Point id.EntryPoint `json:"point"`
}

// Kind names the job.
func (Overdue) Kind() string { return "own.overdue" }

// RegisterJobs adds the workers of the package.
func (s *Service) RegisterJobs(w *job.Workers) { job.Register(w, s.GiveUp) }

// GiveUp gives up commands that nobody has fetched for too long: what they were about has failed.
func (s *Service) GiveUp(ctx context.Context, j Overdue) error {
	const op = "own.GiveUp"
	tenant := actor.From(ctx).Tenant
	return errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		old, err := db.Many[waitingCommand](ctx, tx, `SELECT number, entry_id, body FROM own_command WHERE tenant_id = $1 AND entry_point_id = $2 AND made_at <= $3
			ORDER BY number LIMIT 500`, tenant, j.Point, tx.Now().Add(-keptFor))
		if err != nil {
			return err
		}
		for _, c := range old {
			if _, err := db.Exec(ctx, tx, `DELETE FROM own_command WHERE tenant_id = $1 AND entry_point_id = $2 AND number = $3`, tenant, j.Point, c.Number); err != nil {
				return err
			}
			if c.EntryID == 0 {
				continue
			}
			if _, err := s.Messages.MoveDelivery(ctx, tx, c.EntryID, conversation.Failed, "own.not_fetched"); err != nil {
				return err
			}
		}
		next, found, err := db.Find[time.Time](ctx, tx, `SELECT made_at FROM own_command WHERE tenant_id = $1 AND entry_point_id = $2 ORDER BY made_at LIMIT 1`, tenant, j.Point)
		if err != nil || !found {
			return err
		}
		return job.Enqueue(ctx, tx, j, job.At(next.Add(keptFor)))
	}))
}
