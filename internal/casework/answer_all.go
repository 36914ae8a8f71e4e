package casework

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Ways of answering all.
const (
	ByReply = "reply"
	ByNote  = "note"
)

// States of an answer to all, and of its items.
const (
	Running   = "running"
	Ended     = "done"
	Cancelled = "cancelled"
	failed    = "failed"
)

// Given is one answer on its way into one conversation.
type Given struct {
	User         id.User // by whose rights
	Conversation id.Conversation
	Mode         string
	Text         string
	ClientID     string // given again, it is the same answer
}

// Answers puts answers into conversations.
type Answers interface {
	// Give puts one answer into its conversation by the rights that its user has now.
	Give(ctx context.Context, g Given) error
}

// AnswerAll is one answer to the customers of all parts of a case.
type AnswerAll struct {
	ID      id.AnswerAll
	CaseID  id.Case
	Mode    string
	Body    string
	State   string
	MadeBy  id.User
	MadeAt  time.Time
	EndedAt time.Time
}

// Item is what became of an answer to all in one conversation.
type Item struct {
	ConversationID id.Conversation
	CaseID         id.Case
	State          string // waiting, done, failed, cancelled
	Code           string // why it failed
	At             time.Time
}

// MaxItems bounds to how many conversations one answer goes.
const MaxItems = 1000

// batch is how many answers are given by one run of the job.
const batch = 25

const answerColumns = `id, case_id, mode, body, state, made_by, made_at, ended_at`

// answerAllJob gives what waits of an answer to all.
type answerAllJob struct {
	Answer id.AnswerAll `json:"answer"`
}

// Kind names the job.
func (answerAllJob) Kind() string { return "casework.answer_all" }

// Answering answers all customers of a case at once: one outage, many who ask.
type Answering struct {
	cases   *Service
	answers Answers
}

// NewAnswering returns what answers through answers.
func NewAnswering(cases *Service, answers Answers) *Answering { return &Answering{cases, answers} }

// RegisterJobs adds the worker.
func (s *Answering) RegisterJobs(w *job.Workers) { job.Register(w, s.work) }

// Start begins to answer the customers of all open parts of a case, in each of their conversations.
func (s *Answering) Start(ctx context.Context, key id.Case, mode, text string) (AnswerAll, error) {
	const op = "casework.AnswerAll"
	need := actor.ConversationReply
	if mode == ByNote {
		need = actor.ConversationNote
	} else if mode != ByReply {
		return AnswerAll{}, errs.Fields(op, errs.Field{Path: "mode", Code: "one_of", Values: errs.Values{"allowed": "reply, note"}})
	}
	if a, err := actor.Require(ctx, op, need); err != nil {
		return AnswerAll{}, err
	} else if a.User == 0 {
		return AnswerAll{}, errs.New(errs.Forbidden, op, "actor.person_needed")
	}
	text, err := plainText(op, text, MaxNote)
	if err != nil {
		return AnswerAll{}, err
	}
	var made AnswerAll
	err = s.cases.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.cases.lockVisible(ctx, tx, op, key, 0)
		if err != nil {
			return err
		}
		made = AnswerAll{ID: id.New[id.AnswerAll](), CaseID: c.ID, Mode: mode, Body: text, State: Running, MadeBy: actor.From(ctx).User, MadeAt: tx.Now()}
		return s.insert(ctx, tx, op, c, made)
	})
	return made, errs.Op(op, err)
}

func (s *Answering) insert(ctx context.Context, tx *db.Tx, op string, c Case, m AnswerAll) error {
	tenant := actor.From(ctx).Tenant
	if _, err := db.Exec(ctx, tx, `INSERT INTO answer_all (tenant_id, id, case_id, mode, body, state, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tenant, m.ID, c.ID, m.Mode, m.Body, m.State, m.MadeBy, m.MadeAt); err != nil {
		return err
	}
	total, err := db.Exec(ctx, tx, `INSERT INTO answer_all_item (tenant_id, answer_id, conversation_id, case_id, state)
		SELECT p.tenant_id, CAST($3 AS BIGINT), l.conversation_id, MIN(f.id), 'waiting' FROM case_link p
		JOIN case_file f ON f.tenant_id = p.tenant_id AND f.id = p.case_id AND f.open
		JOIN case_link l ON l.tenant_id = f.tenant_id AND l.case_id = f.id AND l.kind = 'conversation'
		WHERE p.tenant_id = $1 AND p.other_id = $2 AND p.other_id <> 0 AND p.kind = 'child_of'
		GROUP BY p.tenant_id, l.conversation_id ORDER BY l.conversation_id LIMIT 1001`, tenant, c.ID, m.ID)
	switch {
	case err != nil:
		return err
	case total == 0:
		return errs.New(errs.Conflict, op, "case.no_parts")
	case total > MaxItems:
		return errs.New(errs.Exhausted, op, "answer_all.too_many").With(errs.Values{"max": MaxItems})
	}
	if err := audit.Write(ctx, tx, audit.Entry{
		Action: "case.answer_all", Subject: c.subjectOf(), Brand: c.BrandID, After: map[string]any{"mode": m.Mode, "conversations": total},
	}); err != nil {
		return err
	}
	if err := job.Enqueue(ctx, tx, answerAllJob{m.ID}); err != nil {
		return err
	}
	return tx.Record(ctx, fact.AnswerAllStarted{Case: c.ID, Brand: c.BrandID, Answer: m.ID, Total: int(total)})
}

// Get returns an answer to all of a case, and what became of it so far.
func (s *Answering) Get(ctx context.Context, key id.Case, answer id.AnswerAll) (AnswerAll, []Item, error) {
	const op = "casework.AnswerAll"
	if _, err := s.cases.Visible(ctx, s.cases.db, actor.CaseRead, key); err != nil {
		return AnswerAll{}, nil, err
	}
	m, err := s.find(ctx, s.cases.db, answer)
	if err == nil && m.CaseID != key {
		err = errs.E(errs.NotFound, op, nil)
	}
	if err != nil {
		return AnswerAll{}, nil, errs.Op(op, err)
	}
	items, err := db.Many[Item](ctx, s.cases.db, `SELECT conversation_id, case_id, state, code, at FROM answer_all_item
		WHERE tenant_id = $1 AND answer_id = $2 ORDER BY conversation_id LIMIT 1000`, actor.From(ctx).Tenant, answer)
	return m, items, errs.Op(op, err)
}

func (s *Answering) find(ctx context.Context, q db.Queryer, answer id.AnswerAll) (AnswerAll, error) {
	return db.One[AnswerAll](ctx, q, `SELECT `+answerColumns+` FROM answer_all WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, answer)
}

