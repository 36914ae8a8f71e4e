package whatsapp

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Bounds of what is asked for of templates.
const (
	templatesFor  = 5 * time.Minute // for so long a list is good
	templatePages = 10              // of 100
	maxListed     = 1000            // business accounts
)

// listed are the templates of a business account as Meta has told them.
type listed struct {
	at  time.Time
	all []channel.Template
}

// node is a template as Meta tells of it.
type node struct {
	Name       string      `json:"name"`
	Language   string      `json:"language"`
	Status     string      `json:"status"`
	Category   string      `json:"category"`
	Components []component `json:"components"`
}

type component struct {
	Type    string      `json:"type"`
	Format  string      `json:"format"`
	Text    string      `json:"text"`
	Buttons []offered   `json:"buttons"`
	Example exampleOf   `json:"example"`
	Cards   []component `json:"cards"`
}

type exampleOf struct {
	Header      []string   `json:"header_text"`
	Body        [][]string `json:"body_text"`
	NamedHeader []named    `json:"header_text_named_params"`
	NamedBody   []named    `json:"body_text_named_params"`
}

type named struct {
	Name    string `json:"param_name"`
	Example string `json:"example"`
}

// offered is a button of a template.
type offered struct {
	Type    string          `json:"type"`
	Text    string          `json:"text"`
	URL     string          `json:"url"`
	Phone   string          `json:"phone_number"`
	Example json.RawMessage `json:"example"` // a list, or one
}

// Templates lists the templates of the business account of a number, as of a few minutes ago.
func (a *Adapter) Templates(ctx context.Context, p channel.EntryPoint) (all []channel.Template, err error) {
	err = a.do(ctx, p, func(l line) error {
		all, err = a.list(ctx, l)
		return err
	})
	return all, err
}

func (a *Adapter) list(ctx context.Context, l line) ([]channel.Template, error) {
	a.mu.Lock()
	last, known := a.known[l.Business]
	a.mu.Unlock()
	if known && time.Since(last.at) < templatesFor {
		return last.all, nil
	}
	fresh := listed{at: time.Now()}
	call := l.call("", l.Business+"/message_templates", nil)
	call.Query = url.Values{"fields": {"name,language,status,category,components"}, "limit": {"100"}}
	err := l.client.Each(ctx, call, templatePages, func(item json.RawMessage) (bool, error) {
		var n node
		if err := json.Unmarshal(item, &n); err == nil && n.Name != "" { // one that cannot be read is not there
			fresh.all = append(fresh.all, n.template())
		}
		return true, nil
	})
	if err != nil {
		return nil, harmless(err)
	}
	slices.SortFunc(fresh.all, channel.Template.Compare)
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= maxListed {
		clear(a.known)
	}
	a.known[l.Business] = fresh
	return fresh.all, nil
}

// forget has the templates of a business account asked for again: Meta has said that they have changed.
func (a *Adapter) forget(business string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.known, business)
}

// template is n in our words.
func (n node) template() channel.Template {
	t := channel.Template{Name: clip.Bytes(n.Name, meta.MaxID), Language: clip.Bytes(n.Language, meta.MaxID), Category: strings.ToLower(clip.Bytes(n.Category, meta.MaxID))}
	t.Adverts, t.Unfit = strings.EqualFold(n.Category, "MARKETING"), unfit(n.Status)
	if strings.EqualFold(n.Category, "AUTHENTICATION") {
		t.Unfit = firstOf(t.Unfit, "template.kind") // codes are for machines to send
	}
	for _, c := range n.Components {
		parts, why := c.parts()
		t.Parts, t.Unfit = append(t.Parts, parts...), firstOf(t.Unfit, why)
	}
	return t
}

// unfit is why a template of a status cannot be sent; empty: it can.
func unfit(status string) string {
	switch strings.ToUpper(status) {
	case "APPROVED":
		return ""
	case "PENDING", "IN_APPEAL", "REJECTED":
		return "template.pending"
	}
	return "template.paused"
}

// parts returns what people read of a component, and why we cannot send it.
func (c component) parts() ([]channel.TemplatePart, string) {
	switch strings.ToUpper(c.Type) {
	case "HEADER":
		if c.Format != "" && !strings.EqualFold(c.Format, "TEXT") {
			return nil, "template.kind"
		}
		return []channel.TemplatePart{part(channel.PartHeader, "header", c.Text, c.Example.header())}, ""
	case "BODY":
		return []channel.TemplatePart{part(channel.PartBody, "body", c.Text, c.Example.body())}, ""
	case "FOOTER":
		return []channel.TemplatePart{{Kind: channel.PartFooter, Text: c.Text}}, ""
	case "BUTTONS":
		return buttons(c.Buttons)
	}
	return nil, "template.kind"
}

