package safehtml

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// maxDepth is how deep elements may stand in each other; deeper ones lose their tags.
const maxDepth = 200

// writer writes cleaned HTML anew: marked, and each element closed.
type writer struct {
	options Options
	result  Result
	out     strings.Builder
	open    []string
}

func (w *writer) write(page string) {
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken: // the end; the tokenizer knows no other error in a string
			w.closeTo(0)
			return
		case html.TextToken:
			w.out.WriteString(html.EscapeString(z.Token().Data))
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(z.Token())
		case html.EndTagToken:
			w.end(z.Token().Data)
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

func (w *writer) start(t html.Token) {
	t.Type = html.StartTagToken
	var ok bool
	switch t.DataAtom {
	case atom.Img:
		t.Attr, ok = w.image(t.Attr)
		if !ok {
			return
		}
	case atom.A:
		t.Attr = link(t.Attr)
	default:
	}
	t.Attr = withStyle(t.Attr)
	if isVoid(t.DataAtom) {
		w.out.WriteString(t.String())
		return
	}
	if len(w.open) >= maxDepth {
		return
	}
	w.open = append(w.open, t.Data)
	w.out.WriteString(t.String())
}

// end closes an element and those left open in it. An end without a beginning
// would close what is around us.
func (w *writer) end(name string) {
	for at, open := range slices.Backward(w.open) {
		if open == name {
			w.closeTo(at)
			return
		}
	}
}

func (w *writer) closeTo(depth int) {
	for len(w.open) > depth {
		last := len(w.open) - 1
		w.out.WriteString("</" + w.open[last] + ">")
		w.open = w.open[:last]
	}
}

func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Br, atom.Hr, atom.Img, atom.Col, atom.Wbr:
		return true
	default:
		return false
	}
}

// image marks where an image comes from, and gives it an address only if it may
// be loaded. An image that comes from nowhere is left out.
func (w *writer) image(attrs []html.Attribute) ([]html.Attribute, bool) {
	src, cid, remote := value(attrs, "src"), mailmsg.NormalizeID(value(attrs, "data-cid")), value(attrs, "data-remote-src")
	attrs = without(attrs, "src", "data-cid", "data-remote-src")
	if len(src) > 4 && strings.EqualFold(src[:4], "cid:") {
		cid = contentID(src[4:])
	}
	switch {
	case cid != "":
		return w.inline(attrs, cid), true
	case isPicture(src):
		return prepend(attrs, "src", src), true
	case remote == "":
		remote = src
	}
	address, ok := webAddress(remote)
	if !ok {
		return nil, false
	}
	w.result.Remote++
	attrs = prepend(attrs, "data-remote-src", address)
	if w.options.Remote != nil {
		if through, ok := w.options.Remote(address); ok {
			attrs = prepend(attrs, "src", through)
		}
	}
	return attrs, true
}

// isPicture accepts pictures within the page, but no SVG, which is a page itself.
func isPicture(src string) bool {
	for _, kind := range []string{"png", "jpeg", "gif", "webp"} {
		if strings.HasPrefix(src, "data:image/"+kind+";base64,") {
			return true
		}
	}
	return false
}

func (w *writer) inline(attrs []html.Attribute, cid string) []html.Attribute {
	if !slices.Contains(w.result.CIDs, cid) && len(w.result.CIDs) < maxCIDs {
		w.result.CIDs = append(w.result.CIDs, cid)
	}
	attrs = prepend(attrs, "data-cid", cid)
	if w.options.CID != nil {
		if src, ok := w.options.CID(cid); ok {
			attrs = prepend(attrs, "src", src)
		}
	}
	return attrs
}

// maxCIDs bounds the list of inline images that is returned.
const maxCIDs = 500

// contentID reads the name in a cid: address, as attachments have it.
func contentID(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		s = plain
	}
	return mailmsg.NormalizeID(s)
}

// webAddress accepts an address of the web that leads to a host.
func webAddress(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", false
	}
	return u.String(), true
}

// link makes a link open elsewhere, tell nobody where from, and say which host
// it leads to. What is no web or mail address or number is no link any more.
func link(attrs []html.Attribute) []html.Attribute {
	href := value(attrs, "href")
	attrs = without(attrs, "href", "rel", "target", "data-host")
	u, err := url.Parse(href)
	if href == "" || err != nil {
		return attrs
	}
	switch u.Scheme {
	case "http", "https":
		if u.Hostname() == "" {
			return attrs
		}
		return append(prepend(attrs, "href", href), attribute("rel", "nofollow noopener noreferrer"),
			attribute("target", "_blank"), attribute("data-host", strings.ToLower(u.Hostname())))
	case "mailto", "tel":
		return append(prepend(attrs, "href", href), attribute("rel", "nofollow noopener noreferrer"))
	}
	return attrs
}

func attribute(key, val string) html.Attribute { return html.Attribute{Key: key, Val: val} }

func value(attrs []html.Attribute, key string) string {
	for _, a := range attrs {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func without(attrs []html.Attribute, keys ...string) []html.Attribute {
	var kept []html.Attribute
	for _, a := range attrs {
		if !slices.Contains(keys, a.Key) {
			kept = append(kept, a)
		}
	}
	return kept
}

func prepend(attrs []html.Attribute, key, val string) []html.Attribute {
	return append([]html.Attribute{attribute(key, val)}, attrs...)
}
