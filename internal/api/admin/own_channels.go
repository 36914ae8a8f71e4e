package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagOwnChannels  = "own channels"
	ownChannelsPath = "/api/v1/own-channels"
	ownChannelPath  = ownChannelsPath + "/{id}"
)

// OwnChannelKey is the address of a channel that a tenant's own system speaks.
type OwnChannelKey struct {
	ID id.OwnChannel `path:"id"`
}

func (k OwnChannelKey) point() id.EntryPoint { return id.EntryPoint(k.ID) }

// ownCanBody is what a channel says that it can carry.
type ownCanBody struct {
	TextLimit    int  `json:"text_limit" minimum:"1" maximum:"20000" doc:"Characters of one message"`
	Files        int  `json:"files,omitempty" minimum:"0" maximum:"5" doc:"Of one message"`
	Rich         bool `json:"rich,omitempty" doc:"It takes HTML beside the text"`
	Public       bool `json:"public,omitempty" doc:"Everybody reads it: its events are posts, comments and reviews in place of messages"`
	Replies      bool `json:"replies,omitempty" doc:"Commands say which message is answered; where everybody reads it they always do"`
	Reactions    bool `json:"reactions,omitempty" doc:"Events tell of reactions"`
	Edits        bool `json:"edits,omitempty" doc:"Events tell of edits by customers"`
	Deletions    bool `json:"deletions,omitempty" doc:"Events tell of deletions by customers"`
	Echoes       bool `json:"echoes,omitempty" doc:"Events tell of answers that were written by other means"`
	Typing       bool `json:"typing,omitempty" doc:"Events tell that customers write; not where everybody reads it"`
	Receipts     bool `json:"receipts,omitempty" doc:"Events tell how far answers came"`
	ReadMarks    bool `json:"read_marks,omitempty" doc:"Events tell that answers were read; not where everybody reads it"`
	OwnEdits     bool `json:"own_edits,omitempty" doc:"It can change an answer"`
	OwnDeletions bool `json:"own_deletions,omitempty" doc:"It can take an answer back"`
	OwnReactions bool `json:"own_reactions,omitempty" doc:"It can react to a message"`
	OwnTyping    bool `json:"own_typing,omitempty" doc:"It can show customers that we write; not where everybody reads it"`
	OwnReadMarks bool `json:"own_read_marks,omitempty" doc:"It can tell a customer that a message was read; not where everybody reads it"`
	Hides        bool `json:"hides,omitempty" doc:"It can hide a comment from the public; only where everybody reads it"`
	Likes        bool `json:"likes,omitempty" doc:"It can like a message"`
	Removes      bool `json:"removes,omitempty" doc:"It can remove what a customer wrote; only where everybody reads it"`
	Blocks       bool `json:"blocks,omitempty" doc:"It can block who wrote a comment; only where everybody reads it"`
	PrivateReply bool `json:"private_reply,omitempty" doc:"It can answer a comment in private; only where everybody reads it"`

	EditMinutes   int      `json:"edit_minutes,omitempty" minimum:"0" maximum:"525600" doc:"For how long an answer can be changed; 0: always"`
	DeleteMinutes int      `json:"delete_minutes,omitempty" minimum:"0" maximum:"525600" doc:"For how long an answer can be taken back; 0: always"`
	ReactionSet   []string `json:"reaction_set,omitempty" maxItems:"20" doc:"What one can react with; empty: any emoji"`
}

// ownSettingsBody are the settings of such a channel.
type ownSettingsBody struct {
	URL         string     `json:"url,omitempty" maxLength:"2000" doc:"Where commands are posted; empty: the channel only listens, unless pull is set"`
	Pull        bool       `json:"pull,omitempty" doc:"The system fetches its commands (POST to the address for events with /commands): for one that cannot be called"`
	Icon        string     `json:"icon,omitempty" enum:"plug,message,store,phone,mail,globe,star,bot,users,ticket,gamepad,building"`
	Color       string     `json:"color,omitempty" pattern:"^#[0-9a-fA-F]{6}$"`
	Can         ownCanBody `json:"can"`
	WindowHours int        `json:"window_hours,omitempty" minimum:"0" maximum:"8760" doc:"For how long free text may be sent after the customer wrote; 0: always"`
	Idempotent  bool       `json:"idempotent,omitempty" doc:"The system knows a command that it has had by its webhook-id: where the answer was lost, we ask again"`

	Private id.OwnChannel `json:"private_channel_id,omitzero" doc:"The private channel of the same brand in which an answer in private goes on; people have the same ids in both"`
}

