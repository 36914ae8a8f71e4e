package desk

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
)

// tellChoruses tells those of a brand that what many say alike, or an answer to it, is another than
// before. It names nothing: who looks at it reads it again, as far as they may.
func (f *Feed) tellChoruses(_ context.Context, people []*person, _ map[id.Conversation]*seen, c *changes) error {
	for brand := range c.choirs {
		frame, err := frameOf("chorus", "chorus", struct{}{})
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.actor.Brands.Has(brand) && p.actor.Scope(actor.ConversationRead) != actor.None {
				f.sendTo(p, frame)
			}
		}
	}
	return nil
}
