package social

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/kit/smstext"
)

// open binds to a centre at a port of this machine.
func open(t *testing.T, port any, password string, arrived chan<- smpp.Message) (*smpp.Session, error) {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%v", port))
	if err != nil {
		t.Fatal(err)
	}
	return smpp.Open(t.Context(), conn, smpp.Config{
		As: smpp.BindTransceiver, Bind: smpp.Bind{SystemID: "fala", Password: password}, Enquire: time.Second,
		Arrived: func(_ context.Context, p smpp.PDU) smpp.Status {
			m, err := smpp.ParseArrived(p)
			if err != nil {
				return smpp.SystemError
			}
			arrived <- m
			return smpp.OK
		},
	})
}

// next waits for what a centre brings.
func next(t *testing.T, arrived <-chan smpp.Message) smpp.Message {
	t.Helper()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case m := <-arrived:
		return m
	case <-timer.C:
		t.Fatal("nothing is brought")
	}
	return smpp.Message{}
}

// node-smpp understands our messages, and we understand its answers, receipts and messages.
func TestNodeSMPPAsTheCentre(t *testing.T) {
	wanted(t)
	centre := start(t, "smsc.mjs")
	port := centre.said(t, "port")["port"]
	arrived := make(chan smpp.Message, 100)
	_, err := open(t, port, "zle", arrived)
	if refusal, is := errors.AsType[*smpp.Refusal](err); !is || refusal.Status != smpp.BindFailed {
		t.Fatalf("a wrong password: %v", err)
	}
	s, err := open(t, port, "tajne", arrived)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.WithoutCancel(t.Context()))
	long := strings.Repeat("Zażółć gęślą jaźń 👍! ", 7)
	for _, text := range []string{"Hello {€} @ äöü", "Árvíztűrő tükörfúrógép", long} {
		parts, a := smstext.Split(text)
		got := ""
		for i, part := range parts {
			m := smpp.Message{From: smpp.AddressOf("Fala"), To: smpp.AddressOf("+48601234567"), Registered: smpp.WantReceipt, Short: a.Encode(part)}
			if a == smstext.UCS2 {
				m.Coding = 8
			}
			if len(parts) > 1 {
				m = m.WithHeader(smstext.Header{Ref: 9, Total: len(parts), Part: i + 1})
			}
			id, err := s.Submit(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			took := centre.said(t, "id")
			if took["id"] != id || took["to"] != "48601234567" || took["ton"] != 1.0 || took["from"] != "Fala" || took["receipt"] != 1.0 {
				t.Errorf("%+v", took)
			}
			if udh := fmt.Sprint(took["udh"]); len(parts) > 1 && !strings.Contains(udh, fmt.Sprintf("09%02x%02x", len(parts), i+1)) {
				t.Errorf("the header of part %d reads %s", i+1, udh)
			}
			got += fmt.Sprint(took["text"])
			if r, is := smpp.ParseReceipt(next(t, arrived)); !is || r.ID != id || r.State != smpp.Delivered {
				t.Errorf("the receipt reads %+v", r)
			}
		}
		if got != text {
			t.Errorf("%q arrives as %q", text, got)
		}
	}
	for _, text := range []string{"Dzień dobry, łódź 👍", "plain {€}"} {
		centre.tell(t, map[string]string{"from": "48601234567", "to": "Fala", "text": text})
		m := next(t, arrived)
		p, h, _ := m.Piece()
		if got := smstext.Join(h.Total, []smstext.Part{p}); got != text || m.From.Text() != "+48601234567" {
			t.Errorf("%q comes as %q from %s", text, got, m.From.Text())
		}
		if said := centre.said(t, "delivered"); said["delivered"] != 0.0 {
			t.Errorf("it is answered %v", said)
		}
	}
	pause(t, 3*time.Second) // both ask whether the other is there
	if s.Err() != nil {
		t.Errorf("the line has ended: %v", s.Err())
	}
}
