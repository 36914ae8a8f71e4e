package webchat

import (
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// newClientMessage returns an empty message of the type, or nil if visitors cannot send it.
func newClientMessage(kind string) ClientMessage {
	switch kind {
	case "hello":
		return &Hello{}
	case "prechat":
		return &Prechat{}
	case "say":
		return &Say{}
	case "typing":
		return &VisitorTyping{}
	case "read":
		return &VisitorRead{}
	case "page":
		return &Page{}
	case "language":
		return &Language{}
	case "end":
		return &End{}
	case "survey":
		return &Survey{}
	case "address":
		return &Address{}
	case "ping":
		return &Ping{}
	}
	return nil
}

// Interface guards.
var (
	_ ClientMessage = (*Hello)(nil)
	_ ClientMessage = (*Prechat)(nil)
	_ ClientMessage = (*Say)(nil)
	_ ClientMessage = (*VisitorTyping)(nil)
	_ ClientMessage = (*VisitorRead)(nil)
	_ ClientMessage = (*Page)(nil)
	_ ClientMessage = (*Language)(nil)
	_ ClientMessage = (*End)(nil)
	_ ClientMessage = (*Survey)(nil)
	_ ClientMessage = (*Address)(nil)
	_ ClientMessage = (*Ping)(nil)
)

// Hello is the first frame on a socket. The token travels here and never in the
// address, which proxies and access logs keep.
type Hello struct {
	Token        string          `json:"token"`
	Conversation id.Conversation `json:"conversation,omitzero"` // the one on screen; none: the open one
	Seq          int64           `json:"seq,omitempty"`         // the newest entry the widget has
	Language     string          `json:"language,omitempty"`
	Page         *Page           `json:"page,omitempty"`
}

// FrameType returns "hello".
func (*Hello) FrameType() string { return "hello" }

// Validate checks the form of the greeting, not the token.
func (m *Hello) Validate() error {
	var c checks
	c.filled("token", m.Token, TokenMax)
	c.text("language", m.Language, LanguageMax)
	if m.Seq < 0 {
		c.fail("seq", FieldTooLow, errs.Values{"min": 0})
	}
	m.Page.check(&c, "page.")
	return errs.Fields("webchat.Hello", c...)
}

// Prechat opens a conversation with the answers of the pre-chat form. A visitor
// has one open conversation per entry point: if there is one, it is the answer.
type Prechat struct {
	CID            string            `json:"cid"`
	Fields         map[string]string `json:"fields,omitempty"`
	Consent        bool              `json:"consent"`
	ConsentVersion string            `json:"consent_version,omitempty"` // of the text that was shown
	Language       string            `json:"language,omitempty"`
	Pages          []Page            `json:"pages,omitempty"` // the way to here, the oldest first
}

// FrameType returns "prechat".
func (*Prechat) FrameType() string { return "prechat" }

// Validate checks sizes; whether a field is needed is known to its entry point.
func (m *Prechat) Validate() error {
	var c checks
	c.cid(m.CID)
	if len(m.Fields) > FieldsMax {
		c.fail("fields", FieldTooMany, errs.Values{"max": FieldsMax})
	}
	for name, value := range m.Fields {
		c.filled("fields", name, FieldNameMax)
		c.text("fields."+name, value, FieldValueMax)
	}
	c.text("consent_version", m.ConsentVersion, FieldNameMax)
	c.text("language", m.Language, LanguageMax)
	c.pages(m.Pages)
	return errs.Fields("webchat.Prechat", c...)
}

// Say is a message of the visitor: a text, files, or both.
type Say struct {
	CID          string          `json:"cid"`
	Conversation id.Conversation `json:"conversation"`
	Text         string          `json:"text,omitempty"`
	Attachments  []id.Attachment `json:"attachments,omitempty"`
}

// FrameType returns "say".
func (*Say) FrameType() string { return "say" }

// Validate checks that something is said, and not too much.
func (m *Say) Validate() error {
	var c checks
	c.cid(m.CID)
	c.required("conversation", m.Conversation.IsZero())
	if len(m.Attachments) == 0 {
		c.filled("text", m.Text, TextMax)
	} else {
		c.text("text", m.Text, TextMax)
	}
	if len(m.Attachments) > AttachmentsMax {
		c.fail("attachments", FieldTooMany, errs.Values{"max": AttachmentsMax})
	}
	for _, a := range m.Attachments {
		c.required("attachments", a.IsZero())
	}
	return errs.Fields("webchat.Say", c...)
}

// VisitorTyping says that the visitor began or stopped typing. It is never stored.
type VisitorTyping struct {
	Conversation id.Conversation `json:"conversation"`
	On           bool            `json:"on"`
}

// FrameType returns "typing".
func (*VisitorTyping) FrameType() string { return "typing" }

// Validate checks that a conversation is named.
func (m *VisitorTyping) Validate() error {
	var c checks
	c.required("conversation", m.Conversation.IsZero())
	return errs.Fields("webchat.VisitorTyping", c...)
}

// VisitorRead says that the visitor has seen the entries up to Seq.
type VisitorRead struct {
	Conversation id.Conversation `json:"conversation"`
	Seq          int64           `json:"seq"`
}

// FrameType returns "read".
func (*VisitorRead) FrameType() string { return "read" }

// Validate checks that an entry of a conversation is named.
func (m *VisitorRead) Validate() error {
	var c checks
	c.required("conversation", m.Conversation.IsZero())
	if m.Seq < 1 {
		c.fail("seq", FieldTooLow, errs.Values{"min": 1})
	}
	return errs.Fields("webchat.VisitorRead", c...)
}

// Page is one step of the visitor's trail over the brand's site. The widget
// leaves out the fragment and query members whose names speak of secrets.
type Page struct {
	URL   string    `json:"url"`
	Title string    `json:"title,omitempty"`
	At    time.Time `json:"at,omitzero"` // by the visitor's clock: for order only
}

// FrameType returns "page".
func (*Page) FrameType() string { return "page" }

// Validate checks that the page has a web address.
func (m *Page) Validate() error {
	var c checks
	m.check(&c, "")
	return errs.Fields("webchat.Page", c...)
}

// check gathers what is wrong with a page that may be absent.
func (m *Page) check(c *checks, prefix string) {
	if m == nil {
		return
	}
	c.filled(prefix+"url", m.URL, PageURLMax)
	if u, err := url.Parse(m.URL); m.URL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		c.fail(prefix+"url", FieldNotURL, nil)
	}
	c.text(prefix+"title", m.Title, PageTitleMax)
}

