package smpp_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/channel/sms/smpptest"
	"github.com/zongler/zongler/internal/kit/smstext"
)

// open binds to a centre over a pipe.
func open(t *testing.T, c *smpptest.Centre, config smpp.Config) (*smpp.Session, error) {
	t.Helper()
	ours, theirs := net.Pipe()
	c.Serve(theirs)
	if config.Bind.SystemID == "" {
		config.Bind = smpp.Bind{SystemID: c.SystemID, Password: c.Password}
	}
	if config.As == 0 {
		config.As = smpp.BindTransceiver
	}
	return smpp.Open(t.Context(), ours, config)
}

// bound opens a session that ends with the test.
func bound(t *testing.T, c *smpptest.Centre, config smpp.Config) *smpp.Session {
	t.Helper()
	s, err := open(t, c, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close(context.WithoutCancel(t.Context()))
		c.Close()
		if broken := c.Broken(); len(broken) > 0 {
			t.Errorf("rules were broken: %q", broken)
		}
	})
	return s
}

// hello is a message.
func hello(text string) smpp.Message {
	m := smpptest.Text("Fala", "+48601234567", text, smstext.GSM)
	m.Registered = smpp.WantReceipt
	return m
}

// The layout is that of the sample in 3.2.4.
func TestABindIsWrittenAsTheSpecificationShows(t *testing.T) {
	t.Parallel()
	const want = "0000002f" + "00000002" + "00000000" + "00000001" + "534d5050335445535400" + "736563726574303800" + "5355424d49543100" + "34" + "01" + "01" + "00"
	b := smpp.Bind{SystemID: "SMPP3TEST", Password: "secret08", SystemType: "SUBMIT1", Version: smpp.Version, TON: 1, NPI: 1}
	p := smpp.PDU{Command: smpp.BindTransmitter, Sequence: 1, Body: b.Body()}
	if got := hex.EncodeToString(p.Bytes()); got != want {
		t.Errorf("%s", got)
	}
	back, err := smpp.ReadPDU(bytes.NewReader(p.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := smpp.ParseBind(back.Body); err != nil || again != b {
		t.Errorf("%+v %v", again, err)
	}
}

func TestWhoIsNotKnownIsNotBound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bind smpp.Bind
		want smpp.Status
	}{
		"a wrong password": {smpp.Bind{SystemID: "fala", Password: "zle"}, smpp.BadPassword},
		"a wrong name":     {smpp.Bind{SystemID: "inna", Password: "tajne"}, smpp.BadSystemID},
	} {
		centre := smpptest.Bare()
		_, err := open(t, centre, smpp.Config{Bind: c.bind})
		refusal, is := errors.AsType[*smpp.Refusal](err)
		if !is || refusal.Status != c.want || strings.Contains(err.Error(), c.bind.Password) {
			t.Errorf("%s: %v", name, err)
		}
		centre.Close()
	}
}

func TestMessagesAreTakenAndNamed(t *testing.T) {
	t.Parallel()
	c := smpptest.Bare()
	s := bound(t, c, smpp.Config{})
	id, err := s.Submit(t.Context(), hello("Hello {€}"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Got(); len(got) != 1 || got[0].ID != id || got[0].Text != "Hello {€}" || got[0].From != "Fala" || got[0].To != "+48601234567" || !got[0].Receipts {
		t.Errorf("%+v", got)
	}
}

func TestWhatTheCentreSaysIsTold(t *testing.T) {
	t.Parallel()
	for fault, want := range map[smpptest.Fault]smpp.Status{smpptest.Throttled: smpp.Throttled, smpptest.Full: smpp.QueueFull, smpptest.Refused: smpp.BadDest} {
		c := smpptest.Bare()
		s := bound(t, c, smpp.Config{})
		c.Next(fault)
		_, err := s.Submit(t.Context(), hello("x"))
		if refusal, is := errors.AsType[*smpp.Refusal](err); !is || refusal.Status != want {
			t.Errorf("%s: %v", fault, err)
		}
		if _, err := s.Submit(t.Context(), hello("x")); err != nil || len(c.Got()) != 1 {
			t.Errorf("%s: afterwards %v %+v", fault, err, c.Got())
		}
	}
}

// No more commands are under way than the window has places, and answers need not come in order.
func TestTheWindowIsKept(t *testing.T) {
	t.Parallel()
	c := smpptest.Bare()
	c.Window = 3
	s := bound(t, c, smpp.Config{Window: 3})
	held := make(chan struct{})
	c.BeforeAnswer(func(smpptest.Message) { <-held })
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			if _, err := s.Submit(t.Context(), hello("x")); err != nil {
				t.Error(err)
			}
		})
	}
	close(held)
	all.Wait()
	if n := len(c.Got()); n != 12 {
		t.Errorf("%d messages", n)
	}
}

