package safehtml

// Options say where images come from. Without them none is loaded.
type Options struct {
	// CID returns the address of an inline image by its Content-ID.
	CID func(contentID string) (src string, ok bool)
	// Remote returns the address from which an image from elsewhere is loaded,
	// such as that of a proxy, or src itself.
	Remote func(src string) (through string, ok bool)
}

// Result is cleaned HTML and what was found in it.
type Result struct {
	HTML   string
	Remote int      // images from elsewhere, loaded or not
	CIDs   []string // Content-IDs that images name, each once
	Cut    bool     // longer than MaxInput; the rest was left out
}

// MaxInput bounds what is cleaned, in bytes.
const MaxInput = 1 << 20
