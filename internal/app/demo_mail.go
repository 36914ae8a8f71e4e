package app

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/api/public"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/compose"
)

// demoShown is how many mails the page of the demo's customers shows.
const demoShown = 30

// demoAddress is the mailbox of a brand of the demo.
func demoAddress(b demoBrand) string { return "info@" + b.slug + ".example" }

// addMailbox makes the brand's mailbox, which has no servers: its customers' post is a page of this machine.
func (d *demo) addMailbox(ctx context.Context, b demoBrand) error {
	settings, err := json.Marshal(email.Settings{Transport: email.Sink, DisplayName: b.name, PlusAddressing: true, Signature: "{agent}\n" + b.name})
	if err != nil {
		return err
	}
	_, err = d.app.services.mail.Create(ctx, email.NewMailbox{
		Brand: d.brands[b.slug], Queue: d.queues[b.queues[0].key], Name: b.name + " e-mail", Address: demoAddress(b), Settings: settings,
	})
	return err
}

var _ public.Post = demoDoor{}

// mailbox returns the mailbox of a brand, by the slug of its page.
func (d demoDoor) mailbox(ctx context.Context, slug string) (context.Context, channel.EntryPoint, error) {
	ctx, err := d.app.home(ctx, "")
	if err != nil {
		return ctx, channel.EntryPoint{}, err
	}
	for _, b := range demoBrands() {
		if b.slug == slug {
			p, err := d.app.services.points.ByAddress(ctx, channel.Email, demoAddress(b))
			return ctx, p, err
		}
	}
	return ctx, channel.EntryPoint{}, errs.New(errs.NotFound, "app.mailbox", "not_found")
}

// Sent returns what the customers of a brand have got by mail.
func (d demoDoor) Sent(ctx context.Context, slug string) (string, []public.GotMail, error) {
	ctx, p, err := d.mailbox(ctx, slug)
	if err != nil {
		return "", nil, err
	}
	sent, err := d.app.services.mail.ListSent(ctx, p.ID, demoShown)
	got := make([]public.GotMail, len(sent))
	for i, m := range sent {
		got[i] = public.GotMail{MessageID: m.MessageID, To: m.Recipients, Subject: m.Subject, Text: m.Text, At: m.At.Local().Format("2006-01-02 15:04")}
	}
	return p.Address, got, err
}

// Write lets a customer write to a brand.
func (d demoDoor) Write(ctx context.Context, slug string, m public.CustomerMail) error {
	const op = "app.Write"
	ctx, p, err := d.mailbox(ctx, slug)
	if err != nil {
		return err
	}
	from := mailmsg.ParseAddress(m.From)
	if from.Addr == "" || strings.TrimSpace(m.Text) == "" {
		return errs.Fields(op, errs.Field{Path: "from", Code: "format.email"})
	}
	made, err := compose.New(compose.Outgoing{
		From: from, To: []mailmsg.Address{{Addr: p.Address}}, Subject: m.Subject, Text: m.Text, Date: time.Now(),
		MessageID: id.New[id.Job]().String() + "@customers.example", InReplyTo: mailmsg.NormalizeID(m.Answers),
	})
	if err != nil {
		return errs.Fields(op, errs.Field{Path: "from", Code: "format.email"})
	}
	raw, err := made.Bytes()
	if err != nil {
		return errs.Op(op, err)
	}
	return d.app.services.mail.Deliver(ctx, p, raw)
}
