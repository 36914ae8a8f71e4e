package chorus

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of a common answer.
const (
	MaxItems = 1000 // conversations, with those that join, unless it is said otherwise
	maxLink  = 2000 // characters of what an author gets besides
)

// State is how far a common answer has come.
type State string

// States of a common answer.
const (
	Waiting   State = "waiting"  // it can be taken back
	Sending   State = "sending"  // it is on its way to where everybody reads it
	Settling  State = "settling" // everybody can read it; work is being ended
	Standing  State = "standing" // all were settled; who joins is, too
	Ended     State = "ended"
	Failed    State = "failed" // it could not be said, and nothing was ended
	Cancelled State = "cancelled"
)

// Link is what each author gets besides.
type Link string

// Links.
const (
	NoLink      Link = "none"
	PrivateLink Link = "private" // only the author reads it
	PublicLink  Link = "public"  // under what they said
)

// Stands are for how long an answer can settle who joins.
func Stands() []time.Duration {
	return []time.Duration{0, time.Hour, 24 * time.Hour, 72 * time.Hour}
}

// Answer is one public answer to many.
type Answer struct {
	ID             id.CommonAnswer
	BrandID        id.Brand
	ChorusID       id.Chorus
	PostID         id.Post         // under which it stands
	ConversationID id.Conversation // in which it stands
	EntryID        id.Entry        // what was said
	ParentID       id.Entry        // which entry it answers; 0: the post
	Body           string
	Link           Link
	LinkBody       string
	State          State
	DueAt          time.Time
	StandsSeconds  int64
	StandsUntil    time.Time
	SaidAt         time.Time
	Total          int
	Settled        int
	Reason         string
	MadeBy         id.User
	MadeAt         time.Time
	EndedAt        time.Time
}

// name is by what an answer is known where it is said.
func (a Answer) name() string { return "common-" + a.ID.String() }

// underWay reports whether an answer has still to settle those whom it was given for.
func (a Answer) underWay() bool {
	return a.State == Waiting || a.State == Sending || a.State == Settling
}

// Start is what an agent wants to say to many.
type Start struct {
	Chorus   id.Chorus
	Post     id.Post  // under which it stands, where it answers no entry; 0: the one that the chorus is under
	Answers  id.Entry // which of their entries it answers; 0: the post
	Text     string
	Link     Link
	LinkText string        // what each author reads, before the address of the answer
	Stands   time.Duration // for how long it settles who joins
}

func (in *Start) check(op string) error {
	in.LinkText = strings.TrimSpace(in.LinkText)
	var wrong []errs.Field
	if !slices.Contains(Stands(), in.Stands) {
		wrong = append(wrong, errs.Field{Path: "stands_hours", Code: "one_of", Values: errs.Values{"allowed": "0, 1, 24, 72"}})
	}
	switch in.Link {
	case NoLink:
		in.LinkText = ""
	case PrivateLink, PublicLink:
		if in.LinkText == "" {
			wrong = append(wrong, errs.Field{Path: "link_text", Code: "required"})
		}
		if utf8.RuneCountInString(in.LinkText) > maxLink {
			wrong = append(wrong, errs.Field{Path: "link_text", Code: "length.max", Values: errs.Values{"max": maxLink}})
		}
	default:
		wrong = append(wrong, errs.Field{Path: "link", Code: "one_of", Values: errs.Values{"allowed": "none, private, public"}})
	}
	return errs.Fields(op, wrong...)
}

