package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"testing"
)

func encoded(t *testing.T, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// says returns a PNG whose header claims a size, and passes if it is interlaced.
func says(data []byte, width, height uint32, interlaced bool) []byte {
	data = bytes.Clone(data)
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[20:], height)
	if interlaced {
		data[28] = 1
	}
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// frame returns a JPEG that consists of the header of a frame with a size.
func frame(marker byte, width, height uint16) []byte {
	data := []byte{0xFF, 0xD8, 0xFF, marker, 0, 17, 8}
	data = binary.BigEndian.AppendUint16(data, height)
	data = binary.BigEndian.AppendUint16(data, width)
	return append(data, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xFF, 0xDA, 0, 2)
}

func TestWhatAPictureNeedsInMemoryDecidesNotItsPixelsAlone(t *testing.T) {
	t.Parallel()
	box := image.Rect(0, 0, 4, 4)
	gray, rgba, wide := encoded(t, image.NewGray(box)), encoded(t, image.NewNRGBA(box)), encoded(t, image.NewNRGBA64(box))
	cases := []struct {
		name   string
		data   []byte
		refuse bool
	}{
		{"a camera's baseline JPEG of 39 Mpx", frame(0xC0, 7200, 5400), false},
		{"a progressive JPEG of 12 Mpx", frame(0xC2, 4000, 3000), false},
		{"a progressive JPEG of 20 Mpx", frame(0xC2, 5000, 4000), true},
		{"8 bits of 36 Mpx", says(rgba, 6000, 6000, false), false},
		{"8 bits of 36 Mpx, interlaced", says(rgba, 6000, 6000, true), true},
		{"16 bits of 24 Mpx", says(wide, 6000, 4000, false), false},
		{"16 bits of 36 Mpx", says(wide, 6000, 6000, false), true},
		{"gray of 39 Mpx", says(gray, 7200, 5400, false), false},
		{"gray of 41 Mpx", says(gray, 7200, 5700, false), true},
	}
	for _, c := range cases {
		if err := bounded(c.data); errors.Is(err, errPixels) != c.refuse || !c.refuse && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestARealJPEGIsMeasured(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewRGBA(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	if n := coefficients(out.Bytes()); n != 0 {
		t.Errorf("a baseline JPEG needs %d bytes a pixel more", n)
	}
	if n := coefficients(frame(0xC2, 1, 1)); n != 12 {
		t.Errorf("a progressive one of three components needs %d", n)
	}
}
