package htmltext

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
)

// maxInput bounds what is looked at, in bytes; the rest of a longer text is left out.
const maxInput = 1 << 20

// Cleaner cleans HTML from outside. It is safe for concurrent use.
type Cleaner struct {
	plain  *bluemonday.Policy
	images *bluemonday.Policy
}

// NewCleaner returns a Cleaner.
func NewCleaner() *Cleaner {
	images := policy()
	images.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	images.AllowAttrs("src").OnElements("img")
	images.AllowAttrs("alt", "title").OnElements("img")
	images.AllowAttrs("width", "height").Matching(bluemonday.NumberOrPercent).OnElements("img")
	return &Cleaner{plain: policy(), images: images}
}

// Clean returns html with text, links, lists and tables left, without images
// from elsewhere: loading one tells its sender who reads when.
func (c *Cleaner) Clean(html string) string { return c.plain.Sanitize(bounded(html)) }

// WithImages returns html like Clean, and with its images.
func (c *Cleaner) WithImages(html string) string { return c.images.Sanitize(bounded(html)) }

func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4",
		"h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody",
		"td", "tfoot", "th", "thead", "tr", "u", "ul",
	)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowAttrs("href").OnElements("a")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[0-9]{1,3}$`)).OnElements("td", "th")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$`)).Globally()
	p.SkipElementsContent("head", "title", "template", "svg", "math", "noscript", "object", "select", "textarea")
	return p
}

// bounded cuts s at maxInput without breaking a character, and leaves out what is not UTF-8.
func bounded(s string) string {
	if len(s) > maxInput {
		end := maxInput
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	return strings.ToValidUTF8(s, "")
}
