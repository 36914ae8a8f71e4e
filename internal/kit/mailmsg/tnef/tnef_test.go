package tnef_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/zongler/zongler/internal/kit/mailmsg/tnef"
)

// writer writes a winmail.dat as Outlook does.
type writer struct{ bytes.Buffer }

func newWriter() *writer {
	w := &writer{}
	w.number(uint32(0x223e9f78))
	w.number(uint16(1))
	return w
}

func (w *writer) number(n any) { _ = binary.Write(w, binary.LittleEndian, n) }

func (w *writer) attribute(level byte, name uint32, data []byte) *writer {
	w.WriteByte(level)
	w.number(name)
	w.number(uint32(len(data)))
	w.Write(data)
	sum := uint16(0)
	for _, c := range data {
		sum += uint16(c)
	}
	w.number(sum)
	return w
}

// props writes a list of properties, each already written by prop, wide or fixed.
func props(list ...[]byte) []byte {
	var w writer
	w.number(uint32(len(list)))
	for _, one := range list {
		w.Write(one)
	}
	return w.Bytes()
}

func prop(id, kind uint16, value []byte) []byte {
	var w writer
	w.number(kind)
	w.number(id)
	w.number(uint32(1))
	w.number(uint32(len(value)))
	w.Write(value)
	w.Write(make([]byte, (4-len(value)%4)%4))
	return w.Bytes()
}

func wide(id uint16, text string) []byte {
	var w writer
	w.number(utf16.Encode([]rune(text + "\x00")))
	return prop(id, 0x1f, w.Bytes())
}

func fixed(id uint16, value uint32) []byte {
	var w writer
	w.number(uint16(3))
	w.number(id)
	w.number(value)
	return w.Bytes()
}

func named(name string, value uint32) []byte {
	var w writer
	w.number(uint16(3))
	w.number(uint16(0x8001))
	w.Write(make([]byte, 16))
	w.number(uint32(1))
	var text writer
	text.number(utf16.Encode([]rune(name)))
	w.number(uint32(text.Len()))
	w.Write(text.Bytes())
	w.Write(make([]byte, (4-text.Len()%4)%4))
	w.number(value)
	return w.Bytes()
}

func sample() []byte {
	w := newWriter()
	w.attribute(1, 0x00069007, []byte{0xe2, 4, 0, 0, 0, 0, 0, 0}) // 1250
	w.attribute(1, 0x00018004, []byte("Zam\xf3wienie\x00"))
	w.attribute(1, 0x00069003, props(
		fixed(0x3fde, 65001), named("Keywords", 7),
		prop(0x1013, 0x102, []byte("<p>Żółć</p>")), wide(0x1000, "Żółć\r\nőű"),
	))
	w.attribute(2, 0x00069002, make([]byte, 14))
	w.attribute(2, 0x00018010, []byte("FAKTUR~1.PDF\x00"))
	w.attribute(2, 0x0006800f, []byte("%PDF-1.4"))
	w.attribute(2, 0x00069005, props(wide(0x3707, "faktura żółta.pdf"), wide(0x370e, "application/pdf"), wide(0x3712, "cid-1")))
	w.attribute(2, 0x00069002, make([]byte, 14))
	w.attribute(2, 0x00018010, []byte("pi\xeakny.txt\x00"))
	w.attribute(2, 0x00069005, props(prop(0x3701, 0x102, []byte("abc"))))
	w.attribute(2, 0x00069002, make([]byte, 14)) // a link: no content
	return w.Bytes()
}

func TestRead(t *testing.T) {
	t.Parallel()
	m, err := tnef.Read(sample())
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "Zamówienie" || m.Text != "Żółć\nőű" || m.HTML != "<p>Żółć</p>" {
		t.Errorf("got %q, %q, %q", m.Subject, m.Text, m.HTML)
	}
	if len(m.Files) != 2 {
		t.Fatalf("got %d files, want 2", len(m.Files))
	}
	first, second := m.Files[0], m.Files[1]
	if first.Name != "faktura żółta.pdf" || first.Type != "application/pdf" || first.ContentID != "cid-1" || string(first.Data) != "%PDF-1.4" {
		t.Errorf("got %+v", first)
	}
	if second.Name != "piękny.txt" || string(second.Data) != "abc" {
		t.Errorf("got %+v", second)
	}
}

func TestReadUnpacksRTF(t *testing.T) {
	t.Parallel()
	// The example of MS-OXRTFCP: a run of flags, literals and references into the
	// window that is filled beforehand.
	packed := []byte{
		0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42,
		0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
	}
	w := newWriter().attribute(1, 0x00069003, props(prop(0x1009, 0x102, packed)))
	m, err := tnef.Read(w.Bytes())
	if err != nil || len(m.Files) != 1 {
		t.Fatalf("got %+v, %v", m, err)
	}
	if got, want := string(m.Files[0].Data), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadGivesWhatWasBeforeAFault(t *testing.T) {
	t.Parallel()
	whole := sample()
	for cut := range whole {
		if m, _ := tnef.Read(whole[:cut]); m == nil {
			t.Fatalf("cut at %d: no message", cut)
		}
	}
	m, err := tnef.Read(whole[:len(whole)-40])
	if !errors.Is(err, tnef.ErrCut) || len(m.Files) == 0 || m.Text == "" {
		t.Errorf("got %+v, %v", m, err)
	}
	if m, err := tnef.Read([]byte("no winmail")); !errors.Is(err, tnef.ErrFormat) || !m.Empty() {
		t.Errorf("got %+v, %v", m, err)
	}
}

func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	lying := newWriter()
	lying.WriteByte(1)
	lying.number(uint32(0x00069003))
	lying.number(uint32(0xffffffff))
	many := newWriter()
	for range 600 {
		many.attribute(2, 0x00069002, nil)
	}
	var counted writer
	counted.number(uint32(0xfffffff0))
	values := newWriter()
	var multi writer
	multi.number(uint32(1))
	multi.number(uint16(0x1002)) // numbers of two bytes, as many as one likes
	multi.number(uint16(0x1000))
	multi.number(uint32(0xffffffff))
	values.attribute(1, 0x00069003, multi.Bytes())
	for name, raw := range map[string][]byte{
		"a length beyond the end":  lying.Bytes(),
		"too many files":           many.Bytes(),
		"too many properties":      newWriter().attribute(1, 0x00069003, counted.Bytes()).Bytes(),
		"too many values":          values.Bytes(),
		"a hundred empty lengths ": append(newWriter().Bytes(), make([]byte, 100)...),
	} {
		if _, err := tnef.Read(raw); err == nil && !strings.Contains(name, "empty") {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample())
	f.Add(newWriter().attribute(1, 0x00069003, props(prop(0x1009, 0x102, bytes.Repeat([]byte{0xff}, 64)))).Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, _ := tnef.Read(raw)
		total := 0
		for _, file := range m.Files {
			total += len(file.Data)
		}
		if total > len(raw)+9<<20 {
			t.Errorf("%d bytes became %d", len(raw), total)
		}
	})
}
