package app

import (
	"net/http"

	"github.com/zongler/zongler/internal/channel/feed"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// feedAdapter reads what others publish, never inside our own network. It follows
// redirects itself: those that are for good are remembered.
func (a *App) feedAdapter() *feed.Adapter {
	c := outhttp.Config{Allow: a.config.InsideAllow, MaxBody: 2 * feed.MaxBody}
	client, err := outhttp.New(c)
	if err != nil {
		client, _ = outhttp.New(outhttp.Config{MaxBody: c.MaxBody}) // nothing inside is allowed
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return feed.New(client)
}
