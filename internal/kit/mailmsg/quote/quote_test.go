package quote_test

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/mailmsg/quote"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, in, want string }{
		{"a mail without quotes stays", "Hello\n\nworld", "Hello\n\nworld"},
		{"an English reply", "Thanks!\n\nOn Fri, 27 Nov 2026 at 10:00, Support <s@x.example> wrote:\n> Hello", "Thanks!"},
		{"an English reply over two lines", "Thanks!\nOn Fri, 27 Nov 2026 at 10:00, Support\n<s@x.example> wrote:\n\n> Hello", "Thanks!"},
		{"a reply above an indented quote", "Thanks!\n\nOn Fri, 27 Nov 2026 at 10:00, Support <s@x.example> wrote:\n\n  Hello\n  there", "Thanks!"},
		{"a Polish reply", "Dziękuję\nW dniu 27.11.2026 o 10:00, Sklep\n<s@x.example> napisał(a):\n> Dzień dobry", "Dziękuję"},
		{"a Polish reply of wp.pl", "Dziękuję\n\nDnia 27 listopada 2026 16:10 Sklep <s@x.example> napisał(a):\n\nDzień dobry", "Dziękuję"},
		{"a Polish reply of onet.pl", "Dziękuję\n\nW dniu 2026-11-27 10:00:05 użytkownik Sklep <s@x.example> napisał:\n> Dzień dobry", "Dziękuję"},
		{"a sentence above a Polish reply stays", "Proszę o kontakt: 600 100 200\nW dniu 27.11.2026 o 10:00, Sklep napisał(a):\n> a", "Proszę o kontakt: 600 100 200"},
		{"a Hungarian reply", "Köszönöm\n\nBolt <b@x.example> ezt írta (időpont: 2026. nov. 27., P, 9:12):\n\n> Üdv", "Köszönöm"},
		{"a Hungarian reply of Thunderbird", "Köszönöm\n\n2026. 11. 27. 18:05 keltezéssel, Bolt írta:\n> Üdv", "Köszönöm"},
		{"Outlook's block in English", "Hi\n\n________________________________\nFrom: A <a@x.example>\nSent: Friday\nTo: B\nSubject: C\n\nold", "Hi"},
		{"Outlook's block in Polish", "Hej\n\nOd: A <a@x.example>\nWysłano: piątek\nDo: B\nTemat: C\n\nstare", "Hej"},
		{"Outlook's block in Hungarian", "Szia\n\nFeladó: A <a@x.example>\nElküldve: péntek\nCímzett: B\nTárgy: C\n\nrégi", "Szia"},
		{"Outlook's block in German", "Hallo\n\nVon: A <a@x.example>\nGesendet: Freitag\nAn: B\nBetreff: C\n\nalt", "Hallo"},
		{"a rule between two mails", "Hi\n-----Original Message-----\nold", "Hi"},
		{"a rule in Polish", "Hej\n\n-------- Wiadomość oryginalna --------\nstare", "Hej"},
		{"a rule in Hungarian", "Szia\n----- Eredeti üzenet -----\nrégi", "Szia"},
		{"answers between quotes", "> One?\nYes.\n\n> Two?\nNo.\n", "Yes.\n\nNo."},
		{"a signature", "Hi\n-- \nAnn\n+48 600 100 200", "Hi"},
		{"a signature above a quote", "Hi\n-- \nAnn\n\n> old", "Hi"},
		{"a telephone's signature", "Hi\n\nSent from my iPhone", "Hi"},
		{"a telephone's signature in Polish", "Hej\n\nWysłane z iPhone'a", "Hej"},
		{"a telephone's signature in Hungarian", "Szia\n\nAz iPhone-omról küldve", "Szia"},
		{"a sentence that ends like an introduction stays", "My wife wrote:\nplease call me", "My wife wrote:\nplease call me"},
		{"so does one in Hungarian", "A feleségem ezt írta:\nhívjanak fel", "A feleségem ezt írta:\nhívjanak fel"},
		{"so does one in Polish", "Kurier napisał:\nnie zastałem", "Kurier napisał:\nnie zastałem"},
		{"a list with From alone stays", "From: Warsaw\nby train", "From: Warsaw\nby train"},
		{"what only passes on is shown whole", "---------- Forwarded message ---------\nFrom: A\n\ntext", "---------- Forwarded message ---------\nFrom: A\n\ntext"},
		{"what only quotes is shown whole", "> old", "> old"},
		{"nothing", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := quote.Visible(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	const fold = `data-fold="quote"`
	cases := []struct {
		name, in, visible string
		marks             int
	}{
		{"Gmail", `<div>New</div><div class="gmail_quote"><div class="gmail_attr">On x wrote:</div><blockquote class="gmail_quote">Old</blockquote></div>`, "New", 1},
		{"Yahoo", `<div>New</div><div id="yahoo_quoted_1" class="yahoo_quoted">Old</div>`, "New", 1},
		{"Apple Mail", `New<br><blockquote type="cite"><div>On x wrote:</div>Old</blockquote>`, "New", 1},
		{"Thunderbird", `<div class="moz-cite-prefix">On x wrote:<br></div><blockquote type="cite" cite="mid:a">Old</blockquote><p>New</p>`, "New", 2},
		{"Outlook on the web", `<div>New</div><hr><div id="divRplyFwdMsg"><b>From:</b> x</div><div>Old</div>`, "New", 1},
		{
			"Outlook", `<div class="WordSection1"><p>New</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>Feladó:</b> A<br><b>Elküldve:</b> B<br>` +
				`<b>Címzett:</b> C<br><b>Tárgy:</b> D</p></div></div><p>Old</p></div>`, "New", 2,
		},
		{"words alone", `<p>New</p><p>W dniu 27.11.2026 o 10:00, Sklep napisał(a):</p><p>Old</p>`, "New", 1},
		{"words in the same block are hidden in the text", `New<br>W dniu 27.11.2026 o 10:00, Sklep napisał(a):<br>Old`, "New", 0},
		{"a table goes on quoted", `<table><tr><td>New</td></tr><tr><td>-----Original Message-----</td></tr><tr><td>Old</td></tr></table>`, "New", 2},
		{"an own quotation stays", `<p>He said</p><blockquote>never</blockquote>`, "He said\n\nnever", 0},
		{"what only passes on stays open", `<div class="gmail_quote">All of it</div>`, "All of it", 0},
		{"a picture is content", `<img src="cid:a"><div class="gmail_quote">Old</div>`, "", 1},
		{"marks of others are not ours", `<p data-fold="quote">New</p><div class="gmail_quote">Old</div>`, "New", 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := quote.HTML(c.in)
			if got.Visible != c.visible || strings.Count(got.HTML, fold) != c.marks {
				t.Errorf("got %q in %s", got.Visible, got.HTML)
			}
		})
	}
}

