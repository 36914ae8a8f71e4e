package mailmsg

// Limits bound what Parse reads. A field that is zero takes its default.
type Limits struct {
	Size   int64 // bytes of the whole mail
	Header int   // bytes of all headers together
	Depth  int   // multiparts within multiparts
	Parts  int   // of all levels together
	Text   int   // bytes kept of the text, and as many of the HTML
}

// Defaults of Limits.
const (
	DefaultSize   = 64 << 20
	DefaultHeader = 1 << 20
	DefaultDepth  = 50
	DefaultParts  = 500
	DefaultText   = 1 << 20
)

// Bounds that are nobody's choice.
const (
	maxFields     = 5000
	maxAddresses  = 1000 // of one field
	maxReferences = 200
	maxID         = 500 // bytes
	maxName       = 200 // characters of a name or a file's name
	maxSubject    = 998 // characters
)

func (l Limits) orDefaults() Limits {
	if l.Size <= 0 {
		l.Size = DefaultSize
	}
	if l.Header <= 0 {
		l.Header = DefaultHeader
	}
	if l.Depth <= 0 {
		l.Depth = DefaultDepth
	}
	if l.Parts <= 0 {
		l.Parts = DefaultParts
	}
	if l.Text <= 0 {
		l.Text = DefaultText
	}
	return l
}