// What the centre may have taken is Lost and Began; what it cannot have is Lost alone.
func TestALostAnswerIsToldApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault smpptest.Fault
		taken int
	}{{smpptest.Silent, 1}, {smpptest.Down, 0}} {
		centre := smpptest.Bare()
		s := bound(t, centre, smpp.Config{})
		centre.Next(c.fault)
		_, err := s.Submit(t.Context(), hello("x"))
		if lost, is := errors.AsType[*smpp.Lost](err); !is || !lost.Began || len(centre.Got()) != c.taken {
			t.Errorf("%s: %v, and it has %d", c.fault, err, len(centre.Got()))
		}
		<-s.Ended()
		_, err = s.Submit(t.Context(), hello("x"))
		if lost, is := errors.AsType[*smpp.Lost](err); !is || lost.Began || s.Err() == nil {
			t.Errorf("%s: afterwards %v", c.fault, err)
		}
	}
}

func TestAnAnswerThatDoesNotComeIsLostInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := smpptest.Bare()
		s := bound(t, c, smpp.Config{Within: 10 * time.Second})
		c.Next(smpptest.Mute)
		began := time.Now()
		_, err := s.Submit(t.Context(), hello("x"))
		if lost, is := errors.AsType[*smpp.Lost](err); !is || !lost.Began || time.Since(began) != 10*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if _, err := s.Submit(t.Context(), hello("y")); err != nil {
			t.Errorf("the line goes on: %v", err)
		}
	})
}

// A centre that has gone silent for ever is noticed; one that is only quiet is not left.
func TestSilenceIsAskedAbout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := smpptest.Bare()
		s := bound(t, c, smpp.Config{Enquire: 30 * time.Second, Within: 5 * time.Second})
		time.Sleep(10 * time.Minute)
		if s.Err() != nil {
			t.Fatalf("a quiet centre is left: %v", s.Err())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		go func() { // it answers the bind and nothing more
			p, err := smpp.ReadPDU(theirs)
			if err == nil {
				_, _ = theirs.Write(p.Answer(smpp.OK, smpp.TextBody("C")).Bytes())
			}
			for err == nil {
				_, err = smpp.ReadPDU(theirs)
			}
		}()
		s, err := smpp.Open(t.Context(), ours, smpp.Config{As: smpp.BindTransceiver, Enquire: 30 * time.Second, Within: 5 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		<-s.Ended()
		if took := time.Since(began); took != 35*time.Second {
			t.Errorf("it is noticed after %s", took)
		}
		s.Close(t.Context())
	})
}

