package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/channel/telegram"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/channel/whatsapp"
	"github.com/zongler/zongler/internal/channel/x"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// ownService builds the channel of tenants' own systems, and what applies the events of all channels that post them.
func (s *services) ownService(a *App) {
	out := a.outside()
	s.own = own.New(own.Deps{
		DB: a.db, Points: s.points, Sealer: a.box, Files: s.files, Messages: s.conversations, Poster: out.poster, BaseURL: a.config.BaseURL, Log: a.log,
	})
	s.ownAdapter.Connect(s.own)
	s.events = intake.NewEvents(intake.EventsConfig{
		DB: a.db, Points: s.points, Adapters: s.registry, Intake: s.intake, Threads: s.conversations, People: s.customers, Files: s.files,
		Remote: remoteFiles{out.client, s}, Typing: ownTyping{s}, Outcomes: choirs{s}, Log: a.log,
	})
}

// applyEvents applies what channels have told us, on one node at a time.
func (a *App) applyEvents(ctx context.Context) error {
	lease.NewKeeper(a.db, a.node, a.log).Hold(ctx, "channel events", func(ctx context.Context, _ lease.Held) error {
		return a.services.events.Run(ctx)
	})
	return nil
}

// ownTyping shows desks that a customer writes; it is made before the feed.
type ownTyping struct{ services *services }

// CustomerTyping shows the mark to those who look at the conversation, on all nodes.
func (o ownTyping) CustomerTyping(ctx context.Context, c conversation.Conversation, name string, on bool) {
	s := o.services
	chatDesk{s.feed, s.marks}.VisitorTyping(ctx, webchat.Typing{Tenant: actor.From(ctx).Tenant, Brand: c.BrandID, Conversation: c.ID, Name: name, On: on})
}

// remoteFiles brings files that events name, never from inside our own network.
type remoteFiles struct {
	client   *http.Client
	services *services
}

// Fetch begins to read a file. An Invalid error means that it will not come.
func (f remoteFiles) Fetch(ctx context.Context, url string) (io.ReadCloser, error) {
	const op = "app.fetchFile"
	for scheme, fetch := range f.services.behindTokens() {
		if rest, there := strings.CutPrefix(url, scheme); there {
			body, err := fetch(ctx, rest)
			if err != nil {
				return nil, err
			}
			return fetched{body}, nil
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, errs.New(errs.Invalid, op, "attachment.remote")
	}
	res, err := f.client.Do(r)
	switch {
	case errors.Is(err, outhttp.ErrTooLarge):
		return nil, errs.New(errs.Invalid, op, "attachment.size")
	case errors.Is(err, outhttp.ErrForbidden), errors.Is(err, outhttp.ErrScheme), errors.Is(err, outhttp.ErrRedirects):
		return nil, errs.New(errs.Invalid, op, "attachment.remote")
	case err != nil:
		return nil, errs.E(errs.Unavailable, op, err)
	case res.StatusCode == http.StatusOK:
		return fetched{res.Body}, nil
	}
	_ = res.Body.Close() // nobody reads it
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= http.StatusInternalServerError {
		return nil, errs.New(errs.Unavailable, op, "attachment.unreachable")
	}
	return nil, errs.New(errs.Invalid, op, "attachment.remote")
}

// behindTokens are the channels whose files are shown to an account alone, by the scheme of their addresses.
func (s *services) behindTokens() map[string]func(ctx context.Context, rest string) (io.ReadCloser, error) {
	return map[string]func(ctx context.Context, rest string) (io.ReadCloser, error){
		telegram.RemoteScheme: s.bots.Fetch,
		whatsapp.RemoteScheme: s.numbers.Fetch,
		x.RemoteScheme:        s.x.messages.File,
	}
}

// fetched is a file as it comes; one that is too large is an Invalid error.
type fetched struct{ io.ReadCloser }

// Read reads on.
func (f fetched) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if errors.Is(err, outhttp.ErrTooLarge) {
		err = errs.New(errs.Invalid, "app.fetchFile", "attachment.size")
	}
	return n, err
}
