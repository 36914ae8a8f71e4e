package webchat

import (
	"context"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Channel is the name of this channel.
const Channel = string(channel.Webchat)

// Adapter is the channel as the rest of the house sees it. What is stored is
// sent: the rooms bring it to the visitor, now or when they come back.
type Adapter struct {
	server *Server // nil until it is connected: then nothing goes on by e-mail
}

var (
	_ channel.Adapter = Adapter{}
	_ channel.Editor  = Adapter{}
	_ channel.Deleter = Adapter{}
	_ channel.Shelf   = Adapter{}
)

// Connect gives the adapter the server that looks after what visitors do not see:
// a registry is made before the services that stand on it.
func (a *Adapter) Connect(s *Server) { a.server = s }

// Laid begins to look after an answer that was stored, where what visitors do not see goes by e-mail.
func (a Adapter) Laid(ctx context.Context, tx *db.Tx, p id.EntryPoint, conversation id.Conversation) error {
	if a.server == nil {
		return nil
	}
	return errs.Op("webchat.Laid", a.server.laid(ctx, tx, p, conversation))
}

// Channel returns webchat.
func (Adapter) Channel() channel.Name { return channel.Webchat }

// Capabilities says what a chat can carry.
func (Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: TextMax, Attachments: AttachmentsMax, AttachmentBytes: AttachmentBytesMax,
		Typing: true, ReadMarks: true, Receipts: true, OwnEdits: true, OwnDeletions: true,
	}
}

// Send has nothing left to do: the entry is stored, and every node follows what is stored.
func (Adapter) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	return channel.Sent{}, nil
}

// Edit has nothing left to do, as Send.
func (Adapter) Edit(context.Context, channel.Outgoing, string) error { return nil }

// Delete has nothing left to do, as Send.
func (Adapter) Delete(context.Context, channel.Outgoing, string) error { return nil }
