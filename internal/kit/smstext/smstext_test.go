package smstext

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// vector is how a text goes out; the composer of the desk is held to the same.
type vector struct {
	Name     string
	Before   string
	Text     string
	Times    int
	Once     bool
	Segments int
	Left     int
	Wide     bool
}

func (v vector) text() string {
	if v.Once {
		return strings.Repeat(v.Before, v.Times) + v.Text
	}
	return strings.Repeat(v.Text, max(v.Times, 1))
}

// vectors reads what the desk is held to, too.
func vectors[T any](t *testing.T, path string, into *[]T) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil || len(*into) == 0 {
		t.Fatal(len(*into), err)
	}
}

func TestSegmentsAreCountedAsNetworksDo(t *testing.T) {
	t.Parallel()
	var all []vector
	vectors(t, "testdata/count.json", &all)
	for _, v := range all {
		want := Count{GSM, v.Segments, v.Left}
		if v.Wide {
			want.Alphabet = UCS2
		}
		if got := CountOf(v.text()); got != want {
			t.Errorf("%s: %+v, want %+v", v.Name, got, want)
		}
		if parts, _ := Split(v.text()); len(parts) != max(1, v.Segments) {
			t.Errorf("%s: split into %d", v.Name, len(parts))
		}
	}
}

// The codes are those of 3GPP TS 23.038, 6.2.1.
func TestTextsAreWrittenInTheirAlphabet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, want string
		in         Alphabet
	}{
		{"@£$¥èéùìòÇ\nØø\rÅå", "000102030405060708090a0b0c0d0e0f", GSM},
		{"Hello", "48656c6c6f", GSM},
		{"ÄÖÑÜ§¿äöñüà", "5b5c5d5e5f607b7c7d7e7f", GSM},
		{"€{}[]~\\^|", "1b651b281b291b3c1b3e1b3d1b2f1b141b40", GSM},
		{"őű", "01510171", UCS2},
		{"łódź", "014200f30064017a", UCS2},
		{"👍", "d83ddc4d", UCS2},
	} {
		got := hex.EncodeToString(c.in.Encode(c.text))
		if AlphabetOf(c.text) != c.in || got != c.want {
			t.Errorf("%q: %v %s, want %s", c.text, AlphabetOf(c.text), got, c.want)
		}
		if back := c.in.Decode(c.in.Encode(c.text)); back != c.text {
			t.Errorf("%q comes back as %q", c.text, back)
		}
	}
	if got := string(GSM.Encode("a☺b")); got != "a?b" {
		t.Errorf("what the alphabet does not have: %q", got)
	}
	if got := GSM.Decode([]byte{escape, 'a', escape, escape, 0xe1, escape}); got != "a a" {
		t.Errorf("escapes of no meaning: %q", got)
	}
}

func TestPartsComeInAnyOrderAndTwice(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("Zażółć gęślą jaźń 👍. ", 12)
	texts, a := Split(text)
	var parts []Part
	for i, s := range texts {
		parts = append(parts, Part{i + 1, a, a.Encode(s)}, Part{i + 1, a, a.Encode(s)})
	}
	for i := range parts {
		j := (i * 7) % len(parts)
		parts[i], parts[j] = parts[j], parts[i]
	}
	if got := Join(len(texts), parts); got != text {
		t.Errorf("%q", got)
	}
	half := UCS2.Encode("👍") // some phones let a pair begin in one part and end in the next
	if got := Join(2, []Part{{2, UCS2, half[2:]}, {1, UCS2, half[:2]}}); got != "👍" {
		t.Errorf("%q", got)
	}
	if got := Join(3, []Part{{1, GSM, []byte("a")}, {3, UCS2, []byte{1, 0x42}}}); got != "a"+Missing+"ł" {
		t.Errorf("%q", got)
	}
}

func TestHeadersSayWhichPartItIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data string
		want       Header
		text       string
		part       bool
	}{
		{"8 bits", "0500032a0302" + "61", Header{42, 3, 2}, "a", true},
		{"16 bits", "060804012a0201" + "61", Header{0x12a, 2, 1}, "a", true},
		{"beside ports", "0b05040b8423f00003070201" + "61", Header{7, 2, 1}, "a", true},
		{"ports alone", "0605040b8423f0" + "61", Header{}, "a", false},
		{"a part that there cannot be", "0500032a0203" + "61", Header{42, 2, 3}, "a", false},
		{"a header longer than the text", "ff0003", Header{}, "\xff\x00\x03", false},
		{"an element longer than the header", "0500ff2a0302" + "61", Header{}, "a", false},
		{"nothing", "", Header{}, "", false},
	} {
		data, err := hex.DecodeString(c.data)
		if err != nil {
			t.Fatal(err)
		}
		h, text, part := ParseHeader(data)
		if h != c.want || string(text) != c.text || part != c.part {
			t.Errorf("%s: %+v %q %v", c.name, h, text, part)
		}
	}
	if h, text, part := ParseHeader(append(Header{200, 9, 9}.Bytes(), "x"...)); h != (Header{200, 9, 9}) || string(text) != "x" || !part {
		t.Errorf("%+v %q %v", h, text, part)
	}
}

func TestPlainTextsCostHalf(t *testing.T) {
	t.Parallel()
	var all []struct{ Text, Plain string }
	vectors(t, "testdata/plain.json", &all)
	for _, v := range all { // the last one stays wide whatever is taken off
		if got := Plain(v.Text); got != v.Plain {
			t.Errorf("%q becomes %q, want %q", v.Text, got, v.Plain)
		}
	}
}

func TestWishesAreWholeTextsOfAnyLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Wish{
		"STOP": Stop, " stop. ": Stop, "Stop all!": Stop, "Unsubscribe": Stop, "REZYGNUJĘ": Stop, "Wypisz mnie": Stop, "LEIRATKOZÁS": Stop, "Leiratkozom!": Stop,
		"start": Start, "UNSTOP": Start, "Zapisz mnie": Start, "Feliratkozás": Start,
		"stop sending me the wrong parcel": NoWish, "nie": NoWish, "nem": NoWish, "no": NoWish, "cancel": NoWish, "": NoWish, "start over": NoWish,
		strings.Repeat("stop ", 100): NoWish,
	} {
		if got := WishOf(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// What was split is the same text when it is joined, and no part is too long.
func FuzzSplitAndJoin(f *testing.F) {
	for _, seed := range []string{"", "a", "€", "👍", strings.Repeat("€", 200), strings.Repeat("a👍", 80), strings.Repeat("ő", 71)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip()
		}
		parts, a := Split(text)
		c := CountOf(text)
		if len(parts) != max(1, c.Segments) || c.Left < 0 {
			t.Fatalf("%d parts, %+v", len(parts), c)
		}
		most, width := 140, 2
		if a == GSM {
			most, width = 160, 1
		}
		if len(parts) > 1 {
			most = map[Alphabet]int{GSM: gsmTogether, UCS2: ucs2Together * 2}[a]
		}
		var arrived []Part
		for i, p := range parts {
			data := a.Encode(p)
			if len(data) > most || len(data)%width != 0 {
				t.Fatalf("part %d has %d bytes", i, len(data))
			}
			arrived = append(arrived, Part{i + 1, a, data})
		}
		if got := Join(len(parts), arrived); got != text {
			t.Fatalf("%q becomes %q", text, got)
		}
		_ = WishOf(text)
		_ = Plain(text)
	})
}

// Foreign bytes are read without harm.
func FuzzRead(f *testing.F) {
	f.Add([]byte{5, 0, 3, 1, 2, 1, 'a'}, true)
	f.Add([]byte{0xff}, false)
	f.Fuzz(func(t *testing.T, data []byte, wide bool) {
		h, text, part := ParseHeader(data)
		if part && !h.Valid() || len(text) > len(data) {
			t.Fatalf("%+v", h)
		}
		a := GSM
		if wide {
			a = UCS2
		}
		if !utf8.ValidString(a.Decode(text)) {
			t.Fatal("not a text")
		}
	})
}
