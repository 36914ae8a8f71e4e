package worklist

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/chorus"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of what is looked at of choruses.
const (
	newestVoices  = "2000" // of one chorus
	maxChoruses   = 100    // of a list
	chorusesAhead = "300"  // that a list chooses from: those that were heard last
	maxVoiceText  = 400    // characters of what a voice says
)

// Chorus is what many say alike under one post, or what many are about, as one viewer sees it.
type Chorus struct {
	ID       id.Chorus
	Kind     chorus.Kind
	BrandID  id.Brand
	Channel  string   // of words
	Channels []string // on which it waits, most of it first
	PostID   id.Post
	PostText string
	PostLink string
	Topic    string  // of a topic
	CaseID   id.Case // of an outage, as the three below, if the viewer sees the case
	Number   int64
	Subject  string
	Says     string // what one of them says; empty: it was taken back
	Waiting  int    // conversations whose work the viewer may end with an answer to all, up to MaxCount
	Private  int    // of these: where only the customer reads
	Voices   int    // that have ever been in it
	AnswerID id.CommonAnswer
	LastAt   time.Time
	OldestAt time.Time // since when the first of them waits
}

// Voice is one conversation of a chorus.
type Voice struct {
	ConversationID id.Conversation
	EntryID        id.Entry
	CustomerID     id.Customer
	CustomerName   string
	Text           string
	At             time.Time
	State          string // of its work
	AgentID        id.User
	AgentName      string
	ApartAt        time.Time // when it was taken out; zero: it belongs there
	Private        bool      // only the customer reads
}

// Sees returns NotFound unless the viewer sees a conversation in lists.
func (s *Service) Sees(ctx context.Context, q db.Queryer, c id.Conversation) error {
	const op = "worklist.Sees"
	v, err := look(ctx, q, op, false)
	if err != nil {
		return errs.Op(op, err)
	}
	rows, err := readRows(ctx, q, v, []id.Conversation{c})
	if err == nil && len(rows) == 0 {
		err = errs.E(errs.NotFound, op, nil)
	}
	return errs.Op(op, err)
}

// voices returns the newest open voices of a chorus v with their conversations c, as a table expression.
func voices(tenant, of string) string {
	return `(SELECT n.* FROM chorus_voice n JOIN conversation o ON o.tenant_id = n.tenant_id AND o.id = n.conversation_id AND o.open WHERE n.tenant_id = ` + tenant + ` AND n.chorus_id = ` + of + ` ORDER BY n.at DESC, n.conversation_id DESC LIMIT ` + newestVoices + `) v
		JOIN conversation c ON c.tenant_id = ` + tenant + ` AND c.id = v.conversation_id`
}

// settleable returns the condition that the viewer may end the work of a voice with an answer to all.
func (v viewer) settleable(w *db.Where) string {
	return "v.apart_at = 0 AND c.open AND (c.waiting OR c.agent_id = " + w.Arg(v.User) + " AND c.agent_id <> 0) AND (" + v.reach(w) + ")"
}

// Settleable returns the conversations of a chorus whose work the viewer may end with an answer to all, at most limit.
func (s *Service) Settleable(ctx context.Context, q db.Queryer, of id.Chorus, limit int) ([]id.Conversation, error) {
	const op = "worklist.Settleable"
	v, err := look(ctx, q, op, false)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	w := &db.Where{}
	tenant := w.Arg(v.Tenant)
	found, err := db.Many[id.Conversation](ctx, q, `SELECT c.id FROM `+voices(tenant, w.Arg(of))+
		` WHERE `+v.settleable(w)+` ORDER BY c.id LIMIT `+strconv.Itoa(limit), w.Args()...)
	return found, errs.Op(op, err)
}

// said is what an entry e says now; nothing, if it was taken back.
const said = `CASE WHEN EXISTS (SELECT 1 FROM entry d WHERE d.tenant_id = e.tenant_id AND d.target_id = e.id AND d.target_id <> 0 AND d.kind = 'deletion'
			AND d.delivery_state NOT IN ('failed', 'cancelled')) THEN ''
		ELSE COALESCE((SELECT d.body FROM entry d WHERE d.tenant_id = e.tenant_id AND d.target_id = e.id AND d.target_id <> 0 AND d.kind = 'edit'
			ORDER BY d.seq DESC LIMIT 1), e.body, '') END`

