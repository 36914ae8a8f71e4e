package app

import (
	"net/http"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/facebook"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// metaApp is the operator's app at Meta.
func (a *App) metaApp() meta.App {
	c := a.config
	return meta.App{ID: c.MetaAppID, Secret: c.MetaAppSecret, VerifyToken: c.MetaVerify, GraphURL: c.MetaGraphURL, Version: c.MetaGraph}
}

// metaService builds what the channels at Meta share, and those channels.
func (s *services) metaService(a *App) {
	app := a.metaApp()
	s.metaHook = meta.NewHook(app, map[string]meta.Reader{"page": s.pageAdapter.Arrive})
	s.pages = facebook.New(facebook.Deps{
		DB: a.db, Points: s.points, Sealer: a.box, Client: meta.NewClient(app, a.graphClient(app)), Events: s.events, People: s.customers,
		BaseURL: a.config.BaseURL, Log: a.log,
	})
	s.pageAdapter.Connect(s.pages)
}

// graphClient calls the Graph API. Its address is the operator's word and may lie inside;
// it follows no redirect, for the token goes with the address.
func (a *App) graphClient(app meta.App) *http.Client {
	allow := a.config.InsideAllow
	if app.GraphURL != "" {
		allow = append([]string{app.Host()}, allow...)
	}
	client, err := outhttp.New(outhttp.Config{Allow: allow, Timeout: meta.UploadWithin})
	if err != nil {
		client, _ = outhttp.New(outhttp.Config{Timeout: meta.UploadWithin}) // nothing inside is allowed
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

// afterMessage names the jobs that follow a message of a customer.
func afterMessage(r intake.Receipt) []job.Args {
	if r.Point.Channel == string(channel.Messenger) && r.Name == "" && !r.Duplicate {
		return []job.Args{facebook.Introduce{Point: r.Point.ID, PSID: r.From.ExternalID}}
	}
	return nil
}
