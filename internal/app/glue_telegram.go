package app

import (
	"net/http"
	"net/url"

	"github.com/zongler/zongler/internal/channel/telegram"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// telegramService builds the channel of Telegram's bots and connects its adapter.
func (s *services) telegramService(a *App) {
	s.bots = telegram.New(telegram.Deps{
		DB: a.db, Accounts: s.accounts, Points: s.points, Events: s.events, Client: telegram.Client{URL: a.config.TelegramURL, HTTP: a.botClient()},
		BaseURL: a.config.BaseURL, Log: a.log,
	})
	s.botAdapter.Connect(s.bots)
}

// botClient calls the Bot API. Its address is the operator's word and may lie inside; it
// follows no redirect, for the token stands in the address.
func (a *App) botClient() *http.Client {
	allow := a.config.InsideAllow
	if at, err := url.Parse(a.config.TelegramURL); err == nil && at.Hostname() != "" {
		allow = append([]string{at.Hostname()}, allow...)
	}
	client, err := outhttp.New(outhttp.Config{Allow: allow, Timeout: telegram.UploadWithin})
	if err != nil {
		client, _ = outhttp.New(outhttp.Config{Timeout: telegram.UploadWithin}) // nothing inside is allowed
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}
