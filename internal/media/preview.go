package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	_ "image/gif" // formats of which previews are made
	"image/jpeg"
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // as above
)

const (
	previewQuality = 80
	previewType    = "image/jpeg"
)

var errPixels = errors.New("media: a picture too large to be unpacked")

// picture is a preview and the size of the original.
type picture struct {
	data          []byte
	width, height int
}

// preview returns a small JPEG of a picture. The size is read before anything is
// unpacked, so that a small file cannot become a huge picture in memory.
func preview(data []byte) (picture, error) {
	if err := bounded(data); err != nil {
		return picture{}, err
	}
	full, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return picture{}, err
	}
	small := image.NewRGBA(fit(full.Bounds().Dx(), full.Bounds().Dy()))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src) // JPEG knows no transparency
	draw.ApproxBiLinear.Scale(small, small.Bounds(), full, full.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: previewQuality}); err != nil {
		return picture{}, err
	}
	return picture{data: out.Bytes(), width: full.Bounds().Dx(), height: full.Bounds().Dy()}, nil
}

// bounded refuses a picture that would be too large in memory, by what its head says.
func bounded(data []byte) error {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return err
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > MaxPixels/config.Height {
		return errPixels
	}
	if config.Width*config.Height > MaxUnpacked/unpackedPixel(data, config.ColorModel) {
		return errPixels
	}
	return nil
}

// unpackedPixel returns the bytes that a decoder needs for one pixel.
func unpackedPixel(data []byte, model color.Model) int {
	switch model {
	case color.GrayModel:
		return 1 * passes(data)
	case color.Gray16Model:
		return 2 * passes(data)
	case color.YCbCrModel:
		return 3 + coefficients(data)
	case color.CMYKModel, color.NYCbCrAModel:
		return 4 + coefficients(data)
	case color.RGBA64Model, color.NRGBA64Model:
		return 8 * passes(data)
	}
	return 4 * passes(data)
}

// passes returns 2 for an interlaced PNG, of which each pass is a picture beside the whole.
func passes(data []byte) int {
	const interlace = 28 // where the header says so
	if bytes.HasPrefix(data, []byte("\x89PNG")) && len(data) > interlace && data[interlace] == 1 {
		return 2
	}
	return 1
}

// coefficients returns the bytes that a progressive JPEG needs for one pixel until
// its last pass is read: four for each component. Anything else needs none.
func coefficients(data []byte) int {
	const (
		startOfScan = 0xDA
		progressive = 0xC2
		header      = 9 // of a frame up to the number of components
	)
	if !bytes.HasPrefix(data, []byte("\xFF\xD8")) {
		return 0
	}
	for at := 2; at+header < len(data) && data[at] == 0xFF && data[at+1] != startOfScan; {
		if data[at+1] == progressive {
			return 4 * int(data[at+header])
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
	}
	return 0
}

// fit returns a rectangle of the same shape with no side above PreviewSide.
func fit(width, height int) image.Rectangle {
	longer := max(width, height)
	if longer <= PreviewSide {
		return image.Rect(0, 0, width, height)
	}
	return image.Rect(0, 0, max(1, width*PreviewSide/longer), max(1, height*PreviewSide/longer))
}
