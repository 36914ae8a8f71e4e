package casework

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Check is a point of a checklist.
type Check struct {
	ID     id.CaseCheck
	CaseID id.Case
	Text   string
	DoneBy id.User
	DoneAt time.Time // zero: not yet
}

// Note is what a colleague wrote on a case.
type Note struct {
	ID     id.CaseNote
	CaseID id.Case
	UserID id.User
	Body   string
	At     time.Time
}

const (
	checkColumns = `id, case_id, text, done_by, done_at`
	noteColumns  = `id, case_id, user_id, body, at`
	// MaxClientID bounds the desk's name of a note, in bytes.
	MaxClientID = 64
)

// Checks returns the checklist of a case. It asks for no permission.
func (s *Service) Checks(ctx context.Context, q db.Queryer, key id.Case) ([]Check, error) {
	return db.Many[Check](ctx, q, `SELECT `+checkColumns+` FROM case_check WHERE tenant_id = $1 AND case_id = $2 ORDER BY id LIMIT 100`,
		actor.From(ctx).Tenant, key)
}

// plainText returns a text that must be there, trimmed, or what is wrong with it.
func plainText(op, text string, most int) (string, error) {
	const path = "text"
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", errs.Fields(op, errs.Field{Path: path, Code: "required"})
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", errs.Fields(op, errs.Field{Path: path, Code: "format.text"})
	case utf8.RuneCountInString(text) > most:
		return "", errs.Fields(op, errs.Field{Path: path, Code: "length.max", Values: errs.Values{"max": most}})
	}
	return text, nil
}

// AddCheck adds a point to the checklist of a case.
func (s *Service) AddCheck(ctx context.Context, key id.Case, text string) (Check, error) {
	const op = "casework.AddCheck"
	text, err := plainText(op, text, MaxCheck)
	if err != nil {
		return Check{}, err
	}
	var made Check
	err = s.part(ctx, op, key, "checklist", func(tx *db.Tx, c Case) (audit.Entry, error) {
		all, err := s.Checks(ctx, tx, c.ID)
		if err != nil {
			return audit.Entry{}, err
		}
		if len(all) >= MaxChecks {
			return audit.Entry{}, errs.New(errs.Exhausted, op, "case.full")
		}
		made = Check{ID: id.New[id.CaseCheck](), CaseID: c.ID, Text: text}
		_, err = db.Exec(ctx, tx, `INSERT INTO case_check (tenant_id, id, case_id, text) VALUES ($1, $2, $3, $4)`, actor.From(ctx).Tenant, made.ID, c.ID, text)
		return audit.Entry{Action: "case.check_add", After: map[string]any{"text": text}}, err
	})
	return made, errs.Op(op, err)
}

// SetCheck ticks a point of a checklist off, or takes that back, or words it anew.
func (s *Service) SetCheck(ctx context.Context, key id.Case, check id.CaseCheck, text *string, done *bool) (Check, error) {
	const op = "casework.SetCheck"
	var after Check
	err := s.part(ctx, op, key, "checklist", func(tx *db.Tx, c Case) (audit.Entry, error) {
		before, err := s.findCheck(ctx, tx, c.ID, check)
		if err != nil {
			return audit.Entry{}, err
		}
		after = before
		if text != nil {
			if after.Text, err = plainText(op, *text, MaxCheck); err != nil {
				return audit.Entry{}, err
			}
		}
		switch {
		case done == nil || *done == !before.DoneAt.IsZero():
		case *done:
			after.DoneBy, after.DoneAt = actor.From(ctx).User, tx.Now()
		default:
			after.DoneBy, after.DoneAt = 0, time.Time{}
		}
		_, err = db.Exec(ctx, tx, `UPDATE case_check SET text = $3, done_by = $4, done_at = $5 WHERE tenant_id = $1 AND id = $2`,
			actor.From(ctx).Tenant, check, after.Text, after.DoneBy, after.DoneAt)
		return audit.Entry{Action: "case.check", Before: before.audited(), After: after.audited()}, err
	})
	return after, errs.Op(op, err)
}

