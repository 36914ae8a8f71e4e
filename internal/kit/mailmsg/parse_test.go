package mailmsg_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/dsn"
	"github.com/zongler/zongler/internal/kit/mailmsg/quote"
	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
)

func parse(text string) *mailmsg.Message {
	return mailmsg.ParseBytes([]byte(text), mailmsg.Limits{})
}

func has(m *mailmsg.Message, code mailmsg.DefectCode) bool {
	return slices.ContainsFunc(m.Defects, func(d mailmsg.Defect) bool { return d.Code == code })
}

func TestParseTellsOfItsReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	if _, err := mailmsg.Parse(iotest.ErrReader(broken), mailmsg.Limits{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestParseKeepsItsBounds(t *testing.T) {
	t.Parallel()
	nested := "Content-Type: multipart/mixed; boundary=b0\n\n"
	for n := range 80 {
		nested += fmt.Sprintf("--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", n, n+1)
	}
	cases := []struct {
		name   string
		mail   string
		limits mailmsg.Limits
		want   mailmsg.DefectCode
	}{
		{"a mail longer than the limit", "Subject: x\n\n" + strings.Repeat("x", 2000), mailmsg.Limits{Size: 1000}, mailmsg.DefectSize},
		{"headers without end", strings.Repeat("X-A: "+strings.Repeat("b", 90)+"\n", 20_000), mailmsg.Limits{}, mailmsg.DefectHeader},
		{"one field without end", "Subject: x\n" + strings.Repeat(" y\n", 100_000), mailmsg.Limits{}, mailmsg.DefectHeader},
		{"multiparts in multiparts", nested, mailmsg.Limits{}, mailmsg.DefectDepth},
		{"a thousand parts", "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 1000), mailmsg.Limits{}, mailmsg.DefectParts},
		{"a long text", "Subject: x\n\n" + strings.Repeat("ő", 1000), mailmsg.Limits{Text: 101}, mailmsg.DefectText},
		{"thousands of recipients", "To: " + strings.Repeat("a@x.pl, ", 3000) + "\n\n", mailmsg.Limits{}, mailmsg.DefectAddresses},
		{"hundreds of references", "References: " + references(300) + "\n\n", mailmsg.Limits{}, mailmsg.DefectReferences},
		{"a multipart that is cut off", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx", mailmsg.Limits{}, mailmsg.DefectUnclosed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := mailmsg.Parse(strings.NewReader(c.mail), c.limits)
			if err != nil || !has(m, c.want) {
				t.Errorf("got %v, %v", m.Defects, err)
			}
			if len(m.Attachments) > mailmsg.DefaultParts || len(m.To) > 1000 || len(m.References) > 200 || !utf8.ValidString(m.Text) {
				t.Errorf("%d files, %d recipients, %d references", len(m.Attachments), len(m.To), len(m.References))
			}
		})
	}
}

func references(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<%d@x>\n ", i)
	}
	return b.String()
}

// TestHostileMailsEnd would not end if anything took the square of its input.
func TestHostileMailsEnd(t *testing.T) {
	t.Parallel()
	const many = 300_000
	fill := func(s string) string { return strings.Repeat(s, many/len(s)) }
	for name, mail := range map[string]string{
		"boundaries on one line": "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + fill("--b"),
		"boundaries as parts":    "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\n"),
		"images without end":     "Content-Type: text/html\n\n" + fill("cid:"),
		"groups of recipients":   "To: " + fill("x")[:30_000] + "@" + fill(":")[:30_000] + "\n\n",
		"quotes of recipients":   "To: " + fill("\"(<\\")[:60_000] + "\n\n",
		"words that are none":    "Subject: " + fill("=?a?q?")[:60_000] + "\n\n",
		"dashes in a date":       "Date: " + fill("-")[:60_000] + "\n\n",
		"parameters":             "Content-Type: a/b" + fill("; a=\"")[:60_000] + "\n\n",
		"ids":                    "References: " + fill("<a")[:60_000] + "\n\n",
		"white space":            "Content-Transfer-Encoding: quoted-printable\n\n" + fill("= "),
		"introductions":          "Subject: x\n\n" + fill("2026 wrote:\n"),
		"rules":                  "Subject: x\n\n" + fill("From: a\n--\n"),
		"addresses of a server":  "From: mailer-daemon@x\n\n" + fill("a@b.pl: 5.1.1\n"),
		"elements without end":   "Content-Type: text/html\n\n" + fill("<b><table>"),
		"quotes in quotes":       "Content-Type: text/html\n\n" + fill("<blockquote><font>"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := parse(mail)
			check(t, m)
			dsn.Bounce(m)
			quote.OfMessage(m.Text, m.HTML)
			safehtml.NewCleaner().Clean(m.HTML, safehtml.Options{})
		})
	}
}

