package facebook

import (
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

func TestOnlyAPersonMayAnswerLate(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, c := range []struct {
		name      string
		granted   bool
		automatic bool
		heard     time.Duration
		want      string
	}{
		{"within a day", true, false, 23 * time.Hour, "RESPONSE "},
		{"a person after a day, with leave", true, false, 25 * time.Hour, "MESSAGE_TAG HUMAN_AGENT"},
		{"a person after a day, without leave", false, false, 25 * time.Hour, "RESPONSE "},
		{"a rule after a day", true, true, 25 * time.Hour, "RESPONSE "},
	} {
		kind, tag := kindOf(Settings{HumanAgent: c.granted}, channel.Outgoing{Heard: now.Add(-c.heard), Automatic: c.automatic}, now)
		if kind+" "+tag != c.want {
			t.Errorf("%s: %s %s, want %s", c.name, kind, tag, c.want)
		}
	}
	if kind, _ := kindOf(Settings{HumanAgent: true}, channel.Outgoing{}, now); kind != "RESPONSE" {
		t.Errorf("to whom nothing is known of: %s", kind)
	}
	p := channel.EntryPoint{ID: 7, Channel: channel.Messenger, Address: "1", Config: []byte(`{}`)}
	if can := NewAdapter("1").CapabilitiesOf(p); can.PersonWindow != 0 || can.Window != window {
		t.Errorf("%+v", can)
	}
	p.Config = []byte(`{"human_agent":true}`)
	if can := NewAdapter("1").CapabilitiesOf(p); can.PersonWindow != humanWindow || can.ForRules().PersonWindow != 0 {
		t.Errorf("%+v", can)
	}
}

// Who does not let us know their name is not asked for again at once.
func TestNamesAreAskedForOnce(t *testing.T) {
	t.Parallel()
	s, now := New(Deps{}), time.Now()
	if !s.mayAsk("1 55", now) {
		t.Error("nobody may ask at all")
	}
	if s.mayAsk("1 55", now.Add(askAgain-time.Second)) || !s.mayAsk("2 55", now) || !s.mayAsk("1 55", now.Add(askAgain)) {
		t.Error("the hour is not kept")
	}
}
