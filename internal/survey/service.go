package survey

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Staff is what survey needs of the accounts.
type Staff interface {
	// Teammates returns the members of all teams of user, the user included.
	Teammates(ctx context.Context, q db.Queryer, user id.User) ([]id.User, error)
}

// Conversations keeps answers where colleagues read what was said.
type Conversations interface {
	Lock(ctx context.Context, tx *db.Tx, c id.Conversation) (conversation.Conversation, error)
	Append(ctx context.Context, tx *db.Tx, c *conversation.Conversation, n conversation.NewEntry) (conversation.Entry, bool, error)
}

// Service holds the use-cases. Make it with NewService.
type Service struct {
	db            *db.DB
	staff         Staff
	conversations Conversations
}

// NewService returns the use-cases over d.
func NewService(d *db.DB, staff Staff, conversations Conversations) *Service {
	return &Service{db: d, staff: staff, conversations: conversations}
}

// Answer keeps what a customer thought, or what they think now if that is soon
// enough after the first answer. It returns the answer that stands. The
// conversation shows it too.
func (s *Service) Answer(ctx context.Context, tx *db.Tx, g Given) (Answer, error) {
	const op = "survey.Answer"
	g, err := g.normal(op)
	if err != nil {
		return Answer{}, err
	}
	before, _, err := Of(ctx, tx, g.Interaction)
	if err != nil {
		return Answer{}, errs.Op(op, err)
	}
	changed, err := put(ctx, tx, g)
	if err != nil {
		return Answer{}, errs.Op(op, err)
	}
	a, found, err := Of(ctx, tx, g.Interaction)
	if err != nil || !found || !changed || a.Stars == before.Stars && a.Comment == before.Comment {
		return a, errs.Op(op, err)
	}
	if err := s.show(ctx, tx, a); err != nil {
		return Answer{}, errs.Op(op, err)
	}
	return a, errs.Op(op, tx.Record(ctx, fact.SurveyAnswered{
		Conversation: a.ConversationID, Brand: a.BrandID, Interaction: a.InteractionID, Queue: a.QueueID, Agent: a.AgentID,
		Survey: a.ID, Stars: a.Stars,
	}))
}

// show appends an answer to its conversation.
func (s *Service) show(ctx context.Context, tx *db.Tx, a Answer) error {
	c, err := s.conversations.Lock(ctx, tx, a.ConversationID)
	if err != nil {
		return err
	}
	data, err := json.Marshal(map[string]int{"stars": a.Stars})
	if err != nil {
		return err
	}
	_, _, err = s.conversations.Append(ctx, tx, &c, conversation.NewEntry{
		Kind: conversation.Survey, Author: conversation.ByCustomer, Text: a.Comment, Data: data,
	})
	return err
}

// Filter narrows a list of answers. Zero fields do not.
type Filter struct {
	Brand    id.Brand
	Queue    id.Queue
	Agent    id.User
	Stars    int
	From, To time.Time // From included, To not
	After    id.Survey // of the page before; answers come newest first
	Limit    int
}

// List returns answers that the actor may see, newest first.
func (s *Service) List(ctx context.Context, f Filter) ([]Answer, error) {
	const op = "survey.List"
	w, err := s.where(ctx, op, f)
	if err != nil {
		return nil, err
	}
	if !f.After.IsZero() {
		w.And("id < ?", f.After)
	}
	answers, err := db.Many[Answer](ctx, s.db, selectAnswer+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(f.Limit), w.Args()...)
	return answers, errs.Op(op, err)
}

// Score sums up the answers that the actor may see.
func (s *Service) Score(ctx context.Context, f Filter) (Score, error) {
	const op = "survey.Score"
	w, err := s.where(ctx, op, f)
	if err != nil {
		return Score{}, err
	}
	score, err := db.One[Score](ctx, s.db, `SELECT COUNT(*) AS answers, CAST(SUM(stars) AS BIGINT) AS stars,
		CAST(SUM(CASE WHEN stars >= `+w.Arg(topStars)+` THEN 1 ELSE 0 END) AS BIGINT) AS top_two FROM survey_answer`+w.SQL(), w.Args()...)
	return score, errs.Op(op, err)
}

// where says which answers the actor may see and f asks for.
func (s *Service) where(ctx context.Context, op string, f Filter) (*db.Where, error) {
	who, err := actor.Require(ctx, op, actor.FiguresRead)
	if err != nil {
		return nil, err
	}
	w := &db.Where{}
	w.And("tenant_id = ?", who.Tenant)
	if !who.Brands.All {
		db.In(w, "brand_id", who.Brands.Some)
	}
	switch who.Scope(actor.FiguresRead) {
	case actor.None, actor.Own:
		w.And("agent_id = ? AND agent_id <> 0", who.User)
	case actor.InTeam:
		mates, err := s.staff.Teammates(ctx, s.db, who.User)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		db.In(w, "agent_id", append(mates, who.User))
	case actor.InBrand, actor.InTenant:
	}
	f.narrow(w)
	return w, nil
}

func (f Filter) narrow(w *db.Where) {
	if !f.Brand.IsZero() {
		w.And("brand_id = ?", f.Brand)
	}
	if !f.Queue.IsZero() {
		w.And("queue_id = ?", f.Queue)
	}
	if !f.Agent.IsZero() {
		w.And("agent_id = ?", f.Agent)
	}
	if f.Stars != 0 {
		w.And("stars = ?", f.Stars)
	}
	if !f.From.IsZero() {
		w.And("answered_at >= ?", f.From)
	}
	if !f.To.IsZero() {
		w.And("answered_at < ?", f.To)
	}
}
