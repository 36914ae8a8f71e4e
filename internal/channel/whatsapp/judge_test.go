package whatsapp

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
)

// judge is Meta's own description of the messages that its API takes.
type judge struct {
	schemas map[string]any
}

func newJudge(t *testing.T) judge {
	t.Helper()
	raw, err := os.ReadFile("testdata/messages-v23.json")
	var said struct {
		Schemas map[string]any `json:"schemas"`
	}
	if err == nil {
		err = json.Unmarshal(raw, &said)
	}
	if err != nil {
		t.Fatal(err)
	}
	return judge{said.Schemas}
}

// flat returns a schema with what it refers to in place, and with all of allOf as one: the
// description closes single parts of a message (additionalProperties), which taken by
// themselves allow no message at all.
func (j judge) flat(of any) map[string]any {
	s, _ := of.(map[string]any)
	if ref, is := s["$ref"].(string); is {
		return j.flat(j.schemas[ref[strings.LastIndexByte(ref, '/')+1:]])
	}
	out := map[string]any{}
	for k, v := range s {
		switch k {
		case "allOf", "discriminator", "const": // Choose says which
		case "properties":
			all := map[string]any{}
			for name, p := range v.(map[string]any) {
				all[name] = j.flat(p)
			}
			out[k] = all
		case "items":
			out[k] = j.flat(v)
		case "oneOf":
			var all []any
			for _, one := range v.([]any) {
				all = append(all, j.flat(one))
			}
			out[k] = all
		default:
			out[k] = v
		}
	}
	if out["properties"] != nil && out["type"] == nil { // what the description leaves to be guessed
		out["type"] = "object"
	}
	parts, _ := s["allOf"].([]any)
	for _, part := range parts {
		out = merged(out, j.flat(part))
	}
	return out
}

func merged(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	for k, v := range b {
		switch before := out[k]; {
		case k == "properties" && before != nil:
			all := maps.Clone(before.(map[string]any))
			for name, p := range v.(map[string]any) {
				if was, twice := all[name].(map[string]any); twice {
					p = merged(was, p.(map[string]any))
				}
				all[name] = p
			}
			out[k] = all
		case k == "required" && before != nil:
			out[k] = append(slices.Clone(before.([]any)), v.([]any)...)
		default:
			out[k] = v
		}
	}
	return out
}

// find says what is wrong with a value of a schema.
func (j judge) find(t *testing.T, schema map[string]any, value any) []string {
	t.Helper()
	raw, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	var s huma.Schema
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	prepare(&s)
	var found huma.ValidateResult
	huma.Validate(huma.NewMapRegistry("", huma.DefaultSchemaNamer), &s, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, value, &found)
	var all []string
	for _, e := range found.Errors {
		all = append(all, e.Error())
	}
	return all
}

func prepare(s *huma.Schema) {
	s.PrecomputeMessages()
	for _, p := range s.Properties {
		prepare(p)
	}
	for _, p := range s.OneOf {
		prepare(p)
	}
	if s.Type == huma.TypeArray && s.Items == nil { // of anything
		s.Items = &huma.Schema{}
	}
	if s.Items != nil {
		prepare(s.Items)
	}
}

// message says what is wrong with a message. What is newer than the description is taken
// off first: the id in place of a number, and our own name of it.
func (j judge) message(t *testing.T, raw []byte) []string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	if m["status"] != nil {
		return j.find(t, j.flat(j.schemas["MarkMessageRequestPayload"]), m)
	}
	if user, is := m["recipient"]; is {
		m["to"] = user
		delete(m, "recipient")
	}
	delete(m, "biz_opaque_callback_data")
	mapping := j.schemas["Message"].(map[string]any)["discriminator"].(map[string]any)["mapping"].(map[string]any)
	kind, _ := m["type"].(string)
	of, known := mapping[kind]
	if !known {
		return []string{"no such type: " + kind}
	}
	wrong := j.find(t, j.flat(map[string]any{"$ref": of}), m)
	template, _ := m["template"].(map[string]any)
	components, _ := template["components"].([]any)
	for _, c := range components {
		wrong = append(wrong, j.component(t, c.(map[string]any))...)
	}
	return wrong
}

// component says what is wrong with a part of a template. Buttons are counted from 0 to 9; the
// description says so in words, and its pattern (^[2-6, 11-14]$) is a slip that refuses its own examples.
func (j judge) component(t *testing.T, c map[string]any) []string {
	t.Helper()
	of := map[string]string{"header": "HeaderComponent", "body": "BodyComponent", "button": "ButtonComponent"}[c["type"].(string)]
	schema := j.flat(j.schemas[of])
	if index, is := schema["properties"].(map[string]any)["index"].(map[string]any); is {
		index["pattern"] = "^[0-9]$"
	}
	wrong := j.find(t, schema, c)
	parameters, _ := c["parameters"].([]any)
	for _, p := range parameters {
		named := maps.Clone(p.(map[string]any))
		delete(named, "parameter_name") // newer than the description
		of := "TextParameter"
		if c["type"] == "button" {
			of = "ButtonTextParameter"
		}
		wrong = append(wrong, j.find(t, j.flat(j.schemas[of]), named)...)
	}
	return wrong
}

// spoken are accounts that are open with one token.
type spoken struct{ account channel.Account }

func (s spoken) Open(context.Context, channel.EntryPoint) (channel.Account, error) {
	return s.account, nil
}

func (spoken) Heard(_ context.Context, _ channel.EntryPoint, err error) error { return err }

// file is a file of an answer in memory.
type file struct{ *strings.Reader }

func (file) Close() error { return nil }