// RemoveCheck takes a point off the checklist of a case.
func (s *Service) RemoveCheck(ctx context.Context, key id.Case, check id.CaseCheck) error {
	const op = "casework.RemoveCheck"
	return errs.Op(op, s.part(ctx, op, key, "checklist", func(tx *db.Tx, c Case) (audit.Entry, error) {
		before, err := s.findCheck(ctx, tx, c.ID, check)
		if err != nil {
			return audit.Entry{}, err
		}
		_, err = db.Exec(ctx, tx, `DELETE FROM case_check WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, check)
		return audit.Entry{Action: "case.check_remove", Before: before.audited()}, err
	}))
}

func (c Check) audited() map[string]any {
	return map[string]any{"text": c.Text, "done": !c.DoneAt.IsZero()}
}

func (s *Service) findCheck(ctx context.Context, q db.Queryer, key id.Case, check id.CaseCheck) (Check, error) {
	return db.One[Check](ctx, q, `SELECT `+checkColumns+` FROM case_check WHERE tenant_id = $1 AND id = $2 AND case_id = $3`,
		actor.From(ctx).Tenant, check, key)
}

// Watch lets a user watch a case, or no longer. Whoever sees a case may watch it; to let others watch one must be able to edit it.
func (s *Service) Watch(ctx context.Context, key id.Case, user id.User, on bool) error {
	const op = "casework.Watch"
	return errs.Op(op, s.part(ctx, op, key, "watchers", func(tx *db.Tx, c Case) (audit.Entry, error) {
		tenant := actor.From(ctx).Tenant
		change := map[string]any{"watcher": user}
		if !on {
			_, err := db.Exec(ctx, tx, `DELETE FROM case_watcher WHERE tenant_id = $1 AND user_id = $2 AND case_id = $3`, tenant, user, c.ID)
			return audit.Entry{Action: "case.unwatch", Before: change}, err
		}
		able, err := s.staff.OfBrand(ctx, tx, c.BrandID, []id.User{user})
		if err != nil {
			return audit.Entry{}, err
		}
		if len(able) == 0 {
			return audit.Entry{}, errs.E(errs.NotFound, op, nil)
		}
		all, err := s.Watchers(ctx, tx, c.ID)
		if err != nil {
			return audit.Entry{}, err
		}
		if len(all) >= MaxWatchers && !slices.Contains(all, user) {
			return audit.Entry{}, errs.New(errs.Exhausted, op, "case.full")
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO case_watcher (tenant_id, user_id, case_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, tenant, user, c.ID)
		return audit.Entry{Action: "case.watch", After: change}, err
	}))
}

// part changes something that belongs to a case, and tells of it.
func (s *Service) part(ctx context.Context, op string, key id.Case, what string, do func(tx *db.Tx, c Case) (audit.Entry, error)) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.lockVisible(ctx, tx, op, key, 0)
		if err != nil {
			return err
		}
		entry, err := do(tx, c)
		if err != nil {
			return err
		}
		entry.Subject, entry.Brand = c.subjectOf(), c.BrandID
		if err := audit.Write(ctx, tx, entry); err != nil {
			return err
		}
		return tx.Record(ctx, fact.CaseChanged{Case: c.ID, Brand: c.BrandID, What: []string{what}, Priority: c.Priority, Topic: c.Topic})
	})
}

// AddNote writes a note on a case. The same client id gives the same note.
func (s *Service) AddNote(ctx context.Context, key id.Case, text, clientID string) (Note, error) {
	const op = "casework.AddNote"
	text, err := plainText(op, text, MaxNote)
	if err != nil {
		return Note{}, err
	}
	if len(clientID) > MaxClientID {
		return Note{}, errs.Fields(op, errs.Field{Path: "client_id", Code: "length.max", Values: errs.Values{"max": MaxClientID}})
	}
	var note Note
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.lockVisible(ctx, tx, op, key, 0)
		if err != nil {
			return err
		}
		tenant := actor.From(ctx).Tenant
		old, found, err := db.Find[Note](ctx, tx, `SELECT `+noteColumns+` FROM case_note WHERE tenant_id = $1 AND case_id = $2 AND client_id = $3 AND client_id <> ''`,
			tenant, c.ID, clientID)
		if err != nil || found {
			note = old
			return err
		}
		note = Note{ID: id.New[id.CaseNote](), CaseID: c.ID, UserID: actor.From(ctx).User, Body: text, At: tx.Now()}
		if _, err := db.Exec(ctx, tx, `INSERT INTO case_note (tenant_id, id, case_id, user_id, client_id, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			tenant, note.ID, note.CaseID, note.UserID, clientID, note.Body, note.At); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "case.note", Subject: c.subjectOf(), Brand: c.BrandID}); err != nil {
			return err
		}
		return tx.Record(ctx, fact.CaseNoted{Case: c.ID, Brand: c.BrandID, Note: note.ID, User: note.UserID})
	})
	return note, errs.Op(op, err)
}

// Notes returns the notes of a case before one of them, the newest first; one more than limit if there are more.
func (s *Service) Notes(ctx context.Context, key id.Case, before id.CaseNote, limit int) ([]Note, error) {
	const op = "casework.Notes"
	if _, err := s.Visible(ctx, s.db, actor.CaseRead, key); err != nil {
		return nil, err
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("case_id = ?", key)
	if before != 0 {
		w.And("id < ?", before)
	}
	notes, err := db.Many[Note](ctx, s.db, `SELECT `+noteColumns+` FROM case_note`+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(limit+1), w.Args()...)
	return notes, errs.Op(op, err)
}