func TestParseKeepsFirstAndLastReferences(t *testing.T) {
	t.Parallel()
	m := parse("References: " + references(300) + "\n\n")
	if len(m.References) != 200 || m.References[0] != "0@x" || m.References[1] != "101@x" || m.References[199] != "299@x" {
		t.Errorf("got %d: %v", len(m.References), m.References[:2])
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		in   string
		want []mailmsg.Address
	}{
		{"a@x.pl", []mailmsg.Address{{Addr: "a@x.pl"}}},
		{"Anna <a@X.PL>", []mailmsg.Address{{Name: "Anna", Addr: "a@x.pl"}}},
		{`"Kowalski, Jan" <j@x.pl>, b@x.pl`, []mailmsg.Address{{Name: "Kowalski, Jan", Addr: "j@x.pl"}, {Addr: "b@x.pl"}}},
		{`"a \"b\" c" <j@x.pl>`, []mailmsg.Address{{Name: `a "b" c`, Addr: "j@x.pl"}}},
		{"a@x.pl (Anna Nowak)", []mailmsg.Address{{Name: "Anna Nowak", Addr: "a@x.pl"}}},
		{"'b@x.pl' <b@x.pl>", []mailmsg.Address{{Addr: "b@x.pl"}}},
		{"a@x.pl; b@x.pl", []mailmsg.Address{{Addr: "a@x.pl"}, {Addr: "b@x.pl"}}},
		{"Team: a@x.pl, B <b@x.pl>;", []mailmsg.Address{{Addr: "a@x.pl"}, {Name: "B", Addr: "b@x.pl"}}},
		{"undisclosed-recipients:;", nil},
		{"=?utf-8?Q?Nowak=2C_=C5=BBaneta?= <z@x.pl>", []mailmsg.Address{{Name: "Nowak, Żaneta", Addr: "z@x.pl"}}},
		{"<mailto:a@x.pl>", []mailmsg.Address{{Addr: "a@x.pl"}}},
		{"Anna <a@x.pl", []mailmsg.Address{{Name: "Anna", Addr: "a@x.pl"}}},
		{"a@żółw.pl", []mailmsg.Address{{Addr: "a@żółw.pl"}}},
		{"łoś@x.pl", []mailmsg.Address{{Addr: "łoś@x.pl"}}},
		{"nobody", []mailmsg.Address{{Raw: "nobody"}}},
		{"Anna <>", []mailmsg.Address{{Name: "Anna", Raw: "Anna <>"}}},
		{"a b@x.pl", []mailmsg.Address{{Raw: "a b@x.pl"}}},
		{"", nil},
		{",,;", nil},
	}
	for _, c := range cases {
		if got := mailmsg.ParseAddresses(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %+v, want %+v", c.in, got, c.want)
		}
	}
}

func TestAddressForms(t *testing.T) {
	t.Parallel()
	a := mailmsg.ParseAddress("Żółw <Łoś@Żółw.PL>")
	if got := a.Key(); got != "łoś@xn--w-uga1v8h.pl" {
		t.Errorf("key %q", got)
	}
	if got, wide := a.ASCII(); got != "Łoś@xn--w-uga1v8h.pl" || !wide {
		t.Errorf("for SMTP %q, %v", got, wide)
	}
	if got := a.String(); got != "Żółw <Łoś@żółw.pl>" {
		t.Errorf("for people %q", got)
	}
	if got := (mailmsg.Address{Raw: "x"}).Key(); got != "" {
		t.Errorf("key of nothing %q", got)
	}
}

