package alike

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"github.com/zongler/zongler/internal/kit/fold"
)

// Bounds of the work on one text.
const (
	MaxText   = 2000 // bytes that are looked at
	MaxPieces = 96   // hashes that are kept: texts of some forty words are compared exactly
)

// What is alike, found by trying what people write under posts (alike_test.go).
const (
	share    = 0.5  // of the pieces of both that are in both: the same in other words
	within   = 0.85 // of the pieces of the shorter that are in the longer: the same with more around it
	smallest = 6    // pieces; what has fewer says too little to be compared in parts
	longer   = 3    // times as many pieces: so much around it is another matter
)

// Sketch is what a text says, as far as it is compared: sorted hashes of its pieces.
type Sketch []uint32

// Of returns the sketch of a text. One of pictures, addresses and names alone is empty.
func Of(text string) Sketch {
	var all Sketch
	for _, word := range words(text) {
		all = append(all, pieces(word)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), MaxPieces)]
}

// words returns the folded words of a text that say something: none of an address, of whom it
// calls, of a number but that there is one.
func words(text string) []string {
	if len(text) > MaxText {
		text = strings.ToValidUTF8(text[:MaxText], "")
	}
	var out []string
	for field := range strings.FieldsSeq(fold.Text(text)) {
		if strings.HasPrefix(field, "@") || strings.Contains(field, "://") || strings.HasPrefix(field, "www.") {
			continue
		}
		out = append(out, strings.FieldsFunc(field, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
	}
	for i, word := range out {
		out[i] = calm(word)
	}
	return out
}

// calm returns a word as somebody writes it who is neither excited nor counting: "heeelp" is
// "help", "4711" is "0".
func calm(word string) string {
	var b strings.Builder
	var last rune
	for _, r := range word {
		if unicode.IsDigit(r) {
			r = '0'
		}
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// pieces returns the hashes of a word's pieces of three letters, its ends marked.
func pieces(word string) []uint32 {
	letters := []rune("^" + word + "$")
	var out []uint32
	for i := 0; i+3 <= len(letters); i++ {
		h := fnv.New32a()
		_, _ = h.Write([]byte(string(letters[i : i+3]))) // it returns no error
		out = append(out, h.Sum32())
	}
	return out
}

// Alike reports whether two texts say the same.
func Alike(a, b Sketch) bool { return Likeness(a, b) > 0 }

// Likeness returns how much two texts that say the same have in common, up to 1; 0: they do not say the same.
func Likeness(a, b Sketch) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	both, either, short := overlap(a, b)
	if short < smallest {
		if slices.Equal(a, b) {
			return 1
		}
		return 0
	}
	common := float64(both) / float64(either)
	if common >= share {
		return common
	}
	if either <= longer*short && float64(both) >= within*float64(short) {
		return common
	}
	return 0
}

// overlap counts the pieces in both of a and b and those in either, and those of the one that
// has fewer. Where one of them was cut, only what lies below the cut of both is counted, of which all is known.
func overlap(a, b Sketch) (both, either, short int) {
	last := ^uint32(0)
	for _, s := range []Sketch{a, b} {
		if len(s) == MaxPieces {
			last = min(last, s[len(s)-1])
		}
	}
	i, j := 0, 0
	for i < len(a) && a[i] <= last || j < len(b) && b[j] <= last {
		either++
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			i++
		case i == len(a) || b[j] < a[i]:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	return both, either, min(i, j)
}

// String returns a sketch as it is stored.
func (s Sketch) String() string {
	raw := make([]byte, 0, 4*len(s))
	for _, h := range s {
		raw = binary.BigEndian.AppendUint32(raw, h)
	}
	return base64.RawStdEncoding.EncodeToString(raw)
}

// Parse reads a sketch that was stored. What is none is empty, and alike to nothing.
func Parse(stored string) Sketch {
	raw, err := base64.RawStdEncoding.DecodeString(stored)
	if err != nil || len(raw)%4 != 0 || len(raw) > 4*MaxPieces {
		return nil
	}
	s := make(Sketch, 0, len(raw)/4)
	for ; len(raw) > 0; raw = raw[4:] {
		s = append(s, binary.BigEndian.Uint32(raw))
	}
	if !slices.IsSorted(s) {
		return nil
	}
	return s
}
