package app

import (
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/bluesky"
	"github.com/zongler/zongler/internal/channel/instagram"
	"github.com/zongler/zongler/internal/channel/mastodon"
)

// newRegistry lists the adapters of this installation: one line a channel.
func (s *services) newRegistry(a *App) *channel.Registry {
	return channel.NewRegistry(
		s.chatAdapter,
		s.mailAdapter,
		s.ownAdapter,
		s.pageAdapter,
		s.pagePublic,
		s.instagram,
		instagram.NewPublic(s.instagram),
		s.numbers,
		s.textAdapter,
		s.botAdapter,
		s.x.posts,
		s.x.messages,
		s.statusAdapter,
		mastodon.NewPrivate(s.statusAdapter),
		s.skyAdapter,
		bluesky.NewPrivate(s.skyAdapter),
		a.feedAdapter(),
	)
}

// classesHere are the routing classes of those channels.
func classesHere() []string { return []string{"chat", "mail", "social"} }
