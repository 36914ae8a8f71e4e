package app

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/x"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// xChannels are the channels at X.
type xChannels struct {
	client   *x.Client
	posts    *x.Adapter
	messages *x.Messages
	hook     *x.Hook
}

// xChannels makes what the channels at X share, and those channels.
func (s *services) xChannels(a *App) {
	c := a.config
	app := x.App{ClientID: c.XClientID, ClientSecret: c.XClientSecret, Bearer: c.XBearer, ConsumerSecret: c.XConsumerSecret, URL: c.XURL, BaseURL: c.BaseURL}
	client := x.NewClient(app, a.xClient(app, x.UploadWithin, 0), a.xClient(app, streamFor, streamBytes))
	posts := x.NewAdapter(client)
	s.x = xChannels{client, posts, x.NewMessages(posts), x.NewHook(app)}
}

// Bounds of one stream; behind them it is begun anew.
const (
	streamFor   = 24 * time.Hour
	streamBytes = 4 << 30
)

// xClient calls X. Its address is the operator's word and may lie inside; it follows no
// redirect, for the token goes with the address.
func (a *App) xClient(app x.App, within time.Duration, most int64) *http.Client {
	allow := a.config.InsideAllow
	if app.URL != "" {
		allow = append([]string{app.Host()}, allow...)
	}
	client, err := outhttp.New(outhttp.Config{Allow: allow, Timeout: within, MaxBody: most})
	if err != nil {
		client, _ = outhttp.New(outhttp.Config{Timeout: within, MaxBody: most}) // nothing inside is allowed
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

// hearX listens to what X tells of.
func (a *App) hearX(ctx context.Context) error {
	s := a.services
	return x.NewReceiver(x.ReceiverDeps{
		DB: a.db, Client: s.x.client, Points: s.points, Events: xEvents{s.events}, Keeper: lease.NewKeeper(a.db, a.node, a.log), Log: a.log,
	}).Run(ctx)
}

// xEvents keeps what X tells of.
type xEvents struct{ events *intake.Events }

// Hear stores what hook makes of a body.
func (e xEvents) Hear(ctx context.Context, hook channel.SharedReceiver, body []byte) error {
	_, err := e.events.ReceiveShared(ctx, intake.SharedCame{Hook: hook, Body: bytes.NewReader(body)})
	return err
}
