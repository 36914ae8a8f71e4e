package webchat

import (
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Config is the answer of GET /w/config: all that the widget shows before anybody has written.
type Config struct {
	Protocol    int              `json:"protocol"`
	Brand       BrandLook        `json:"brand"`
	Language    string           `json:"language"`  // of the texts below
	Languages   []string         `json:"languages"` // that the visitor may choose
	Look        Look             `json:"look,omitzero"`
	Texts       Texts            `json:"texts"`
	Prechat     PrechatForm      `json:"prechat"`
	Hours       Hours            `json:"hours"`
	Offline     bool             `json:"offline"`        // the offline form is taken
	Wait        *int             `json:"wait,omitempty"` // expected seconds until an agent is here
	Attachments AttachmentPolicy `json:"attachments"`
	Survey      bool             `json:"survey"`
	Mail        bool             `json:"mail,omitempty"` // what is not seen goes by e-mail, where an address is known
}

// BrandLook is how the brand looks.
type BrandLook struct {
	Name   string `json:"name"`
	Color  string `json:"color"`            // "#rrggbb", as the brand has chosen it
	Accent string `json:"accent,omitempty"` // the same, darkened until white text on it can be read
	Logo   string `json:"logo,omitempty"`
}

// Look is how the widget sits on a page, where its script tag says nothing else.
type Look struct {
	Side     string `json:"side,omitempty"`     // "left"
	Theme    string `json:"theme,omitempty"`    // "light", "dark", "auto"
	Launcher string `json:"launcher,omitempty"` // "hidden"
}

// Texts are the brand's own words; an empty one leaves the widget's.
type Texts struct {
	Title       string `json:"title,omitempty"`
	Intro       string `json:"intro,omitempty"`
	Greeting    string `json:"greeting,omitempty"` // shown as the first bubble of a new conversation
	Placeholder string `json:"placeholder,omitempty"`
	Footnote    string `json:"footnote,omitempty"` // under the composer
	Offline     string `json:"offline,omitempty"`
}

// PrechatForm is what is asked before the first message.
type PrechatForm struct {
	Fields  []FormField `json:"fields,omitempty"`
	Consent *Consent    `json:"consent,omitempty"`
}

// FieldKind is how a field is asked.
type FieldKind string

// Kinds of fields.
const (
	FieldText   FieldKind = "text"
	FieldEmail  FieldKind = "email"
	FieldPhone  FieldKind = "phone"
	FieldChoice FieldKind = "choice"
)

// FormField is one question of the pre-chat form.
type FormField struct {
	Name     string    `json:"name"`
	Label    string    `json:"label"`
	Kind     FieldKind `json:"kind"`
	Required bool      `json:"required"`
	Options  []Option  `json:"options,omitempty"`
}

// Option is one answer of a choice.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Consent is a text that the visitor must agree to before writing.
type Consent struct {
	Version string `json:"version"`
	Text    string `json:"text"`
	URL     string `json:"url,omitempty"`
}

// Hours say whether somebody is there.
type Hours struct {
	Open bool      `json:"open"`
	Next time.Time `json:"next,omitzero"` // when Open changes; absent if never
}

// AttachmentPolicy is which files are taken.
type AttachmentPolicy struct {
	Enabled bool     `json:"enabled"`
	Count   int      `json:"count"`
	Bytes   int64    `json:"bytes"`
	Types   []string `json:"types,omitempty"` // as in <input accept>; none: all
}

// VisitorRequest is the body of POST /w/visitors.
type VisitorRequest struct {
	Key      string `json:"key"`
	Token    string `json:"token,omitempty"`    // of this browser, if it has one
	Identity string `json:"identity,omitempty"` // signed by the brand: see docs/widget-protocol.md
	// Invitation is the token of an agent's invitation to go on by chat.
	Invitation string `json:"invitation,omitempty"`
	Language   string `json:"language,omitempty"`
	Pages      []Page `json:"pages,omitempty"` // the way to here, the oldest first
}

// Validate checks sizes.
func (r *VisitorRequest) Validate() error {
	var c checks
	c.filled("key", r.Key, TokenMax)
	c.text("token", r.Token, TokenMax)
	c.text("identity", r.Identity, IdentityMax)
	c.text("invitation", r.Invitation, TokenMax)
	c.text("language", r.Language, LanguageMax)
	c.pages(r.Pages)
	return errs.Fields("webchat.VisitorRequest", c...)
}

// VisitorAnswer is the answer of POST /w/visitors.
type VisitorAnswer struct {
	Token         string                `json:"token"`
	Visitor       Visitor               `json:"visitor"`
	Conversations []ConversationSummary `json:"conversations"` // newest first
	// Later says that the identity is not taken yet: it would end the conversation that goes on. The widget shows it again after that.
	Later bool `json:"later,omitempty"`
}

// ConversationSummary is one line of the visitor's history.
type ConversationSummary struct {
	ID     id.Conversation `json:"id"`
	Phase  Phase           `json:"phase"`
	At     time.Time       `json:"at"`              // of the newest entry
	Text   string          `json:"text,omitempty"`  // the beginning of the newest message
	Agent  *Agent          `json:"agent,omitempty"` // who answered last
	Unread int             `json:"unread,omitempty"`
}

// Entries is the answer of GET /w/entries.
type Entries struct {
	Entries []Entry `json:"entries"`        // by seq, after the one asked for
	More    bool    `json:"more,omitempty"` // ask again after the last seq
	State   State   `json:"state"`
	Typing  bool    `json:"typing,omitempty"`
	Version string  `json:"version"` // of State and Typing; given back, the answer waits for a change
}

// OfflineRequest is the body of POST /w/offline: a message for when somebody is back.
type OfflineRequest struct {
	Key            string `json:"key"`
	Token          string `json:"token,omitempty"`
	CID            string `json:"cid"`
	Name           string `json:"name"`
	Email          string `json:"email"`
	Text           string `json:"text"`
	Consent        bool   `json:"consent"`
	ConsentVersion string `json:"consent_version,omitempty"`
	Language       string `json:"language,omitempty"`
	Pages          []Page `json:"pages,omitempty"`
}

// whoWrites checks that there is a name and an address to a message for later.
func (c *checks) whoWrites(name, email string) {
	c.required("name", strings.TrimSpace(name) == "")
	c.required("email", strings.TrimSpace(email) == "")
}

// OfflineAnswer is the answer of POST /w/offline: whose the message is, and where
// its answer will be. It is empty for a repetition that does not show the visitor's token.
type OfflineAnswer struct {
	*VisitorAnswer

	Conversation id.Conversation `json:"conversation,omitzero"`
}

// Validate checks that the visitor can be answered.
func (r *OfflineRequest) Validate() error {
	var c checks
	c.filled("key", r.Key, TokenMax)
	c.text("token", r.Token, TokenMax)
	c.cid(r.CID)
	c.text("name", r.Name, NameMax)
	if r.Email != "" {
		c.email("email", r.Email)
	}
	if r.Token == "" { // nobody has signed them
		c.whoWrites(r.Name, r.Email)
	}
	c.filled("text", r.Text, TextMax)
	c.text("consent_version", r.ConsentVersion, FieldNameMax)
	c.text("language", r.Language, LanguageMax)
	c.pages(r.Pages)
	return errs.Fields("webchat.OfflineRequest", c...)
}

// Check says what is wrong with the answers to f, beyond Prechat.Validate.
func (f *PrechatForm) Check(m *Prechat) error {
	const op = "webchat.PrechatForm.Check"
	var c checks
	for _, field := range f.Fields {
		value := strings.TrimSpace(m.Fields[field.Name])
		path := "fields." + field.Name
		switch {
		case value == "" && field.Required:
			c.fail(path, FieldRequired, nil)
		case value == "":
		case field.Kind == FieldEmail:
			c.email(path, value)
		case field.Kind == FieldChoice && !field.offers(value):
			c.fail(path, FieldNotOneOf, errs.Values{"allowed": field.labels()})
		}
	}
	if err := errs.Fields(op, c...); err != nil {
		return err
	}
	if !f.agrees(m.Consent, m.ConsentVersion) {
		return errs.New(errs.Invalid, op, CodeConsent)
	}
	return nil
}

// agrees reports whether the text that is asked now was agreed to, and no other.
func (f *PrechatForm) agrees(consent bool, version string) bool {
	return f.Consent == nil || consent && version == f.Consent.Version
}

// withoutDetails returns the form without what it asks of who somebody is.
func (f PrechatForm) withoutDetails() PrechatForm {
	f.Fields = slices.DeleteFunc(slices.Clone(f.Fields), func(field FormField) bool {
		return field.Name == fieldName || field.Name == fieldEmail || field.Name == fieldPhone
	})
	return f
}

// asks reports whether a field is in the form.
func (f *PrechatForm) asks(name string) bool {
	return slices.ContainsFunc(f.Fields, func(field FormField) bool { return field.Name == name })
}

// labels returns the field's options in words.
func (f *FormField) labels() string {
	var all []string
	for _, o := range f.Options {
		all = append(all, o.Label)
	}
	return strings.Join(all, ", ")
}

// offers reports whether value is one of the field's options.
func (f *FormField) offers(value string) bool {
	for _, o := range f.Options {
		if o.Value == value {
			return true
		}
	}
	return false
}
