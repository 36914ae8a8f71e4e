package compose_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/compose"
)

func address(text string) mailmsg.Address { return mailmsg.ParseAddress(text) }

func file(name, mediaType, content string) compose.File {
	return compose.File{Name: name, Type: mediaType, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}

func sample() compose.Outgoing {
	return compose.Outgoing{
		From: address("Sklep Żółw <support@example.pl>"), To: []mailmsg.Address{address(`"Kowalski, Jan" <jan@x.pl>`)},
		Subject: "Zamówienie", MessageID: "e.1.abc@example.pl", Date: time.Date(2026, 11, 28, 10, 0, 0, 0, time.FixedZone("", 3600)),
		Text: "Dzień dobry,\npaczka jest w drodze.",
	}
}

// written writes a mail and holds it to what the package promises.
func written(t *testing.T, o compose.Outgoing) string {
	t.Helper()
	m, err := compose.New(o)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.Bytes()
	if err != nil || !bytes.Equal(raw, again) {
		t.Errorf("written twice it is not the same: %v", err)
	}
	text := string(raw)
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "\r\n") {
		t.Error("a line does not end with CRLF")
	}
	header, _, _ := strings.Cut(text, "\r\n\r\n")
	for line := range strings.SplitSeq(header, "\r\n") {
		if len(line) > 998 || strings.TrimSpace(line) == "" {
			t.Errorf("a line of the header is %q", line)
		}
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line has %d bytes", len(line))
		}
	}
	return text
}

func TestWriting(t *testing.T) {
	t.Parallel()
	o := sample()
	o.Cc = []mailmsg.Address{address("b@żółw.pl")}
	o.Bcc = []mailmsg.Address{address("hidden@x.pl"), address("JAN@x.pl")}
	o.ReplyTo = []mailmsg.Address{address("support+c.1.abc@example.pl")}
	o.InReplyTo, o.References = "m1@x.pl", []string{"m0@x.pl", "<m1@x.pl>", "", "<>"}
	o.HTML = `<p>Dzień dobry <img src="cid:logo@x"></p>`
	inline := file("logo.png", "image/png", "PNG")
	inline.ContentID = "logo@x"
	o.Inline = []compose.File{inline}
	o.Files = []compose.File{file("faktura żółta nr 17 z dnia 28 listopada.pdf", "application/pdf", strings.Repeat("%PDF", 100)), file("a.eml", "message/rfc822", "Subject: x\n\ny")}
	text := written(t, o)
	const want = "Date: Sat, 28 Nov 2026 10:00:00 +0100\r\n" +
		"From: =?utf-8?B?U2tsZXAgxbvDs8WCdw==?= <support@example.pl>\r\n" +
		"Reply-To: support+c.1.abc@example.pl\r\n" +
		"To: \"Kowalski, Jan\" <jan@x.pl>\r\n" +
		"Cc: b@xn--w-uga1v8h.pl\r\n" +
		"Subject: =?utf-8?B?WmFtw7N3aWVuaWU=?=\r\n" +
		"Message-ID: <e.1.abc@example.pl>\r\n" +
		"In-Reply-To: <m1@x.pl>\r\n" +
		"References: <m0@x.pl> <m1@x.pl>\r\n" +
		"MIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed;"
	if !strings.HasPrefix(text, want) {
		t.Errorf("got:\n%s", text[:min(len(text), 700)])
	}
	if strings.Contains(text, "hidden") {
		t.Error("Bcc is in the mail")
	}
	m, err := compose.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(m.Recipients()); got != "[{jan@x.pl false} {b@xn--w-uga1v8h.pl false} {hidden@x.pl false}]" {
		t.Errorf("recipients: %s", got)
	}
	if m.Sender().Address != "support@example.pl" || m.SMTPUTF8() {
		t.Errorf("sender %+v, SMTPUTF8 %v", m.Sender(), m.SMTPUTF8())
	}
	if _, err := mail.ReadMessage(strings.NewReader(text)); err != nil {
		t.Error(err)
	}
	read := mailmsg.ParseBytes([]byte(text), mailmsg.Limits{})
	if len(read.Defects) > 0 || read.Text != o.Text || len(read.Attachments) != 3 || !read.Attachments[0].Inline ||
		read.Attachments[1].Name != o.Files[0].Name || read.Attachments[1].Size() != 400 || read.Attachments[2].Type != "application/octet-stream" {
		t.Errorf("read again: %v, %q, %+v", read.Defects, read.Text, read.Attachments)
	}
}

