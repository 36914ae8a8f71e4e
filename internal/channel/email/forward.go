package email

import (
	"context"
	"encoding/json"
	"html"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/tenant"
)

// maxPassedText bounds the plain text of a mail that is passed on, in characters: the HTML has all of it.
const maxPassedText = TextMax / 2

// foldMark begins the part of an answer that repeats another mail. Nobody can write it: it does not survive the cleaning of what is written.
const foldMark = `<div data-fold="quote">`

// Passed is a mail as it stands below another.
type Passed struct {
	Text   string
	HTML   string
	Files  []media.Attachment
	Inline map[string]media.Attachment
}

// PassOn returns a mail with some of its files as it stands below one in another
// conversation: cleaned, with a head in the language of whom that goes to.
func (s *Service) PassOn(ctx context.Context, f channel.Forward, to conversation.Conversation) (Passed, error) {
	const op = "email.PassOn"
	if _, err := actor.Require(ctx, op, actor.NamesRead); err != nil { // it is full of them
		return Passed{}, err
	}
	c, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationRead, f.Conversation)
	if err == nil && c.BrandID != to.BrandID {
		err = errs.New(errs.NotFound, op, "not_found")
	}
	if err != nil {
		return Passed{}, errs.Op(op, err)
	}
	e, err := s.Conversations.FindEntry(ctx, s.DB, f.Entry)
	if err == nil && (e.ConversationID != c.ID || e.Kind != conversation.Message || c.Channel != string(channel.Email)) {
		err = errs.New(errs.NotFound, op, "not_found")
	}
	if err != nil {
		return Passed{}, errs.Op(op, err)
	}
	var h Header
	if len(e.Data) > 0 && json.Unmarshal(e.Data, &h) != nil {
		h = Header{} // no mail of ours: it names nobody
	}
	if h.Subject == "" {
		h.Subject = c.Subject
	}
	head, err := s.passedHead(ctx, e, h, to)
	if err != nil {
		return Passed{}, errs.Op(op, err)
	}
	p := Passed{Text: head + "\n\n" + clipRunes(e.Body, maxPassedText)}
	body, used := s.passedBody(e, h)
	p.HTML = foldMark + "<p>" + strings.ReplaceAll(html.EscapeString(head), "\n", "<br>") + "</p><div>" + body + "</div></div>"
	return p, errs.Op(op, s.passedFiles(ctx, e, h, used, f, &p))
}

// passedBody returns what a mail says for other people's screens, and the names of the pictures within it.
func (s *Service) passedBody(e conversation.Entry, h Header) (body string, used []string) {
	if e.HTML == "" {
		return htmltext.FromText(e.Body), nil
	}
	clean := s.cleaner.Clean(e.HTML, safehtml.Options{
		CID: func(contentID string) (string, bool) {
			_, ok := h.Inline[contentID]
			return "cid:" + contentID, ok
		},
		Remote: func(src string) (string, bool) { return src, true },
	})
	return clean.HTML, clean.CIDs
}

// passedFiles finds the files that go along: those that were chosen, and the pictures within the text.
func (s *Service) passedFiles(ctx context.Context, e conversation.Entry, h Header, used []string, f channel.Forward, p *Passed) error {
	within := map[id.Attachment]string{}
	for _, name := range used {
		if key, ok := h.Inline[name]; ok {
			within[key] = name
		}
	}
	for _, key := range f.Files {
		if !slices.ContainsFunc(e.Attachments, func(a conversation.File) bool { return a.ID == key }) {
			return errs.Fields("email.PassOn", errs.Field{Path: "forward.attachment_ids", Code: "reference"})
		}
	}
	for _, a := range e.Attachments {
		name, inline := within[a.ID]
		if !inline && !slices.Contains(f.Files, a.ID) {
			continue
		}
		kept, err := s.Files.Find(ctx, a.ID)
		if err != nil {
			return err
		}
		if !inline {
			p.Files = append(p.Files, kept)
			continue
		}
		if p.Inline == nil {
			p.Inline = map[string]media.Attachment{}
		}
		p.Inline[name] = kept
	}
	return nil
}

// passedHead says from whom a mail was, when, about what and to whom, as mail programs do.
func (s *Service) passedHead(ctx context.Context, e conversation.Entry, h Header, to conversation.Conversation) (string, error) {
	brand, err := tenant.Lookup(ctx, s.DB, actor.From(ctx).Tenant, to.BrandID)
	if err != nil {
		return "", err
	}
	lang, err := s.Customers.LanguageOf(ctx, s.DB, to.CustomerID)
	if err != nil {
		return "", err
	}
	if !slices.Contains(tenant.Languages(), lang) {
		lang = "en"
		if len(brand.Languages) > 0 {
			lang = brand.Languages[0]
		}
	}
	zone, err := time.LoadLocation(brand.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	word := func(key string) string { return s.Texts.Text(lang, "mails", "mails."+key, nil) }
	lines := []string{"---------- " + word("forwarded") + " ----------"}
	for _, line := range []struct{ name, value string }{
		{"from", h.From},
		{"date", e.OccurredAt.In(zone).Format(dateForm(lang))},
		{"subject", h.Subject},
		{"to", strings.Join(h.To, ", ")},
		{"cc", strings.Join(h.Cc, ", ")},
	} {
		if line.value != "" {
			lines = append(lines, word(line.name)+": "+line.value)
		}
	}
	return strings.Join(lines, "\n"), nil
}

// dateForm is how a date is written in a language.
func dateForm(lang string) string {
	switch lang {
	case "pl":
		return "02.01.2006 15:04"
	case "hu":
		return "2006. 01. 02. 15:04"
	}
	return "2 January 2006 15:04"
}

// aboveQuote parts an answer before the mail that it passes on: what is signed stands above that.
func aboveQuote(out channel.Outgoing) (text, passedText, formatted, passedHTML string) {
	text, formatted = out.Text, out.HTML
	if out.Envelope.Forward == nil {
		return text, "", formatted, ""
	}
	if at := strings.Index(formatted, foldMark); at >= 0 {
		formatted, passedHTML = formatted[:at], formatted[at:]
	}
	if at := strings.Index("\n"+text, "\n---------- "); at >= 0 {
		text, passedText = text[:at], text[at:]
	}
	return strings.TrimRight(text, "\n"), passedText, formatted, passedHTML
}
