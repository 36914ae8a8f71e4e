package colour

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	readable = 4.5  // contrast that text needs against its ground
	step     = 0.02 // of the way to black
	fallback = 0x2f5bea
)

type rgb [3]float64 // each 0 to 255

// Readable returns color, a "#rrggbb", darkened in small steps until white text
// on it can be read. What is no colour counts as our own blue.
func Readable(color string) string {
	given := parse(color)
	for part := 0.0; ; part += step {
		moved := given.darker(math.Min(part, 1))
		if part >= 1 || onWhite(moved) >= readable {
			return fmt.Sprintf("#%02x%02x%02x", int(moved[0]), int(moved[1]), int(moved[2]))
		}
	}
}

func parse(color string) rgb {
	digits := strings.TrimPrefix(color, "#")
	v, err := strconv.ParseUint(digits, 16, 24)
	if err != nil || len(digits) != 6 {
		v = fallback
	}
	return rgb{float64(v >> 16), float64(v >> 8 & 255), float64(v & 255)}
}

// darker returns c moved a part of the way to black, in whole steps of a channel.
func (c rgb) darker(part float64) rgb {
	for i := range c {
		c[i] = math.Round(c[i] * (1 - part))
	}
	return c
}

// onWhite returns the contrast between c and white, 1 to 21.
func onWhite(c rgb) float64 {
	const veil = 0.05 // of light that falls on every screen
	return (1 + veil) / (c.luminance() + veil)
}

func (c rgb) luminance() float64 {
	weights := rgb{0.2126, 0.7152, 0.0722}
	sum := 0.0
	for i, weight := range weights {
		v := c[i] / 255
		if v <= 0.04045 {
			sum += weight * v / 12.92
		} else {
			sum += weight * math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return sum
}