func TestAutomaticMail(t *testing.T) {
	t.Parallel()
	o := sample()
	o.Automatic, o.Loop, o.Receipt = compose.Replied, "support@example.pl", true
	m := mailmsg.ParseBytes([]byte(written(t, o)), mailmsg.Limits{})
	for name, want := range map[string]string{
		"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "auto_reply", "X-Loop": "support@example.pl",
		"Disposition-Notification-To": "Sklep Żółw <support@example.pl>",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := mailmsg.Automatic(m, mailmsg.Ours{Loops: []string{"support@example.pl"}}); got != mailmsg.OwnLoop {
		t.Errorf("our own mail is taken for %q", got)
	}
	o.Automatic, o.Loop, o.Receipt = "", "", false
	m = mailmsg.ParseBytes([]byte(written(t, o)), mailmsg.Limits{})
	if got := mailmsg.Automatic(m, mailmsg.Ours{}); got != "" {
		t.Errorf("mail of a person is taken for %q", got)
	}
}

func TestNothingCanBeInjected(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\r\n", "\n", "\r", "\u2028", "\u0085", "\r\n\r\n", "\x00\n"} {
		evil := "a" + end + "X-Evil: 1" + end + end + "body"
		o := sample()
		o.Subject, o.Loop, o.MessageID, o.InReplyTo, o.References = evil, evil, "e.1@x.pl"+end+"X-Evil: 1", evil+"@x", []string{evil + "@x"}
		o.From.Name, o.To[0].Name, o.Text, o.HTML = evil, evil, "text", "<p>x</p>"
		inline := file(evil, evil, "x")
		inline.ContentID = "a@x" + end + "X-Evil: 1"
		o.Inline, o.Files = []compose.File{inline}, []compose.File{file(evil, "text/plain; a=\""+evil, "x")}
		text := written(t, o)
		for line := range strings.SplitSeq(text, "\r\n") {
			if strings.HasPrefix(line, "X-Evil") {
				t.Errorf("%q adds a header", end)
			}
		}
		o.To[0].Addr = "jan@x.pl" + end + "X-Evil: 1"
		if _, err := compose.New(o); !errors.Is(err, compose.ErrInvalid) {
			t.Errorf("an address with %q: %v", end, err)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		eightBit   bool
		want       string
	}{
		{"ASCII goes as it is", "Hello", false, "7bit"},
		{"Polish is quoted", "Dzień dobry, paczka jest w drodze", false, "quoted-printable"},
		{"Polish goes as it is where the server allows it", "Dzień dobry", true, "8bit"},
		{"what is all letters of others is base64", "Здравствуйте", false, "base64"},
		{"long lines are quoted", strings.Repeat("x", 2000), true, "quoted-printable"},
		{"long lines of letters too", strings.Repeat("ő", 2000), true, "base64"},
		{"a text like a boundary is quoted", "--=_x", false, "quoted-printable"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := sample()
			o.Text, o.EightBit = c.text, c.eightBit
			m := mailmsg.ParseBytes([]byte(written(t, o)), mailmsg.Limits{})
			if got := m.Header.Get("Content-Transfer-Encoding"); got != c.want || m.Text != c.text {
				t.Errorf("got %s, %q", got, m.Text)
			}
		})
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*compose.Outgoing){
		"no sender":                   func(o *compose.Outgoing) { o.From = mailmsg.Address{Name: "x"} },
		"nobody to send to":           func(o *compose.Outgoing) { o.To = nil },
		"a recipient without address": func(o *compose.Outgoing) { o.Cc = []mailmsg.Address{{Raw: "x"}} },
		"no id":                       func(o *compose.Outgoing) { o.MessageID = "<>" },
		"no date":                     func(o *compose.Outgoing) { o.Date = time.Time{} },
		"a file that is none":         func(o *compose.Outgoing) { o.Files = []compose.File{{Name: "x"}} },
		"an image without name":       func(o *compose.Outgoing) { o.HTML = "x"; o.Inline = []compose.File{file("x", "", "")} },
		"an image without page":       func(o *compose.Outgoing) { o.Inline = []compose.File{file("x", "", "")} },
		"far too many":                func(o *compose.Outgoing) { o.Bcc = crowd(1001) },
	} {
		o := sample()
		change(&o)
		if _, err := compose.New(o); !errors.Is(err, compose.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func crowd(n int) []mailmsg.Address {
	var all []mailmsg.Address
	for i := range n {
		all = append(all, mailmsg.Address{Addr: fmt.Sprintf("a%d@x.pl", i)})
	}
	return all
}

func TestAFileThatBreaksEndsTheMail(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, open := range []func() (io.ReadCloser, error){
		func() (io.ReadCloser, error) { return nil, broken },
		func() (io.ReadCloser, error) { return &breaking{err: broken}, nil },
	} {
		o := sample()
		o.Files = []compose.File{{Name: "x", Open: open}}
		m, err := compose.New(o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.WriteTo(io.Discard); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
}

type breaking struct {
	err    error
	closed bool
}

func (b *breaking) Read([]byte) (int, error) { return 0, b.err }
func (b *breaking) Close() error             { b.closed = true; return nil }

func TestSMTPUTF8(t *testing.T) {
	t.Parallel()
	o := sample()
	o.To = []mailmsg.Address{address("Łoś <łoś@żółw.pl>")}
	m, err := compose.New(o)
	if err != nil || !m.SMTPUTF8() || m.Recipients()[0] != (compose.Recipient{Address: "łoś@xn--w-uga1v8h.pl", UTF8: true}) {
		t.Errorf("got %+v, %v", m.Recipients(), err)
	}
	if text := written(t, o); !strings.Contains(text, "<łoś@xn--w-uga1v8h.pl>") {
		t.Error("the address is not in the mail")
	}
}

func TestReferencesAreBounded(t *testing.T) {
	t.Parallel()
	o := sample()
	for i := range 500 {
		o.References = append(o.References, fmt.Sprintf("%d@x.pl", i))
	}
	m := mailmsg.ParseBytes([]byte(written(t, o)), mailmsg.Limits{})
	if len(m.References) != 20 || m.References[0] != "0@x.pl" || m.References[1] != "481@x.pl" || m.References[19] != "499@x.pl" {
		t.Errorf("got %v", m.References)
	}
}

// TestRoundTrip writes mails of random words and reads them again.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 7))
		o := random(r)
		m := mailmsg.ParseBytes([]byte(written(t, o)), mailmsg.Limits{})
		switch {
		case len(m.Defects) > 0:
			t.Fatalf("%d: %v", seed, m.Defects)
		case m.Subject != o.Subject:
			t.Fatalf("%d: subject %q, want %q", seed, m.Subject, o.Subject)
		case m.From[0] != o.From || !slices.Equal(m.To, o.To) || !slices.Equal(m.Cc, o.Cc) || len(m.Bcc) > 0:
			t.Fatalf("%d: from %+v to %+v cc %+v\nwant %+v %+v %+v", seed, m.From, m.To, m.Cc, o.From, o.To, o.Cc)
		case m.MessageID != o.MessageID || !m.Date.Equal(o.Date):
			t.Fatalf("%d: %q, %v", seed, m.MessageID, m.Date)
		case strings.TrimSpace(m.Text) != strings.TrimSpace(o.Text):
			t.Fatalf("%d: text %q, want %q", seed, m.Text, o.Text)
		case o.HTML != "" && !strings.Contains(m.HTML, o.HTML):
			t.Fatalf("%d: HTML %q, want %q", seed, m.HTML, o.HTML)
		case len(m.Attachments) != len(o.Files):
			t.Fatalf("%d: %d files, want %d", seed, len(m.Attachments), len(o.Files))
		}
		for i, a := range m.Attachments {
			got, _ := io.ReadAll(a.Open())
			in, _ := o.Files[i].Open()
			want, _ := io.ReadAll(in)
			if a.Name != o.Files[i].Name || !bytes.Equal(got, want) {
				t.Fatalf("%d: file %q of %d bytes, want %q of %d", seed, a.Name, len(got), o.Files[i].Name, len(want))
			}
		}
	}
}

func random(r *rand.Rand) compose.Outgoing {
	o := compose.Outgoing{
		From: person(r), Subject: words(r, 12), MessageID: fmt.Sprintf("e.%d@example.pl", r.Uint64()),
		Date: time.Unix(1_700_000_000+r.Int64N(100_000_000), 0).UTC(), Text: words(r, 30) + "\n" + words(r, 300) + ".", EightBit: r.IntN(2) == 0,
	}
	for range 1 + r.IntN(40) {
		o.To = append(o.To, person(r))
	}
	for range r.IntN(3) {
		o.Cc, o.Bcc = append(o.Cc, person(r)), append(o.Bcc, person(r))
	}
	if r.IntN(2) == 0 {
		o.HTML = "<p>" + strings.NewReplacer("<", "", "&", "").Replace(words(r, 50)) + "</p>"
	}
	for i := range r.IntN(4) {
		content := strings.Repeat("\x00\xff\r\n", r.IntN(100)) + words(r, 5)
		o.Files = append(o.Files, file(strings.NewReplacer("/", "", `"`, "", "<", "", ">", "", ":", "", "?", "").Replace(fmt.Sprintf("%s %d.pdf", words(r, 8), i)), "application/pdf", content))
	}
	return o
}

func person(r *rand.Rand) mailmsg.Address {
	domains := []string{"x.pl", "example.com", "xn--w-uga1v8h.pl"}
	return mailmsg.Address{Name: words(r, 4), Addr: fmt.Sprintf("a.%d@%s", r.IntN(1_000_000), domains[r.IntN(len(domains))])}
}

// words are such as are hard to write in a header.
func words(r *rand.Rand, most int) string {
	all := []string{
		"zażółć", "gęślą", "Árvíztűrő", "tükörfúrógép", "plain", "a,b", `quo"ted"`, "(comment)", "<angle>", "semi;colon", "per%41cent", "it's", "=?utf-8?Q?=41?=",
		"名前", "👩‍🚀", "x@y.pl", "colon:", "a=b", "ł", "#1", "[ref]", "back/slash", "?=", "=?",
	}
	var chosen []string
	for range 1 + r.IntN(most) {
		chosen = append(chosen, all[r.IntN(len(all))])
	}
	return strings.Join(chosen, " ")
}

func FuzzCompose(f *testing.F) {
	f.Add("Subject", "Name", "text", "file.pdf", "id@x")
	f.Add("=?utf-8?Q?a?=", `"a\" <b`, "a\r\nb\r.\n", "a/b\x00", "<a@b>")
	f.Fuzz(func(t *testing.T, subject, name, text, fileName, id string) {
		o := sample()
		o.Subject, o.From.Name, o.Text, o.InReplyTo = subject, name, text, id
		o.Files = []compose.File{file(fileName, name, text)}
		m := mailmsg.ParseBytes([]byte(written(t, o)), mailmsg.Limits{})
		if len(m.From) != 1 || m.From[0].Addr != "support@example.pl" || len(m.To) != 1 || m.MessageID != "e.1.abc@example.pl" || len(m.Attachments) != 1 {
			t.Errorf("got from %+v to %+v id %q, %d files", m.From, m.To, m.MessageID, len(m.Attachments))
		}
		if got := m.Attachments[0].Size(); got != int64(len(text)) {
			t.Errorf("a file of %d bytes, want %d", got, len(text))
		}
	})
}

func TestHTMLAloneGetsItsText(t *testing.T) {
	t.Parallel()
	o := sample()
	o.Text, o.HTML = "", "<p>Dzień dobry</p><ul><li>raz</li></ul>"
	m := mailmsg.ParseBytes([]byte(written(t, o)), mailmsg.Limits{})
	if m.Text != "Dzień dobry\n\n- raz" || !strings.Contains(m.HTML, o.HTML) || !strings.Contains(m.HTML, "<meta charset") {
		t.Errorf("got %q and %q", m.Text, m.HTML)
	}
}
