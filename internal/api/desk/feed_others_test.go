package desk

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/live"
)

// told keeps what other nodes were told.
type told struct{ views []ViewMark }

func (*told) Types(TypingMark)     {}
func (o *told) Views(m ViewMark)   { o.views = append(o.views, m) }
func (o *told) take() []ViewMark   { defer func() { o.views = nil }(); return o.views }
func (o *told) String() string     { return fmt.Sprintf("%+v", o.views) }
func viewer(user id.User) UserRef  { return UserRef{ID: user, Name: "a colleague"} }
func at(c id.Conversation) viewKey { return viewKey{1, c} }

// looking is a feed with one desk, which looks at a conversation.
func looking(conversation id.Conversation) (*Feed, *tab, *told) {
	others, log := &told{}, slog.New(slog.DiscardHandler)
	f := NewFeed(FeedConfig{Hub: live.NewHub(live.Config{}, log), Others: others, Log: log})
	t := &tab{key: live.Key{Tenant: 1, User: 7}}
	f.online[t.key] = &person{
		key: t.key, tabs: 1, viewing: map[*tab]id.Conversation{}, hidden: map[id.Conversation]bool{}, boards: map[*tab]bool{},
	}
	f.look(t, conversation, 0)
	f.tellViewers(1, conversation, true)
	return f, t, others
}

func TestNodesTellEachOtherWhoLooks(t *testing.T) {
	t.Parallel()
	f, desk, others := looking(5)
	if got := others.take(); len(got) != 1 || !got[0].Asks || len(got[0].Viewers) != 1 || got[0].Viewers[0].ID != 7 {
		t.Fatalf("at the beginning others were told %+v", got)
	}
	f.HearViews("far", ViewMark{Tenant: 1, Conversation: 6, Viewers: []UserRef{viewer(8)}, Asks: true})
	if len(f.far) != 0 || len(others.take()) != 0 {
		t.Errorf("what nobody here looks at is kept: %v", f.far)
	}
	f.HearViews("far", ViewMark{Tenant: 1, Conversation: 5, Viewers: []UserRef{viewer(8)}, Asks: true})
	if got := others.take(); len(got) != 1 || got[0].Asks || len(got[0].Viewers) != 1 || len(f.far[at(5)]["far"]) != 1 {
		t.Errorf("asked, it told %+v and keeps %v", got, f.far)
	}
	f.HearViews("far", ViewMark{Tenant: 1, Conversation: 5})
	if len(f.far) != 0 {
		t.Errorf("who looks no more is kept: %v", f.far)
	}
	f.HearViews("far", ViewMark{Tenant: 1, Conversation: 5, Viewers: make([]UserRef, 2*MaxViewers)})
	if n := len(f.far[at(5)]["far"]); n != MaxViewers {
		t.Errorf("%d viewers of one node are kept", n)
	}
	f.leave(desk)
	if got := others.take(); len(got) != 1 || len(got[0].Viewers) != 0 || len(f.far) != 0 || len(f.looks) != 0 {
		t.Errorf("at the end others were told %+v, kept are %v and %v", got, f.far, f.looks)
	}
}

func TestADeadNodesViewersAreForgotten(t *testing.T) {
	t.Parallel()
	f, _, _ := looking(5)
	for _, node := range []string{"dead", "alive"} {
		f.HearViews(node, ViewMark{Tenant: 1, Conversation: 5, Viewers: []UserRef{viewer(8)}})
	}
	f.ForgetNode("dead")
	if nodes := f.far[at(5)]; len(nodes) != 1 || nodes["alive"] == nil {
		t.Errorf("kept are %v", nodes)
	}
}

func TestAfterALossOthersAreAskedAnew(t *testing.T) {
	t.Parallel()
	f, _, others := looking(5)
	f.HearViews("far", ViewMark{Tenant: 1, Conversation: 5, Viewers: []UserRef{viewer(8)}})
	others.take()
	f.AskViews()
	if got := others.take(); len(f.far) != 0 || len(got) != 1 || !got[0].Asks || got[0].Viewers[0].ID != 7 {
		t.Errorf("asked %+v, kept %v", got, f.far)
	}
}