func (b ownSettingsBody) settings() own.Settings {
	return own.Settings{
		URL: b.URL, Pull: b.Pull, Icon: b.Icon, Color: b.Color, Can: own.Can(b.Can), WindowHours: b.WindowHours, Idempotent: b.Idempotent, Private: id.EntryPoint(b.Private),
	}
}

func ownSettingsOf(s own.Settings) ownSettingsBody {
	return ownSettingsBody{
		URL: s.URL, Pull: s.Pull, Icon: s.Icon, Color: s.Color, Can: ownCanBody(s.Can), WindowHours: s.WindowHours, Idempotent: s.Idempotent, Private: id.OwnChannel(s.Private),
	}
}

type ownChannelBody struct {
	ID            id.OwnChannel   `json:"id"`
	BrandID       id.Brand        `json:"brand_id"`
	QueueID       id.Queue        `json:"queue_id,omitzero"`
	Name          string          `json:"name"`
	EventsURL     string          `json:"events_url" doc:"Where events are posted; where we do not know our own address it begins with a slash"`
	Settings      ownSettingsBody `json:"settings"`
	EventsKey     string          `json:"events_key,omitempty" doc:"Shown this once: events are signed with it (Standard Webhooks)"`
	CommandsKey   string          `json:"commands_key,omitempty" doc:"Shown this once: commands are signed with it (Standard Webhooks)"`
	OldEventsKey  time.Time       `json:"old_events_key_until,omitzero" doc:"Until then the key before is taken too"`
	OldCommandKey time.Time       `json:"old_commands_key_until,omitzero" doc:"Until then commands are signed with the key before too"`
	Active        bool            `json:"active"`
	Health        channel.Health  `json:"health" enum:"ok,failing"`
	HealthCode    string          `json:"health_code,omitempty" doc:"Why it fails, a key of the texts of errors"`
	HealthAt      time.Time       `json:"health_at,omitzero"`
	Archived      bool            `json:"archived"`
	CreatedAt     time.Time       `json:"created_at"`
	UpdatedAt     time.Time       `json:"updated_at"`
}

type ownChannelOutput struct{ Body ownChannelBody }

type ownChannelPageOutput struct{ Body httpx.Page[ownChannelBody] }

type ownChannelListInput struct {
	NameQuery

	Brand id.Brand `query:"brand" doc:"Of this brand only"`
}

type ownChannelCreateInput struct {
	Body struct {
		BrandID  id.Brand        `json:"brand_id"`
		QueueID  id.Queue        `json:"queue_id"`
		Name     string          `json:"name" minLength:"1" maxLength:"100"`
		Settings ownSettingsBody `json:"settings"`
	}
}

type ownChannelUpdateInput struct {
	OwnChannelKey

	Body struct {
		Name     *string          `json:"name,omitempty" minLength:"1" maxLength:"100"`
		QueueID  *id.Queue        `json:"queue_id,omitempty"`
		Active   *bool            `json:"active,omitempty"`
		Settings *ownSettingsBody `json:"settings,omitempty" doc:"In place of all that was there"`
	}
}

func (in *ownChannelUpdateInput) patch() own.Patch {
	p := own.Patch{Name: in.Body.Name, Queue: in.Body.QueueID, Active: in.Body.Active}
	if in.Body.Settings != nil {
		settings := in.Body.Settings.settings()
		p.Settings = &settings
	}
	return p
}

type ownRotateInput struct {
	OwnChannelKey

	Body struct {
		Way own.Way `json:"way" enum:"events,commands" doc:"Whose key"`
	}
}

type ownTrialOutput struct {
	Body struct {
		OK     bool    `json:"ok"`
		Code   string  `json:"code,omitempty" doc:"What is wrong, a key of the texts of errors"`
		Status int     `json:"status" doc:"Of the answer; 0: there was none"`
		Answer string  `json:"answer" doc:"How it began, or why there was none"`
		TookMS float64 `json:"took_ms"`
	}
}

// ownChannels shows channels with where the world reaches us.
type ownChannels struct {
	*own.Service

	base string
}