func (e exampleOf) header() map[string]string { return byName(e.Header, e.NamedHeader) }

func (e exampleOf) body() map[string]string {
	if len(e.Body) > 0 {
		return byName(e.Body[0], e.NamedBody)
	}
	return byName(nil, e.NamedBody)
}

// byName returns examples by the names of their places: those without one are counted.
func byName(counted []string, all []named) map[string]string {
	out := map[string]string{}
	for i, text := range counted {
		out[strconv.Itoa(i+1)] = text
	}
	for _, n := range all {
		out[n.Name] = n.Example
	}
	return out
}

// places are where values go in a text of Meta's.
var places = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}`)

// part is a text of Meta's with its places. Their keys begin with where.
func part(kind channel.PartKind, where, text string, examples map[string]string) channel.TemplatePart {
	p := channel.TemplatePart{Kind: kind}
	p.Text, p.Places = keyed(where, text, examples)
	return p
}

func keyed(where, text string, examples map[string]string) (string, []channel.Place) {
	var all []channel.Place
	text = places.ReplaceAllStringFunc(text, func(found string) string {
		name := places.FindStringSubmatch(found)[1]
		place := channel.Place{Key: where + "." + name, Example: clip.Bytes(examples[name], maxField)}
		if !slices.Contains(all, place) {
			all = append(all, place)
		}
		return "{{" + place.Key + "}}"
	})
	return text, all
}

// buttons returns the buttons of a template, and why we cannot send it.
func buttons(all []offered) (parts []channel.TemplatePart, why string) {
	for i, b := range all {
		p := channel.TemplatePart{Kind: channel.PartButton, Text: b.Text}
		switch strings.ToUpper(b.Type) {
		case "QUICK_REPLY":
		case "URL":
			p.Link, p.Places = keyed("button."+strconv.Itoa(i), b.URL, byName(b.examples(), nil))
		case "PHONE_NUMBER":
			p.Link = b.Phone
		default:
			why = "template.kind"
		}
		parts = append(parts, p)
	}
	return parts, why
}

func (b offered) examples() (all []string) {
	if json.Unmarshal(b.Example, &all) != nil {
		var one string
		_ = json.Unmarshal(b.Example, &one) // it is neither: there is none
		all = []string{one}
	}
	return all
}

// templated is a template as the Cloud API takes it.
type templated struct {
	Name       string      `json:"name"`
	Language   language    `json:"language"`
	Components []filledOut `json:"components,omitempty"`
}

type language struct {
	Policy string `json:"policy"`
	Code   string `json:"code"`
}

type filledOut struct {
	Type       string      `json:"type"`
	SubType    string      `json:"sub_type,omitempty"`
	Index      string      `json:"index,omitempty"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type string `json:"type"`
	Name string `json:"parameter_name,omitempty"`
	Text string `json:"text"`
}

// SendTemplate sends a template with its values.
func (a *Adapter) SendTemplate(ctx context.Context, out channel.Outgoing) (sent channel.Sent, err error) {
	err = a.do(ctx, out.EntryPoint, func(l line) error {
		all, err := a.list(ctx, l)
		if err != nil {
			return err
		}
		t, found := out.Template.Find(all)
		if !found {
			return channel.Fail(channel.Permanent, "template.gone", nil)
		}
		s := to(out.To, "template")
		s.Template = filledIn(t, out.Template.Values)
		sent, err = l.sendAll(ctx, out, []sending{s})
		if f := channel.Judge(err); err != nil && strings.HasPrefix(f.Code, "template.") {
			a.forget(l.Business)
		}
		return err
	})
	return sent, err
}

// filledIn is a template with values as Meta takes it.
func filledIn(t channel.Template, values map[string]string) *templated {
	out := &templated{Name: t.Name, Language: language{Policy: "deterministic", Code: t.Language}}
	button := 0
	for _, part := range t.Parts {
		c := filledOut{Type: string(part.Kind)}
		if part.Kind == channel.PartButton {
			c.SubType, c.Index = "url", strconv.Itoa(button)
			button++
		}
		for _, place := range part.Places {
			p := parameter{Type: "text", Text: values[place.Key]}
			name := place.Key[strings.LastIndexByte(place.Key, '.')+1:]
			if _, err := strconv.Atoi(name); err != nil {
				p.Name = name
			}
			c.Parameters = append(c.Parameters, p)
		}
		if len(c.Parameters) > 0 {
			out.Components = append(out.Components, c)
		}
	}
	return out
}
