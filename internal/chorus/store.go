package chorus

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

const chorusColumns = `id, kind, brand_id, entry_point_id, channel, post_id, sketch, topic, case_id, voices, answer_id, last_at`

// underPost returns the choruses of a post that were heard last.
func (s *Service) underPost(ctx context.Context, q db.Queryer, post id.Post) ([]Chorus, error) {
	return db.Many[Chorus](ctx, q, `SELECT `+chorusColumns+` FROM chorus WHERE tenant_id = $1 AND post_id = $2 ORDER BY last_at DESC LIMIT `+maxCompared,
		actor.From(ctx).Tenant, post)
}

// findChorus returns a chorus of the actor's brands.
func (s *Service) findChorus(ctx context.Context, q db.Queryer, key id.Chorus) (Chorus, error) {
	return s.readChorus(ctx, q, key, "")
}

// holdChorus is findChorus for one that nobody joins or answers until the commit.
func (s *Service) holdChorus(ctx context.Context, tx *db.Tx, key id.Chorus) (Chorus, error) {
	return s.readChorus(ctx, tx, key, tx.ForUpdate())
}

func (s *Service) readChorus(ctx context.Context, q db.Queryer, key id.Chorus, lock string) (Chorus, error) {
	c, found, err := db.Find[Chorus](ctx, q, `SELECT `+chorusColumns+` FROM chorus WHERE tenant_id = $1 AND id = $2`+lock, actor.From(ctx).Tenant, key)
	if err == nil && (!found || !actor.From(ctx).Brands.Has(c.BrandID)) {
		err = errs.E(errs.NotFound, "chorus.find", nil)
	}
	return c, err
}

func (s *Service) insertChorus(ctx context.Context, tx *db.Tx, c Chorus) error {
	return db.Write(ctx, tx, `INSERT INTO chorus (tenant_id, id, brand_id, entry_point_id, channel, post_id, sketch, begun_at, last_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, actor.From(ctx).Tenant, c.ID, c.BrandID, c.EntryPointID, c.Channel, c.PostID, c.Sketch, tx.Now(), tx.Now())
}

// ensureMatter returns the chorus of a topic or an outage, held until the commit; where there was none, it begins.
func (s *Service) ensureMatter(ctx context.Context, tx *db.Tx, c Chorus) (Chorus, error) {
	tenant := actor.From(ctx).Tenant
	if err := db.Write(ctx, tx, `INSERT INTO chorus (tenant_id, id, kind, brand_id, entry_point_id, channel, post_id, sketch, topic, case_id, begun_at, last_at)
		VALUES ($1, $2, $3, $4, 0, '', 0, '', $5, $6, $7, $8) ON CONFLICT (tenant_id, brand_id, kind, topic, case_id) WHERE kind <> 'words' DO NOTHING`,
		tenant, id.New[id.Chorus](), c.Kind, c.BrandID, c.Topic, c.CaseID, tx.Now(), tx.Now()); err != nil {
		return c, err
	}
	now, found, err := db.Find[Chorus](ctx, tx, `SELECT `+chorusColumns+` FROM chorus WHERE tenant_id = $1 AND brand_id = $2 AND kind = $3 AND topic = $4 AND case_id = $5
		AND kind <> 'words'`+tx.ForUpdate(), tenant, c.BrandID, c.Kind, c.Topic, c.CaseID)
	if err == nil && !found { // forgotten just now: asked again, it begins
		err = errs.E(errs.Unavailable, "chorus.ensureMatter", nil)
	}
	return now, err
}

// nameAnswer keeps which answer to a chorus is the newest.
func (s *Service) nameAnswer(ctx context.Context, tx *db.Tx, c id.Chorus, m id.CommonAnswer) error {
	return db.Write(ctx, tx, `UPDATE chorus SET answer_id = $3 WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, c, m)
}

const voiceColumns = `conversation_id, chorus_id, kind, entry_id, contact_point_id, private, at, apart_at`

