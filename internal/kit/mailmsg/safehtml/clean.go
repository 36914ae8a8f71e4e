package safehtml

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
)

// Cleaner cleans the HTML of mails. It is safe for concurrent use.
type Cleaner struct {
	policy *bluemonday.Policy
}

// NewCleaner returns a Cleaner.
func NewCleaner() *Cleaner { return &Cleaner{policy: newPolicy()} }

// Clean returns page without what could act. First the policy takes everything
// away that is not known to be harmless; then images and links get their marks,
// styles are sifted and open elements closed.
func (c *Cleaner) Clean(page string, o Options) Result {
	page, cut := bounded(page)
	w := &writer{options: o, result: Result{Cut: cut}}
	w.write(c.policy.Sanitize(page))
	w.result.HTML = w.out.String()
	return w.result
}

// elements are all that may stand in a mail.
func elements() []string {
	return []string{
		"a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code",
		"col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
		"header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span",
		"strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
	}
}

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(elements()...)
	p.AllowNoAttrs().OnElements(elements()...)
	p.SkipElementsContent("head", "title", "style", "script", "template", "svg", "math", "noscript", "object", "select", "textarea",
		"iframe", "audio", "video", "xmp", "noembed", "noframes")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.AllowDataURIImages()
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	allowAttributes(p)
	return p
}

func allowAttributes(p *bluemonday.Policy) {
	size := regexp.MustCompile(`^[0-9]{1,4}(px|%)?$`)
	number := regexp.MustCompile(`^[0-9]{1,4}$`)
	color := regexp.MustCompile(`^(#?[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30})$`)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt", "data-cid").OnElements("img")
	p.AllowAttrs("data-remote-src").Matching(regexp.MustCompile(`^https?://`)).OnElements("img")
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("style").Globally() // sifted by cleanStyle
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$`)).Globally()
	p.AllowAttrs("data-fold").Matching(regexp.MustCompile(`^(quote|signature)$`)).Globally()
	p.AllowAttrs("width", "height").Matching(size).OnElements("img", "table", "td", "th", "tr", "col", "hr")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`(?i)^(left|right|center|justify|middle|top|bottom)$`)).Globally()
	p.AllowAttrs("valign").Matching(regexp.MustCompile(`(?i)^(top|middle|bottom|baseline)$`)).OnElements("table", "tbody", "thead", "tfoot", "tr", "td", "th")
	p.AllowAttrs("bgcolor").Matching(color).OnElements("table", "tbody", "thead", "tr", "td", "th")
	p.AllowAttrs("border", "cellpadding", "cellspacing").Matching(number).OnElements("table", "img")
	p.AllowAttrs("colspan", "rowspan", "span").Matching(number).OnElements("td", "th", "col", "colgroup")
	p.AllowAttrs("color").Matching(color).OnElements("font")
	p.AllowAttrs("face").Matching(regexp.MustCompile(`^[\pL0-9 ,'-]+$`)).OnElements("font")
	p.AllowAttrs("size").Matching(regexp.MustCompile(`^[+-]?[1-7]$`)).OnElements("font")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^(1|a|A|i|I|disc|circle|square)$`)).OnElements("ol", "ul", "li")
	p.AllowAttrs("start").Matching(number).OnElements("ol")
}

// bounded cuts page at MaxInput without breaking a character.
func bounded(page string) (string, bool) {
	cut := len(page) > MaxInput
	if cut {
		end := MaxInput
		for end > 0 && !utf8.RuneStart(page[end]) {
			end--
		}
		page = page[:end]
	}
	return strings.ToValidUTF8(page, "\ufffd"), cut
}
