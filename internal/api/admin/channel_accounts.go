package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagChannelAccounts  = "channel accounts"
	channelAccountsPath = "/api/v1/channel-accounts"
	channelAccountPath  = channelAccountsPath + "/{id}"
)

// ChannelAccountKey is the address of an account at a provider.
type ChannelAccountKey struct {
	ID id.ChannelAccount `path:"id"`
}

func (k ChannelAccountKey) point() id.EntryPoint { return id.EntryPoint(k.ID) }

type channelAccountBody struct {
	ID         id.ChannelAccount `json:"id"`
	Channel    channel.Name      `json:"channel"`
	BrandID    id.Brand          `json:"brand_id"`
	QueueID    id.Queue          `json:"queue_id,omitzero"`
	Name       string            `json:"name"`
	Address    string            `json:"address" doc:"Of the account at its provider: the id of a page, a number"`
	Settings   map[string]any    `json:"settings" doc:"By the keys of the channel's form; secrets are not among them"`
	Secrets    []string          `json:"secrets" doc:"Keys of the secrets that there are"`
	PostedAt   string            `json:"posted_at,omitempty" doc:"Where its provider posts; where we do not know our own address it begins with a slash"`
	ExpiresAt  time.Time         `json:"expires_at,omitzero" doc:"When access ends; absent: never, or it is not known"`
	CheckedAt  time.Time         `json:"checked_at,omitzero" doc:"When everything was tried last"`
	Active     bool              `json:"active"`
	Signs      []string          `json:"signs" enum:"typing,read" doc:"What the channel can show customers beside messages"`
	Typing     bool              `json:"shows_typing" doc:"Customers are shown that an agent writes"`
	Read       bool              `json:"shows_read" doc:"Customers are told what an agent has read"`
	Health     channel.Health    `json:"health" enum:"ok,failing"`
	HealthCode string            `json:"health_code,omitempty" doc:"Why it fails, a key of the texts of errors"`
	HealthAt   time.Time         `json:"health_at,omitzero"`
	Archived   bool              `json:"archived"`
	CreatedAt  time.Time         `json:"created_at"`
	UpdatedAt  time.Time         `json:"updated_at"`
}

type channelAccountOutput struct{ Body channelAccountBody }

type channelAccountPageOutput struct {
	Body httpx.Page[channelAccountBody]
}

type channelAccountListInput struct {
	NameQuery

	Brand   id.Brand `query:"brand" doc:"Of this brand only"`
	Channel string   `query:"channel" maxLength:"40" doc:"Of this channel only"`
}

type channelAccountConnectInput struct {
	Body struct {
		Channel  string         `json:"channel" maxLength:"40"`
		BrandID  id.Brand       `json:"brand_id"`
		QueueID  id.Queue       `json:"queue_id"`
		Name     string         `json:"name,omitempty" maxLength:"100" doc:"Empty: as the account is called at its provider"`
		Settings map[string]any `json:"settings" doc:"By the keys of the channel's form. Secrets are kept sealed and never shown"`
	}
}

type channelAccountUpdateInput struct {
	ChannelAccountKey

	Body struct {
		Name     *string        `json:"name,omitempty" minLength:"1" maxLength:"100"`
		QueueID  *id.Queue      `json:"queue_id,omitempty"`
		Active   *bool          `json:"active,omitempty"`
		Typing   *bool          `json:"shows_typing,omitempty"`
		Read     *bool          `json:"shows_read,omitempty"`
		Settings map[string]any `json:"settings,omitempty" doc:"Those that are given; null, or an empty text, forgets one"`
	}
}

type channelTrialBody struct {
	Step   string   `json:"step" doc:"Of those that the channel's form names, or access"`
	OK     bool     `json:"ok"`
	Code   string   `json:"code,omitempty" doc:"What is wrong, a key of the texts of errors"`
	Values []string `json:"values" doc:"What lacks, in the provider's words"`
	Words  string   `json:"words,omitempty" doc:"What the provider said"`
	Aside  bool     `json:"aside,omitempty" doc:"The account works without it"`
}

type channelTrialsOutput struct {
	Body struct {
		Items []channelTrialBody `json:"items" doc:"Step by step; those that stand on one that fails are not tried"`
	}
}

type channelCaughtUpOutput struct {
	Body struct {
		Fresh int `json:"fresh" doc:"Events that were not here"`
	}
}

// channelAccounts shows accounts with where the world reaches us.
type channelAccounts struct {
	*channel.Accounts

	base string
}

func (s channelAccounts) body(a channel.Shown) channelAccountBody {
	settings := map[string]any{}
	if err := json.Unmarshal(a.Config, &settings); err != nil {
		settings = map[string]any{} // it was checked when it was stored; shown as empty it can be set anew
	}
	held := a.Held
	if held == nil {
		held = []string{}
	}
	return channelAccountBody{
		ID: id.ChannelAccount(a.ID), Channel: a.Channel, BrandID: a.Brand, QueueID: a.Queue, Name: a.Name, Address: a.Address, Settings: settings, Secrets: held,
		PostedAt: s.ours(a.PostedAt), ExpiresAt: a.ExpiresAt, CheckedAt: a.CheckedAt, Active: a.Active, Health: a.Health, HealthCode: a.HealthCode, HealthAt: a.HealthAt,
		Archived: a.Archived, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, Signs: signsOf(s.Registry.CapabilitiesOf(a.EntryPoint)), Typing: !a.HidesTyping, Read: !a.HidesRead,
	}
}

