package admin

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/httpx"
)

type channelWhenBody struct {
	Field string `json:"field"`
	Is    string `json:"is"`
}

type channelFieldBody struct {
	Key      string           `json:"key" doc:"In settings; its text is admin.account.<channel>.field.<key>"`
	Kind     string           `json:"kind" enum:"text,secret,choice,number,switch,duration"`
	Required bool             `json:"required"`
	Fixed    bool             `json:"fixed" doc:"Entered when the account is connected, and never changed"`
	Choices  []string         `json:"choices,omitempty" doc:"The first one unless another is entered"`
	Least    int              `json:"least,omitempty" doc:"Of a number or duration"`
	Most     int              `json:"most,omitempty" doc:"Of those; of a text: characters"`
	Default  int              `json:"default,omitempty" doc:"Of a number or duration"`
	Unit     string           `json:"unit,omitempty" enum:"s,min,h" doc:"Of a duration"`
	Example  string           `json:"example,omitempty"`
	When     *channelWhenBody `json:"when,omitempty" doc:"Only then is it there"`
}

type channelCopyBody struct {
	Name  string `json:"name"`
	Value string `json:"value" doc:"An address of ours begins with a slash where we do not know it"`
}

type channelGuideBody struct {
	Step  string            `json:"step"`
	When  *channelWhenBody  `json:"when,omitempty"`
	Copy  []channelCopyBody `json:"copy" doc:"What has to be entered there"`
	Words []string          `json:"words" doc:"In the provider's own words: permissions, fields"`
}

type channelFormBody struct {
	Channel channel.Name       `json:"channel"`
	Unable  string             `json:"unable,omitempty" doc:"Why none can be connected at present, a key of the texts of errors"`
	Fetches bool               `json:"fetches" doc:"What was not posted can be fetched"`
	Fields  []channelFieldBody `json:"fields"`
	Guide   []channelGuideBody `json:"guide" doc:"What has to be done at the provider first"`
}

type channelFormsOutput struct {
	Body struct {
		Items []channelFormBody `json:"items"`
	}
}

func formWhen(w *channel.When) *channelWhenBody {
	if w == nil {
		return nil
	}
	return &channelWhenBody{w.Field, w.Is}
}

func formFieldBody(f channel.FormField) channelFieldBody {
	return channelFieldBody{
		Key: f.Key, Kind: string(f.Kind), Required: f.Required, Fixed: f.Fixed, Choices: f.Choices, Least: f.Least, Most: f.Most,
		Default: f.Default, Unit: f.Unit, Example: f.Example, When: formWhen(f.When),
	}
}

// form shows how accounts of a channel are connected.
func (s channelAccounts) form(c channel.Connecting) channelFormBody {
	f := c.Form()
	_, fetches := c.(channel.Fetching)
	return channelFormBody{
		Channel: c.Channel(), Unable: f.Unable, Fetches: fetches, Fields: showAll(f.Fields, formFieldBody),
		Guide: showAll(f.Guide, func(g channel.GuideStep) channelGuideBody {
			copies := showAll(g.Copy, func(c channel.Copy) channelCopyBody { return channelCopyBody{c.Name, s.ours(c.Value)} })
			return channelGuideBody{Step: g.Step, When: formWhen(g.When), Copy: copies, Words: append([]string{}, g.Words...)}
		}),
	}
}

// registerForms adds what the screen of accounts is drawn from.
func (s channelAccounts) registerForms(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listChannelForms", Method: http.MethodGet, Path: "/api/v1/channel-forms", Tag: tagChannelAccounts, Permission: actor.EntryPointEdit,
		Summary: "The channels that have accounts, what is entered to connect one, and what has to be done at the provider first",
	}, func(ctx context.Context, _ *struct{}) (*channelFormsOutput, error) {
		kinds, err := s.Kinds(ctx)
		if err != nil {
			return nil, err
		}
		out := &channelFormsOutput{}
		out.Body.Items = showAll(kinds, s.form)
		return out, nil
	})
}
