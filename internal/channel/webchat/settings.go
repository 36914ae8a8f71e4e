package webchat

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/tenant"
)

// Bounds of the settings of a widget.
const (
	domainsMax     = 100
	domainMax      = 253 + len("https://:65535")
	widgetTextMax  = 1000
	optionsMax     = 30
	fileTypesMax   = 30
	fileTypeMax    = 100
	idleMin        = 1
	idleMax        = 24 * 60 // minutes
	idleMinutes    = 30
	consentTextMax = 2000

	patienceMin     = 2
	patienceMax     = 24 * 60 // minutes
	patienceMinutes = 10

	mailMin     = 1
	mailMax     = 24 * 60 // minutes
	mailMinutes = 5
)

// Settings are what an administrator decides about one widget: the config of
// its entry point. What is absent has the value of DefaultSettings.
type Settings struct {
	Color       string             `json:"color,omitempty"` // empty: the brand's
	Domains     []string           `json:"domains,omitempty"`
	Texts       map[string]Texts   `json:"texts,omitempty"` // by language
	Prechat     PrechatSettings    `json:"prechat,omitzero"`
	Offline     bool               `json:"offline"`
	Attachments AttachmentSettings `json:"attachments"`
	Survey      bool               `json:"survey"`
	IdleMinutes int                `json:"idle_minutes"`
	// PatienceMinutes is how long a place in the line is kept for a visitor whose page is away: a locked phone is not a farewell.
	PatienceMinutes int          `json:"patience_minutes"`
	Look            LookSettings `json:"look,omitzero"`
	Mail            MailSettings `json:"mail,omitzero"`
}

// MailSettings say whether a chat goes on by e-mail when its visitor is gone.
type MailSettings struct {
	From    id.EntryPoint `json:"from_id,omitzero"`  // the mailbox of the brand from which it does; 0: it does not
	Minutes int           `json:"minutes,omitempty"` // that the visitor is away before what was not seen goes; 0: mailMinutes
}

func (m MailSettings) on() bool { return !m.From.IsZero() }

// after is for how long a visitor is away before what was not seen goes by e-mail.
func (m MailSettings) after() time.Duration { return time.Duration(m.Minutes) * time.Minute }

// PrechatSettings is the pre-chat form in all languages.
type PrechatSettings struct {
	Fields  []FieldSettings  `json:"fields,omitempty"`
	Consent *ConsentSettings `json:"consent,omitempty"`
}

// FieldSettings is one question in all languages. The names "name", "email" and
// "phone" say that the answer belongs to the customer's details.
type FieldSettings struct {
	Name     string           `json:"name"`
	Kind     FieldKind        `json:"kind"`
	Required bool             `json:"required,omitempty"`
	Label    Words            `json:"label"`
	Options  []OptionSettings `json:"options,omitempty"`
}

// OptionSettings is one answer of a choice in all languages.
type OptionSettings struct {
	Value string `json:"value"`
	Label Words  `json:"label"`
}

// ConsentSettings is what a visitor must agree to, in all languages.
type ConsentSettings struct {
	Version string `json:"version"`
	Text    Words  `json:"text"`
	URL     string `json:"url,omitempty"`
}

// LookSettings say how the widget sits on a page; the attributes of its script tag win.
type LookSettings struct {
	Side     string `json:"side,omitempty"`     // "left"; empty: right
	Theme    string `json:"theme,omitempty"`    // "light", "dark", "auto"; empty: as the page is
	Launcher string `json:"launcher,omitempty"` // "hidden": the page opens the chat by a button of its own
}

// AttachmentSettings say whether files are taken, and which.
type AttachmentSettings struct {
	Enabled bool     `json:"enabled"`
	Types   []string `json:"types,omitempty"` // as in <input accept>; none: all that are stored
}

// Words is one text by language.
type Words map[string]string

// in returns the text in lang, or in the first of others that has one.
func (w Words) in(lang string, others []string) string {
	if text := w[lang]; text != "" {
		return text
	}
	for _, l := range others {
		if text := w[l]; text != "" {
			return text
		}
	}
	for _, l := range tenant.Languages() {
		if text := w[l]; text != "" {
			return text
		}
	}
	return ""
}

