package media

import (
	"context"
	"io"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Limits of files.
const (
	MaxSize       = 10 << 20 // bytes of one file
	MaxPerMessage = 5
	MaxName       = 255 // characters

	MaxArriving   = 40 << 20 // bytes of one file that comes with a mail
	MaxPerArrival = 50       // files of one mail
	MaxPixels     = 40_000_000
	MaxUnpacked   = 192 << 20 // bytes of a picture in memory
	MaxUnsent     = 100 << 20 // bytes of one uploader that no message has named
	MaxArrived    = 10 << 30  // bytes that arrive at one entry point within a day
	PreviewSide   = 480       // pixels of the longer side of a preview
	KeepOrphans   = 24 * time.Hour
)

// Verdict is what a scanner says about a file.
type Verdict string

// Verdicts of a scanner.
const (
	Unscanned Verdict = "unscanned" // there is no scanner
	Clean     Verdict = "clean"
	Infected  Verdict = "infected"
)

// Scanner looks for malice in a file.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (Verdict, error)
}

// Attachment is a stored file.
type Attachment struct {
	ID             id.Attachment
	ConversationID id.Conversation // 0 until a message names it
	ArticleID      id.Article      // that shows it; of a file that no message names
	PostID         id.Post         // that shows it; of a picture that stands above what is said in public
	EntryID        id.Entry
	Name           string
	Size           int64
	Type           string
	SHA256         string `db:"sha256"`
	BlobKey        string
	PreviewKey     string
	Width          int
	Height         int
	Verdict        Verdict
	OwnerKind      string
	OwnerID        int64
	EntryPointID   id.EntryPoint // where it arrived; 0: from one of us
	CreatedAt      time.Time
}

// Previewed reports whether there is a small picture of the file.
func (a Attachment) Previewed() bool { return a.PreviewKey != "" }
