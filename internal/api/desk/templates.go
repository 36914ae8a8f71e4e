package desk

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Approved lists what providers have approved.
type Approved interface {
	Templates(ctx context.Context, conversation id.Conversation) ([]channel.Template, error)
}

type templateUseBody struct {
	Name     string            `json:"name" minLength:"1" maxLength:"512"`
	Language string            `json:"language" minLength:"1" maxLength:"100"`
	Values   map[string]string `json:"values,omitempty" doc:"By the keys of its places; each needs one"`
}

// use returns which template is written with; nil: none.
func (b *templateUseBody) use() *channel.TemplateUse {
	if b == nil {
		return nil
	}
	return &channel.TemplateUse{Name: b.Name, Language: b.Language, Values: b.Values}
}

type templateBody struct {
	Name     string             `json:"name"`
	Language string             `json:"language" doc:"In the provider's words"`
	Category string             `json:"category,omitempty" doc:"In the provider's words"`
	Adverts  bool               `json:"adverts,omitempty" doc:"It advertises: who gets it must have agreed to that"`
	Parts    []templatePartBody `json:"parts" doc:"As customers read them"`
	Unfit    string             `json:"unfit,omitempty" doc:"Why it cannot be sent, a code of the errors; absent: it can"`
}

type templatePartBody struct {
	Kind   string          `json:"kind" enum:"header,body,footer,button"`
	Text   string          `json:"text" doc:"With {{key}} for each place"`
	Link   string          `json:"link,omitempty" doc:"Of a button that leads somewhere"`
	Places []templatePlace `json:"places"`
}

type templatePlace struct {
	Key     string `json:"key"`
	Example string `json:"example,omitempty"`
}

type templatesOutput struct {
	Body struct {
		Items []templateBody `json:"items"`
	}
}

func (c Conversations) registerTemplates(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listTemplates", Method: http.MethodGet, Path: conversationPath + "/templates", Tag: tagConversations,
		Summary: "Texts that the provider has approved, which may be sent at any time", Permission: actor.ConversationReply,
		Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "channel.cannot_send_template"}, httpx.Code{Kind: errs.Conflict, Code: "reply.channel_gone"}),
	}, func(ctx context.Context, in *ConversationKey) (*templatesOutput, error) {
		all, err := c.Replies.Templates(ctx, in.ID)
		return templatesOf(all), err
	})
}

func templatesOf(all []channel.Template) *templatesOutput {
	out := &templatesOutput{}
	out.Body.Items = make([]templateBody, len(all))
	for i, t := range all {
		out.Body.Items[i] = templateOf(t)
	}
	return out
}

func templateOf(t channel.Template) templateBody {
	b := templateBody{Name: t.Name, Language: t.Language, Category: t.Category, Adverts: t.Adverts, Unfit: t.Unfit, Parts: make([]templatePartBody, len(t.Parts))}
	for i, p := range t.Parts {
		part := templatePartBody{Kind: string(p.Kind), Text: p.Text, Link: p.Link, Places: make([]templatePlace, len(p.Places))}
		for n, place := range p.Places {
			part.Places[n] = templatePlace{place.Key, place.Example}
		}
		b.Parts[i] = part
	}
	return b
}