// Cancel stops an answer to all. What has been given stays given.
func (s *Answering) Cancel(ctx context.Context, key id.Case, answer id.AnswerAll) error {
	const op = "casework.CancelAnswerAll"
	return errs.Op(op, s.cases.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.cases.lockVisible(ctx, tx, op, key, 0)
		if err != nil {
			return err
		}
		m, err := s.find(ctx, tx, answer)
		if err != nil {
			return err
		}
		if m.CaseID != c.ID {
			return errs.E(errs.NotFound, op, nil)
		}
		tenant := actor.From(ctx).Tenant
		if err := db.Guard(ctx, tx, errs.New(errs.Conflict, op, "answer_all.ended"), `UPDATE answer_all SET state = 'cancelled', ended_at = $3
			WHERE tenant_id = $1 AND id = $2 AND state = 'running'`, tenant, answer, tx.Now()); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE answer_all_item SET state = 'cancelled', at = $3 WHERE tenant_id = $1 AND answer_id = $2 AND state = 'waiting'`,
			tenant, answer, tx.Now()); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "case.answer_all_cancel", Subject: c.subjectOf(), Brand: c.BrandID}); err != nil {
			return err
		}
		return tx.Record(ctx, fact.AnswerAllEnded{Case: c.ID, Brand: c.BrandID, Answer: m.ID, Cancelled: true})
	}))
}

// work gives the next answers. An answer that is given twice is the same one, by its client id.
func (s *Answering) work(ctx context.Context, j answerAllJob) error {
	for range batch {
		m, err := s.find(ctx, s.cases.db, j.Answer)
		if err != nil || m.State != Running {
			return err
		}
		next, found, err := db.Find[id.Conversation](ctx, s.cases.db, `SELECT conversation_id FROM answer_all_item
			WHERE tenant_id = $1 AND answer_id = $2 AND state = 'waiting' ORDER BY conversation_id LIMIT 1`, actor.From(ctx).Tenant, m.ID)
		if err != nil {
			return err
		}
		if !found {
			return s.end(ctx, m)
		}
		if err := s.give(ctx, m, next); err != nil {
			return err
		}
	}
	return job.Snooze(0)
}

// give gives one answer and keeps what became of it.
func (s *Answering) give(ctx context.Context, m AnswerAll, to id.Conversation) error {
	err := s.answers.Give(ctx, Given{
		User: m.MadeBy, Conversation: to, Mode: m.Mode, Text: m.Body, ClientID: "all-" + m.ID.String() + "-" + to.String(),
	})
	state, code := Ended, ""
	if err != nil {
		if k := errs.KindOf(err); k == errs.Internal || k == errs.Unavailable { // to be tried again
			return err
		}
		state, code = failed, errs.CodeOf(err)
	}
	return s.cases.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE answer_all_item SET state = $4, code = $5, at = $6 WHERE tenant_id = $1 AND answer_id = $2 AND conversation_id = $3`,
			actor.From(ctx).Tenant, m.ID, to, state, code, tx.Now())
		return err
	})
}

func (s *Answering) end(ctx context.Context, m AnswerAll) error {
	return s.cases.db.Update(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE answer_all SET state = 'done', ended_at = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'running'`,
			actor.From(ctx).Tenant, m.ID, tx.Now())
		if err != nil || n == 0 {
			return err
		}
		c, err := s.cases.Find(ctx, tx, m.CaseID)
		if err != nil {
			return err
		}
		return tx.Record(ctx, fact.AnswerAllEnded{Case: c.ID, Brand: c.BrandID, Answer: m.ID})
	})
}