func TestNormalizeID(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<a@X.pl>": "a@x.pl", " <A.b@x> ": "A.b@x", "a@x": "a@x", "<a @ x>": "a@x", "(c) <a@x> (d)": "a@x", "<>": "", "": "", "< >": "", "@": "", "<@>": "",
		"<a@x> <b@x>": "a@x", "<" + strings.Repeat("a", 600) + "@x>": "", "<a\r\nX: y@x>": "aX:y@x", "noat": "noat",
	} {
		if got := mailmsg.NormalizeID(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 28, 9, 13, 52, 0, time.UTC)
	for _, in := range []string{
		"Sat, 28 Nov 2026 10:13:52 +0100", "Sat, 28 Nov 2026 10:13:52 +0100 (CET)", "28 Nov 2026 10:13:52 +0100", "Sat,28 Nov 2026 10:13:52 CET",
		"28 Nov 26 09:13:52 GMT", "Sat, 28 Nov 2026 10:13:52 GMT+0100", "28-Nov-2026 10:13:52 +01:00", "sat, 28 november 2026 09:13:52", "Sat Nov 28 09:13:52 2026",
		"Sat, 28 Nov 2026 09:13:52 UT", "Sat, 28 Nov 2026 04:13:52 EST",
	} {
		if got := parse("Date: " + in + "\n\n").Date; !got.Equal(want) {
			t.Errorf("%q: got %v", in, got)
		}
	}
	for _, in := range []string{"", "yesterday", "31 Feb 2026 10:00 +0000", "28 Nov 1812 10:00 +0000", "28 Nov 2026", "28 Nov 9999 10:00:00 +0000", "28 Nov 2026 25:00:00 +0000"} {
		if m := parse("Date: " + in + "\n\n"); !m.Date.IsZero() || !has(m, mailmsg.DefectDate) {
			t.Errorf("%q: got %v, %v", in, m.Date, m.Defects)
		}
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	multi := func(kind string, parts ...string) string {
		return "MIME-Version: 1.0\nContent-Type: multipart/" + kind + "; boundary=b\n\n--b\n" + strings.Join(parts, "\n--b\n") + "\n--b--\n"
	}
	const plain, page = "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>page</p>"
	cases := []struct{ name, mail, text, html string }{
		{"plain text", "Subject: x\n\nplain\n", "plain", ""},
		{"HTML alone gives text too", page, "page", "<p>page</p>"},
		{"two forms of the same", multi("alternative", plain, page), "plain", "<p>page</p>"},
		{"two forms in the wrong order", multi("alternative", page, plain), "plain", "<p>page</p>"},
		{"an empty text beside HTML", multi("alternative", "Content-Type: text/plain\n\n ", page), "page", "<p>page</p>"},
		{"text and HTML one after the other", multi("mixed", plain, page), "plain\n\npage", "<div>plain</div><p>page</p>"},
		{"two texts", multi("mixed", plain, plain), "plain\n\nplain", ""},
		{"a form for mobile pages", multi("alternative", plain, "Content-Type: text/x-amp-html\n\n<amp>", page), "plain", "<p>page</p>"},
		{"no empty line below the header", "Subject: x\nplain text here\nand more", "plain text here\nand more", ""},
		{"empty lines above the header", "\r\n\nSubject: x\n\nplain", "plain", ""},
		{"lines that end with CR", "Subject: x\r\rplain\rmore", "plain\nmore", ""},
		{"a type without its half", "Content-Type: text\n\nplain", "plain", ""},
		{"a type without semicolon", "Content-Type: text/plain charset=iso-8859-2\n\n\xbf\xf3\xb3w", "żółw", ""},
		{"HTML that says its set", "Content-Type: text/html\n\n<meta charset=iso-8859-2>\xb1", "ą", "<meta charset=iso-8859-2>ą"},
		{"quoted-printable with faults", "Content-Transfer-Encoding: quoted-printable\n\na=3Db = =\nc=zz=  \nd=", "a=b = c=zzd", ""},
		{"base64 with faults", "Content-Transfer-Encoding: BASE64\n\ncGx!ha\nW4= \nIHRleHQ", "plain text", ""},
		{"text in text", "Content-Type: multipart/mixed; boundary=\"=_a b'c\"\n\n--=_a b'c  \n\nx\n--=_a b'c--", "x", ""},
		{"flowed text", "Content-Type: text/plain; format=flowed; delsp=yes\n\nfol \nded\n> quo \n> ted\n-- \nAnn", "folded\n> quoted\n-- \nAnn", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if m := parse(c.mail); m.Text != c.text || m.HTML != c.html {
				t.Errorf("got %q and %q, want %q and %q", m.Text, m.HTML, c.text, c.html)
			}
		})
	}
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ż", 300) + ".pdf"
	cases := []struct{ name, header, want string }{
		{"plain", `attachment; filename="a.pdf"`, "a.pdf"},
		{"with a semicolon", `attachment; filename="a;b.pdf"`, "a;b.pdf"},
		{"not quoted, with spaces", `attachment; filename=my file.pdf`, "my file.pdf"},
		{"in pieces", `attachment; filename*1="b.pdf"; filename*0="a"`, "ab.pdf"},
		{"with a character set", `attachment; filename*=iso-8859-2''%BF%F3%B3w.pdf`, "żółw.pdf"},
		{"in both forms", `attachment; filename="x.pdf"; filename*=utf-8''%C5%BC.pdf`, "ż.pdf"},
		{"as an encoded word", `attachment; filename="=?utf-8?B?xbwucGRm?="`, "ż.pdf"},
		{"in bytes", "attachment; filename=\"\xbf\xf3\xb3w.pdf\"", "żółw.pdf"},
		{"with wrong escapes", `attachment; filename*=utf-8''a%zz%C5%BC.pdf`, "a%zzż.pdf"},
		{"leading up", `attachment; filename="../../etc/passwd"`, "passwd"},
		{"leading up in Windows", `attachment; filename="..\..\evil.exe"`, "evil.exe"},
		{"encoded and leading up", `attachment; filename*=utf-8''..%2F..%2Fevil%0D%0AX%3A.exe`, "evil X.exe"},
		{"of dots", `attachment; filename=".."`, "attachment.bin"},
		{"with turned letters", "attachment; filename=\"a\u202efdp.exe\"", "afdp.exe"},
		{"too long", `attachment; filename="` + long + `"`, strings.Repeat("ż", 196) + ".pdf"},
		{"none", `attachment`, "attachment.bin"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := parse("Content-Type: application/x-a\nContent-Disposition: " + c.header + "\n\nx")
			if len(m.Attachments) != 1 || m.Attachments[0].Name != c.want {
				t.Errorf("got %+v, want %q", m.Attachments, c.want)
			}
		})
	}
}

