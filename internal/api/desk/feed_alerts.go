package desk

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// alert is an escalation with the time at which it happened.
type alert struct {
	fact.CaseEscalated

	at time.Time
}

type alertFrameBody struct {
	CaseID id.Case   `json:"case_id"`
	Kind   string    `json:"kind"`  // case.warned, case.breached
	Clock  string    `json:"clock"` // first_response, next_response, resolution
	At     time.Time `json:"at"`
}

// tellAlerts tells those who are to know that a promised time of a case is nearly, or wholly, over.
func (f *Feed) tellAlerts(ctx context.Context, people []*person, _ map[id.Conversation]*seen, c *changes) error {
	for _, a := range c.alerts {
		if a.Act != "notify_owner" && a.Act != "notify_team" {
			continue
		}
		told := map[id.User]bool{a.Owner: true}
		if a.Team != 0 {
			members, err := db.Many[id.User](ctx, f.DB, `SELECT user_id FROM team_member WHERE tenant_id = $1 AND team_id = $2`, actor.From(ctx).Tenant, a.Team)
			if err != nil {
				return err
			}
			for _, u := range members {
				told[u] = true
			}
		}
		frame, err := frameOf("case.alert", "", alertFrameBody{a.Case, "case." + a.On, a.ClockKind, a.at})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool {
			return told[p.key.User] && p.actor.Brands.Has(a.Brand) && p.actor.Scope(actor.CaseRead) != actor.None
		})
	}
	return nil
}

type toldFrameBody struct {
	Kind           string          `json:"kind"` // rule, case.rule, article.expired
	ConversationID id.Conversation `json:"conversation_id,omitzero"`
	CaseID         id.Case         `json:"case_id,omitzero"`
	ArticleID      id.Article      `json:"article_id,omitzero"`
	At             time.Time       `json:"at"`
}

// tellTold tells users what a rule, or an article's age, wants them to look at.
func (f *Feed) tellTold(_ context.Context, people []*person, _ map[id.Conversation]*seen, c *changes) error {
	for _, one := range c.told {
		kind := conversation.KindRule
		switch {
		case one.Case != 0:
			kind = automation.KindCaseRule
		case one.Article != 0:
			kind = conversation.KindArticle
		}
		frame, err := frameOf("news", "", toldFrameBody{kind, one.Conversation, one.Case, one.Article, one.at})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool {
			return p.key.User == one.User && (one.Article != 0 || p.actor.Brands.Has(one.Brand)) // an article may be of several brands
		})
	}
	return nil
}
