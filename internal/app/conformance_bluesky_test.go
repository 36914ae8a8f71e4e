package app

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/bluesky/blueskytest"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/id"
)

// skyFolk speak to an account in the network of the AT Protocol, which stands between them
// and us: in public, where a thread is a post to us with what is said under it, or alone.
type skyFolk struct {
	centre *callCentre
	net    *blueskytest.Server
	key    id.EntryPoint // of the account
	point  channel.EntryPoint
}

// skyAccount is what connects our account.
func (c *callCentre) skyAccount(s *blueskytest.Server) fields {
	return fields{"channel": "bluesky", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"handle": s.Us, "password": s.Password, "server": s.URL()}}
}

// connectSky starts a network and connects our account; the subject is what is said on a channel of it.
func (c *callCentre) connectSky(t *testing.T, us string, on channel.Name) *skyFolk {
	t.Helper()
	net := blueskytest.New(us)
	t.Cleanup(net.Close)
	net.Reason = channeltest.Reason
	made := c.chief.call("POST", accountsPath, c.skyAccount(net))
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	p, err := c.app.services.points.ByAddress(t.Context(), on, blueskytest.DIDOf(us))
	c.must(err)
	x := &skyFolk{centre: c, net: net, key: pointOf(t, made), point: p}
	x.ask(t)
	return x
}

func (x *skyFolk) private() bool { return x.point.Channel == channel.BlueskyPrivate }

// ask asks what is new now, not when it is time.
func (x *skyFolk) ask(t *testing.T) {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(x.centre.tenants[0].TenantID))
	p, err := x.centre.app.services.points.Lookup(ctx, x.centre.app.db, x.centre.tenants[0].TenantID, x.key)
	x.centre.must(err)
	_, err = x.centre.app.services.accounts.Catch(ctx, p)
	x.centre.must(err)
}

// handleOf is who writes in a thread.
func handleOf(thread string) string { return thread + ".bsky.social" }

func (x *skyFolk) uri(thread, name string) string {
	if strings.HasPrefix(name, "at://") {
		return name
	}
	return blueskytest.URIOf(handleOf(thread), name)
}

func (x *skyFolk) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	key := "convo-" + handleOf(thread)
	if !x.private() {
		key = x.uri(thread, thread+"-first")
	}
	ctx := actor.With(t.Context(), actor.ForSystem(x.centre.tenants[0].TenantID))
	c, _, err := x.centre.app.services.conversations.FindThread(ctx, x.centre.app.db, x.point.ID, key)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (x *skyFolk) Point() (channel.Adapter, channel.EntryPoint) {
	adapter, _ := x.centre.app.services.registry.Adapter(x.point.Channel)
	return &skyByName{adapter, x}, x.point
}

// skyByName is the adapter as the suite asks for it: it knows what stands there by names of its own.
type skyByName struct {
	channel.Adapter

	folk *skyFolk
}

// Like likes what the suite means.
func (n *skyByName) Like(ctx context.Context, p channel.EntryPoint, name string, liked bool) error {
	return n.Adapter.(channel.Liker).Like(ctx, p, n.folk.theirs(name), liked)
}

// ReplyInPrivate answers what the suite means.
func (n *skyByName) ReplyInPrivate(ctx context.Context, out channel.Outgoing, name string) (channel.Sent, error) {
	return n.Adapter.(channel.PrivateReplier).ReplyInPrivate(ctx, out, n.folk.theirs(name))
}

// Block blocks whom the suite means.
func (n *skyByName) Block(ctx context.Context, p channel.EntryPoint, _ channel.Party, blocked bool) error {
	n.folk.theirs("their-message")
	return n.Adapter.(channel.Blocker).Block(ctx, p, channel.Party{ExternalID: blueskytest.DIDOf(handleOf("acts"))}, blocked)
}

// theirs is a post that is there for the suite to act on.
func (x *skyFolk) theirs(name string) string {
	uri := x.uri("acts", name)
	if _, there := x.net.Find(uri); !there {
		x.net.Says(blueskytest.Post{By: handleOf("acts"), Text: "i co teraz"}, name)
	}
	return uri
}

