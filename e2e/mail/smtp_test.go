package mail

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestAnAnswerGoesOnceWhenConnectionsAreCut(t *testing.T) {
	s := start(t)
	m := openCentre(t, s, "")
	way := newProxy(t, s.SMTP)
	m.connect(m.settings(fields{"smtp": fields{"host": "127.0.0.1", "port": way.port, "tls": "none"}}), fields{"password": "tajne"})
	m.write(letter("asked", "Odpowiedzi", "", "Pytanie.")...)
	c := m.thread("Odpowiedzi")
	m.take(c)
	states := []struct {
		name, client, server, outcome string
		large                         bool
		copies                        int
	}{
		{"at the greeting", "", "220 ", "sent", false, 1},
		{"saying hello", "EHLO", "", "sent", false, 1},
		{"signing in", "AUTH", "", "sent", false, 1},
		{"naming the sender", "MAIL FROM", "", "sent", false, 1},
		{"naming the recipient", "RCPT TO", "", "sent", false, 1},
		{"the recipient's answer", "", "250 2.1.5", "sent", false, 1},
		{"beginning the mail", "DATA", "", "sent", false, 1},
		{"within the mail", "half of this answer", "", "sent", true, 1},
		{"with its end, on the way there", "half of this answer", "", "ambiguous", false, 0}, // nobody knows which way it was
		{"with its end, on the way back", "", "queued as", "ambiguous", false, 1},
	}
	sum := 0
	for i, state := range states {
		if i < 3 {
			way.cutAll()
		}
		way.cutAt(state.client, state.server)
		before := way.cut()
		more := fields{}
		if state.large {
			more["attachment_ids"] = []string{m.upload(bytes.Repeat([]byte("Umowa. "), 1<<20))}
		}
		sum += state.copies
		e := m.reply(c.ID, fmt.Sprintf("answer-%d half of this answer", i), more)
		m.entry("an answer that was cut "+state.name+" is "+state.outcome, c.ID, func(x entry) bool { return x.ID == e.ID && x.Delivery.State == state.outcome })
		if way.cut() != before+1 {
			t.Errorf("%s: it was not cut", state.name)
		}
	}
	var got []string
	until(t, "the customer has all answers", func() bool {
		got = s.inboxOf(t, "zofia@posta.example")
		return len(got) >= sum
	})
	all := strings.Join(got, "\n")
	for i, state := range states {
		if n := strings.Count(all, fmt.Sprintf("answer-%d half", i)); n != state.copies {
			t.Errorf("the answer that was cut %s came %d times", state.name, n)
		}
	}
}