// What arrives is taken in its order, and answered as whoever takes it says.
func TestArrivalsAreAnsweredOnceTheyAreTaken(t *testing.T) {
	t.Parallel()
	c := smpptest.Bare()
	var (
		mu    sync.Mutex
		taken []string
	)
	bound(t, c, smpp.Config{Arrived: func(_ context.Context, p smpp.PDU) smpp.Status {
		m, err := smpp.ParseArrived(p)
		if err != nil {
			return smpp.NeverTry
		}
		mu.Lock()
		defer mu.Unlock()
		if string(m.Short) == "later" {
			return smpp.TryLater
		}
		taken = append(taken, string(m.Short))
		return smpp.OK
	}})
	for text, want := range map[string]smpp.Status{"one": smpp.OK, "later": smpp.TryLater} {
		if got, err := c.Deliver(smpptest.Text("+48601234567", "Fala", text, smstext.GSM)); err != nil || got != want {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(taken) != 1 || taken[0] != "one" {
		t.Errorf("%q", taken)
	}
}

func TestACommandThatNobodyKnowsIsToldSo(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	got := make(chan smpp.PDU, 3)
	go func() {
		p, err := smpp.ReadPDU(theirs)
		if err == nil {
			_, err = theirs.Write(p.Answer(smpp.OK, smpp.TextBody("C")).Bytes())
		}
		if err == nil {
			_, err = theirs.Write(smpp.PDU{Command: 0x77, Sequence: 9}.Bytes())
		}
		for err == nil {
			if p, err = smpp.ReadPDU(theirs); err == nil {
				got <- p
				_, err = theirs.Write(p.Answer(smpp.OK, nil).Bytes())
			}
		}
	}()
	s, err := smpp.Open(t.Context(), ours, smpp.Config{As: smpp.BindTransceiver})
	if err != nil {
		t.Fatal(err)
	}
	if p := <-got; p.Command != smpp.GenericNack || p.Sequence != 9 || p.Status != smpp.BadCommand {
		t.Errorf("%+v", p)
	}
	s.Close(t.Context())
	if p := <-got; p.Command != smpp.Unbind {
		t.Errorf("without a farewell: %+v", p)
	}
}

func TestReceiptsAreReadHoweverCentresWriteThem(t *testing.T) {
	t.Parallel()
	receipt := func(text string, tlvs ...smpp.TLV) smpp.Message {
		return smpp.Message{ESMClass: 0x04, Short: []byte(text), TLVs: tlvs}
	}
	for name, c := range map[string]struct {
		m    smpp.Message
		want smpp.Receipt
		is   bool
	}{
		"as appendix B says": {
			receipt("id:IIIIIIIIII sub:001 dlvrd:001 submit date:0611290641 done date:0611290642 stat:DELIVRD err:000 Text:hello"),
			smpp.Receipt{ID: "IIIIIIIIII", State: smpp.Delivered},
			true,
		},
		"what was sent says something else": {
			receipt("id:7 sub:001 dlvrd:000 stat:UNDELIV err:027 text:id:9 stat:DELIVRD"), smpp.Receipt{ID: "7", State: smpp.Undeliverable, Code: "027"}, true,
		},
		"small letters, spaces and no dates": {receipt("ID: 7 STAT: expired ERR: 1"), smpp.Receipt{ID: "7", State: smpp.Expired, Code: "1"}, true},
		"parameters alone": {
			receipt("", smpp.TLV{Tag: smpp.TagReceiptedID, Value: []byte("a7\x00")}, smpp.TLV{Tag: smpp.TagMessageState, Value: []byte{2}}),
			smpp.Receipt{ID: "a7", State: smpp.Delivered},
			true,
		},
		"parameters count more": {
			receipt("id:7 stat:ENROUTE", smpp.TLV{Tag: smpp.TagMessageState, Value: []byte{8}}), smpp.Receipt{ID: "7", State: smpp.RejectedByCentre}, true,
		},
		"a message": {smpp.Message{Short: []byte("id:7 stat:DELIVRD")}, smpp.Receipt{}, false},
	} {
		if got, is := smpp.ParseReceipt(c.m); got != c.want || is != c.is {
			t.Errorf("%s: %+v %v", name, got, is)
		}
	}
}

func TestTextsAreReadInWhateverTheyAreWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		m    smpp.Message
		want string
		text bool
	}{
		"default":            {smpp.Message{Short: []byte{0, 0x1b, 0x65}}, "@€", true},
		"ASCII":              {smpp.Message{Coding: 1, Short: []byte("@$")}, "@$", true},
		"ASCII that is not":  {smpp.Message{Coding: 1, Short: []byte("\x00\x1be")}, "@€", true},
		"Latin 1":            {smpp.Message{Coding: 3, Short: []byte{0xe1, 0xed}}, "áí", true},
		"16 bits":            {smpp.Message{Coding: 8, Short: []byte{1, 0x51}}, "ő", true},
		"16 bits by group":   {smpp.Message{Coding: 0x18, Short: []byte{1, 0x51}}, "ő", true},
		"a flash message":    {smpp.Message{Coding: 0xf0, Short: []byte("hi")}, "hi", true},
		"octets":             {smpp.Message{Coding: 4, Short: []byte("hi")}, "hi", false},
		"octets by group":    {smpp.Message{Coding: 0xf5, Short: []byte("hi")}, "hi", false},
		"in a parameter":     {smpp.Message{TLVs: []smpp.TLV{{Tag: smpp.TagPayload, Value: []byte("long")}}}, "long", true},
		"behind its header":  {smpp.Message{ESMClass: 0x40, Short: []byte("\x05\x00\x03\x01\x02\x01part")}, "part", true},
		"behind other words": {smpp.Message{ESMClass: 0x40, Short: []byte("\x03\x24\x01\x01hi")}, "hi", true},
	} {
		p, _, text := c.m.Piece()
		if got := p.Alphabet.Decode(p.Data); got != c.want || text != c.text {
			t.Errorf("%s: %q %v", name, got, text)
		}
	}
	by := smpp.Message{Short: []byte("x"), TLVs: []smpp.TLV{{smpp.TagRefNum, []byte{1, 2}}, {smpp.TagTotal, []byte{3}}, {smpp.TagPart, []byte{2}}}}
	if _, h, _ := by.Piece(); h != (smstext.Header{Ref: 258, Total: 3, Part: 2}) {
		t.Errorf("%+v", h)
	}
}