// desk is an adapter with a number at a WhatsApp of its own.
func desk(t *testing.T) (*Adapter, *metatest.Number, channel.Outgoing) {
	t.Helper()
	g := metatest.New(t)
	business := g.Business("419561257915477")
	business.Template(metatest.Event{
		"name": "paczka_w_drodze", "language": "pl", "status": "APPROVED", "category": "UTILITY",
		"components": []metatest.Event{
			{"type": "HEADER", "format": "TEXT", "text": "Zamówienie {{1}}", "example": metatest.Event{"header_text": []string{"100"}}},
			{"type": "BODY", "text": "Dzień dobry {{imie}}, paczka będzie {{kiedy}}.", "example": metatest.Event{
				"body_text_named_params": []metatest.Event{{"param_name": "imie", "example": "Anno"}, {"param_name": "kiedy", "example": "jutro"}},
			}},
			{"type": "FOOTER", "text": "Fala"},
			{"type": "BUTTONS", "buttons": []metatest.Event{
				{"type": "QUICK_REPLY", "text": "Dziękuję"}, {"type": "URL", "text": "Śledź", "url": "https://fala.example/{{1}}", "example": []string{"abc"}},
			}},
		},
	})
	number := business.Number("106540352242922", "+48 22 100 20 30", "Fala")
	config := []byte(`{"waba_id":"419561257915477","phone_number_id":"106540352242922"}`)
	p := channel.EntryPoint{Tenant: 1, ID: 7, Brand: 2, Channel: channel.WhatsApp, Address: number.ID, Config: config, Active: true}
	a := NewAdapter(meta.NewClient(g.App(), http.DefaultClient), "https://desk.example")
	token := business.Token(metatest.WhatsAppScopes()...)
	a.Connect(spoken{channel.Account{EntryPoint: p, Secrets: channel.Secrets{secretToken: token}}}, nil)
	number.Hook(func([]byte, string) int { return http.StatusOK })
	number.Writes(number.Person(metatest.Writer{User: "PL.1491", Phone: "48600100200", Name: "Zofia"}), "wamid.theirs", metatest.Event{"type": "text"})
	return a, number, channel.Outgoing{EntryPoint: p, Entry: 77, To: channel.Party{Provider: provider, ExternalID: "PL.1491"}, Open: func(context.Context, channel.File) (io.ReadSeekCloser, error) {
		return file{strings.NewReader("plik")}, nil
	}}
}

// What we send is what Meta's description allows, and the description refuses what is wrong.
func TestWhatIsSentIsJudgedByMetasDescription(t *testing.T) {
	t.Parallel()
	a, number, out := desk(t)
	ctx := t.Context()
	send := func(what string, change func(*channel.Outgoing)) {
		o := out
		change(&o)
		if _, err := a.Send(ctx, o); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	send("a text", func(o *channel.Outgoing) { o.Text = "Dzień dobry, https://fala.example" })
	send("a text to a number", func(o *channel.Outgoing) { o.Text, o.To.ExternalID = "Dzień dobry", "48600100200" })
	send("an answer to one of theirs", func(o *channel.Outgoing) { o.Text, o.InReplyTo, o.Chosen = "Tak", "wamid.theirs", true })
	for _, kind := range []string{"image/png", "audio/ogg", "video/mp4", "application/pdf"} {
		send(kind, func(o *channel.Outgoing) {
			o.Text, o.Attachments = "Proszę", []channel.File{{ID: 5, Name: "plik", Type: kind, Size: 4}}
		})
	}
	for _, on := range []bool{true, false} {
		if err := a.React(ctx, out, channel.Reaction{Target: "wamid.theirs", Text: "👍", On: on}); err != nil {
			t.Error(err)
		}
	}
	use := channel.TemplateUse{Name: "paczka_w_drodze", Language: "pl", Values: map[string]string{"header.1": "77", "body.imie": "Zofio", "body.kiedy": "w piątek", "button.1.1": "x"}}
	withUse := out
	withUse.Template = &use
	if _, err := a.SendTemplate(ctx, withUse); err != nil {
		t.Error(err)
	}
	j, judged := newJudge(t), 0
	for _, taken := range number.Taken() {
		if taken.Lost {
			t.Errorf("it goes to nobody: %s", taken.Body)
		}
		if wrong := j.message(t, taken.Body); len(wrong) > 0 {
			t.Errorf("%s: %v", taken.Body, wrong)
		}
		judged++
	}
	if judged != 11 { // a text beside a sound is a message of its own
		t.Errorf("%d messages were judged", judged)
	}
	for what, bad := range map[string]string{
		"no recipient":           `{"messaging_product":"whatsapp","recipient_type":"individual","type":"text","text":{"body":"x"}}`,
		"a field there is not":   `{"messaging_product":"whatsapp","recipient_type":"individual","to":"1","type":"text","text":{"body":"x","html":"y"}}`,
		"another type":           `{"messaging_product":"whatsapp","recipient_type":"individual","to":"1","type":"dance","dance":{}}`,
		"a file without a name":  `{"messaging_product":"whatsapp","recipient_type":"individual","to":"1","type":"image","image":{"caption":"x"}}`,
		"a template's language":  `{"messaging_product":"whatsapp","recipient_type":"individual","to":"1","type":"template","template":{"name":"x","language":{"code":"pl"}}}`,
		"a button without index": `{"messaging_product":"whatsapp","recipient_type":"individual","to":"1","type":"template","template":{"name":"x","language":{"policy":"deterministic","code":"pl"},"components":[{"type":"button","sub_type":"url","parameters":[{"type":"text","text":"x"}]}]}}`,
		"a mark without message": `{"messaging_product":"whatsapp","status":"read"}`,
	} {
		if len(j.message(t, []byte(bad))) == 0 {
			t.Errorf("the judge takes %s", what)
		}
	}
}
