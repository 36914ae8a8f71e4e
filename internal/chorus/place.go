package chorus

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxPlaces bounds how many posts are named under which an answer can stand.
const MaxPlaces = 40

// Place is a post under which an answer to a chorus can stand.
type Place struct {
	PostID       id.Post
	EntryPointID id.EntryPoint
	Channel      string
	Name         string // of the entry point
	Text         string // the beginning of what the post says
	Ours         bool
	OccurredAt   time.Time
	Waiting      int // conversations under it that the actor can settle with the answer
}

// Places returns the posts under which an answer to a chorus can stand: first those under which most of it waits, then the newest of ours.
func (s *Service) Places(ctx context.Context, key id.Chorus) ([]Place, error) {
	const op = "chorus.Places"
	if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
		return nil, err
	}
	c, err := s.findChorus(ctx, s.DB, key)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	all, err := s.Reach.AnswerPlaces(ctx, s.DB, c.ID)
	able := all[:0]
	for _, p := range all {
		if err != nil {
			break
		}
		if c.Kind == Words && p.PostID != c.PostID {
			continue
		}
		refused := s.Speech.CheckAnnouncement(ctx, s.DB, delivery.Announcement{
			Post: conversation.Post{ID: p.PostID, EntryPointID: p.EntryPointID}, Channel: p.Channel, Text: ".",
		})
		switch {
		case refused == nil:
			able = append(able, p)
		case !final(refused):
			err = refused
		}
	}
	return able, errs.Op(op, err)
}

// placeOf returns the post under which an answer is to stand: the chorus's own, the one under which the entry stands that it
// answers, or the one that was chosen.
func (s *Service) placeOf(ctx context.Context, q db.Queryer, op string, c Chorus, in Start) (id.Post, error) {
	reference := func(path string) error { return errs.Fields(op, errs.Field{Path: path, Code: "reference"}) }
	if c.Kind == Words {
		if in.Post != 0 && in.Post != c.PostID {
			return 0, reference("post_id")
		}
		return c.PostID, nil
	}
	if in.Answers != 0 {
		e, err := s.Conversations.FindEntry(ctx, q, in.Answers)
		if errs.Is(errs.NotFound, err) {
			return 0, reference("answers_id")
		}
		if err != nil {
			return 0, err
		}
		at, err := s.Conversations.Find(ctx, q, e.ConversationID)
		if err == nil && at.PostID == 0 {
			err = errs.New(errs.Conflict, op, "chorus.not_public")
		}
		return at.PostID, err
	}
	if in.Post == 0 {
		return 0, errs.Fields(op, errs.Field{Path: "post_id", Code: "required"})
	}
	p, found, err := s.Conversations.PostOf(ctx, q, conversation.Conversation{PostID: in.Post})
	if err == nil && (!found || p.BrandID != c.BrandID) {
		err = reference("post_id")
	}
	return p.ID, err
}