// signsOf names what a channel can show customers beside messages.
func signsOf(can channel.Capabilities) []string {
	signs := []string{}
	if can.OwnTyping {
		signs = append(signs, "typing")
	}
	if can.OwnReadMarks {
		signs = append(signs, "read")
	}
	return signs
}

// not returns the opposite of what is said, if anything is.
func not(said *bool) *bool {
	if said == nil {
		return nil
	}
	return new(!*said)
}

// ours puts our own address before a path of ours.
func (s channelAccounts) ours(path string) string {
	if path != "" && path[0] == '/' {
		return s.base + path
	}
	return path
}

func (s channelAccounts) show(a channel.Shown, err error) (*channelAccountOutput, error) {
	if err != nil {
		return nil, err
	}
	return &channelAccountOutput{Body: s.body(a)}, nil
}

// RegisterChannelAccounts adds the operations on accounts at providers, the same for all channels. base is how the world reaches us.
func RegisterChannelAccounts(api *httpx.API, accounts *channel.Accounts, base string) {
	s := channelAccounts{accounts, base}
	s.registerForms(api)
	httpx.Register(api, httpx.Operation{
		ID: "listChannelAccounts", Method: http.MethodGet, Path: channelAccountsPath, Tag: tagChannelAccounts, Summary: "Accounts by name", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *channelAccountListInput) (*channelAccountPageOutput, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		found, err := s.List(ctx, channel.EntryPointFilter{
			Query: in.Q, Brand: in.Brand, Channel: channel.Name(in.Channel), Archived: in.Archived,
			AfterName: after.Name, After: id.EntryPoint(after.Key), Limit: in.Size() + 1,
		})
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(a channel.Shown) any { return namePlace{fold.Text(a.Name), int64(a.ID)} }, s.body)
		return &channelAccountPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getChannelAccount", Method: http.MethodGet, Path: channelAccountPath, Tag: tagChannelAccounts, Summary: "One account", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *ChannelAccountKey) (*channelAccountOutput, error) {
		return s.show(s.Get(ctx, in.point()))
	})
	s.registerWrites(api)
	s.registerTrials(api)
}

func (s channelAccounts) registerWrites(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "connectChannelAccount", Method: http.MethodPost, Path: channelAccountsPath, Tag: tagChannelAccounts, Permission: actor.EntryPointEdit, Creates: true,
		Summary: "Connect an account", Description: "Its provider is asked whose what was entered is, and what may be done with it; an account that was closed here comes back with its past.",
		Errors: append(codesOf(errs.Conflict, "entry_point.address_taken", "meta.no_app"), codesOf(errs.Exhausted, "entry_point.too_many")...),
	}, func(ctx context.Context, in *channelAccountConnectInput) (*channelAccountOutput, error) {
		b := in.Body
		return s.show(s.Connect(ctx, channel.NewAccount{Brand: b.BrandID, Channel: channel.Name(b.Channel), Queue: b.QueueID, Name: b.Name, Settings: b.Settings}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateChannelAccount", Method: http.MethodPatch, Path: channelAccountPath, Tag: tagChannelAccounts, Permission: actor.EntryPointEdit,
		Summary: "Change an account, or give it new access", Errors: codesOf(errs.Conflict, "account.other", "account.disconnected"),
	}, func(ctx context.Context, in *channelAccountUpdateInput) (*channelAccountOutput, error) {
		b := in.Body
		return s.show(s.Update(ctx, in.point(), channel.AccountPatch{Name: b.Name, Queue: b.QueueID, Active: b.Active, HidesTyping: not(b.Typing), HidesRead: not(b.Read), Settings: b.Settings}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveChannelAccount", Method: http.MethodPost, Path: channelAccountPath + "/archive", Tag: tagChannelAccounts, Permission: actor.EntryPointEdit,
		Summary: "Disconnect an account", Description: "Its secrets are forgotten, and its provider is told; its past stays.",
	}, func(ctx context.Context, in *ChannelAccountKey) (*channelAccountOutput, error) {
		return s.show(s.Archive(ctx, in.point()))
	})
}

func (s channelAccounts) registerTrials(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "testChannelAccount", Method: http.MethodPost, Path: channelAccountPath + "/test", Tag: tagChannelAccounts, Permission: actor.EntryPointEdit,
		Summary: "Try everything that an account needs, and name what lacks", Description: "What can be mended is mended on the way. It takes up to a minute.",
	}, func(ctx context.Context, in *ChannelAccountKey) (*channelTrialsOutput, error) {
		trials, err := s.Test(ctx, in.point())
		if err != nil {
			return nil, err
		}
		out := &channelTrialsOutput{}
		out.Body.Items = showAll(trials, func(t channel.Trial) channelTrialBody {
			return channelTrialBody{Step: t.Step, OK: t.OK, Code: t.Code, Values: append([]string{}, t.Values...), Words: t.Words, Aside: t.Aside}
		})
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "catchUpChannelAccount", Method: http.MethodPost, Path: channelAccountPath + "/catch-up", Tag: tagChannelAccounts, Permission: actor.EntryPointEdit,
		Summary: "Fetch what was not posted to us", Description: "This happens by itself every quarter of an hour.", Errors: codesOf(errs.Conflict, "account.no_fetching", "account.disconnected"),
	}, func(ctx context.Context, in *ChannelAccountKey) (*channelCaughtUpOutput, error) {
		out := &channelCaughtUpOutput{}
		var err error
		out.Body.Fresh, err = s.CatchUp(ctx, in.point())
		return out, err
	})
}
