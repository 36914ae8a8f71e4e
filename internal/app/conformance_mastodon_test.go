package app

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/mastodon/mastodontest"
	"github.com/zongler/zongler/internal/id"
)

// tooters speak to an account at a Mastodon server, which stands between them and us: in
// public, where a thread is a post to us with what is said under it, or alone.
type tooters struct {
	centre *callCentre
	server *mastodontest.Server
	key    id.EntryPoint // of the account
	point  channel.EntryPoint

	mu    sync.Mutex
	names map[string]string // the server's of what was said, by our name
}

// statusAccount is what connects the account of a server.
func (c *callCentre) statusAccount(s *mastodontest.Server) fields {
	return fields{"channel": "mastodon", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"server": s.URL(), "token": s.Token}}
}

// connectStatuses starts a server and connects its account; the subject is what is said on a channel of it.
func (c *callCentre) connectStatuses(t *testing.T, us string, on channel.Name) *tooters {
	t.Helper()
	server := mastodontest.New()
	t.Cleanup(server.Close)
	server.Us, server.Reason = us, channeltest.Reason
	made := c.chief.call("POST", accountsPath, c.statusAccount(server))
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	p, err := c.app.services.points.ByAddress(t.Context(), on, us+"@"+mastodontest.Domain)
	c.must(err)
	until(t, "the account is listened to", func() bool { return server.Streams() > 0 })
	return &tooters{centre: c, server: server, key: pointOf(t, made), point: p, names: map[string]string{}}
}

func (x *tooters) private() bool { return x.point.Channel == channel.MastodonPrivate }

// acctOf is who writes in a thread.
func acctOf(thread string) string { return strings.ReplaceAll(thread, "-", "_") + "@far.example" }

func (x *tooters) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	key := acctOf(thread)
	if !x.private() {
		key = x.nameOf(thread + "-first")
	}
	ctx := actor.With(t.Context(), actor.ForSystem(x.centre.tenants[0].TenantID))
	c, _, err := x.centre.app.services.conversations.FindThread(ctx, x.centre.app.db, x.point.ID, key)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (x *tooters) Point() (channel.Adapter, channel.EntryPoint) {
	if _, there := x.server.Find("their-message"); !there {
		x.server.Says(mastodontest.Status{ID: "their-message", By: "c-acts", Text: "i co teraz"})
	}
	adapter, _ := x.centre.app.services.registry.Adapter(x.point.Channel)
	return adapter, x.point
}

// nameOf is the server's name of something, by ours or by its own.
func (x *tooters) nameOf(ours string) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if theirs, said := x.names[ours]; said {
		return theirs
	}
	return ours
}

// Says has things happen. Our names of what is said are names at the server, too.
func (x *tooters) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	for _, in := range happened {
		root := in.Thread + "-first"
		st := mastodontest.Status{ID: in.ExternalID, By: acctOf(in.Thread), Text: "@" + x.server.Us + " " + in.Text, Created: in.OccurredAt}
		if x.private() {
			st.Visibility = "direct"
		}
		if st.ID != root {
			st.Parent = root
		}
		switch in.Kind {
		case channel.KindMessage, channel.KindEcho:
			if in.Kind == channel.KindEcho {
				st.By, st.Text = x.server.Us, "@"+acctOf(in.Thread)+" "+in.Text
			}
			if _, again := x.server.Find(st.ID); again {
				x.server.Again(st.ID)
				continue
			}
			x.server.Says(st)
		case channel.KindEdit:
			st.ID = in.Target
			x.server.Edits(st, in.OccurredAt)
		case channel.KindDeletion:
			x.server.Deletes(in.Target)
		default:
			t.Fatalf("a server tells of no %s", in.Kind)
		}
	}
}

func (x *tooters) Next(_ *testing.T, faults ...channeltest.Fault) {
	menu := map[channeltest.Fault]mastodontest.Fault{
		channeltest.RateLimited: mastodontest.Busy, channeltest.Expired: mastodontest.Locked, channeltest.NotAllowed: mastodontest.Refused,
		channeltest.Silent: mastodontest.Silent, channeltest.Down: mastodontest.Away,
	}
	for _, f := range faults {
		x.server.Next(menu[f])
	}
}

func (x *tooters) Renew(t *testing.T) {
	t.Helper()
	until(t, "the administrator sees that the access has ended", func() bool {
		p, err := x.centre.app.services.points.ByAddress(t.Context(), x.point.Channel, x.point.Address)
		x.centre.must(err)
		return p.Health == channel.Failing && p.HealthCode == "mastodon.reconnect"
	})
	x.server.Unlock()
}

func (x *tooters) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	x.server.BeforeAnswer(func(st mastodontest.Status) { do(x.got(mastodontest.Call{Act: "post", Status: st})) })
}

func (x *tooters) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, c := range x.server.Calls() {
		all = append(all, x.got(c))
	}
	return all
}

func (x *tooters) got(c mastodontest.Call) channeltest.Got {
	g := channeltest.Got{Target: c.Status.ID, Text: c.Status.Text, On: true}
	switch c.Act {
	case "post":
		g.Act, g.Name, g.Target = channel.ActSend, c.Status.ID, ""
		if c.Status.Visibility == "direct" && !x.private() {
			g.Act, g.Target = channel.ActReplyInPrivate, c.Status.Parent
		}
	case "edit":
		g.Act = channel.ActEdit
	case "delete":
		g.Act = channel.ActDelete
	case "block", "unblock":
		g.Act, g.Target, g.On = channel.ActBlock, c.Who, c.Act == "block"
	default:
		g.Act, g.On = channel.ActLike, c.Act == "favourite"
	}
	if first, rest, named := strings.Cut(g.Text, " "); named && first[0] == '@' { // who is answered
		g.Text = rest
	}
	return g
}

func (x *tooters) Unable(s channeltest.Step) string {
	if x.private() && (s == channeltest.StepRateLimit || s == channeltest.StepDown || s == channeltest.StepOutage) {
		return "it is the same account, and the same calls, as in public"
	}
	return map[channeltest.Step]string{
		channeltest.StepUndeclared: "a server tells of nothing but what it says it tells of",
		channeltest.StepQuarantine: "TestWhatWasMissedIsReadFromTheList shows it",
		channeltest.StepForged:     "nothing is posted: we listen",
		channeltest.StepAmbiguous:  "under its key an answer is sent again and is there once: TestAnAnswerThatGotNoAnswerIsThereOnce of the channel shows it",
	}[s]
}
