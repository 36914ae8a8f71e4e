package fact

import (
	"github.com/zongler/zongler/internal/id"
)

// ArticleChanged says that something became of an article, or of its text in one language; What says what.
type ArticleChanged struct {
	Article  id.Article `json:"article,omitzero"`
	Language string     `json:"language,omitzero"`
	What     string     `json:"what,omitzero"`
}

// Kind returns "article.changed".
func (ArticleChanged) Kind() string { return "article.changed" }

// Subject returns the key by which these facts stay in order.
func (f ArticleChanged) Subject() int64 { return int64(f.Article) }

// ArticleUsed says that an agent put an article into an answer.
type ArticleUsed struct {
	Article      id.Article      `json:"article,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Language     string          `json:"language,omitzero"`
}

// Kind returns "article.used".
func (ArticleUsed) Kind() string { return "article.used" }

// Subject returns the key by which these facts stay in order.
func (f ArticleUsed) Subject() int64 { return int64(f.Article) }