// ChorusesOf returns the choruses of a conversation that the viewer sees: of what it says, and of what it is about, the largest first.
func (s *Service) ChorusesOf(ctx context.Context, c id.Conversation) ([]Chorus, error) {
	const op = "worklist.ChorusesOf"
	if err := s.Sees(ctx, s.db, c); err != nil {
		return nil, errs.Op(op, err)
	}
	keys, err := db.Many[id.Chorus](ctx, s.db, `SELECT chorus_id FROM chorus_voice WHERE tenant_id = $1 AND conversation_id = $2 AND apart_at = 0
		ORDER BY chorus_id DESC LIMIT 50`, actor.From(ctx).Tenant, c)
	if err != nil || len(keys) == 0 {
		return nil, errs.Op(op, err)
	}
	all, err := s.choruses(ctx, op, func(w *db.Where) { db.In(w, "h.id", keys) })
	return all, errs.Op(op, err)
}

// Choruses returns those of a brand (0: of all that the viewer sees) in which several wait, the largest of those heard last first.
func (s *Service) Choruses(ctx context.Context, brand id.Brand) ([]Chorus, error) {
	const op = "worklist.Choruses"
	all, err := s.choruses(ctx, op, func(w *db.Where) {
		w.And("h.voices > 1")
		w.And(openOutage)
		if brand != 0 {
			w.And("h.brand_id = ?", brand)
		}
	})
	several := all[:0]
	for _, c := range all {
		if c.Waiting > 1 {
			several = append(several, c)
		}
	}
	return several[:min(len(several), maxChoruses)], errs.Op(op, err)
}

// choruses returns those that meet a condition on h, with what waits in them for the viewer, the largest first.
func (s *Service) choruses(ctx context.Context, op string, condition func(w *db.Where)) ([]Chorus, error) {
	v, err := look(ctx, s.db, op, false)
	if err != nil {
		return nil, err
	}
	w := &db.Where{}
	w.And("h.tenant_id = ?", v.Tenant)
	condition(w)
	if !v.Brands.All {
		db.In(w, "h.brand_id", v.brands)
	}
	all, err := db.Many[Chorus](ctx, s.db, `SELECT h.id, h.kind, h.brand_id, h.channel, h.post_id, h.topic, h.case_id, h.voices, h.answer_id, h.last_at,
			COALESCE(p.body, '') AS post_text, COALESCE(p.link, '') AS post_link
		FROM chorus h LEFT JOIN post p ON p.tenant_id = h.tenant_id AND p.id = h.post_id`+w.SQL()+` ORDER BY h.last_at DESC, h.id DESC LIMIT `+chorusesAhead, w.Args()...)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	waits, err := s.waitingIn(ctx, v, all)
	if err != nil {
		return nil, err
	}
	for i := range all {
		c := &all[i]
		n := waits[c.ID]
		c.Waiting, c.Private, c.OldestAt, c.Says = min(n.Waiting, MaxCount), min(n.Private, MaxCount), n.OldestAt, shortened(n.Says)
		c.Channels = n.channels
		c.PostText = shortened(c.PostText)
	}
	if err := s.nameOutages(ctx, op, all); err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b Chorus) int { return b.Waiting - a.Waiting })
	return all, nil
}

// waitingIn is what waits in a chorus: on one channel, as it is read, or on all of its channels.
type waitingIn struct {
	ID       id.Chorus
	Channel  string // of one
	Waiting  int
	Private  int
	OldestAt time.Time
	EntryID  id.Entry // the newest of them
	Says     string   // by it
	channels []string // of all, most of it first
}

// and returns what waits here and on a channel on which less waits.
func (n waitingIn) and(r waitingIn) waitingIn {
	if n.Waiting == 0 || r.OldestAt.Before(n.OldestAt) {
		n.OldestAt = r.OldestAt
	}
	if r.EntryID > n.EntryID {
		n.EntryID, n.Says = r.EntryID, r.Says
	}
	n.Waiting, n.Private, n.channels = n.Waiting+r.Waiting, n.Private+r.Private, append(n.channels, r.Channel)
	return n
}

