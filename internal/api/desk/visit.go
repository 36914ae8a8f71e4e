package desk

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/worklist"
)

// Visits knows what visitors of our own pages showed of themselves.
type Visits interface {
	// VisitOf returns the visit behind a conversation that the caller may read; false if it came by another channel.
	VisitOf(ctx context.Context, q db.Queryer, key id.Conversation) (webchat.Visit, bool, error)
}

type siteVisitBody struct {
	Identified     bool       `json:"identified" doc:"The brand's page vouches for who it is"`
	Language       string     `json:"language,omitempty"`
	ConsentVersion string     `json:"consent_version,omitempty"`
	ConsentAt      time.Time  `json:"consent_at,omitzero"`
	SeenAt         time.Time  `json:"seen_at,omitzero"`
	Pages          []pageBody `json:"pages" doc:"The oldest first"`
}

type pageBody struct {
	URL   string    `json:"url"`
	Title string    `json:"title,omitempty"`
	At    time.Time `json:"at,omitzero" doc:"By the visitor's clock"`
}

// visit returns what the visitor behind d showed of themselves; nil for another channel.
func (c Conversations) visit(ctx context.Context, d worklist.Detail) (*siteVisitBody, error) {
	if d.Channel != string(channel.Webchat) {
		return nil, nil //nolint:nilnil // there is none
	}
	v, found, err := c.Visits.VisitOf(ctx, c.DB, d.ID)
	if err != nil || !found {
		return nil, err
	}
	body := &siteVisitBody{
		Identified: v.Known, Language: v.Language, ConsentVersion: v.ConsentVersion, ConsentAt: v.ConsentAt, SeenAt: v.SeenAt, Pages: []pageBody{},
	}
	for _, p := range v.Pages {
		body.Pages = append(body.Pages, pageBody{p.URL, p.Title, p.At})
	}
	return body, nil
}
