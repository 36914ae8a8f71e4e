package desk

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Letters knows mails and from where they are written.
type Letters interface {
	Page(ctx context.Context, conversation id.Conversation, entry id.Entry, o email.PageOptions) (string, error)
	Senders(ctx context.Context, brand id.Brand) ([]email.Sender, error)
	OwnSignature(ctx context.Context) (string, error)
	SetOwnSignature(ctx context.Context, html string) (string, error)
}

type pageInput struct {
	EntryKey

	Images bool `query:"images" doc:"Load pictures from elsewhere: their sender learns that somebody reads"`
	Dark   bool `query:"dark" doc:"For a dark screen, where the mail sets no colours itself"`
}

type sendersInput struct {
	Brand id.Brand `query:"brand" required:"true"`
}

type senderBody struct {
	ID            id.Mailbox `json:"id"`
	Name          string     `json:"name"`
	Address       string     `json:"address"`
	DisplayName   string     `json:"display_name,omitempty" doc:"As customers see us; empty: the agent's name"`
	Signature     string     `json:"signature,omitempty" doc:"Below what is written; {agent} is the name of who writes"`
	SignatureRule string     `json:"signature_rule" enum:"mailbox,agent,both" doc:"Whose signature stands below; where the agent has none, the mailbox's"`
}

type signatureBody struct {
	HTML string `json:"html" maxLength:"10000" doc:"Cleaned when it is stored; empty: none"`
}

type signatureInput struct{ Body signatureBody }

type signatureOutput struct{ Body signatureBody }

type sendersOutput struct {
	Body struct {
		Items []senderBody `json:"items"`
	}
}

type beginMailInput struct {
	Body struct {
		FromID     id.Mailbox  `json:"from_id" doc:"Of which brand it is decides to which the conversation belongs"`
		CustomerID id.Customer `json:"customer_id,omitzero" doc:"To whom; without it whoever has the address, somebody new if nobody does"`
		To         string      `json:"to" minLength:"3" maxLength:"300" doc:"One address"`
		Name       string      `json:"name,omitempty" maxLength:"200" doc:"Of somebody new"`
		Subject    string      `json:"subject,omitempty" maxLength:"300"`
		CaseID     id.Case     `json:"case_id,omitzero" doc:"The conversation becomes a part of it: what is asked elsewhere for its sake, and the answer"`
	}
}

type begunOutput struct {
	Body struct {
		ID id.Conversation `json:"id" doc:"The conversation, in which the mail itself is a reply"`
	}
}

func (c Conversations) registerMails(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "getMailPage", Method: http.MethodGet, Path: conversationPath + "/entries/{entry}/page", Tag: tagConversations,
		Summary: "What a mail says, as a page for a frame without scripts", Permission: actor.ConversationRead, Errors: notFound(),
	}, c.mailPage)
	httpx.Register(api, httpx.Operation{
		ID: "listSenders", Method: http.MethodGet, Path: "/api/v1/senders", Tag: tagConversations,
		Summary: "Mailboxes of a brand from which one may write", Permission: actor.ConversationReply,
	}, func(ctx context.Context, in *sendersInput) (*sendersOutput, error) {
		found, err := c.Letters.Senders(ctx, in.Brand)
		out := &sendersOutput{}
		out.Body.Items = make([]senderBody, len(found))
		for i, s := range found {
			out.Body.Items[i] = senderBody{id.Mailbox(s.ID), s.Name, s.Address, s.DisplayName, s.Signature, string(s.Rule)}
		}
		return out, err
	})
	c.registerSignatures(api)
	httpx.Register(api, httpx.Operation{
		ID: "beginMail", Method: http.MethodPost, Path: "/api/v1/mails", Tag: tagConversations, Creates: true,
		Summary: "Begin a conversation by mail", Description: "The work on it is the caller's. What is written follows as a reply.",
		Permission: actor.ConversationReply, Errors: []httpx.Code{{Kind: errs.Conflict, Code: "mail.no_queue"}, {Kind: errs.Exhausted, Code: "case.full"}, personNeeded()},
	}, func(ctx context.Context, in *beginMailInput) (*begunOutput, error) {
		b := in.Body
		begun, err := c.Replies.Begin(ctx, delivery.BeginInput{
			From: id.EntryPoint(b.FromID), Customer: b.CustomerID, Address: b.To, Name: b.Name, Subject: b.Subject, Case: b.CaseID,
		})
		out := &begunOutput{}
		out.Body.ID = begun
		return out, err
	})
}

func (c Conversations) registerSignatures(api *httpx.API) {
	const path = "/api/v1/me/signature"
	httpx.Register(api, httpx.Operation{
		ID: "getOwnSignature", Method: http.MethodGet, Path: path, Tag: tagConversations,
		Summary: "What stands below one's own mails", Permission: actor.ConversationReply, Errors: []httpx.Code{personNeeded()},
	}, func(ctx context.Context, _ *struct{}) (*signatureOutput, error) {
		own, err := c.Letters.OwnSignature(ctx)
		return &signatureOutput{signatureBody{own}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "setOwnSignature", Method: http.MethodPut, Path: path, Tag: tagConversations,
		Summary: "Say what stands below one's own mails", Permission: actor.ConversationReply, Errors: []httpx.Code{personNeeded()},
	}, func(ctx context.Context, in *signatureInput) (*signatureOutput, error) {
		own, err := c.Letters.SetOwnSignature(ctx, in.Body.HTML)
		return &signatureOutput{signatureBody{own}}, err
	})
}

// mailPolicy lets a mail show its text and its pictures, and do nothing.
func mailPolicy(images bool) string {
	from := "img-src 'self' data:"
	if images {
		from += " https: http:"
	}
	return strings.Join([]string{
		"default-src 'none'", from, "style-src 'unsafe-inline'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'",
		"sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
	}, "; ")
}

// mailPage hands out a mail for a frame of the desk.
func (c Conversations) mailPage(ctx context.Context, in *pageInput) (*huma.StreamResponse, error) {
	page, err := c.Letters.Page(ctx, in.ID, in.Entry, email.PageOptions{Images: in.Images, Dark: in.Dark})
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "text/html; charset=utf-8")
		hc.SetHeader("Content-Security-Policy", mailPolicy(in.Images))
		hc.SetHeader("Referrer-Policy", "no-referrer")
		hc.SetHeader("Cache-Control", "private, max-age=3600")
		_, _ = io.WriteString(hc.BodyWriter(), page) // the client has gone; there is nobody to tell
	}}, nil
}