// A message is the same when it is read again, also one that is too long for its field.
func TestMessagesComeBack(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 254, 255, 60_000} {
		m := hello(strings.Repeat("a", n))
		back, err := smpp.ParseMessage(m.Body())
		if err != nil || string(back.Data()) != string(m.Short) || back.To != m.To || back.From != m.From || back.Registered != 1 {
			t.Errorf("%d: %v", n, err)
		}
	}
}

// Foreign bytes end a session at worst.
func FuzzPDU(f *testing.F) {
	f.Add(smpp.PDU{Command: smpp.DeliverSM, Sequence: 1, Body: hello("hi").Body()}.Bytes())
	f.Add(smpp.PDU{Command: smpp.DataSM, Sequence: 1, Body: []byte{0, 1, 1, '4', 0, 1, 1, '5', 0, 4, 1, 0, 4, 0x24, 0, 1, 'x'}}.Bytes())
	f.Add([]byte{0, 0, 0, 15, 0, 0, 0, 5})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := smpp.ReadPDU(bytes.NewReader(data))
		if err != nil {
			return
		}
		if again := p.Bytes(); !bytes.Equal(again, data[:len(again)]) {
			t.Fatalf("%x is written %x", data, again)
		}
		m, err := smpp.ParseArrived(p)
		if err != nil {
			return
		}
		_, _ = smpp.ParseReceipt(m)
		if _, h, _ := m.Piece(); !h.Valid() {
			t.Fatalf("%+v", h)
		}
		if p.Command == smpp.DataSM {
			return
		}
		if back, err := smpp.ParseMessage(m.Body()); err != nil || !bytes.Equal(back.Data(), m.Data()) || back.To != m.To {
			t.Fatalf("%+v becomes %+v: %v", m, back, err)
		}
	})
}
