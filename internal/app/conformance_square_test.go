package app

import (
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/id"
)

// square is a public place of which a tenant's own system tells, with those who comment there under one post. A thread
// is a comment under the post with what is said under it.
type square struct {
	*theirs

	post string
}

// square opens one with a post.
func (c *callCentre) square(t *testing.T, s own.Settings) *square {
	t.Helper()
	q := &square{c.theirSystem(t, s), "post-1"}
	q.tell(t, fields{"id": "published", "type": "post", "post": q.post, "text": "Nowa oferta od poniedziałku", "link": "https://forum.example/p/1"})
	return q
}

func (q *square) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	return q.theirs.find(t, rootOf(thread))
}

func (q *square) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	all := make([]fields, len(happened))
	for i, in := range happened {
		all[i] = q.event(in)
	}
	q.tell(t, all...)
}

// event says in their words what happened in public.
func (q *square) event(in channel.Inbound) fields {
	e := eventOf(in)
	delete(e, "thread")
	if in.Kind != channel.KindMessage && in.Kind != channel.KindEcho {
		return e
	}
	delete(e, "reply_to")
	if e["post"] = q.post; in.ExternalID != rootOf(in.Thread) {
		e["parent_id"] = rootOf(in.Thread)
	}
	if in.Kind == channel.KindMessage {
		e["type"] = "comment"
	}
	return e
}
