package app

import (
	"net"
	"net/http"

	"github.com/zongler/zongler/internal/channel/mastodon"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// mastodonService builds the channel of accounts on Mastodon servers and connects its adapter.
func (s *services) mastodonService(a *App) {
	s.statuses = mastodon.New(mastodon.Deps{
		DB: a.db, Accounts: s.accounts, Points: s.points, Events: s.events, Threads: s.conversations, Client: mastodon.Client{HTTP: a.serverClient()},
		Plain: a.inside, Log: a.log,
	})
	s.statusAdapter.Connect(s.statuses)
}

// serverClient calls servers that users name: never inside our own network, and without following
// redirects, for a token goes along.
func (a *App) serverClient() *http.Client {
	client, err := outhttp.New(outhttp.Config{Allow: a.config.InsideAllow, Timeout: mastodon.UploadWithin})
	if err != nil {
		client, _ = outhttp.New(outhttp.Config{Timeout: mastodon.UploadWithin}) // nothing inside is allowed
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

// inside reports whether a host is one of the operator's own, which may be called without encryption.
func (a *App) inside(host string) bool {
	d, err := outhttp.NewDialer(a.config.InsideAllow)
	return err == nil && d.Exempt(host, &net.TCPAddr{IP: net.ParseIP(host)})
}