// pages checks the way over the site.
func (c *checks) pages(all []Page) {
	if len(all) > PagesMax {
		c.fail("pages", FieldTooMany, errs.Values{"max": PagesMax})
		return
	}
	for i := range all {
		all[i].check(c, at("pages", i)+".")
	}
}

// Language says that the visitor chose another language.
type Language struct {
	Language string `json:"language"`
}

// FrameType returns "language".
func (*Language) FrameType() string { return "language" }

// Validate checks that a language is named.
func (m *Language) Validate() error {
	var c checks
	c.filled("language", m.Language, LanguageMax)
	return errs.Fields("webchat.Language", c...)
}

// End is the visitor's wish to end the conversation.
type End struct {
	CID          string          `json:"cid"`
	Conversation id.Conversation `json:"conversation"`
}

// FrameType returns "end".
func (*End) FrameType() string { return "end" }

// Validate checks that a conversation is named.
func (m *End) Validate() error {
	var c checks
	c.cid(m.CID)
	c.required("conversation", m.Conversation.IsZero())
	return errs.Fields("webchat.End", c...)
}

// Survey is what the visitor thinks of an ended conversation.
type Survey struct {
	CID          string          `json:"cid"`
	Conversation id.Conversation `json:"conversation"`
	Stars        int             `json:"stars"`
	Comment      string          `json:"comment,omitempty"`
}

// FrameType returns "survey".
func (*Survey) FrameType() string { return "survey" }

// Validate checks the number of stars and the length of the comment.
func (m *Survey) Validate() error {
	var c checks
	c.cid(m.CID)
	c.required("conversation", m.Conversation.IsZero())
	switch {
	case m.Stars < StarsMin:
		c.fail("stars", FieldTooLow, errs.Values{"min": StarsMin})
	case m.Stars > StarsMax:
		c.fail("stars", FieldTooHigh, errs.Values{"max": StarsMax})
	}
	c.text("comment", m.Comment, CommentMax)
	return errs.Fields("webchat.Survey", c...)
}

// Address says where answers go that the visitor does not see here.
type Address struct {
	CID          string          `json:"cid"`
	Conversation id.Conversation `json:"conversation"`
	Email        string          `json:"email"`
}

// FrameType returns "address".
func (*Address) FrameType() string { return "address" }

// Validate checks that it is an address.
func (m *Address) Validate() error {
	var c checks
	c.cid(m.CID)
	c.required("conversation", m.Conversation.IsZero())
	c.email("email", m.Email)
	return errs.Fields("webchat.Address", c...)
}

// Ping asks for a beat, to learn at once whether a socket survived the sleep of its tab.
type Ping struct{}

// FrameType returns "ping".
func (*Ping) FrameType() string { return "ping" }

// Validate always passes: a ping says nothing.
func (*Ping) Validate() error { return nil }

// email checks an address that we may have to write to.
func (c *checks) email(path, s string) {
	if utf8.RuneCountInString(s) > EmailMax {
		c.fail(path, FieldTooLong, errs.Values{"max": EmailMax})
		return
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || !strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".") {
		c.fail(path, FieldNotEmail, nil)
	}
}
