package app

import "github.com/zongler/zongler/internal/channel"

// newRegistry lists the adapters of this installation: one line a channel.
func (s *services) newRegistry(a *App) *channel.Registry {
	return channel.NewRegistry(
		s.chatAdapter,
		s.mailAdapter,
		s.ownAdapter,
		s.pageAdapter,
		s.pagePublic,
		s.instagram,
		s.numbers,
		s.textAdapter,
		s.botAdapter,
		s.x.posts,
		s.x.messages,
		a.feedAdapter(),
	)
}

// classesHere are the routing classes of those channels.
func classesHere() []string { return []string{"chat", "mail", "social"} }
