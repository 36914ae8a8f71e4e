package metatest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What the Cloud API refuses, from Meta's documents.
const (
	whatsAppText    = 4096
	whatsAppCaption = 1024
	whatsAppWindow  = 24 * time.Hour
	pairPause       = 6 * time.Second
)

// whatsAppRequest is a message as we ask for it.
type whatsAppRequest struct {
	Product   string `json:"messaging_product"`
	Kind      string `json:"recipient_type"`
	To        string `json:"to"`
	Recipient string `json:"recipient"`
	Type      string `json:"type"`
	Status    string `json:"status"`
	MessageID string `json:"message_id"`
	Mark      string `json:"biz_opaque_callback_data"`
	Typing    *struct {
		Type string `json:"type"`
	} `json:"typing_indicator"`
	Context struct {
		ID string `json:"message_id"`
	} `json:"context"`
	Text struct {
		Body string `json:"body"`
	} `json:"text"`
	Image    *whatsAppFile `json:"image"`
	Audio    *whatsAppFile `json:"audio"`
	Video    *whatsAppFile `json:"video"`
	Document *whatsAppFile `json:"document"`
	Reaction struct {
		Message string  `json:"message_id"`
		Emoji   *string `json:"emoji"`
	} `json:"reaction"`
	Template *whatsAppTemplate `json:"template"`
}

type whatsAppFile struct {
	ID      string `json:"id"`
	Caption string `json:"caption"`
}

type whatsAppTemplate struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []struct {
		Type       string `json:"type"`
		SubType    string `json:"sub_type"`
		Index      string `json:"index"`
		Parameters []struct {
			Type string `json:"type"`
			Name string `json:"parameter_name"`
			Text string `json:"text"`
		} `json:"parameters"`
	} `json:"components"`
}

// file returns the file of a message; nil: it is none.
func (in whatsAppRequest) file() *whatsAppFile {
	return map[string]*whatsAppFile{"image": in.Image, "audio": in.Audio, "video": in.Video, "document": in.Document}[in.Type]
}

func (n *Number) serveSend(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20)) // what is cut cannot be read
	var in whatsAppRequest
	if err := json.Unmarshal(raw, &in); err != nil || in.Product != "whatsapp" {
		failure{status: 400, code: 100, message: "(#100) Invalid parameter", details: "messaging_product is required"}.write(w)
		return
	}
	if in.Status != "" {
		n.serveMark(w, in)
		return
	}
	fault := Fault("")
	if in.Type != "reaction" {
		fault = n.graph.takeFault()
	}
	if n.graph.serveFault(w, fault) {
		return
	}
	if bad := n.refused(in); bad != nil {
		bad.write(w)
		return
	}
	t := n.take(in, raw)
	n.graph.tell(Message{ID: t.ID, PSID: t.To, Text: t.Text})
	n.late(t)
	if fault == Silent {
		panic(http.ErrAbortHandler) // the line is cut
	}
	if fault == Garbage {
		_, _ = io.WriteString(w, "{}}") // who went away needs no answer
		return
	}
	answer(w, Event{
		"messaging_product": "whatsapp", "contacts": []Event{{"input": t.To, "wa_id": t.To}}, "messages": []Event{{"id": t.ID, "message_status": "accepted"}},
	})
}

// serveMark takes that a message of theirs was read.
func (n *Number) serveMark(w http.ResponseWriter, in whatsAppRequest) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if in.Status != "read" || !n.theirs[in.MessageID] {
		failure{status: 400, code: 100, message: "(#100) Invalid parameter", details: "the message does not exist"}.write(w)
		return
	}
	t := Taken{Type: "read", Target: in.MessageID}
	if in.Typing != nil {
		t.Type = "typing"
	}
	n.taken = append(n.taken, t)
	answer(w, map[string]bool{"success": true})
}

// userIDs are the ids that Meta makes for a business.
var userIDs = regexp.MustCompile(`^[A-Z]{2}\.[A-Za-z0-9]{1,128}$`)

// refused says why a message is not taken; nil: it is.
func (n *Number) refused(in whatsAppRequest) *failure {
	n.mu.Lock()
	defer n.mu.Unlock()
	wrong := func(details string) *failure {
		return &failure{status: 400, code: 100, message: "(#100) Invalid parameter", details: details}
	}
	to := in.To + in.Recipient
	switch {
	case in.Kind != "individual":
		return wrong("recipient_type must be one of individual, group")
	case in.To == "" && in.Recipient == "":
		return wrong("to or recipient is required")
	case in.To == "" && (!userIDs.MatchString(in.Recipient) || n.people[in.Recipient] == nil):
		return wrong("recipient is no user of this business")
	case len(in.Mark) > 512:
		return wrong("biz_opaque_callback_data is too long")
	case n.paced && time.Since(n.last[to]) < pairPause:
		return &failure{status: 400, code: 131056, message: "(#131056) (Business Account, Consumer Account) pair rate limit hit"}
	}
	switch in.Type {
	case "text":
		if l := utf8.RuneCountInString(in.Text.Body); l == 0 || l > whatsAppText {
			return wrong("text.body must be of 1 to 4096 characters")
		}
	case "reaction":
		if in.Reaction.Message == "" || in.Reaction.Emoji == nil {
			return wrong("reaction needs message_id and emoji")
		}
	case "template":
		return n.business.refused(in.Template)
	default:
		return n.refusedFile(in)
	}
	return nil
}