// waitingIn counts what waits in choruses for the viewer.
func (s *Service) waitingIn(ctx context.Context, v viewer, all []Chorus) (map[id.Chorus]waitingIn, error) {
	keys := make([]id.Chorus, len(all))
	for i, c := range all {
		keys[i] = c.ID
	}
	w := &db.Where{}
	tenant := w.Arg(v.Tenant)
	rows, err := db.Many[waitingIn](ctx, s.db, `SELECT x.id, x.channel, x.waiting, x.private, x.oldest_at, x.entry_id, COALESCE((SELECT `+said+` FROM entry e
			WHERE e.tenant_id = `+tenant+` AND e.id = x.entry_id), '') AS says
		FROM (SELECT v.chorus_id AS id, c.channel, COUNT(*) AS waiting, COUNT(CASE WHEN v.private THEN 1 END) AS private, MIN(v.at) AS oldest_at, MAX(v.entry_id) AS entry_id
			FROM chorus_voice v JOIN conversation c ON c.tenant_id = v.tenant_id AND c.id = v.conversation_id
			WHERE v.tenant_id = `+tenant+` AND `+db.OneOf(w, "v.chorus_id", keys)+` AND `+v.settleable(w)+` GROUP BY v.chorus_id, c.channel) x
		ORDER BY x.waiting DESC, x.channel`, w.Args()...)
	out := make(map[id.Chorus]waitingIn, len(all))
	for _, r := range rows {
		out[r.ID] = out[r.ID].and(r)
	}
	return out, err
}

func shortened(text string) string {
	if r := []rune(text); len(r) > maxVoiceText {
		return string(r[:maxVoiceText]) + "…"
	}
	return text
}

// VoiceCursor is a place in a chorus: behind the voice of this time.
type VoiceCursor struct {
	At time.Time       `json:"t"`
	ID id.Conversation `json:"i"`
}

// Voices returns the open conversations of a chorus that the viewer sees, those who have waited longest first: one more than the limit if there are more.
func (s *Service) Voices(ctx context.Context, of id.Chorus, after VoiceCursor, limit int) ([]Voice, error) {
	const op = "worklist.Voices"
	v, err := look(ctx, s.db, op, false)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	w := &db.Where{}
	tenant := w.Arg(v.Tenant)
	from := voices(tenant, w.Arg(of))
	where := ` WHERE c.open AND (` + v.reach(w) + `)`
	if after.ID != 0 {
		where += ` AND (v.at, v.conversation_id) > (` + w.Arg(after.At) + `, ` + w.Arg(after.ID) + `)`
	}
	found, err := db.Many[Voice](ctx, s.db, `SELECT v.conversation_id, v.entry_id, c.customer_id, c.customer_name, COALESCE((SELECT `+said+` FROM entry e
				WHERE e.tenant_id = `+tenant+` AND e.id = v.entry_id), '') AS text,
			v.at, c.interaction_state AS state, c.agent_id, COALESCE(u.name, '') AS agent_name, v.apart_at, v.private
		FROM `+from+` LEFT JOIN app_user u ON u.tenant_id = `+tenant+` AND u.id = c.agent_id`+where+
		` ORDER BY v.at, v.conversation_id LIMIT `+strconv.Itoa(max(1, min(limit, MaxPage))+1), w.Args()...)
	for i := range found {
		found[i].Text = shortened(found[i].Text)
		if v.Scope(actor.NamesRead) == actor.None {
			found[i].CustomerName = customer.Mask(found[i].CustomerName)
		}
	}
	return found, errs.Op(op, err)
}

// AnswerItem is what became of a common answer in one conversation that the viewer sees.
type AnswerItem struct {
	ConversationID id.Conversation
	CustomerID     id.Customer
	CustomerName   string
	State          string
	Code           string
	Late           bool
	Private        bool // it got the answer itself
	LinkState      string
	LinkCode       string
	Open           bool // work goes on there, or has begun again
	At             time.Time
}

// AnswerItems returns what became of a common answer, as far as the viewer sees it: one more than the limit if there are more.
func (s *Service) AnswerItems(ctx context.Context, answer id.CommonAnswer, after id.Conversation, limit int) ([]AnswerItem, error) {
	const op = "worklist.AnswerItems"
	v, err := look(ctx, s.db, op, false)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	w := &db.Where{}
	w.And("i.tenant_id = ?", v.Tenant)
	w.And("i.answer_id = ? AND i.conversation_id > ?", answer, after)
	w.And("(" + v.reach(w) + ")")
	found, err := db.Many[AnswerItem](ctx, s.db, `SELECT i.conversation_id, c.customer_id, c.customer_name, i.state, i.code, i.late, i.private, i.link_state, i.link_code, c.open, i.at
		FROM common_answer_item i JOIN conversation c ON c.tenant_id = i.tenant_id AND c.id = i.conversation_id`+w.SQL()+
		` ORDER BY i.conversation_id LIMIT `+strconv.Itoa(max(1, min(limit, MaxPage))+1), w.Args()...)
	if v.Scope(actor.NamesRead) == actor.None {
		for i := range found {
			found[i].CustomerName = customer.Mask(found[i].CustomerName)
		}
	}
	return found, errs.Op(op, err)
}
