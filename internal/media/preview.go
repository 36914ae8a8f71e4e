package media

import (
	"bytes"
	"errors"
	"image"
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

var errPixels = errors.New("media: a picture of too many pixels")

// picture is a preview and the size of the original.
type picture struct {
	data          []byte
	width, height int
}

// preview returns a small JPEG of a picture. The size is read before anything is
// unpacked, so that a small file cannot become a huge picture in memory.
func preview(data []byte) (picture, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return picture{}, err
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > MaxPixels/config.Height {
		return picture{}, errPixels
	}
	full, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return picture{}, err
	}
	small := image.NewRGBA(fit(config.Width, config.Height))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src) // JPEG knows no transparency
	draw.ApproxBiLinear.Scale(small, small.Bounds(), full, full.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: previewQuality}); err != nil {
		return picture{}, err
	}
	return picture{data: out.Bytes(), width: config.Width, height: config.Height}, nil
}

// fit returns a rectangle of the same shape with no side above PreviewSide.
func fit(width, height int) image.Rectangle {
	longer := max(width, height)
	if longer <= PreviewSide {
		return image.Rect(0, 0, width, height)
	}
	return image.Rect(0, 0, max(1, width*PreviewSide/longer), max(1, height*PreviewSide/longer))
}
