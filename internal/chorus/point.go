package chorus

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// pointJob leads authors to an answer.
type pointJob struct {
	Answer id.CommonAnswer `json:"answer"`
}

// Kind names the job.
func (pointJob) Kind() string { return "chorus.point" }

// wanted is how a pointer for an author begins; empty: none is wanted, or they got the answer itself.
func wanted(m Answer, i Item) string {
	if m.Link == NoLink || i.Private {
		return ""
	}
	return linkWaiting
}

// point leads the next authors to an answer.
func (s *Service) point(ctx context.Context, j pointJob) error {
	m, err := s.find(ctx, s.DB, j.Answer)
	if err != nil {
		return err
	}
	by, err := s.as(ctx, m)
	if err != nil {
		if final(err) { // nobody is there any more in whose name it could be said
			return nil
		}
		return err
	}
	text, err := s.pointing(ctx, m)
	if err != nil {
		return err
	}
	for range batch {
		next, found, err := s.nextPointer(ctx, s.DB, m.ID)
		if err != nil || !found {
			return err
		}
		if err := s.pointOne(by, m, next, text); err != nil {
			return err
		}
	}
	return job.Snooze(0)
}

// pointing is what authors read: the agent's words, and where the answer is.
func (s *Service) pointing(ctx context.Context, m Answer) (string, error) {
	e, err := s.Conversations.FindEntry(ctx, s.DB, m.EntryID)
	if err != nil {
		return "", err
	}
	post, _, err := s.Conversations.PostOf(ctx, s.DB, conversation.Conversation{PostID: m.PostID})
	if err != nil {
		return "", err
	}
	link, err := s.Links.LinkTo(ctx, e, post)
	if link == "" || strings.Contains(m.LinkBody, link) {
		return m.LinkBody, err
	}
	return m.LinkBody + "\n" + link, err
}

// pointOne leads one author to an answer, unless they were led there before; where the channel does not carry it, it keeps why.
func (s *Service) pointOne(ctx context.Context, m Answer, i Item, text string) error {
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		now, found, err := s.lockItem(ctx, tx, m.ID, i.ConversationID) // several jobs lead to one answer: what had one by its own is not had by another
		if err != nil || !found || now.LinkState != linkWaiting {
			return err
		}
		had, err := s.hasPointer(ctx, tx, m.ID, now.ContactPointID)
		if err != nil {
			return err
		}
		now.LinkState = linkHad
		if !had {
			now.LinkState = linkSent
			_, err = s.Speech.Point(ctx, tx, delivery.Pointer{
				Conversation: now.ConversationID, Entry: now.EntryID, Private: m.Link == PrivateLink, Text: text, ClientID: m.name(),
			})
		}
		if err != nil {
			return err
		}
		return s.updateItem(ctx, tx, m.ID, now)
	})
	if err == nil || !final(err) {
		return err
	}
	code := errs.CodeOf(err)
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		now, found, err := s.findItem(ctx, tx, m.ID, i.ConversationID)
		if err != nil || !found || now.LinkState != linkWaiting {
			return err
		}
		now.LinkState, now.LinkCode = linkRefused, code
		return s.updateItem(ctx, tx, m.ID, now)
	})
}
