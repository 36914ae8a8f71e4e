package worklist

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MomentKind says what a timeline shows.
type MomentKind string

// Kinds of moments.
const (
	Said      MomentKind = "message" // of a conversation
	Noted     MomentKind = "note"    // of a conversation or of a case
	Rated     MomentKind = "survey"
	CaseDone  MomentKind = "case" // something was done with a case
	Identity  MomentKind = "join" // two customers were said to be one, or two again
	Consented MomentKind = "consent"
)

// MomentKinds returns all kinds.
func MomentKinds() []MomentKind {
	return []MomentKind{Said, Noted, Rated, CaseDone, Identity, Consented}
}

// Moment is one thing that happened with a customer. What does not go with its kind is empty.
type Moment struct {
	Kind       MomentKind
	ID         int64 // of the entry, the note, the answer, the line of the audit, the join or the consent
	At         time.Time
	CustomerID id.Customer
	Customer   string // who that is, of what happened in a conversation
	Who        string // of us: who wrote or did it; empty: nobody of us
	WhoID      id.User
	Text       string // the beginning of what was written
	Cut        bool   // … which goes on

	ConversationID id.Conversation
	Channel        string
	Subject        string // of the conversation, or of the case
	Author         conversation.Author
	Files          []conversation.File `db:"files,json"`
	Deleted        bool                // it was taken back: there is no text
	Stars          int

	CaseID     id.Case
	CaseNumber int64

	Code    string         // of a case: what was done, as the audit calls it; of a join: joined, split; of a consent: given, withdrawn
	Changes []audit.Change `db:"changes,json"`

	OtherID   id.Customer // of a join: who was held to be the customer
	OtherName string
	Reason    string // of a join; of a consent: its purpose
	Evidence  string // of a consent
}

// MomentCursor is a place in a timeline: before the moment with this time and key.
type MomentCursor struct {
	At int64 `json:"k"`
	ID int64 `json:"i"`
}

// Before returns the place from which all that happened until t is shown.
func Before(t time.Time) MomentCursor {
	if t.IsZero() {
		return MomentCursor{}
	}
	return MomentCursor{At: t.UnixMicro(), ID: 0}
}

func (m Moment) cursor() MomentCursor { return MomentCursor{At: m.At.UnixMicro(), ID: m.ID} }

// older orders moments, the newest first.
func older(a, b Moment) int {
	return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID))
}

// TimelineQuery says which moments to show. Zero filters take all.
type TimelineQuery struct {
	Customer     id.Customer
	Organisation id.Organisation // instead of a customer: of all its people
	Kinds        []MomentKind
	Channel      string       // only what was said on it: cases, joins and consents have no channel
	Before       MomentCursor // zero: from now on backwards
	Limit        int
}

func (q *TimelineQuery) complete(op string) error {
	q.Limit = max(1, min(q.Limit, MaxPage))
	if q.Before.At == 0 {
		q.Before = MomentCursor{At: math.MaxInt64, ID: math.MaxInt64}
	}
	for _, k := range q.Kinds {
		if !slices.Contains(MomentKinds(), k) {
			return errs.Fields(op, errs.Field{Path: "kinds", Code: "one_of", Values: errs.Values{"allowed": "message, note, survey, case, join, consent"}})
		}
	}
	return nil
}

// wants reports whether moments of a kind are asked for.
func (q TimelineQuery) wants(k MomentKind) bool {
	if q.Channel != "" && (k == CaseDone || k == Identity || k == Consented) {
		return false
	}
	return len(q.Kinds) == 0 || slices.Contains(q.Kinds, k)
}

// telling gathers one page of a timeline.
type telling struct {
	db     *db.DB
	actor  actor.Actor
	query  TimelineQuery
	people []id.Customer
	found  []Moment
	until  int64 // nothing older than this has been looked at; 0: everything has
}

// Timeline returns what happened with a customer as far as the viewer may see it, the
// newest first, and where it goes on, if it does. Whoever is held to be the same
// belongs to it. A page may be short: it ends where looking further would take too long.
func (s *Service) Timeline(ctx context.Context, q TimelineQuery) ([]Moment, *MomentCursor, error) {
	const op = "worklist.Timeline"
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return nil, nil, err
	}
	if err := q.complete(op); err != nil {
		return nil, nil, err
	}
	t := &telling{db: s.db, actor: a, query: q}
	t.people, err = peopleOf(ctx, s.db, q.Customer, q.Organisation)
	if err != nil || len(t.people) == 0 {
		return nil, nil, errs.Op(op, err)
	}
	for _, tell := range []func(context.Context) error{t.cases, t.surveys, t.joins, t.consents, t.talk} {
		if err := tell(ctx); err != nil {
			return nil, nil, errs.Op(op, err)
		}
	}
	return t.page()
}

// add keeps moments, of all no more than a page needs.
func (t *telling) add(moments []Moment) {
	t.found = append(t.found, moments...)
	slices.SortFunc(t.found, older)
	t.found = t.found[:min(len(t.found), t.query.Limit+1)]
}

// page returns what is sure to be complete, and where it goes on.
func (t *telling) page() ([]Moment, *MomentCursor, error) {
	sure := t.found
	if t.until != 0 {
		if i := slices.IndexFunc(sure, func(m Moment) bool { return m.At.UnixMicro() <= t.until }); i >= 0 {
			sure = sure[:i]
		}
	}
	var next *MomentCursor
	switch {
	case len(sure) > t.query.Limit:
		sure = sure[:t.query.Limit]
		next = new(sure[len(sure)-1].cursor())
	case t.until != 0:
		next = &MomentCursor{At: t.until, ID: math.MaxInt64}
	}
	if t.actor.Scope(actor.NamesRead) == actor.None {
		for i := range sure {
			sure[i].OtherName, sure[i].Customer = customer.Mask(sure[i].OtherName), customer.Mask(sure[i].Customer)
			if sure[i].Kind == Consented {
				sure[i].Text, sure[i].Evidence = "", ""
			}
		}
	}
	return sure, next, nil
}

// older adds the condition that a row is beyond the place at which the page begins.
func (t *telling) older(w *db.Where, at, key string) {
	w.And("("+at+", "+key+") < (?, ?)", t.query.Before.At, t.query.Before.ID)
}

// most is how many rows each source gives, as a word of the statement; see lanes.page.
func (t *telling) most() string { return words(t.query.Limit + 1) }
