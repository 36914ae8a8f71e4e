package demo

import (
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"regexp"
	"slices"
)

// Mail is the post of a brand's customers: what they got from its mailbox, and
// what one of them is about to write.
type Mail struct {
	Brand, Address         string
	From, Subject, Answers string // of the mail to be written; Answers is a Message-ID
	Mails                  []Got
}

// Got is a mail that a customer got.
type Got struct{ MessageID, To, Subject, Text, At string }

// Piece is a stretch of a text; Link is where it leads to, if it is an address.
type Piece struct{ Text, Link string }

var link = regexp.MustCompile(`https?://[^\s<>"]+`)

// Pieces returns the text with its addresses as links, as mail programs show it.
func (g Got) Pieces() []Piece {
	var all []Piece
	rest := g.Text
	for _, at := range link.FindAllStringIndex(g.Text, -1) {
		done := len(g.Text) - len(rest)
		all = append(all, Piece{Text: g.Text[done:at[0]]}, Piece{g.Text[at[0]:at[1]], g.Text[at[0]:at[1]]})
		rest = g.Text[at[1]:]
	}
	return append(all, Piece{Text: rest})
}

// words are the texts of the page in the language of a brand.
type words struct{ Lang, Title, Lead, Write, From, Subject, Text, Send, Sent, Answer, Nothing string }

func wordsOf(brand string) words {
	if brand == "vasarfia" {
		return words{
			"hu", "Ügyfeleink postája", "Írjon ügyfélként ide:", "Levél írása", "Feladó", "Tárgy", "Szöveg", "Küldés",
			"Amit az ügyfelek kaptak", "Válasz", "Még nem ment el levél.",
		}
	}
	return words{
		"pl", "Poczta naszych klientów", "Napisz jako klient na adres", "Napisz wiadomość", "Od", "Temat", "Treść", "Wyślij",
		"Co otrzymali klienci", "Odpowiedz", "Nie wysłano jeszcze żadnej wiadomości.",
	}
}

// MailPage writes the page of the post of a brand's customers. It returns fs.ErrNotExist for a brand without a page.
func MailPage(w io.Writer, m Mail) error {
	if !slices.Contains(Brands(), m.Brand) {
		return fmt.Errorf("demo: %q: %w", m.Brand, fs.ErrNotExist)
	}
	page, err := template.ParseFS(files, "mail.html")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return page.Execute(w, struct {
		Mail

		Words words
	}{m, wordsOf(m.Brand)})
}
