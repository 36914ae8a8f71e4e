package app

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/i18n"
	"github.com/zongler/zongler/internal/tenant"
)

// shelves tell channels whose customers read the conversation itself of the answers that lie there.
type shelves struct{ registry *channel.Registry }

// Laid tells the channel of a conversation, if it wants to know.
func (s shelves) Laid(ctx context.Context, tx *db.Tx, c conversation.Conversation) error {
	adapter, _ := s.registry.Adapter(channel.Name(c.Channel))
	if shelf, minds := adapter.(channel.Shelf); minds {
		return shelf.Laid(ctx, tx, c.EntryPointID, c.ID)
	}
	return nil
}

// chatMails brings by e-mail what visitors of web pages have not seen.
type chatMails struct{ *delivery.Service }

// Carry has the answers in p sent by e-mail.
func (m chatMails) Carry(ctx context.Context, tx *db.Tx, c *conversation.Conversation, p webchat.Parcel) error {
	return m.Service.Carry(ctx, tx, c, delivery.Parcel{
		Envelope: channel.Envelope{From: p.From, To: []string{p.To}}, Address: p.To, Language: p.Language, First: p.First, Last: p.Last,
	})
}

// letterWords are what letters with answers are written with.
type letterWords struct {
	*i18n.Bundle

	db *db.DB
}

// Brand returns the name of a brand.
func (w letterWords) Brand(ctx context.Context, brand id.Brand) (string, error) {
	b, err := tenant.Lookup(ctx, w.db, actor.From(ctx).Tenant, brand)
	return b.Name, err
}
