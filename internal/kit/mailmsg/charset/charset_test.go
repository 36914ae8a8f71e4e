package charset_test

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/zongler/zongler/internal/kit/mailmsg/charset"
)

const (
	polish    = "Zażółć gęślą jaźń, proszę o pilną odpowiedź ŁÓDŹ"
	hungarian = "Árvíztűrő tükörfúrógép, köszönöm az őszi űrlapot"
)

func in(t *testing.T, set *charmap.Charmap, text string) []byte {
	t.Helper()
	b, err := set.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		in     []byte
		said   string
		want   string
		asSaid bool
	}{
		{"UTF-8 as said", []byte(polish), "utf-8", polish, true},
		{"ISO 8859-2 as said", in(t, charmap.ISO8859_2, polish), "ISO-8859-2", polish, true},
		{"windows-1250 as said", in(t, charmap.Windows1250, hungarian), "windows-1250", hungarian, true},
		{"another name of it", in(t, charmap.Windows1250, polish), `"CP-1250"`, polish, true},
		{"windows-1250 that says ISO 8859-2", in(t, charmap.Windows1250, polish), "iso-8859-2", polish, false},
		{"UTF-8 that says ASCII", []byte(polish), "us-ascii", polish, false},
		{"UTF-8 that says ISO 8859-1", []byte(hungarian), "iso-8859-1", hungarian, false},
		{"windows-1250 that says UTF-8", in(t, charmap.Windows1250, polish), "utf-8", polish, false},
		{"windows-1250 that says nothing", in(t, charmap.Windows1250, polish), "", polish, false},
		{"ISO 8859-2 that says nothing", in(t, charmap.ISO8859_2, polish), "", polish, false},
		{"Hungarian that says nothing", in(t, charmap.ISO8859_2, hungarian), "", hungarian, false},
		{"Hungarian of a set nobody knows", in(t, charmap.Windows1250, hungarian), "x-own", hungarian, false},
		{"German that says nothing", in(t, charmap.Windows1252, "Grüße aus Köln, schöne Straße"), "", "Grüße aus Köln, schöne Straße", false},
		{"Russian that says nothing", in(t, charmap.Windows1251, "Здравствуйте, где мой заказ"), "", "Здравствуйте, где мой заказ", false},
		{"code page 852", in(t, charmap.CodePage852, polish), "cp852", polish, true},
		{"ASCII of a set nobody knows", []byte("plain"), "x-own", "plain", true},
		{"UTF-8 with one broken byte", []byte("Zażółć gęślą \xff jaźń"), "utf-8", "Zażółć gęślą \ufffd jaźń", false},
		{"UTF-16", []byte{0xfe, 0xff, 0x01, 0x7b}, "utf-16", "Ż", true},
		{"nothing", nil, "utf-8", "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, asSaid := charset.Decode(c.in, c.said)
			if got != c.want || asSaid != c.asSaid {
				t.Errorf("got %q, %v, want %q, %v", got, asSaid, c.want, c.asSaid)
			}
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, in, want string }{
		{"plain text", "Hello", "Hello"},
		{"Q", "=?utf-8?Q?Za=C5=BC=C3=B3=C5=82=C4=87_x?=", "Zażółć x"},
		{"B", "=?UTF-8?B?xZHFsQ==?=", "őű"},
		{"ISO 8859-2", "=?iso-8859-2?q?=BF=F3=B3=E6?=", "żółć"},
		{"the white space between words goes", "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
		{"the white space around words stays", "x =?utf-8?Q?a?= y", "x a y"},
		{"words that touch", "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"},
		{"a character in two words", "=?utf-8?B?xQ==?= =?utf-8?B?vA==?=", "ż"},
		{"a language", "=?utf-8*pl?Q?=C5=BC?=", "ż"},
		{"spaces that should not be", "=?utf-8?Q?a b?=", "a b"},
		{"base64 without padding", "=?utf-8?B?xZHFsQ?=", "őű"},
		{"quotes around", `"=?utf-8?Q?=C5=BC?="`, `"ż"`},
		{"a word that never ends", "=?utf-8?Q?abc", "=?utf-8?Q?abc"},
		{"an encoding nobody knows", "=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
		{"UTF-8 as it is", "żółć", "żółć"},
		{"windows-1250 as it is", "za\xbf\xf3\xb3\xe6 ja\x9f\xf1", "zażółć jaźń"},
		{"a question mark at the end", "=?utf-8?Q?co=3F?=", "co?"},
		{"a question mark that is not encoded", "=?utf-8?Q?co?=C5=BC?=", "co?ż"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := charset.Words(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("za\xbf\xf3\xb3\xe6"), "utf-8")
	f.Add([]byte("=?utf-8?B?xQ==?= =?iso-2022-jp?Q?=1b?="), "iso-2022-jp")
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		if text, _ := charset.Decode(b, name); !utf8.ValidString(text) {
			t.Errorf("%q in %q is not UTF-8", b, name)
		}
		if text := charset.Words(string(b)); !utf8.ValidString(text) {
			t.Errorf("%q is not UTF-8", b)
		}
	})
}
