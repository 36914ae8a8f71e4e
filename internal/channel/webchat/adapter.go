package webchat

import (
	"context"

	"github.com/zongler/zongler/internal/channel"
)

// Channel is the name of this channel.
const Channel = string(channel.Webchat)

// Adapter is the channel as the rest of the house sees it. What is stored is
// sent: the rooms bring it to the visitor, now or when they come back.
type Adapter struct{}

var (
	_ channel.Adapter = Adapter{}
	_ channel.Editor  = Adapter{}
	_ channel.Deleter = Adapter{}
)

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
