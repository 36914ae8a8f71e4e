package app

import (
	"net/http"

	"github.com/zongler/zongler/internal/channel/facebook"
	"github.com/zongler/zongler/internal/channel/instagram"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/whatsapp"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// metaApp is the operator's app at Meta.
func (a *App) metaApp() meta.App {
	c := a.config
	return meta.App{
		ID: c.MetaAppID, Secret: c.MetaAppSecret, VerifyToken: c.MetaVerify, GraphURL: c.MetaGraphURL, Version: c.MetaGraph, InstagramSecret: c.MetaInstagram,
	}
}

// instagramApp is the same app, as those reach it who sign in at Instagram.
func (a *App) instagramApp() meta.App {
	app := a.metaApp()
	app.GraphURL, app.Unproven = meta.DefaultInstagramURL, true
	if a.config.MetaInstagramURL != "" {
		app.GraphURL = a.config.MetaInstagramURL
	}
	return app
}

// metaChannels makes what the channels at Meta share, and those channels.
func (s *services) metaChannels(a *App) {
	app, own := a.metaApp(), a.instagramApp()
	client := meta.NewClient(app, a.graphClient(app))
	s.pageAdapter = facebook.NewAdapter(client, a.config.BaseURL)
	s.pagePublic = facebook.NewPublic(s.pageAdapter)
	s.instagram = instagram.NewAdapter(instagram.Clients{Facebook: client, Instagram: meta.NewClient(own, a.graphClient(own))}, a.config.BaseURL)
	s.numbers = whatsapp.NewAdapter(client, a.config.BaseURL)
	s.metaHook = meta.NewHook(app, map[string]meta.Reader{
		"page": meta.Single(s.pageAdapter.Arrive), "instagram": meta.Single(s.instagram.Arrive), "whatsapp_business_account": s.numbers.Arrive,
	})
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
