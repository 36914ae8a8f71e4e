package colour

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestReadable(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, color, want string }{
		{"a readable colour is left alone", "#2f5bea", "#2f5bea"},
		{"capitals are a colour too", "#2F5BEA", "#2f5bea"},
		{"black is left alone", "#000000", "#000000"},
		{"yellow is darkened as the panel does it", "#ffd400", "#8a7200"},
		{"white becomes a grey", "#ffffff", "#757575"},
		{"what is no colour is ours", "red; }", "#2f5bea"},
		{"nothing is ours", "", "#2f5bea"},
		{"a short colour is ours", "#fff", "#2f5bea"},
		{"a sign is no digit", "#+12345", "#2f5bea"},
	}
	for _, c := range cases {
		if got := Readable(c.color); got != c.want {
			t.Errorf("%s: %s gives %s, want %s", c.name, c.color, got, c.want)
		}
	}
}

func TestWhiteCanBeReadOnEveryColour(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		color := fmt.Sprintf("#%06x", r.IntN(1<<24))
		if got := onWhite(parse(Readable(color))); got < readable {
			t.Errorf("%s: contrast %.2f", color, got)
		}
	}
}
