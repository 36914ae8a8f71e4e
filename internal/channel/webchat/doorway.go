package webchat

import (
	"context"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// Doorway is what the page of ours shows to which invitations lead: whose it is and
// how else they are reached. It says nothing of who was invited.
type Doorway struct {
	Key      string // of the widget
	Language string
	Brand    BrandLook
	Contacts []Contact
}

// Contact is an address of a brand to which people write.
type Contact struct {
	Channel channel.Name
	Address string
}

// contactsMax bounds the addresses that a page shows.
const contactsMax = 4

// Doorway returns the page of a widget in a wanted language. NotFound with CodeKeyUnknown if there is no open widget of that key.
func (s *Server) Doorway(ctx context.Context, key, language string, from Peer) (Doorway, error) {
	const op = "webchat.Doorway"
	e, err := s.entranceByKey(ctx, key)
	if err != nil {
		return Doorway{}, errs.Op(op, err)
	}
	out := Doorway{Key: e.point.Address, Language: e.language(s.Texts, language, from.Language), Brand: e.look()}
	ctx = asSystem(ctx, e.point.Tenant)
	for _, name := range []channel.Name{channel.Email, channel.SMS} {
		found, err := s.EntryPoints.OpenOf(ctx, name, e.brand.ID)
		if err != nil {
			return Doorway{}, errs.Op(op, err)
		}
		for _, p := range found[:min(len(found), contactsMax-len(out.Contacts))] {
			out.Contacts = append(out.Contacts, Contact{p.Channel, p.Address})
		}
	}
	return out, nil
}
