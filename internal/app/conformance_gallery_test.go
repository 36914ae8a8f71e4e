package app

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/instagram"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// gallery are those who comment under a post of an account at Instagram, and Meta between them
// and us. A thread is a comment under the post with what is said under it.
type gallery struct {
	*pageFolk

	point channel.EntryPoint
	media string

	mine sync.Mutex
	seen map[string]metatest.Event // by our name, so that the same comes again as it was
}

// shownAt returns the entry point of what everybody reads at an account.
func (f *pageFolk) shownAt(t *testing.T) channel.EntryPoint {
	t.Helper()
	p, err := f.centre.app.services.points.ByAddress(t.Context(), channel.InstagramComments, f.page.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// gallery shows a post.
func (f *pageFolk) gallery(t *testing.T) *gallery {
	t.Helper()
	g := &gallery{pageFolk: f, point: f.shownAt(t), media: "1800" + f.page.ID[len(f.page.ID)-6:], seen: map[string]metatest.Event{}}
	f.page.Shows(g.media, "Nowa kolekcja", "")
	return g
}

func (g *gallery) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(g.centre.tenants[0].TenantID))
	found, _, err := g.centre.app.services.conversations.FindThread(ctx, g.centre.app.db, g.point.ID, rootOf(thread))
	if err != nil {
		t.Fatal(err)
	}
	return found.ID
}

func (g *gallery) Point() (channel.Adapter, channel.EntryPoint) {
	g.page.CommentsThere("77", "their-message", g.media, "", "i co teraz")
	return instagram.NewPublic(g.centre.app.services.instagram), g.point
}

func (g *gallery) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	var all []metatest.Event
	for _, in := range happened {
		if in.Kind == channel.KindDeletion { // of which nobody tells: it is asked for
			g.page.TakesBack(in.Target)
			g.age(t, seasoned, in.Target)
			g.fetched(t)
			return
		}
		if e := g.event(in); e != nil {
			all = append(all, e)
		}
	}
	if len(all) == 0 {
		return
	}
	if status := g.page.TellThere(all...); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
}

// age makes what was said so much older: Instagram does not say when a comment was written.
func (f *pageFolk) age(t *testing.T, by time.Duration, names ...string) {
	t.Helper()
	for _, name := range names {
		f.centre.must(f.centre.app.db.Update(t.Context(), func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `UPDATE entry SET occurred_at = occurred_at - $1 WHERE external_id = $2 AND kind = 'message'`, by.Microseconds(), name)
			return err
		}))
	}
}

// event says in Meta's words what happened; nil: Instagram tells of no such thing.
func (g *gallery) event(in channel.Inbound) metatest.Event {
	g.mine.Lock()
	defer g.mine.Unlock()
	name := string(in.Kind) + " " + in.ExternalID
	if e, again := g.seen[name]; again {
		return e
	}
	e := g.make(in)
	g.seen[name] = e
	return e
}

func (g *gallery) make(in channel.Inbound) metatest.Event {
	parent := rootOf(in.Thread)
	if in.ExternalID == parent {
		parent = ""
	}
	switch in.Kind { //nolint:exhaustive // of the others Instagram does not tell
	case channel.KindMessage:
		return g.page.CommentsThere(psidOf(in.Thread), in.ExternalID, g.media, parent, in.Text)
	case channel.KindEcho:
		if g.page.SaidAs(in.ExternalID).ID != "" {
			return g.page.CommentTold(in.ExternalID)
		}
		return g.page.CommentsThere(g.page.ID, in.ExternalID, g.media, parent, in.Text)
	}
	return nil
}

func (g *gallery) got(call metatest.Call) channeltest.Got {
	out := channeltest.Got{Name: call.Message.ID, Text: call.Message.Text, Target: call.Target, On: call.On}
	theirs := g.page.SaidAs(call.Target).From != g.page.ID
	switch {
	case call.Action == "comment":
		out.Act, out.Target = channel.ActSend, ""
	case call.Action == "hide":
		out.Act = channel.ActHide
	case call.Action == "delete" && theirs:
		out.Act = channel.ActRemove
	case call.Action == "delete":
		out.Act = channel.ActDelete
	default:
		out.Act = channel.ActReplyInPrivate
	}
	return out
}

func (g *gallery) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	g.centre.graph.BeforeAnswer(func(m metatest.Message) {
		do(channeltest.Got{Act: channel.ActSend, Name: m.ID, Text: m.Text, On: true})
	})
}

func (g *gallery) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, call := range g.centre.graph.Calls() {
		if call.Page == g.page.ID {
			all = append(all, g.got(call))
		}
	}
	return all
}

func (g *gallery) Renew(t *testing.T) {
	t.Helper()
	until(t, "the administrator sees that the access has ended", func() bool {
		p := g.shownAt(t)
		return p.Health == channel.Failing && p.HealthCode == "meta.reconnect"
	})
	g.centre.graph.Renew()
}

func (g *gallery) Unable(s channeltest.Step) string {
	switch s { //nolint:exhaustive // the others are shown
	case channeltest.StepUndeclared:
		return "Instagram has no words for what it does not tell of a comment"
	case channeltest.StepEdit:
		return "nobody is told of an edit: TestWhatMetaHasNotToldIsNoticed shows that it is asked for"
	}
	return g.pageFolk.Unable(s)
}