func TestProtection(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string][2]mailmsg.Protection{
		`multipart/signed; protocol="application/pkcs7-signature"; boundary=b`:  {mailmsg.SMIME, ""},
		`multipart/signed; protocol="application/pgp-signature"; boundary=b`:    {mailmsg.PGP, ""},
		`multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b`: {"", mailmsg.PGP},
		`application/pkcs7-mime; smime-type=enveloped-data`:                     {"", mailmsg.SMIME},
		`application/x-pkcs7-mime; smime-type=signed-data`:                      {mailmsg.SMIME, ""},
		`text/plain`: {"", ""},
	} {
		m := parse("Content-Type: " + kind + "\n\n--b\n\nx\n--b--")
		if m.Signed != want[0] || m.Encrypted != want[1] {
			t.Errorf("%s: got %q, %q", kind, m.Signed, m.Encrypted)
		}
	}
	if m := parse("Subject: x\n\n-----BEGIN PGP MESSAGE-----\nx"); m.Encrypted != mailmsg.PGP {
		t.Error("a PGP message in the text was not seen")
	}
}

func TestWinmail(t *testing.T) {
	t.Parallel()
	raw := []byte{0x78, 0x9f, 0x3e, 0x22, 1, 0}
	attribute := func(level byte, name uint16, data string) {
		raw = append(raw, level, byte(name), byte(name>>8), 0, 0, byte(len(data)), 0, 0, 0)
		raw = append(append(raw, data...), 0, 0)
	}
	attribute(1, 0x800c, "Hello from Outlook")
	attribute(2, 0x9002, "")
	attribute(2, 0x8010, `C:\a.pdf`+"\x00")
	attribute(2, 0x800f, "%PDF")
	mail := "Content-Type: application/ms-tnef; name=winmail.dat\n\n" + string(raw)
	m := parse(mail)
	if m.Text != "Hello from Outlook" || len(m.Attachments) != 1 || m.Attachments[0].Name != "a.pdf" || m.Attachments[0].Size() != 4 {
		t.Errorf("got %q, %+v", m.Text, m.Attachments)
	}
	m = parse("Content-Type: application/ms-tnef; name=winmail.dat\n\nbroken")
	if len(m.Attachments) != 1 || m.Attachments[0].Name != "winmail.dat" || !has(m, mailmsg.DefectTNEF) {
		t.Errorf("a broken one: got %+v, %v", m.Attachments, m.Defects)
	}
}