func (x *skyFolk) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	for _, in := range happened {
		if in.Kind == channel.KindDeletion && !x.private() { // of which nobody tells: it is asked for
			x.net.TakesBack(x.uri(in.Thread, in.Target))
			if got := x.centre.chief.call("POST", accountsPath+"/"+x.key.String()+"/catch-up", nil); got.status != http.StatusOK {
				t.Fatalf("%d %s", got.status, got.body)
			}
			return
		}
		if in.Kind != channel.KindMessage && in.Kind != channel.KindEcho {
			t.Fatalf("the network tells of no %s", in.Kind)
		}
		if x.private() {
			x.net.Writes(blueskytest.Message{ID: in.ExternalID, With: handleOf(in.Thread), Ours: in.Kind == channel.KindEcho, Text: in.Text})
			continue
		}
		if uri := x.uri(in.Thread, in.ExternalID); x.known(uri) {
			x.net.Again(uri)
			continue
		}
		p := blueskytest.Post{By: handleOf(in.Thread), Text: "@" + x.net.Us + " " + in.Text, Indexed: in.OccurredAt.Add(-seasoned)}
		if in.ExternalID != in.Thread+"-first" {
			p.Parent = x.uri(in.Thread, in.Thread+"-first")
		}
		x.net.Says(p, in.ExternalID)
	}
	x.ask(t)
}

func (x *skyFolk) known(uri string) bool {
	_, there := x.net.Find(uri)
	return there
}

func (x *skyFolk) Next(_ *testing.T, faults ...channeltest.Fault) {
	menu := map[channeltest.Fault]blueskytest.Fault{
		channeltest.RateLimited: blueskytest.Busy, channeltest.Expired: blueskytest.Locked, channeltest.NotAllowed: blueskytest.Refused,
		channeltest.Silent: blueskytest.Silent, channeltest.Down: blueskytest.Away,
	}
	for _, f := range faults {
		x.net.Next(menu[f])
	}
}

func (x *skyFolk) Renew(t *testing.T) {
	t.Helper()
	until(t, "the administrator sees that the access has ended", func() bool {
		p, err := x.centre.app.services.points.ByAddress(t.Context(), x.point.Channel, x.point.Address)
		x.centre.must(err)
		return p.Health == channel.Failing && p.HealthCode == "bluesky.reconnect"
	})
	x.net.Unlock()
}

func (x *skyFolk) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	x.net.BeforeAnswer(func(c blueskytest.Call) { do(x.got(c)) })
}

func (x *skyFolk) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, c := range x.net.Calls() {
		all = append(all, x.got(c))
	}
	return all
}

func (x *skyFolk) got(c blueskytest.Call) channeltest.Got {
	key := c.Post.URI[strings.LastIndexByte(c.Post.URI, '/')+1:]
	switch c.Act {
	case "message":
		g := channeltest.Got{Act: channel.ActSend, Name: c.Message.ID, Text: c.Message.Text, On: true}
		if !x.private() {
			g.Act, g.Target = channel.ActReplyInPrivate, strings.TrimSuffix(c.Message.With, ".bsky.social")+"-public"
			if c.Message.With == handleOf("acts") {
				g.Target = "their-message"
			}
		}
		return g
	case "post":
		return channeltest.Got{Act: channel.ActSend, Name: c.Post.URI, Text: c.Post.Text, On: true}
	case "delete":
		return channeltest.Got{Act: channel.ActDelete, Target: c.Post.URI}
	case "block", "unblock":
		return channeltest.Got{Act: channel.ActBlock, Target: c.Who, On: c.Act == "block"}
	}
	return channeltest.Got{Act: channel.ActLike, Target: key, On: c.Act == "like"}
}

func (x *skyFolk) Unable(s channeltest.Step) string {
	why := map[channeltest.Step]string{
		channeltest.StepUndeclared: "the network tells of nothing but what it says it tells of",
		channeltest.StepQuarantine: "what cannot be understood is told of the parser: TestWhatCannotBeReadSaysWhy shows it",
		channeltest.StepForged:     "nothing is posted: we ask",
	}
	if !x.private() {
		why[channeltest.StepAmbiguous] = "under its key an answer is sent again and is there once: TestAPostThatGotNoAnswerIsTheSamePost shows it"
	} else {
		why[channeltest.StepRateLimit] = "it is the same account, and the same calls, as in public"
		why[channeltest.StepDown] = why[channeltest.StepRateLimit]
	}
	return why[s]
}