func TestHTMLMarksSignatures(t *testing.T) {
	t.Parallel()
	got := quote.HTML(`<p>New</p><div class="gmail_signature">Ann</div>`)
	if got.Visible != "New" || !strings.Contains(got.HTML, `data-fold="signature"`) {
		t.Errorf("got %+v", got)
	}
}

func TestHTMLSurvivesDepth(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{
		"deep":    strings.Repeat("<div>", 100_000) + "x",
		"wide":    strings.Repeat("<p>On 2026 wrote:</p>", 5_000),
		"nested ": strings.Repeat(strings.Repeat("<span>", 400)+"x", 100),
		"large":   strings.Repeat("x", 3<<20),
	} {
		if got := quote.HTML(page); got.HTML == "" {
			t.Errorf("%s: nothing is left", name)
		}
	}
}

func FuzzSections(f *testing.F) {
	f.Add("Hi\n\nOn Fri, 27 Nov 2026 at 10:00, S <s@x.example>\nwrote:\n> a\n>> b\n\n-- \nAnn")
	f.Add("Od: a\r\nDo: b\r\nTemat: c\r\n")
	f.Add("> \n\n>\nx\n--\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		var parts []string
		for _, s := range quote.Sections(text) {
			parts = append(parts, s.Text)
		}
		if got := strings.Join(parts, "\n"); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if strings.TrimSpace(text) != "" && quote.Visible(text) == "" {
			t.Errorf("nothing of %q is visible", text)
		}
	})
}

func FuzzHTML(f *testing.F) {
	f.Add(`<p>New</p><div class="gmail_quote">Old</div>`)
	f.Add(`<table><tr><td>New</td><td>-----Original Message-----`)
	f.Add(`<p>x<span>W dniu 27.11.2026 o 10:00, S napisał(a):</span></p><li><b>`)
	f.Fuzz(func(_ *testing.T, page string) { quote.HTML(page) })
}

func TestTextHTMLKeepsAllOfAPlainMail(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, text, want string }{
		{"nothing to fold", "Dzień dobry", ""},
		{"a quote below", "Tak.\n\n> Czy to <b>działa</b>?", `<div>Tak.</div><div data-fold="quote">&gt; Czy to &lt;b&gt;działa&lt;/b&gt;?</div>`},
		{"only a quote", "> Tak", ""},
	}
	for _, c := range cases {
		if got := quote.TextHTML(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
