package knowledge

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/kit/htmltext"
)

// Rendering is an article as one class of channels says it.
type Rendering struct {
	Class  Class
	Text   string
	HTML   string  // the same for a mail or a page: safe by the way it is made
	Length int     // characters of Text
	Limit  int     // how many of them the channel takes at a time
	Files  []Block // whose files go along, in their order
}

// Fits reports whether the channel takes the text at once.
func (r Rendering) Fits() bool { return r.Length <= r.Limit }

// Render writes blocks for a class of channels. A block with a variant for it is
// that text; where the variant is empty the block is left out. A file goes along
// under its words where its author says so and nothing is said in its place;
// elsewhere nothing is said of it, for only who works here can open it.
func Render(blocks []Block, class Class) Rendering {
	var (
		texts, pages []string
		files        []Block
	)
	for _, b := range blocks {
		variant, varied := b.Variants[class]
		variant = strings.TrimSpace(variant)
		switch {
		case varied && variant == "":
			continue
		case varied:
			texts, pages = append(texts, variant), append(pages, "<p>"+htmltext.FromText(variant)+"</p>")
		case b.Kind == Attached && !b.goes(class):
			continue
		default:
			texts, pages = append(texts, b.plain(class)), append(pages, b.html())
			if b.goes(class) {
				files = append(files, b)
			}
		}
	}
	gap := "\n\n"
	if class == SMS {
		gap = "\n"
	}
	r := Rendering{Class: class, Text: strings.Join(texts, gap), HTML: strings.Join(pages, "\n"), Limit: class.MaxText(), Files: files}
	r.Length = utf8.RuneCountInString(r.Text)
	return r
}

// plain writes b without marks that a channel would show as they are.
func (b Block) plain(class Class) string {
	switch b.Kind {
	case List, Steps:
		lines := make([]string, len(b.Items))
		for i, item := range b.Items {
			mark := "• "
			if class == SMS {
				mark = "- " // the bullet would cost the cheap alphabet
			}
			if b.Kind == Steps {
				mark = strconv.Itoa(i+1) + ". "
			}
			lines[i] = mark + item
		}
		return strings.Join(lines, "\n")
	case Image, Link:
		if b.File != 0 { // only who works here can open it
			return b.Text
		}
		return b.Text + ": " + b.URL
	case Text, Heading, Note, Attached:
	}
	return b.Text
}

func (b Block) html() string {
	switch b.Kind {
	case Heading:
		return "<h2>" + html.EscapeString(b.Text) + "</h2>"
	case List:
		return "<ul>" + items(b.Items) + "</ul>"
	case Steps:
		return "<ol>" + items(b.Items) + "</ol>"
	case Note:
		return "<blockquote>" + htmltext.FromText(b.Text) + "</blockquote>"
	case Image, Link:
		if !goodURL(b.URL) {
			return "<p>" + html.EscapeString(b.Text) + "</p>"
		}
		if b.Kind == Image {
			return `<img src="` + html.EscapeString(b.URL) + `" alt="` + html.EscapeString(b.Text) + `">`
		}
		return `<p><a href="` + html.EscapeString(b.URL) + `" rel="noopener noreferrer nofollow" target="_blank">` + html.EscapeString(b.Text) + `</a></p>`
	case Text, Attached:
	}
	return "<p>" + htmltext.FromText(b.Text) + "</p>"
}

func items(all []string) string {
	var b strings.Builder
	for _, item := range all {
		b.WriteString("<li>" + htmltext.FromText(item) + "</li>")
	}
	return b.String()
}
