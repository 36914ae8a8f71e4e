package facebook

import (
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta/threads"
)

func TestOnlyWithLeaveMayPeopleAnswerLate(t *testing.T) {
	t.Parallel()
	p := channel.EntryPoint{ID: 7, Channel: channel.Messenger, Address: "1", Config: []byte(`{}`)}
	if can := NewAdapter(nil, "").CapabilitiesOf(p); can.PersonWindow != 0 || can.Window != threads.Window {
		t.Errorf("%+v", can)
	}
	p.Config = []byte(`{"human_agent":true}`)
	if can := NewAdapter(nil, "").CapabilitiesOf(p); can.PersonWindow != threads.HumanWindow || can.ForRules().PersonWindow != 0 {
		t.Errorf("%+v", can)
	}
}
