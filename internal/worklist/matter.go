package worklist

import (
	"context"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/chorus"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of what conversations are about.
const (
	maxSubjects  = "40"  // topics, or outages, of a conversation
	maxOfCase    = "500" // conversations of a case
	placesOfKind = "20"  // posts under which something waits, and as many of ours
	openOutage   = `(h.kind <> 'outage' OR EXISTS (SELECT 1 FROM case_file f WHERE f.tenant_id = h.tenant_id AND f.id = h.case_id AND f.open))`
	ofCase       = `f.tenant_id = $1 AND f.open`
	// SQLite joins a CROSS JOIN from left to right: it would begin with all open cases, not knowing how few are the conversation's.
	withItsCases = `WITH RECURSIVE mine (id) AS (SELECT l.case_id FROM case_link l WHERE l.tenant_id = $1 AND l.conversation_id = $2 AND l.kind = 'conversation'
		UNION SELECT f.merged_into FROM mine m CROSS JOIN case_file f WHERE f.tenant_id = $1 AND f.id = m.id AND f.merged_into <> 0) `
	topicsOfIts  = withItsCases + `SELECT DISTINCT f.topic FROM mine m CROSS JOIN case_file f WHERE f.id = m.id AND ` + ofCase + ` AND f.topic <> '' ORDER BY f.topic LIMIT ` + maxSubjects
	outagesOfIts = withItsCases + `SELECT f.id FROM (
			SELECT m.id FROM mine m CROSS JOIN case_link l WHERE l.tenant_id = $1 AND l.other_id = m.id AND l.other_id <> 0 AND l.kind = 'child_of'
			UNION SELECT l.other_id FROM mine m CROSS JOIN case_file p CROSS JOIN case_link l
				WHERE p.tenant_id = $1 AND p.id = m.id AND p.open AND l.tenant_id = $1 AND l.case_id = m.id AND l.kind = 'child_of'
		) o CROSS JOIN case_file f WHERE f.id = o.id AND ` + ofCase + `
		ORDER BY f.id LIMIT ` + maxSubjects
)

// about is what the row of a conversation says of its subject.
type about struct {
	BrandID         id.Brand
	PostID          id.Post
	ContactPointID  id.ContactPoint
	Tags            []string `db:"tags,json"`
	UnansweredSince time.Time
}

// heard is the newest that a customer has said.
type heard struct {
	ID             id.Entry
	ContactPointID id.ContactPoint
}

// SubjectOf returns what a conversation is about. It asks for no permission.
func (s *Service) SubjectOf(ctx context.Context, q db.Queryer, c id.Conversation) (chorus.Subject, error) {
	const op = "worklist.SubjectOf"
	tenant := actor.From(ctx).Tenant
	of, err := db.One[about](ctx, q, `SELECT brand_id, post_id, contact_point_id, tags, unanswered_since FROM conversation WHERE tenant_id = $1 AND id = $2`, tenant, c)
	if err != nil {
		return chorus.Subject{}, errs.Op(op, err)
	}
	b := chorus.Subject{Brand: of.BrandID, Private: of.PostID == 0, ContactPoint: of.ContactPointID, Since: of.UnansweredSince}
	last, found, err := db.Find[heard](ctx, q, `SELECT id, contact_point_id FROM entry WHERE tenant_id = $1 AND conversation_id = $2
		AND kind = 'message' AND author = 'customer' ORDER BY seq DESC LIMIT 1`, tenant, c)
	if err != nil || !found {
		return b, errs.Op(op, err)
	}
	b.Entry = last.ID
	if last.ContactPointID != 0 {
		b.ContactPoint = last.ContactPointID
	}
	if !b.Private {
		topics, err := db.Many[string](ctx, q, topicsOfIts, tenant, c)
		if err != nil {
			return b, errs.Op(op, err)
		}
		b.Topics = append(topics, of.Tags...)
	}
	b.Outages, err = db.Many[id.Case](ctx, q, outagesOfIts, tenant, c)
	return b, errs.Op(op, err)
}

// Concerning returns those of some conversations that may be about something: they have tags and everybody reads them, or a case. It asks for no permission.
func (s *Service) Concerning(ctx context.Context, q db.Queryer, keys []id.Conversation) ([]id.Conversation, error) {
	w := &db.Where{}
	w.And("c.tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "c.id", keys)
	found, err := db.Many[id.Conversation](ctx, q, `SELECT c.id FROM conversation c`+w.SQL()+` AND (c.post_id <> 0 AND c.tags <> '[]'
		OR EXISTS (SELECT 1 FROM case_link l WHERE l.tenant_id = c.tenant_id AND l.conversation_id = c.id AND l.conversation_id <> 0 AND l.kind = 'conversation'))`, w.Args()...)
	return found, errs.Op("worklist.Concerning", err)
}

// OpenOf returns those of some conversations that are open. It asks for no permission.
func (s *Service) OpenOf(ctx context.Context, q db.Queryer, keys []id.Conversation) ([]id.Conversation, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", keys)
	found, err := db.Many[id.Conversation](ctx, q, `SELECT id FROM conversation`+w.SQL()+` AND open`, w.Args()...)
	return found, errs.Op("worklist.OpenOf", err)
}

// OfCase returns the conversations of a case and of those that go on in it, the newest first. It asks for no permission.
func (s *Service) OfCase(ctx context.Context, q db.Queryer, key id.Case) ([]id.Conversation, error) {
	found, err := db.Many[id.Conversation](ctx, q, `SELECT DISTINCT l.conversation_id FROM case_link l WHERE l.tenant_id = $1 AND l.kind = 'conversation'
		AND (l.case_id = $2 OR l.case_id IN (SELECT f.id FROM case_file f WHERE f.tenant_id = $1 AND f.merged_into = $2 AND f.merged_into <> 0))
		ORDER BY l.conversation_id DESC LIMIT `+maxOfCase, actor.From(ctx).Tenant, key)
	return found, errs.Op("worklist.OfCase", err)
}

// AnswerPlaces returns the posts under which an answer to a chorus of the viewer's brands can stand: those under which most of it waits
// that the viewer may settle, then the newest of ours.
func (s *Service) AnswerPlaces(ctx context.Context, q db.Queryer, of id.Chorus) ([]chorus.Place, error) {
	const op = "worklist.AnswerPlaces"
	v, err := look(ctx, q, op, false)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	w := &db.Where{}
	tenant, key := w.Arg(v.Tenant), w.Arg(of)
	waits := `SELECT c.post_id, COUNT(*) AS waiting FROM ` + voices(tenant, key) + ` WHERE c.post_id <> 0 AND ` + v.settleable(w) +
		` GROUP BY c.post_id ORDER BY COUNT(*) DESC, c.post_id DESC LIMIT ` + placesOfKind
	ours := `SELECT o.id FROM post o WHERE o.tenant_id = ` + tenant + ` AND o.brand_id = (SELECT h.brand_id FROM chorus h WHERE h.tenant_id = ` + tenant + ` AND h.id = ` + key + `)
		AND o.ours AND o.gone_at = 0 ORDER BY o.occurred_at DESC, o.id DESC LIMIT ` + placesOfKind
	found, err := db.Many[chorus.Place](ctx, q, `SELECT p.id AS post_id, p.entry_point_id, n.channel, n.name, p.body AS text, p.ours, p.occurred_at, COALESCE(x.waiting, 0) AS waiting
		FROM post p JOIN entry_point n ON n.tenant_id = p.tenant_id AND n.id = p.entry_point_id AND NOT n.archived
		LEFT JOIN (`+waits+`) x ON x.post_id = p.id
		WHERE p.tenant_id = `+tenant+` AND p.gone_at = 0 AND `+v.ofBrands(w, "p")+` AND (x.waiting IS NOT NULL OR p.id IN (SELECT u.id FROM (`+ours+`) u))
		ORDER BY COALESCE(x.waiting, 0) DESC, p.occurred_at DESC, p.id DESC LIMIT `+strconv.Itoa(chorus.MaxPlaces), w.Args()...)
	for i := range found {
		found[i].Text = shortened(found[i].Text)
	}
	return found, errs.Op(op, err)
}

// nameOutages names the cases of outages that the viewer sees; of the others nothing is said.
func (s *Service) nameOutages(ctx context.Context, op string, all []Chorus) error {
	var keys []id.Case
	for _, c := range all {
		if c.CaseID != 0 {
			keys = append(keys, c.CaseID)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	seen := map[id.Case]CaseRow{}
	v, err := lookAtCases(ctx, s.db, op, false)
	if err == nil {
		rows, err := readCases(ctx, s.db, v, keys)
		if err != nil {
			return err
		}
		for _, r := range rows {
			seen[r.ID] = r
		}
	} else if !errs.Is(errs.Forbidden, err) {
		return err
	}
	for i := range all {
		c := &all[i]
		r := seen[c.CaseID]
		c.CaseID, c.Number, c.Subject = r.ID, r.Number, r.Subject
	}
	return nil
}