// DefaultSettings returns the settings of a widget about which nothing was decided.
func DefaultSettings() Settings {
	return Settings{Offline: true, Attachments: AttachmentSettings{Enabled: true}, Survey: true, IdleMinutes: idleMinutes, PatienceMinutes: patienceMinutes}
}

// ParseSettings reads the config of an entry point and names what is wrong with it.
func ParseSettings(config []byte) (Settings, error) {
	const op = "webchat.ParseSettings"
	s := DefaultSettings()
	if len(bytes.TrimSpace(config)) == 0 {
		return s, nil
	}
	d := json.NewDecoder(bytes.NewReader(config))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return Settings{}, &errs.Error{
			Kind: errs.Invalid, Op: op, Code: "fields", Err: err, Fields: []errs.Field{{Path: "config", Code: FieldMalformed}},
		}
	}
	if s.Mail.on() && s.Mail.Minutes == 0 {
		s.Mail.Minutes = mailMinutes
	}
	for i, domain := range s.Domains {
		s.Domains[i] = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(domain), "/"))
	}
	return s, s.check().Err(op)
}

// CheckConfig names what is wrong with the config of an entry point and returns it in its normal form.
func (Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := ParseSettings(config)
	if err != nil {
		return nil, err
	}
	out, err := json.Marshal(s)
	return out, errs.Op("webchat.CheckConfig", err)
}

// Named returns the mailbox from which the chats of a widget go on.
func (Adapter) Named(config []byte) []channel.Reference {
	s, err := ParseSettings(config)
	if err != nil || !s.Mail.on() {
		return nil
	}
	return []channel.Reference{{Path: "config.mail.from_id", Code: "widget.mailbox", Channel: channel.Email, Point: s.Mail.From}}
}

var (
	_ channel.Configurable = Adapter{}
	_ channel.Referring    = Adapter{}
)

