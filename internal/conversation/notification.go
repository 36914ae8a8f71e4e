package conversation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// KindMention is the kind of a notification that a note named the user.
const KindMention = "mention"

// maxNotifications bounds a page.
const maxNotifications = 100

// Notification tells a user of something about their work.
type Notification struct {
	ID             id.Notification
	UserID         id.User
	Kind           string
	ConversationID id.Conversation
	EntryID        id.Entry
	ByID           id.User // who wrote the entry; 0 where it was nobody of us
	CaseID         id.Case
	ArticleID      id.Article
	At             time.Time
	ReadAt         time.Time
}

const notificationColumns = `n.id, n.user_id, n.kind, n.conversation_id, n.entry_id, n.case_id, n.article_id, COALESCE(e.user_id, 0) AS by_id, n.at, n.read_at`

// Notifications returns the actor's own, newest first and older than before (0: the newest), one more than limit if there are more.
func (s *Service) Notifications(ctx context.Context, before id.Notification, limit int) ([]Notification, error) {
	const op = "conversation.Notifications"
	a := actor.From(ctx)
	if a.Tenant == 0 || a.User == 0 {
		return nil, errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	w := &db.Where{}
	w.And("n.tenant_id = ?", a.Tenant)
	w.And("n.user_id = ?", a.User)
	if before != 0 {
		w.And("n.id < ?", before)
	}
	limit = max(1, min(limit, maxNotifications))
	found, err := db.Many[Notification](ctx, s.db, `SELECT `+notificationColumns+` FROM notification n
		LEFT JOIN entry e ON e.tenant_id = n.tenant_id AND e.id = n.entry_id`+w.SQL()+
		` ORDER BY n.id DESC LIMIT `+w.Arg(limit+1), w.Args()...)
	return found, errs.Op(op, err)
}

// ReadNotifications marks the actor's notifications as read, up to and with upTo.
func (s *Service) ReadNotifications(ctx context.Context, upTo id.Notification) error {
	const op = "conversation.ReadNotifications"
	a := actor.From(ctx)
	if a.Tenant == 0 || a.User == 0 {
		return errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE notification SET read_at = $4
			WHERE tenant_id = $1 AND user_id = $2 AND id <= $3 AND read_at = 0`, a.Tenant, a.User, upTo, tx.Now())
		return err
	}))
}

// TellOfCase tells users that something is the matter with a case.
func (s *Service) TellOfCase(ctx context.Context, tx *db.Tx, users []id.User, kind string, of id.Case) error {
	for _, user := range users {
		if err := s.insertNotification(ctx, tx, Notification{ID: id.New[id.Notification](), UserID: user, Kind: kind, CaseID: of, At: tx.Now()}); err != nil {
			return errs.Op("conversation.TellOfCase", err)
		}
	}
	return nil
}

// KindArticle is the kind of a notification that somebody has to look whether an article is still true.
const KindArticle = "article.expired"

// TellOfArticle tells users that an article's time is up.
func (s *Service) TellOfArticle(ctx context.Context, tx *db.Tx, users []id.User, of id.Article) error {
	const op = "conversation.TellOfArticle"
	for _, user := range users {
		n := Notification{ID: id.New[id.Notification](), UserID: user, Kind: KindArticle, ArticleID: of, At: tx.Now()}
		if err := s.insertNotification(ctx, tx, n); err != nil {
			return errs.Op(op, err)
		}
		if err := tx.Record(ctx, fact.UserTold{User: user, Article: of}); err != nil {
			return errs.Op(op, err)
		}
	}
	return nil
}

// KindRule is the kind of a notification that a rule wanted the user to know of a conversation.
const KindRule = "rule"

// TellOfConversation tells users of a conversation, which they may read from then on. Those who may not see its brand are not told.
func (s *Service) TellOfConversation(ctx context.Context, key id.Conversation, users []id.User) error {
	const op = "conversation.TellOfConversation"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.LockVisible(ctx, tx, actor.ConversationNote, key)
		if err != nil {
			return err
		}
		able, err := s.staff.OfBrand(ctx, tx, c.BrandID, users)
		if err != nil {
			return err
		}
		for _, user := range able {
			if err := s.involve(ctx, tx, &c, involvement{User: user, Involved: true}); err != nil {
				return err
			}
			n := Notification{ID: id.New[id.Notification](), UserID: user, Kind: KindRule, ConversationID: c.ID, At: tx.Now()}
			if err := s.insertNotification(ctx, tx, n); err != nil {
				return err
			}
			if err := tx.Record(ctx, fact.UserTold{User: user, Conversation: c.ID, Brand: c.BrandID}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (s *Service) insertNotification(ctx context.Context, tx *db.Tx, n Notification) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO notification (tenant_id, id, user_id, kind, conversation_id, entry_id, case_id, article_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		actor.From(ctx).Tenant, n.ID, n.UserID, n.Kind, n.ConversationID, n.EntryID, n.CaseID, n.ArticleID, n.At)
	return err
}

// readNotifications marks as read what told a of entries up to seq.
func (s *Service) readNotifications(ctx context.Context, tx *db.Tx, a actor.Actor, conversation id.Conversation, seq int64) error {
	_, err := db.Exec(ctx, tx, `UPDATE notification SET read_at = $5
		WHERE tenant_id = $1 AND user_id = $2 AND conversation_id = $3 AND read_at = 0 AND EXISTS (
			SELECT 1 FROM entry e WHERE e.tenant_id = $1 AND e.id = notification.entry_id AND e.seq <= $4)`,
		a.Tenant, a.User, conversation, seq, tx.Now())
	return err
}