// Start begins to answer a chorus: for a while it can be taken back.
func (s *Service) Start(ctx context.Context, in Start) (Answer, error) {
	const op = "chorus.Start"
	who, err := actor.Require(ctx, op, actor.ConversationReply)
	if err != nil {
		return Answer{}, err
	}
	if who.User == 0 {
		return Answer{}, errs.New(errs.Forbidden, op, "actor.person_needed")
	}
	if err := in.check(op); err != nil {
		return Answer{}, err
	}
	var made Answer
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		c, err := s.lockChorus(ctx, tx, in.Chorus)
		if err != nil {
			return err
		}
		if err := s.endBefore(ctx, tx, op, c); err != nil {
			return err
		}
		post, err := s.placeOf(ctx, tx, op, c, in)
		if err != nil {
			return err
		}
		made = Answer{
			ID: id.New[id.CommonAnswer](), BrandID: c.BrandID, ChorusID: c.ID, PostID: post, ParentID: in.Answers, Body: strings.TrimSpace(in.Text),
			Link: in.Link, LinkBody: in.LinkText, State: Waiting, DueAt: tx.Now().Add(s.Undo), StandsSeconds: int64(in.Stands / time.Second),
			MadeBy: who.User, MadeAt: tx.Now(),
		}
		if err := s.checkSayable(ctx, tx, made); err != nil {
			return err
		}
		if err := s.take(ctx, tx, op, c, &made); err != nil {
			return err
		}
		return s.begin(ctx, tx, c, made)
	})
	return made, errs.Op(op, err)
}

// endBefore ends an earlier answer to the same chorus; one that is under way comes first.
func (s *Service) endBefore(ctx context.Context, tx *db.Tx, op string, c Chorus) error {
	if c.AnswerID == 0 {
		return nil
	}
	before, err := s.find(ctx, tx, c.AnswerID)
	switch {
	case err != nil:
		return err
	case before.underWay():
		return errs.New(errs.Conflict, op, "common_answer.under_way")
	case before.State == Standing:
		return s.end(ctx, tx, before)
	}
	return nil
}

// checkSayable refuses what the channel would not take.
func (s *Service) checkSayable(ctx context.Context, tx *db.Tx, m Answer) error {
	said, err := s.announcement(ctx, tx, m)
	if err != nil {
		return err
	}
	return s.Speech.CheckAnnouncement(ctx, tx, said)
}

// announcement is what is said where everybody reads it.
func (s *Service) announcement(ctx context.Context, q db.Queryer, m Answer) (delivery.Announcement, error) {
	post, found, err := s.Conversations.PostOf(ctx, q, conversation.Conversation{PostID: m.PostID})
	if err != nil {
		return delivery.Announcement{}, err
	}
	if !found {
		return delivery.Announcement{}, errs.E(errs.NotFound, "chorus.announcement", nil)
	}
	at, err := s.Links.ChannelAt(ctx, q, post.EntryPointID)
	if err != nil {
		return delivery.Announcement{}, err
	}
	out := delivery.Announcement{Post: post, Channel: at, Text: m.Body, ClientID: m.name()}
	if m.ParentID != 0 {
		out.Answers, err = s.Conversations.FindEntry(ctx, q, m.ParentID)
	}
	return out, err
}

// take makes the answer's items: the conversations of the chorus whose work the actor may end.
func (s *Service) take(ctx context.Context, tx *db.Tx, op string, c Chorus, m *Answer) error {
	keys, err := s.Reach.Settleable(ctx, tx, c.ID, s.Most+1)
	switch {
	case err != nil:
		return err
	case len(keys) == 0:
		return errs.New(errs.Conflict, op, "common_answer.nobody")
	case len(keys) > s.Most:
		return errs.New(errs.Exhausted, op, "common_answer.too_many").With(errs.Values{"max": s.Most})
	}
	answered := m.ParentID == 0
	for part := range slices.Chunk(keys, 400) {
		voices, err := s.voicesOf(ctx, tx, c.ID, part)
		if err != nil {
			return err
		}
		for _, v := range voices {
			answered = answered || v.EntryID == m.ParentID
			m.Total++
			if err := s.insertItem(ctx, tx, m.ID, Item{ConversationID: v.ConversationID, EntryID: v.EntryID, ContactPointID: v.ContactPointID, Private: v.Private, State: ItemWaiting}); err != nil {
				return err
			}
		}
	}
	if !answered {
		return errs.Fields(op, errs.Field{Path: "answers_id", Code: "reference"})
	}
	return nil
}

