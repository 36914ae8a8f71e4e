package desk

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/live"
	"github.com/zongler/zongler/internal/worklist"
)

// addCase notes the case that a fact is about.
func (c *changes) addCase(f fact.Fact) {
	switch f := f.(type) {
	case fact.CaseOpened:
		c.cases[f.Case] = true
	case fact.CaseChanged:
		c.cases[f.Case] = true
	case fact.CaseMoved:
		c.cases[f.Case] = true
	case fact.CaseAssigned:
		c.cases[f.Case] = true
	case fact.CaseLinked:
		c.cases[f.Case], c.cases[f.Other] = true, true
	case fact.CaseUnlinked:
		c.cases[f.Case], c.cases[f.Other] = true, true
	case fact.CaseMerged:
		c.cases[f.Case], c.cases[f.Into] = true, true
	case fact.CaseUnmerged:
		c.cases[f.Case], c.cases[f.From] = true, true
	case fact.CaseNoted:
		c.cases[f.Case] = true
	case fact.AnswerAllStarted:
		c.cases[f.Case] = true
	case fact.AnswerAllEnded:
		c.cases[f.Case] = true
	default:
		c.addClock(f)
	}
}

// addClock notes the case of a clock.
func (c *changes) addClock(f fact.Fact) {
	switch f := f.(type) {
	case fact.ClockStarted:
		c.cases[f.Case] = true
	case fact.ClockPaused:
		c.cases[f.Case] = true
	case fact.ClockResumed:
		c.cases[f.Case] = true
	case fact.ClockWarned:
		c.cases[f.Case] = true
	case fact.ClockBreached:
		c.cases[f.Case] = true
	case fact.ClockMet:
		c.cases[f.Case] = true
	case fact.ClockStopped:
		c.cases[f.Case] = true
	default:
		c.addCustomer(f)
	}
}

// seenCase is a case that changed, with those whose own work it is beside its owner.
type seenCase struct {
	worklist.CaseRow

	users []id.User
}

// caseUser is a user whose own work a case is: one who watches it, is in its team, or has a part in one of its conversations.
type caseUser struct {
	CaseID id.Case
	UserID id.User
}

// readCases returns the cases that changed, with who may see them.
func (f *Feed) readCases(ctx context.Context, changed map[id.Case]bool) ([]seenCase, error) {
	keys := make([]id.Case, 0, len(changed))
	for key := range changed {
		if key != 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var out []seenCase
	for chunk := range slices.Chunk(keys, worklist.MaxPage) {
		rows, err := f.Rows.CaseRows(ctx, chunk)
		if err != nil {
			return nil, err
		}
		users, err := f.readCaseUsers(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			s := seenCase{CaseRow: r}
			for _, u := range users {
				if u.CaseID == r.ID {
					s.users = append(s.users, u.UserID)
				}
			}
			out = append(out, s)
		}
	}
	return out, nil
}

func (f *Feed) readCaseUsers(ctx context.Context, keys []id.Case) ([]caseUser, error) {
	w := &db.Where{}
	tenant := w.Arg(actor.From(ctx).Tenant)
	return db.Many[caseUser](ctx, f.DB, `SELECT case_id, user_id FROM case_watcher WHERE tenant_id = `+tenant+` AND `+db.OneOf(w, "case_id", keys)+`
		UNION SELECT f.id, m.user_id FROM case_file f JOIN team_member m ON m.tenant_id = f.tenant_id AND m.team_id = f.team_id
			WHERE f.tenant_id = `+tenant+` AND f.team_id <> 0 AND `+db.OneOf(w, "f.id", keys)+`
		UNION SELECT l.case_id, p.user_id FROM case_link l JOIN participant p ON p.tenant_id = l.tenant_id AND p.conversation_id = l.conversation_id AND p.involved
			WHERE l.tenant_id = `+tenant+` AND l.conversation_id <> 0 AND `+db.OneOf(w, "l.case_id", keys)+`
		UNION SELECT l.case_id, c.agent_id FROM case_link l JOIN conversation c ON c.tenant_id = l.tenant_id AND c.id = l.conversation_id AND c.open
			WHERE l.tenant_id = `+tenant+` AND l.conversation_id <> 0 AND `+db.OneOf(w, "l.case_id", keys), w.Args()...)
}

// seesCase reports whether p may see a case. It says of one row what worklist says of
// all of them in SQL, but for what merely waits in a queue of theirs.
func (p *person) seesCase(s seenCase) bool {
	a := p.actor
	scope := a.Scope(actor.CaseRead)
	if scope == actor.None || !a.Brands.Has(s.BrandID) {
		return false
	}
	if scope >= actor.InBrand {
		return true
	}
	own := func(u id.User) bool {
		return u != 0 && (u == a.User || scope == actor.InTeam && slices.Contains(p.mates, u))
	}
	return own(s.OwnerID) || slices.ContainsFunc(s.users, own)
}

type caseGoneBody struct {
	ID id.Case `json:"id"`
}

// tellCases shows changed cases to those who see them. Those of the brand who do not
// see one are told that it is not theirs, in case it was.
func (f *Feed) tellCases(ctx context.Context, people []*person, _ map[id.Conversation]*seen, c *changes) error {
	if len(c.cases) == 0 {
		return nil
	}
	cases, err := f.readCases(ctx, c.cases)
	if err != nil {
		return err
	}
	for _, s := range cases {
		thing := "case " + s.ID.String()
		gone, err := frameOf("case.gone", thing, caseGoneBody{s.ID})
		if err != nil {
			return err
		}
		named, err := frameOf("case", thing, CaseRowOf(s.CaseRow))
		if err != nil {
			return err
		}
		s.CustomerName = customer.Mask(s.CustomerName)
		masked, err := frameOf("case", thing, CaseRowOf(s.CaseRow))
		if err != nil {
			return err
		}
		f.sendCase(people, s, named, masked, gone)
	}
	return nil
}

func (f *Feed) sendCase(people []*person, s seenCase, named, masked, gone live.Frame) {
	for _, p := range people {
		switch {
		case !p.seesCase(s):
			if p.actor.Brands.Has(s.BrandID) && p.actor.Scope(actor.CaseRead) != actor.None {
				f.sendTo(p, gone)
			}
		case p.readsNames():
			f.sendTo(p, named)
		default:
			f.sendTo(p, masked)
		}
	}
}
