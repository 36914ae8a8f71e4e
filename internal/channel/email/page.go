package email

import (
	"context"
	"encoding/json"
	"regexp"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
)

// PageOptions say how a mail is shown.
type PageOptions struct {
	Images bool // pictures from elsewhere are loaded: their sender learns that somebody reads
	Dark   bool // on a dark screen
}

// Page returns what a mail says as a page of its own, for a frame that runs no
// scripts. What is folded shows where the root has data-whole.
func (s *Service) Page(ctx context.Context, conversation id.Conversation, entry id.Entry, o PageOptions) (string, error) {
	const op = "email.Page"
	c, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationRead, conversation)
	if err != nil {
		return "", errs.Op(op, err)
	}
	e, err := s.Conversations.FindEntry(ctx, s.DB, entry)
	if err == nil && e.ConversationID != c.ID {
		err = errs.New(errs.NotFound, op, "not_found")
	}
	if err != nil {
		return "", errs.Op(op, err)
	}
	body := e.HTML
	if body == "" {
		body = htmltext.FromText(e.Body)
	}
	var h Header
	if len(e.Data) > 0 && json.Unmarshal(e.Data, &h) != nil {
		h = Header{} // no mail of ours: it names no pictures
	}
	return pageOf(s.cleaner, body, h, o), nil
}

// pageOf makes the page of a mail. It is cleaned once more, which changes
// nothing but where its pictures come from.
func pageOf(cleaner *safehtml.Cleaner, body string, h Header, o PageOptions) string {
	options := safehtml.Options{CID: func(contentID string) (string, bool) {
		key, ok := h.Inline[contentID]
		return attachmentPath + key.String(), ok
	}}
	if o.Images {
		options.Remote = func(src string) (string, bool) { return src, true }
	}
	clean := cleaner.Clean(body, options).HTML
	theme := "light"
	if o.Dark && !coloured.MatchString(clean) {
		theme = "dark"
	}
	return `<!doctype html><html data-theme="` + theme + `"><head><meta charset="utf-8"><style>` + pageStyle +
		`</style></head><body>` + clean + `</body></html>`
}

// attachmentPath is where the files of entries are.
const attachmentPath = "/api/v1/attachments/"

// coloured tells a mail that sets colours: it was made for white paper, and is shown on it.
var coloured = regexp.MustCompile(`(?i)\b(?:bg)?color(?:\s*[:=])|\bbackground(?:-color)?\s*:`)

const pageStyle = `html{color-scheme:light;background:#fff;color:#12161f}
html[data-theme=dark]{color-scheme:dark;background:#12151c;color:#e8ebf1}
body{margin:0;padding:4px 2px;overflow-x:auto;overflow-wrap:anywhere;font:14px/22px Inter,system-ui,sans-serif}
body>:first-child{margin-top:0}body>:last-child{margin-bottom:0}
a{color:#2349c9}html[data-theme=dark] a{color:#9bb5ff}
img{max-width:100%;height:auto}img:not([src]){display:inline-block;min-width:24px;min-height:24px;border:1px dashed #8a93a5}
pre{white-space:pre-wrap}blockquote{margin:4px 0;padding-left:10px;border-left:2px solid #cfd5df}html[data-theme=dark] blockquote{border-color:#3a4252}
html:not([data-whole]) [data-fold]{display:none!important}`