func (s *Service) begin(ctx context.Context, tx *db.Tx, c Chorus, m Answer) error {
	if err := s.insert(ctx, tx, m); err != nil {
		return err
	}
	if err := s.nameAnswer(ctx, tx, c.ID, m.ID); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, "common_answer.start", m, map[string]any{
		"conversations": m.Total, "link": m.Link, "stands_hours": m.StandsSeconds / 3600,
	}); err != nil {
		return err
	}
	if err := job.Enqueue(ctx, tx, goOnJob{m.ID}, job.At(m.DueAt)); err != nil {
		return err
	}
	return s.record(ctx, tx, m)
}

// tell audits what was done about an answer.
func (s *Service) tell(ctx context.Context, tx *db.Tx, action string, m Answer, after any) error {
	return audit.Write(ctx, tx, audit.Entry{Action: action, Subject: audit.Subject{Kind: "common_answer", ID: int64(m.ID)}, Brand: m.BrandID, After: after})
}

func (s *Service) record(ctx context.Context, tx *db.Tx, m Answer) error {
	return tx.Record(ctx, fact.CommonAnswerMoved{Answer: m.ID, Chorus: m.ChorusID, Brand: m.BrandID, State: string(m.State), Settled: m.Settled})
}

// Cancel takes back an answer that was not said yet.
func (s *Service) Cancel(ctx context.Context, key id.CommonAnswer) (Answer, error) {
	const op = "chorus.Cancel"
	return s.change(ctx, op, key, func(tx *db.Tx, m *Answer) error {
		if m.State != Waiting {
			return errs.New(errs.Conflict, op, "common_answer.said")
		}
		m.State, m.EndedAt = Cancelled, tx.Now()
		if err := s.cancelItems(ctx, tx, m.ID); err != nil {
			return err
		}
		return s.tell(ctx, tx, "common_answer.cancel", *m, nil)
	})
}

// Stop lets an answer settle nobody more who joins.
func (s *Service) Stop(ctx context.Context, key id.CommonAnswer) (Answer, error) {
	const op = "chorus.Stop"
	return s.change(ctx, op, key, func(tx *db.Tx, m *Answer) error {
		if m.State != Standing {
			return errs.New(errs.Conflict, op, "common_answer.not_standing")
		}
		m.State, m.EndedAt = Ended, tx.Now()
		if err := s.cancelItems(ctx, tx, m.ID); err != nil { // of who has just joined
			return err
		}
		return s.tell(ctx, tx, "common_answer.stop", *m, nil)
	})
}

// change decides about an answer of the actor, or of anybody for whom the actor may reply.
func (s *Service) change(ctx context.Context, op string, key id.CommonAnswer, do func(tx *db.Tx, m *Answer) error) (Answer, error) {
	who, err := actor.Require(ctx, op, actor.ConversationReply)
	if err != nil {
		return Answer{}, err
	}
	var m Answer
	err = s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if m, err = s.lock(ctx, tx, key); err != nil {
			return err
		}
		if m.MadeBy != who.User && who.Scope(actor.ConversationReply) == actor.Own {
			return errs.E(errs.NotFound, op, nil)
		}
		if err := do(tx, &m); err != nil {
			return err
		}
		if err := s.update(ctx, tx, m); err != nil {
			return err
		}
		return s.record(ctx, tx, m)
	})
	return m, errs.Op(op, err)
}

// end lets an answer settle nobody more.
func (s *Service) end(ctx context.Context, tx *db.Tx, m Answer) error {
	m.State, m.EndedAt = Ended, tx.Now()
	if err := s.cancelItems(ctx, tx, m.ID); err != nil {
		return err
	}
	if err := s.update(ctx, tx, m); err != nil {
		return err
	}
	return s.record(ctx, tx, m)
}

// Get returns an answer of the actor's brands.
func (s *Service) Get(ctx context.Context, key id.CommonAnswer) (Answer, error) {
	const op = "chorus.Get"
	if _, err := actor.Require(ctx, op, actor.ConversationRead); err != nil {
		return Answer{}, err
	}
	m, err := s.find(ctx, s.DB, key)
	return m, errs.Op(op, err)
}