// refusedFile says why a file is not taken. n.mu is held.
func (n *Number) refusedFile(in whatsAppRequest) *failure {
	f := in.file()
	if f == nil {
		return &failure{status: 400, code: 100, message: "(#100) Invalid parameter", details: "type is none of those that there are"}
	}
	up := n.files[f.ID]
	kind := ""
	if up != nil {
		if kind, _, _ = strings.Cut(up.kind, "/"); kind != "image" && kind != "audio" && kind != "video" {
			kind = "document"
		}
	}
	if up == nil || !up.ours || kind != in.Type || utf8.RuneCountInString(f.Caption) > whatsAppCaption || in.Type == "audio" && f.Caption != "" {
		return &failure{status: 400, code: 100, message: "(#100) Invalid parameter", details: "the media does not fit the message"}
	}
	return nil
}

var placesThere = regexp.MustCompile(`\{\{(\w+)\}\}`)

// refused says why a template is not taken.
func (b *Business) refused(t *whatsAppTemplate) *failure {
	b.graph.mu.Lock()
	defer b.graph.mu.Unlock()
	if t == nil {
		return &failure{status: 400, code: 100, message: "(#100) Invalid parameter", details: "template is required"}
	}
	i := slices.IndexFunc(b.templates, func(e Event) bool { return e["name"] == t.Name && e["language"] == t.Language.Code })
	if i < 0 {
		return &failure{status: 404, code: 132001, message: "(#132001) Template name does not exist in the translation", details: fmt.Sprintf("template name (%s) does not exist in %s", t.Name, t.Language.Code)}
	}
	switch b.templates[i]["status"] {
	case "APPROVED":
	case "PAUSED":
		return &failure{status: 400, code: 132015, message: "(#132015) Template is paused"}
	case "DISABLED":
		return &failure{status: 400, code: 132016, message: "(#132016) Template is disabled"}
	default:
		return &failure{status: 404, code: 132001, message: "(#132001) Template name does not exist in the translation"}
	}
	return t.misfits(b.templates[i])
}

// misfits says which values of a template lack or are too many.
func (t *whatsAppTemplate) misfits(told Event) *failure {
	given := map[string]int{}
	for _, c := range t.Components {
		for _, p := range c.Parameters {
			if p.Type != "text" || p.Text == "" || strings.ContainsAny(p.Text, "\n\t") {
				return &failure{status: 400, code: 132012, message: "(#132012) Parameter format does not match format in the created template"}
			}
		}
		given[c.Type+c.Index] += len(c.Parameters)
	}
	components, _ := told["components"].([]Event)
	for _, c := range components {
		texts := map[string]string{}
		kind, _ := c["type"].(string)
		texts[strings.ToLower(kind)], _ = c["text"].(string)
		buttons, _ := c["buttons"].([]Event)
		for i, b := range buttons {
			texts["button"+strconv.Itoa(i)], _ = b["url"].(string)
		}
		for where, text := range texts {
			if want := len(placesThere.FindAllString(text, -1)); want != given[where] {
				return &failure{
					status: 400, code: 132000, message: "(#132000) Number of parameters does not match the expected number of params",
					details: fmt.Sprintf("%s: number of localizable_params (%d) does not match the expected number of params (%d)", where, given[where], want),
				}
			}
		}
	}
	return nil
}

// take keeps what we have asked for. An id of Meta's that stands where a number belongs is
// taken and goes to nobody: so it is reported of the real one.
func (n *Number) take(in whatsAppRequest, raw []byte) Taken {
	t := Taken{
		ID: n.next(), Type: in.Type, To: in.To, Text: in.Text.Body, Context: in.Context.ID, Target: in.Reaction.Message, Mark: in.Mark, Body: raw,
		Lost: strings.Trim(in.To, "0123456789") != "",
	}
	if t.To == "" {
		t.To = in.Recipient
	}
	if in.Reaction.Emoji != nil {
		t.Emoji = *in.Reaction.Emoji
	}
	if f := in.file(); f != nil {
		t.File, t.Caption = f.ID, f.Caption
	}
	if in.Template != nil {
		t.Template = in.Template.Name
		for _, c := range in.Template.Components {
			for _, p := range c.Parameters {
				t.Values = append(t.Values, p.Text)
			}
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.taken, n.last[t.To] = append(n.taken, t), time.Now()
	return t
}

// late tells of a message that came after the window that it has failed: the Cloud API takes it first.
func (n *Number) late(t Taken) {
	n.mu.Lock()
	who := n.people[t.To]
	late := who != nil && t.Type != "template" && t.Type != "reaction" && time.Since(who.Heard) > whatsAppWindow
	n.mu.Unlock()
	if late {
		n.Post(n.Status(t.ID, "failed", Flaw(131047, "Re-engagement message", "Message failed to send because more than 24 hours have passed since the customer last replied to this number.")))
	}
}