var (
	domainForm    = regexp.MustCompile(`^(https?://)?(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)
	fieldNameForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	fileTypeForm  = regexp.MustCompile(`^(\.[A-Za-z0-9]+|[a-z]+/(\*|[a-z0-9.+-]+))$`)
)

func (s *Settings) check() *check.Fields {
	var f check.Fields
	if s.Color != "" {
		f.Color("config.color", s.Color)
	}
	f.Count("config.domains", len(s.Domains), 0, domainsMax)
	for i, domain := range s.Domains {
		if len(domain) > domainMax || !domainForm.MatchString(domain) {
			f.Add(at("config.domains", i), "format.hostname", nil)
		}
	}
	for lang, texts := range s.Texts {
		f.OneOf("config.texts", lang, tenant.Languages()...)
		for name, text := range texts.byName() {
			checkLines(&f, "config.texts."+lang+"."+name, text, widgetTextMax)
		}
	}
	s.Prechat.check(&f)
	f.Count("config.attachments.types", len(s.Attachments.Types), 0, fileTypesMax)
	for i, t := range s.Attachments.Types {
		if len(t) > fileTypeMax || !fileTypeForm.MatchString(t) {
			f.Add(at("config.attachments.types", i), FieldMalformed, nil)
		}
	}
	checkMinutes(&f, "config.idle_minutes", s.IdleMinutes, idleMin, idleMax)
	checkMinutes(&f, "config.patience_minutes", s.PatienceMinutes, patienceMin, patienceMax)
	if s.Mail.on() {
		checkMinutes(&f, "config.mail.minutes", s.Mail.Minutes, mailMin, mailMax)
	}
	f.OneOf("config.look.side", s.Look.Side, "", "left")
	f.OneOf("config.look.theme", s.Look.Theme, "", "light", "dark", "auto")
	f.OneOf("config.look.launcher", s.Look.Launcher, "", "hidden")
	return &f
}

func checkMinutes(f *check.Fields, path string, n, least, most int) {
	switch {
	case n < least:
		f.Add(path, FieldTooLow, errs.Values{"min": least})
	case n > most:
		f.Add(path, FieldTooHigh, errs.Values{"max": most})
	}
}

func (t Texts) byName() map[string]string {
	return map[string]string{
		"title": t.Title, "intro": t.Intro, "greeting": t.Greeting, "placeholder": t.Placeholder, "footnote": t.Footnote, "offline": t.Offline,
	}
}

func (p *PrechatSettings) check(f *check.Fields) {
	f.Count("config.prechat.fields", len(p.Fields), 0, FieldsMax)
	seen := map[string]bool{}
	for i, field := range p.Fields {
		path := at("config.prechat.fields", i)
		if len(field.Name) > FieldNameMax || !fieldNameForm.MatchString(field.Name) {
			f.Add(path+".name", FieldMalformed, nil)
		}
		if seen[field.Name] {
			f.Add(path+".name", "items.unique", nil)
		}
		seen[field.Name] = true
		f.OneOf(path+".kind", string(field.Kind), string(FieldText), string(FieldEmail), string(FieldPhone), string(FieldChoice))
		field.Label.check(f, path+".label", FieldValueMax)
		field.checkOptions(f, path+".options")
	}
	if c := p.Consent; c != nil {
		f.Text("config.prechat.consent.version", c.Version, FieldNameMax)
		c.Text.check(f, "config.prechat.consent.text", consentTextMax)
		if c.URL != "" && (len(c.URL) > PageURLMax || !strings.HasPrefix(c.URL, "https://") && !strings.HasPrefix(c.URL, "http://")) {
			f.Add("config.prechat.consent.url", FieldNotURL, nil)
		}
	}
}

func (field *FieldSettings) checkOptions(f *check.Fields, path string) {
	least := 0
	if field.Kind == FieldChoice {
		least = 1
	}
	f.Count(path, len(field.Options), least, optionsMax)
	for i, o := range field.Options {
		f.Text(at(path, i)+".value", o.Value, FieldValueMax)
		o.Label.check(f, at(path, i)+".label", FieldValueMax)
	}
}

// check wants a text in at least one language that we know.
func (w Words) check(f *check.Fields, path string, limit int) {
	filled := false
	for lang, text := range w {
		f.OneOf(path, lang, tenant.Languages()...)
		checkLines(f, path+"."+lang, text, limit)
		filled = filled || strings.TrimSpace(text) != ""
	}
	if !filled {
		f.Add(path, FieldRequired, nil)
	}
}

// checkLines checks a text that may have several lines.
func checkLines(f *check.Fields, path, text string, limit int) {
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		f.Add(path, FieldMalformed, nil)
	case utf8.RuneCountInString(text) > limit:
		f.Add(path, FieldTooLong, errs.Values{"max": limit})
	}
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// idle is after how long a conversation in which nobody writes is ended.
func (s *Settings) idle() time.Duration { return time.Duration(s.IdleMinutes) * time.Minute }

// patience is for how long who waits may be away.
func (s *Settings) patience() time.Duration { return time.Duration(s.PatienceMinutes) * time.Minute }

// form returns the pre-chat form in lang.
func (s *Settings) form(lang string, others []string) PrechatForm {
	var form PrechatForm
	for _, f := range s.Prechat.Fields {
		field := FormField{Name: f.Name, Label: f.Label.in(lang, others), Kind: f.Kind, Required: f.Required}
		for _, o := range f.Options {
			field.Options = append(field.Options, Option{Value: o.Value, Label: o.Label.in(lang, others)})
		}
		form.Fields = append(form.Fields, field)
	}
	if c := s.Prechat.Consent; c != nil {
		form.Consent = &Consent{Version: c.Version, Text: c.Text.in(lang, others), URL: c.URL}
	}
	return form
}

// texts returns the brand's own words in lang, each by itself in another language where lang has none.
func (s *Settings) texts(lang string, others []string) Texts {
	pick := func(of func(Texts) string) string {
		words := Words{}
		for l, t := range s.Texts {
			words[l] = of(t)
		}
		return words.in(lang, others)
	}
	return Texts{
		Title:       pick(func(t Texts) string { return t.Title }),
		Intro:       pick(func(t Texts) string { return t.Intro }),
		Greeting:    pick(func(t Texts) string { return t.Greeting }),
		Placeholder: pick(func(t Texts) string { return t.Placeholder }),
		Footnote:    pick(func(t Texts) string { return t.Footnote }),
		Offline:     pick(func(t Texts) string { return t.Offline }),
	}
}

// policy returns which files are taken.
func (s *Settings) policy() AttachmentPolicy {
	if !s.Attachments.Enabled {
		return AttachmentPolicy{}
	}
	return AttachmentPolicy{Enabled: true, Count: AttachmentsMax, Bytes: AttachmentBytesMax, Types: s.Attachments.Types}
}
