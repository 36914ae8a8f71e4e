package app

import "github.com/zongler/zongler/internal/channel/bluesky"

// blueskyService builds the channel of accounts in the network of the AT Protocol and connects its adapter.
func (s *services) blueskyService(a *App) {
	s.skies = bluesky.New(bluesky.Deps{
		Accounts: s.accounts, Points: s.points, Client: bluesky.Client{HTTP: a.serverClient()}, Plain: a.inside, Log: a.log,
	})
	s.skyAdapter.Connect(s.skies)
}
