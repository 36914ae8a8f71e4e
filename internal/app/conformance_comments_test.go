package app

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
)

// crowd are those who comment under a post of a page, and Meta between them and us. A
// thread is a comment under the post with what is said under it.
type crowd struct {
	*pageFolk

	point channel.EntryPoint
	post  string

	mine sync.Mutex
	seen map[string]metatest.Event // by our name, so that the same comes again as it was
}

// public returns the entry point of what everybody reads on a page.
func (f *pageFolk) public(t *testing.T) channel.EntryPoint {
	t.Helper()
	p, err := f.centre.app.services.points.ByAddress(t.Context(), channel.Facebook, f.page.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// crowd publishes a post.
func (f *pageFolk) crowd(t *testing.T) *crowd {
	t.Helper()
	c := &crowd{pageFolk: f, point: f.public(t), post: f.page.ID + "_100", seen: map[string]metatest.Event{}}
	f.page.Tell(f.page.Publishes(c.post, "Nowa oferta od poniedziałku"))
	return c
}

// rootOf is the comment with which a thread begins.
func rootOf(thread string) string { return thread + "-first" }

func (c *crowd) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(c.centre.tenants[0].TenantID))
	found, _, err := c.centre.app.services.conversations.FindThread(ctx, c.centre.app.db, c.point.ID, rootOf(thread))
	if err != nil {
		t.Fatal(err)
	}
	return found.ID
}

func (c *crowd) Point() (channel.Adapter, channel.EntryPoint) {
	c.page.Comments("77", "their-message", c.post, "", "i co teraz")
	c.page.Person(theirs0, "Ola", "Nowak")
	return c.centre.app.services.pagePublic, c.point
}

func (c *crowd) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	var all []metatest.Event
	for _, in := range happened {
		if e := c.event(in); e != nil {
			all = append(all, e)
		}
	}
	if len(all) == 0 {
		return
	}
	if status := c.page.Tell(all...); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
}

// event says in Meta's words what happened; nil: Meta tells of no such thing.
func (c *crowd) event(in channel.Inbound) metatest.Event {
	c.mine.Lock()
	defer c.mine.Unlock()
	name := string(in.Kind) + " " + in.ExternalID
	if e, again := c.seen[name]; again {
		return e
	}
	e := c.make(in)
	c.seen[name] = e
	return e
}

func (c *crowd) make(in channel.Inbound) metatest.Event {
	psid, parent := psidOf(in.Thread), rootOf(in.Thread)
	if in.ExternalID == parent {
		parent = ""
	}
	switch in.Kind {
	case channel.KindMessage:
		return c.page.Comments(psid, in.ExternalID, c.post, parent, in.Text)
	case channel.KindEcho:
		if c.page.SaidAs(in.ExternalID).ID != "" {
			return c.page.Told(in.ExternalID)
		}
		return c.page.CommentsNative(in.ExternalID, c.post, parent, in.Text)
	case channel.KindEdit:
		return c.later(in, "edited", metatest.Event{"message": in.Text, "edited_time": in.OccurredAt.Unix()})
	case channel.KindDeletion:
		return c.later(in, "remove", nil)
	case channel.KindReaction:
		e := c.later(in, "add", metatest.Event{"item": "reaction", "reaction_type": "like"})
		if in.Off {
			e["value"].(metatest.Event)["verb"] = "remove" //nolint:forcetypeassert // made above
		}
		return e
	case channel.KindReceipt, channel.KindTyping, channel.KindIdentity, channel.KindNotice, channel.KindHiding, channel.KindPost:
	}
	return nil
}

// later is what happened to a comment, which may be told before the comment itself.
func (c *crowd) later(in channel.Inbound, verb string, more metatest.Event) metatest.Event {
	v := metatest.Event{
		"item": "comment", "verb": verb, "post_id": c.post, "comment_id": in.Target, "parent_id": c.post,
		"from": metatest.Event{"id": psidOf(in.Thread), "name": "Zofia Wilk"}, "created_time": in.OccurredAt.Unix(),
	}
	maps.Copy(v, more)
	return metatest.Event{"field": "feed", "value": v}
}

func (c *crowd) got(call metatest.Call) channeltest.Got {
	g := channeltest.Got{Name: call.Message.ID, Text: call.Message.Text, Target: call.Target, On: call.On}
	theirs := c.page.SaidAs(call.Target).From != c.page.ID
	switch {
	case call.Action == "comment":
		g.Act, g.Target = channel.ActSend, ""
	case call.Action == "edit":
		g.Act = channel.ActEdit
	case call.Action == "like":
		g.Act = channel.ActLike
	case call.Action == "hide":
		g.Act = channel.ActHide
	case call.Action == "block":
		g.Act, g.Target = channel.ActBlock, call.PSID
	case call.Action == "delete" && theirs:
		g.Act = channel.ActRemove
	case call.Action == "delete":
		g.Act = channel.ActDelete
	default:
		g.Act = channel.ActReplyInPrivate
	}
	return g
}

func (c *crowd) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	c.centre.graph.BeforeAnswer(func(m metatest.Message) {
		do(channeltest.Got{Act: channel.ActSend, Name: m.ID, Text: m.Text, On: true})
	})
}

func (c *crowd) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, call := range c.centre.graph.Calls() {
		if call.Page == c.page.ID {
			all = append(all, c.got(call))
		}
	}
	return all
}

func (c *crowd) Renew(t *testing.T) {
	t.Helper()
	until(t, "the administrator sees that the access has ended", func() bool {
		p := c.public(t)
		return p.Health == channel.Failing && p.HealthCode == "meta.reconnect"
	})
	c.centre.graph.Renew()
}

func (c *crowd) Unable(s channeltest.Step) string {
	if s == channeltest.StepUndeclared {
		return "Meta has no words for the receipt of a comment"
	}
	return c.pageFolk.Unable(s)
}

// Posts posts bytes to the address of all pages.
func (c *crowd) Posts(t *testing.T, body string, signed bool) int {
	t.Helper()
	return c.pageFolk.Posts(t, strings.Clone(body), signed)
}
