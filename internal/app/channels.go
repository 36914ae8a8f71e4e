package app

import (
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/channel/facebook"
	"github.com/zongler/zongler/internal/channel/instagram"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/channel/sms"
	"github.com/zongler/zongler/internal/channel/telegram"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/channel/whatsapp"
)

// newRegistry lists the adapters of this installation: one line a channel.
func newRegistry(
	chat *webchat.Adapter, mail *email.Adapter, theirs *own.Adapter, pages *facebook.Adapter, public *facebook.Public, photos *instagram.Adapter,
	numbers *whatsapp.Adapter, texts *sms.Adapter, bots *telegram.Adapter,
) *channel.Registry {
	return channel.NewRegistry(
		chat,
		mail,
		theirs,
		pages,
		public,
		photos,
		numbers,
		texts,
		bots,
	)
}

// classesHere are the routing classes of those channels.
func classesHere() []string { return []string{"chat", "mail", "social"} }
