package knowledge

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// BlockKind says what a block is.
type BlockKind string

// Kinds of blocks.
const (
	Text     BlockKind = "text"
	Heading  BlockKind = "heading"
	List     BlockKind = "list"
	Steps    BlockKind = "steps"
	Image    BlockKind = "image" // at an address of the web, or a file that is kept here
	Note     BlockKind = "note"  // set apart from the rest
	Link     BlockKind = "link"
	Attached BlockKind = "file" // a document, a recording or a film that is kept here
)

// Class is a kind of channels that take texts of one sort.
type Class string

// Classes of channels.
const (
	Chat   Class = "chat"
	Mail   Class = "mail"
	Social Class = "social"
	SMS    Class = "sms"
)

// Classes returns all classes.
func Classes() []Class { return []Class{Chat, Mail, Social, SMS} }

// ClassOf returns the class of a channel by its name.
func ClassOf(channel string) Class {
	switch channel {
	case "webchat", "chat":
		return Chat
	case "email", "mail":
		return Mail
	case "sms":
		return SMS
	}
	return Social
}

// TakesFiles reports whether channels of the class may carry files beside a text.
func (c Class) TakesFiles() bool { return c != SMS }

// MaxText returns how many characters a channel of the class takes at a time. A
// text message is three parts of the narrower alphabet, which Polish and Hungarian need.
func (c Class) MaxText() int {
	switch c {
	case Chat:
		return 4000
	case Mail:
		return 50_000
	case Social:
		return 1000
	case SMS:
		return 201
	}
	return 0
}

// Block is one part of an article.
type Block struct {
	Kind     BlockKind        `json:"kind"`
	Text     string           `json:"text,omitempty"`   // of an image: what it shows; of a link: what is clicked; of a file: what it is
	Items    []string         `json:"items,omitempty"`  // of a list and of steps
	URL      string           `json:"url,omitempty"`    // of an image and a link
	File     id.Attachment    `json:"file_id,omitzero"` // of a file, and of an image that is kept here, in place of its address
	FileName string           `json:"file_name,omitempty"`
	FileType string           `json:"file_type,omitempty"` // media type, by the file's bytes
	FileSize int64            `json:"file_size,omitempty"` // bytes
	Along    bool             `json:"along,omitempty"`     // the file goes with an answer into which the article is put
	Variants map[Class]string `json:"variants,omitempty"`
}

// goes reports whether the file of b goes along in channels of a class.
func (b Block) goes(class Class) bool { return b.Kind == Attached && b.Along && class.TakesFiles() }

// Limits of blocks.
const (
	MaxBlocks    = 200
	MaxBlockText = 10_000 // characters
	MaxItems     = 50
	MaxItem      = 1000 // characters
	MaxURL       = 2000 // bytes
)

// Words returns everything that an article says, for those who search it.
func Words(blocks []Block) string {
	var parts []string
	for _, b := range blocks {
		parts = append(parts, b.Text)
		parts = append(parts, b.Items...)
		for _, class := range Classes() {
			parts = append(parts, b.Variants[class])
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n")
}

// checkBlocks notes what is wrong with blocks.
func checkBlocks(f *check.Fields, blocks []Block) {
	f.Count("blocks", len(blocks), 1, MaxBlocks)
	for i, b := range blocks[:min(len(blocks), MaxBlocks)] {
		b.check(f, fmt.Sprintf("blocks.%d.", i))
	}
}

func (b Block) check(f *check.Fields, path string) {
	switch b.Kind {
	case Text, Heading, Note:
		long(f, path+"text", b.Text, MaxBlockText, true)
	case List, Steps:
		f.Count(path+"items", len(b.Items), 1, MaxItems)
		for i, item := range b.Items[:min(len(b.Items), MaxItems)] {
			long(f, fmt.Sprintf("%sitems.%d", path, i), item, MaxItem, true)
		}
	case Image, Link:
		long(f, path+"text", b.Text, MaxItem, true)
		if b.File == 0 && !goodURL(b.URL) {
			f.Add(path+"url", "format.uri", nil)
		}
	case Attached:
		long(f, path+"text", b.Text, MaxItem, true)
		if b.File == 0 {
			f.Add(path+"file_id", "required", nil)
		}
	default:
		f.Add(path+"kind", "one_of", errs.Values{"allowed": "text, heading, list, steps, image, note, link, file"})
	}
	for class, text := range b.Variants {
		if !slices.Contains(Classes(), class) {
			f.Add(path+"variants", "one_of", errs.Values{"allowed": "chat, mail, social, sms"})
			continue
		}
		long(f, path+"variants."+string(class), text, class.MaxText(), false)
	}
}

// long checks a text of several lines.
func long(f *check.Fields, path, text string, limit int, needed bool) {
	switch {
	case needed && strings.TrimSpace(text) == "":
		f.Add(path, "required", nil)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		f.Add(path, "format.text", nil)
	case utf8.RuneCountInString(text) > limit:
		f.Add(path, "length.max", errs.Values{"max": limit})
	}
}

// goodURL reports whether text is an address that may stand in a page or a mail.
func goodURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && len(text) <= MaxURL && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// tidy returns blocks without what their kinds do not have.
func tidy(blocks []Block) []Block {
	out := make([]Block, len(blocks))
	for i, b := range blocks {
		b.Text = strings.TrimSpace(strings.ReplaceAll(b.Text, "\r\n", "\n"))
		if b.Kind != List && b.Kind != Steps {
			b.Items = nil
		} else {
			b.Text = ""
		}
		if b.Kind != Image && b.Kind != Attached {
			b.File = 0
		}
		if b.Kind != Attached {
			b.FileName, b.FileType, b.FileSize, b.Along = "", "", 0, false
		}
		if b.Kind != Image && b.Kind != Link || b.File != 0 {
			b.URL = ""
		}
		if len(b.Variants) == 0 {
			b.Variants = nil
		}
		out[i] = b
	}
	return out
}