func (s ownChannels) body(c own.Channel) ownChannelBody {
	return ownChannelBody{
		ID: id.OwnChannel(c.ID), BrandID: c.Brand, QueueID: c.Queue, Name: c.Name, EventsURL: s.base + "/hooks/own/" + c.Address,
		Settings:     ownSettingsOf(c.Settings),
		OldEventsKey: c.HeardUntil, OldCommandKey: c.SaidUntil, Active: c.Active, Health: c.Health, HealthCode: c.HealthCode, HealthAt: c.HealthAt,
		Archived: c.Archived, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
}

func (s ownChannels) show(c own.Channel, err error) (*ownChannelOutput, error) {
	if err != nil {
		return nil, err
	}
	return &ownChannelOutput{Body: s.body(c)}, nil
}

// RegisterOwnChannels adds the operations on the channels of tenants' own systems. base is how the world reaches us.
func RegisterOwnChannels(api *httpx.API, service *own.Service, base string) {
	s := ownChannels{service, base}
	httpx.Register(api, httpx.Operation{
		ID: "listOwnChannels", Method: http.MethodGet, Path: ownChannelsPath, Tag: tagOwnChannels, Summary: "Channels of one's own systems, by name", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *ownChannelListInput) (*ownChannelPageOutput, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		found, err := s.List(ctx, channel.EntryPointFilter{
			Query: in.Q, Brand: in.Brand, Archived: in.Archived, AfterName: after.Name, After: id.EntryPoint(after.Key), Limit: in.Size() + 1,
		})
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(c own.Channel) any { return namePlace{fold.Text(c.Name), int64(c.ID)} }, s.body)
		return &ownChannelPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getOwnChannel", Method: http.MethodGet, Path: ownChannelPath, Tag: tagOwnChannels, Summary: "One channel", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *OwnChannelKey) (*ownChannelOutput, error) {
		return s.show(s.Get(ctx, in.point()))
	})
	s.registerWrites(api)
	s.registerKeys(api)
}

func (s ownChannels) registerWrites(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "createOwnChannel", Method: http.MethodPost, Path: ownChannelsPath, Tag: tagOwnChannels, Permission: actor.EntryPointEdit, Creates: true,
		Summary: "Make a channel that your own system speaks", Description: "Both keys are shown in this answer and never again.",
		Errors: codesOf(errs.Exhausted, "entry_point.too_many"),
	}, func(ctx context.Context, in *ownChannelCreateInput) (*ownChannelOutput, error) {
		b := in.Body
		c, keys, err := s.Create(ctx, own.NewChannel{Brand: b.BrandID, Queue: b.QueueID, Name: b.Name, Settings: b.Settings.settings()})
		out, err := s.show(c, err)
		if err == nil {
			out.Body.EventsKey, out.Body.CommandsKey = keys.Events.String(), keys.Commands.String()
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateOwnChannel", Method: http.MethodPatch, Path: ownChannelPath, Tag: tagOwnChannels, Summary: "Change a channel", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *ownChannelUpdateInput) (*ownChannelOutput, error) {
		return s.show(s.Update(ctx, in.point(), in.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveOwnChannel", Method: http.MethodPost, Path: ownChannelPath + "/archive", Tag: tagOwnChannels, Summary: "Close a channel; its past stays",
		Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *OwnChannelKey) (*ownChannelOutput, error) {
		return s.show(s.Archive(ctx, in.point()))
	})
}

func (s ownChannels) registerKeys(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "rotateOwnChannelKey", Method: http.MethodPost, Path: ownChannelPath + "/rotate", Tag: tagOwnChannels, Permission: actor.EntryPointEdit,
		Summary: "Give a channel a new key for one way; for a day both are good",
	}, func(ctx context.Context, in *ownRotateInput) (*ownChannelOutput, error) {
		c, secret, err := s.Rotate(ctx, in.point(), in.Body.Way)
		out, err := s.show(c, err)
		switch {
		case err != nil:
		case in.Body.Way == own.Ways()[0]:
			out.Body.EventsKey = secret.String()
		default:
			out.Body.CommandsKey = secret.String()
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "testOwnChannel", Method: http.MethodPost, Path: ownChannelPath + "/test", Tag: tagOwnChannels, Permission: actor.EntryPointEdit,
		Summary: "Post a command of the type test and say what came of it", Description: "It takes up to 15 seconds.",
	}, func(ctx context.Context, in *OwnChannelKey) (*ownTrialOutput, error) {
		t, err := s.Test(ctx, in.point())
		out := &ownTrialOutput{}
		b := &out.Body
		b.OK, b.Code, b.Status, b.Answer, b.TookMS = t.OK, t.Code, t.Status, t.Answer, float64(t.Took.Microseconds())/1000
		return out, err
	})
}