func FuzzParse(f *testing.F) {
	paths, _ := filepath.Glob("testdata/mail/*.eml")
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, raw := range hostile(f) {
		f.Add(raw)
	}
	for _, text := range []string{
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n--b--\n--b--",
		"Content-Type: multipart/alternative; boundary=\"\"\n\n--\n\nx\n----",
		"Subject: =?utf-8?B?=?= =?a?q?=?==?b?b?b?=\nTo: \"a\\\",(<@>,;:<b@c\n ,@\nDate: 0 0 0 0:0\n\n",
		"Content-Disposition: attachment; filename*1*=%; filename*0*=''%zz; filename*=x'y\nContent-Transfer-Encoding: base64\n\n=A=B==",
		"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\neJ8+IgEAAQ==",
		"Content-Type: text/html; charset=utf-7\n\n+ADw-script+AD4-<blockquote type=cite><table><li>",
		"Content-Type: text/plain; format=flowed; delsp=yes\nContent-Transfer-Encoding: quoted-printable\n\n> =\n = =3\n-- =20\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		kept := bytes.Clone(raw)
		m := mailmsg.ParseBytes(raw, mailmsg.Limits{})
		check(t, m)
		mailmsg.Automatic(m, mailmsg.Ours{Addresses: []string{"a@x.pl"}, Loops: []string{"x"}})
		dsn.Bounce(m)
		dsn.Complaint(m)
		dsn.Receipt(m)
		quote.OfMessage(m.Text, m.HTML)
		if !bytes.Equal(kept, raw) {
			t.Error("the original was changed")
		}
	})
}

// check holds a message to what the package promises.
func check(t *testing.T, m *mailmsg.Message) {
	t.Helper()
	texts := []string{m.Subject, m.MessageID}
	texts = append(append(texts, m.References...), m.InReplyTo...)
	for _, list := range [][]mailmsg.Address{m.From, m.To, m.Cc, m.Bcc, m.ReplyTo, {m.Sender}} {
		for _, a := range list {
			texts = append(texts, a.Name, a.Addr, a.Raw)
		}
	}
	for _, a := range m.Attachments {
		if a.Name == "" || strings.ContainsAny(a.Name, `/\`) || strings.Trim(a.Name, ".") == "" {
			t.Errorf("a file is named %q", a.Name)
		}
		texts = append(texts, a.Name, a.ContentID, a.Type)
		if _, err := io.Copy(io.Discard, a.Open()); err != nil {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\r\n\x00") {
			t.Errorf("%q is no line of text", text)
		}
	}
	if !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML) || strings.Contains(m.Text, "\x00") {
		t.Error("the text is not UTF-8")
	}
	if slices.Contains(m.References, "") || slices.Contains(m.InReplyTo, "") {
		t.Error("an empty id")
	}
}
