package threads

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
		kind, tag := Line{Human: c.granted}.reason(channel.Outgoing{Heard: now.Add(-c.heard), Automatic: c.automatic}, now)
		if kind+" "+tag != c.want {
			t.Errorf("%s: %s %s, want %s", c.name, kind, tag, c.want)
		}
	}
	if kind, _ := (Line{Human: true}).reason(channel.Outgoing{}, now); kind != "RESPONSE" {
		t.Errorf("to whom nothing is known of: %s", kind)
	}
}
