package knowledge_test

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func sample() []knowledge.Block {
	return []knowledge.Block{
		{Kind: knowledge.Heading, Text: "Zwrot <b>"},
		{Kind: knowledge.Text, Text: "Masz 14 dni.\nWięcej: https://sklep.example", Variants: map[knowledge.Class]string{knowledge.SMS: "14 dni na zwrot.", knowledge.Chat: "Masz 14 dni :)"}},
		{Kind: knowledge.Steps, Items: []string{"Spakuj", "Wyślij"}},
		{Kind: knowledge.List, Items: []string{"paragon"}, Variants: map[knowledge.Class]string{knowledge.SMS: ""}},
		{Kind: knowledge.Link, Text: "Formularz", URL: "https://sklep.example/zwrot?a=1&b=\"2\""},
	}
}

func TestEachChannelSaysItInItsWay(t *testing.T) {
	t.Parallel()
	for class, want := range map[knowledge.Class]string{
		knowledge.Chat: "Zwrot <b>\n\nMasz 14 dni :)\n\n1. Spakuj\n2. Wyślij\n\n• paragon\n\nFormularz: https://sklep.example/zwrot?a=1&b=\"2\"",
		knowledge.SMS:  "Zwrot <b>\n14 dni na zwrot.\n1. Spakuj\n2. Wyślij\nFormularz: https://sklep.example/zwrot?a=1&b=\"2\"",
	} {
		if got := knowledge.Render(sample(), class); got.Text != want || !got.Fits() {
			t.Errorf("%s says %q", class, got.Text)
		}
	}
	page := knowledge.Render(sample(), knowledge.Mail).HTML
	for _, part := range []string{"<h2>Zwrot &lt;b&gt;</h2>", "<ol><li>Spakuj</li><li>Wyślij</li></ol>", "<ul><li>paragon</li></ul>", "&#34;2&#34;", "Masz 14 dni.<br>"} {
		if !strings.Contains(page, part) {
			t.Errorf("no %s in %s", part, page)
		}
	}
	long := knowledge.Render([]knowledge.Block{{Kind: knowledge.Text, Text: strings.Repeat("a", 300)}}, knowledge.SMS)
	if long.Fits() || long.Length != 300 {
		t.Errorf("%d of %d fit", long.Length, long.Limit)
	}
}

func TestWrongBlocksAreNamed(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.SQLite(t))
	_, err := s.Create(as(t, lead, actor.Supervisor), knowledge.NewArticle{Language: "polski", Writing: knowledge.Writing{Title: " ", Blocks: []knowledge.Block{
		{Kind: "script", Text: "x"},
		{Kind: knowledge.Text, Text: "a\x00b"},
		{Kind: knowledge.List, Items: []string{"", "b"}},
		{Kind: knowledge.Link, Text: "x", URL: "javascript:alert(1)"},
		{Kind: knowledge.Image, Text: "x", URL: "https://u:p@a.example"},
		{Kind: knowledge.Text, Text: "x", Variants: map[knowledge.Class]string{knowledge.SMS: strings.Repeat("a", 202)}},
		{Kind: knowledge.Text, Text: "x", Variants: map[knowledge.Class]string{"fax": "x"}},
	}}})
	told := errs.Told(err)
	if told == nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range told.Fields {
		paths = append(paths, f.Path)
	}
	want := "language title blocks.0.kind blocks.1.text blocks.2.items.0 blocks.3.url blocks.4.url blocks.5.variants.sms blocks.6.variants"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("%s", got)
	}
}

func FuzzRender(f *testing.F) {
	f.Add("text", "a <script> b", "https://a.example", "x")
	f.Add("link", "\" onclick=\"x", "javascript:x", "")
	f.Fuzz(func(t *testing.T, kind, text, url, variant string) {
		b := []knowledge.Block{{Kind: knowledge.BlockKind(kind), Text: text, URL: url, Items: []string{text}, Variants: map[knowledge.Class]string{knowledge.Mail: variant}}, {Kind: knowledge.BlockKind(kind), Text: text, URL: url, Items: []string{text}}}
		page := strings.ToLower(knowledge.Render(b, knowledge.Mail).HTML)
		for _, bad := range []string{"<script", "<iframe", "\"javascript:", "<style"} {
			if strings.Contains(page, bad) {
				t.Errorf("%q in %s", bad, page)
			}
		}
	})
}