// putVoice keeps what a conversation says now, in the place of what it said before.
func (s *Service) putVoice(ctx context.Context, tx *db.Tx, v Voice) error {
	tenant := actor.From(ctx).Tenant
	if err := db.Write(ctx, tx, `INSERT INTO chorus_voice (tenant_id, conversation_id, chorus_id, entry_id, contact_point_id, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, conversation_id) WHERE kind = 'words' DO UPDATE SET chorus_id = excluded.chorus_id, entry_id = excluded.entry_id,
			contact_point_id = excluded.contact_point_id, at = excluded.at, apart_at = 0`,
		tenant, v.ConversationID, v.ChorusID, v.EntryID, v.ContactPointID, v.At); err != nil {
		return err
	}
	return s.countVoice(ctx, tx, v.ChorusID, v.At)
}

// countVoice keeps that one more has joined a chorus.
func (s *Service) countVoice(ctx context.Context, tx *db.Tx, c id.Chorus, at time.Time) error {
	forgotten := errs.E(errs.Unavailable, "chorus.Hear", nil) // just now: said again, it begins one
	return db.Guard(ctx, tx, forgotten, `UPDATE chorus SET voices = voices + 1, last_at = $3 WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, c, at)
}

// deleteVoice forgets what a conversation has said under its post.
func (s *Service) deleteVoice(ctx context.Context, tx *db.Tx, c id.Conversation) error {
	return db.Write(ctx, tx, `DELETE FROM chorus_voice WHERE tenant_id = $1 AND conversation_id = $2 AND kind = 'words'`, actor.From(ctx).Tenant, c)
}

// findVoice returns a conversation's voice in a chorus; of 0: in the one of those who say the same.
func (s *Service) findVoice(ctx context.Context, q db.Queryer, c id.Conversation, of id.Chorus) (Voice, bool, error) {
	return db.Find[Voice](ctx, q, `SELECT `+voiceColumns+` FROM chorus_voice WHERE tenant_id = $1 AND conversation_id = $2
		AND (chorus_id = $3 OR kind = 'words' AND $4)`, actor.From(ctx).Tenant, c, of, of == 0)
}

// matterVoices returns in which topics and outages a conversation is.
func (s *Service) matterVoices(ctx context.Context, q db.Queryer, c id.Conversation) ([]Voice, error) {
	return db.Many[Voice](ctx, q, `SELECT `+voiceColumns+` FROM chorus_voice WHERE tenant_id = $1 AND conversation_id = $2 AND kind <> 'words' ORDER BY chorus_id`,
		actor.From(ctx).Tenant, c)
}

// insertMatterVoice lets a conversation join a topic or an outage.
func (s *Service) insertMatterVoice(ctx context.Context, tx *db.Tx, v Voice) error {
	if err := db.Write(ctx, tx, `INSERT INTO chorus_voice (tenant_id, `+voiceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
		actor.From(ctx).Tenant, v.ConversationID, v.ChorusID, v.Kind, v.EntryID, v.ContactPointID, v.Private, v.At); err != nil {
		return err
	}
	return s.countVoice(ctx, tx, v.ChorusID, tx.Now())
}

// updateMatterVoice keeps what a conversation of a topic or an outage says by now.
func (s *Service) updateMatterVoice(ctx context.Context, tx *db.Tx, v Voice) error {
	return db.Write(ctx, tx, `UPDATE chorus_voice SET entry_id = $4, contact_point_id = $5, at = $6 WHERE tenant_id = $1 AND conversation_id = $2 AND chorus_id = $3`,
		actor.From(ctx).Tenant, v.ConversationID, v.ChorusID, v.EntryID, v.ContactPointID, v.At)
}

// deleteMatterVoice lets a conversation leave a topic or an outage.
func (s *Service) deleteMatterVoice(ctx context.Context, tx *db.Tx, v Voice) error {
	return db.Write(ctx, tx, `DELETE FROM chorus_voice WHERE tenant_id = $1 AND conversation_id = $2 AND chorus_id = $3`, actor.From(ctx).Tenant, v.ConversationID, v.ChorusID)
}

// withVoices returns those of some conversations that are in a topic or an outage.
func (s *Service) withVoices(ctx context.Context, q db.Queryer, keys []id.Conversation) ([]id.Conversation, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "conversation_id", keys)
	return db.Many[id.Conversation](ctx, q, `SELECT DISTINCT conversation_id FROM chorus_voice`+w.SQL()+` AND kind <> 'words'`, w.Args()...)
}

// voicesOf returns those of some conversations that belong to a chorus.
func (s *Service) voicesOf(ctx context.Context, q db.Queryer, c id.Chorus, keys []id.Conversation) ([]Voice, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "conversation_id", keys)
	w.And("chorus_id = ? AND apart_at = 0", c)
	return db.Many[Voice](ctx, q, `SELECT `+voiceColumns+` FROM chorus_voice`+w.SQL(), w.Args()...)
}

func (s *Service) markApart(ctx context.Context, tx *db.Tx, c id.Conversation, of id.Chorus, apart bool) error {
	at := time.Time{}
	if apart {
		at = tx.Now()
	}
	return db.Write(ctx, tx, `UPDATE chorus_voice SET apart_at = $4 WHERE tenant_id = $1 AND conversation_id = $2 AND chorus_id = $3`, actor.From(ctx).Tenant, c, of, at)
}

const answerColumns = `id, brand_id, chorus_id, post_id, conversation_id, entry_id, parent_id, body, link, link_body, state, due_at, stands_seconds,
	stands_until, said_at, total, settled, reason, made_by, made_at, ended_at`

func (s *Service) insert(ctx context.Context, tx *db.Tx, m Answer) error {
	return db.Write(ctx, tx, `INSERT INTO common_answer (tenant_id, id, brand_id, chorus_id, post_id, parent_id, body, link, link_body, state, due_at,
		stands_seconds, total, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		actor.From(ctx).Tenant, m.ID, m.BrandID, m.ChorusID, m.PostID, m.ParentID, m.Body, m.Link, m.LinkBody, m.State, m.DueAt,
		m.StandsSeconds, m.Total, m.MadeBy, m.MadeAt)
}

// find returns an answer of the actor's brands.
func (s *Service) find(ctx context.Context, q db.Queryer, key id.CommonAnswer) (Answer, error) {
	return s.read(ctx, q, key, "")
}

// lock is find for an answer that is about to change.
func (s *Service) lock(ctx context.Context, tx *db.Tx, key id.CommonAnswer) (Answer, error) {
	return s.read(ctx, tx, key, tx.ForUpdate())
}

func (s *Service) read(ctx context.Context, q db.Queryer, key id.CommonAnswer, lock string) (Answer, error) {
	m, found, err := db.Find[Answer](ctx, q, `SELECT `+answerColumns+` FROM common_answer WHERE tenant_id = $1 AND id = $2`+lock, actor.From(ctx).Tenant, key)
	if err == nil && (!found || !actor.From(ctx).Brands.Has(m.BrandID)) {
		err = errs.E(errs.NotFound, "chorus.find", nil)
	}
	return m, err
}

// lockByEntry returns the answer that was said with an entry, if it was one.
func (s *Service) lockByEntry(ctx context.Context, tx *db.Tx, e id.Entry) (Answer, bool, error) {
	return db.Find[Answer](ctx, tx, `SELECT `+answerColumns+` FROM common_answer WHERE tenant_id = $1 AND entry_id = $2 AND entry_id <> 0`+tx.ForUpdate(),
		actor.From(ctx).Tenant, e)
}

// update writes what changes of an answer on its way.
func (s *Service) update(ctx context.Context, tx *db.Tx, m Answer) error {
	return db.Write(ctx, tx, `UPDATE common_answer SET conversation_id = $3, entry_id = $4, state = $5, stands_until = $6, said_at = $7, total = $8,
		settled = $9, reason = $10, ended_at = $11 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, m.ID, m.ConversationID, m.EntryID, m.State, m.StandsUntil, m.SaidAt, m.Total, m.Settled, m.Reason, m.EndedAt)
}

// ItemState is what became of an answer in one conversation.
type ItemState string

// States of an item.
const (
	ItemWaiting   ItemState = "waiting"
	ItemSettled   ItemState = "settled"
	ItemSkipped   ItemState = "skipped" // Code says why
	ItemCancelled ItemState = "cancelled"
)

// States of what an author gets besides.
const (
	linkWaiting = "waiting"
	linkSent    = "sent"
	linkRefused = "refused" // the channel does not carry it there
	linkHad     = "had"     // the author has got one, in another conversation
)

// Item is what became of a common answer in one conversation.
type Item struct {
	ConversationID id.Conversation
	EntryID        id.Entry
	ContactPointID id.ContactPoint
	Private        bool // it gets the answer itself, in its conversation
	State          ItemState
	Code           string
	Late           bool // it joined afterwards
	LinkState      string
	LinkCode       string
	At             time.Time
}

const itemColumns = `conversation_id, entry_id, contact_point_id, private, state, code, late, link_state, link_code, at`

func (s *Service) insertItem(ctx context.Context, tx *db.Tx, m id.CommonAnswer, i Item) error {
	return db.Write(ctx, tx, `INSERT INTO common_answer_item (tenant_id, answer_id, `+itemColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		actor.From(ctx).Tenant, m, i.ConversationID, i.EntryID, i.ContactPointID, i.Private, i.State, i.Code, i.Late, i.LinkState, i.LinkCode, tx.Now())
}

func (s *Service) findItem(ctx context.Context, q db.Queryer, m id.CommonAnswer, c id.Conversation) (Item, bool, error) {
	return s.readItem(ctx, q, m, c, "")
}

// lockItem is findItem for an item that is about to change.
func (s *Service) lockItem(ctx context.Context, tx *db.Tx, m id.CommonAnswer, c id.Conversation) (Item, bool, error) {
	return s.readItem(ctx, tx, m, c, tx.ForUpdate())
}

func (s *Service) readItem(ctx context.Context, q db.Queryer, m id.CommonAnswer, c id.Conversation, lock string) (Item, bool, error) {
	return db.Find[Item](ctx, q, `SELECT `+itemColumns+` FROM common_answer_item WHERE tenant_id = $1 AND answer_id = $2 AND conversation_id = $3`+lock,
		actor.From(ctx).Tenant, m, c)
}

// nextItem returns an item that waits to be settled.
func (s *Service) nextItem(ctx context.Context, q db.Queryer, m id.CommonAnswer) (Item, bool, error) {
	return db.Find[Item](ctx, q, `SELECT `+itemColumns+` FROM common_answer_item WHERE tenant_id = $1 AND answer_id = $2 AND state = 'waiting'
		ORDER BY conversation_id LIMIT 1`, actor.From(ctx).Tenant, m)
}

// nextPointer returns a settled item whose author is to get something besides.
func (s *Service) nextPointer(ctx context.Context, q db.Queryer, m id.CommonAnswer) (Item, bool, error) {
	return db.Find[Item](ctx, q, `SELECT `+itemColumns+` FROM common_answer_item WHERE tenant_id = $1 AND answer_id = $2 AND link_state = 'waiting'
		ORDER BY conversation_id LIMIT 1`, actor.From(ctx).Tenant, m)
}

func (s *Service) updateItem(ctx context.Context, tx *db.Tx, m id.CommonAnswer, i Item) error {
	return db.Write(ctx, tx, `UPDATE common_answer_item SET state = $4, code = $5, link_state = $6, link_code = $7, at = $8
		WHERE tenant_id = $1 AND answer_id = $2 AND conversation_id = $3`,
		actor.From(ctx).Tenant, m, i.ConversationID, i.State, i.Code, i.LinkState, i.LinkCode, tx.Now())
}

// cancelItems lets an answer pass everybody by.
func (s *Service) cancelItems(ctx context.Context, tx *db.Tx, m id.CommonAnswer) error {
	return db.Write(ctx, tx, `UPDATE common_answer_item SET state = 'cancelled', at = $3 WHERE tenant_id = $1 AND answer_id = $2 AND state = 'waiting'`,
		actor.From(ctx).Tenant, m, tx.Now())
}

// cancelItem lets an answer pass a conversation by, unless it has settled it.
func (s *Service) cancelItem(ctx context.Context, tx *db.Tx, m id.CommonAnswer, c id.Conversation) error {
	return db.Write(ctx, tx, `UPDATE common_answer_item SET state = 'cancelled', at = $4 WHERE tenant_id = $1 AND answer_id = $2 AND conversation_id = $3
		AND state = 'waiting'`, actor.From(ctx).Tenant, m, c, tx.Now())
}

// hasPointer reports whether an author was led to an answer.
func (s *Service) hasPointer(ctx context.Context, q db.Queryer, m id.CommonAnswer, p id.ContactPoint) (bool, error) {
	_, found, err := db.Find[id.Conversation](ctx, q, `SELECT conversation_id FROM common_answer_item
		WHERE tenant_id = $1 AND answer_id = $2 AND contact_point_id = $3 AND link_state = 'sent' LIMIT 1`, actor.From(ctx).Tenant, m, p)
	return found && p != 0, err
}
