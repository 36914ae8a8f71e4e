package smpptest

import (
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/kit/smstext"
)

// line is one connection.
type line struct {
	centre *Centre
	conn   net.Conn
	ended  chan struct{}

	as       smpp.Command // how it is bound; 0: it is not; the centre's lock holds it
	last     uint32       // number of the last command
	answered sync.WaitGroup

	writing sync.Mutex
	mu      sync.Mutex
	under   int // commands that were not answered
	waiting map[uint32]chan smpp.Status
}

func (l *line) run() {
	defer func() {
		_ = l.conn.Close() // it has ended
		close(l.ended)
		l.answered.Wait()
	}()
	for {
		p, err := smpp.ReadPDU(l.conn)
		if err != nil {
			return
		}
		if p.Command.IsAnswer() {
			l.mu.Lock()
			answer := l.waiting[p.Sequence]
			delete(l.waiting, p.Sequence)
			l.mu.Unlock()
			if answer != nil {
				answer <- p.Status
			}
			continue
		}
		if p.Sequence <= l.last {
			l.breaks("numbers go up: %d after %d", p.Sequence, l.last)
		}
		l.last = p.Sequence
		if !l.answer(p) {
			return
		}
	}
}

// breaks notes that a rule was broken.
func (l *line) breaks(format string, values ...any) {
	l.centre.mu.Lock()
	defer l.centre.mu.Unlock()
	l.centre.broken = append(l.centre.broken, fmt.Sprintf(format, values...))
}

func (l *line) write(p smpp.PDU) {
	l.writing.Lock()
	defer l.writing.Unlock()
	_, _ = l.conn.Write(p.Bytes()) // who has gone is seen by reading
}

func (l *line) bound() smpp.Command {
	l.centre.mu.Lock()
	defer l.centre.mu.Unlock()
	return l.as
}

// answer does what a command asks for, and reports whether the line goes on.
func (l *line) answer(p smpp.PDU) bool {
	switch p.Command {
	case smpp.BindReceiver, smpp.BindTransmitter, smpp.BindTransceiver:
		status := l.bind(p)
		l.write(p.Answer(status, smpp.TextBody("CENTRE")))
		return status == smpp.OK
	case smpp.EnquireLink:
		l.write(p.Answer(smpp.OK, nil))
	case smpp.Unbind:
		l.write(p.Answer(smpp.OK, nil))
		return false
	case smpp.SubmitSM:
		return l.submit(p)
	default:
		l.breaks("an unknown command %x", p.Command)
		l.write(smpp.PDU{Command: smpp.GenericNack, Status: smpp.BadCommand, Sequence: p.Sequence})
	}
	return true
}

func (l *line) bind(p smpp.PDU) smpp.Status {
	b, err := smpp.ParseBind(p.Body)
	c := l.centre
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil || b.Version != smpp.Version:
		return smpp.BindFailed
	case l.as != 0:
		return smpp.AlreadyBound
	case b.SystemID != c.SystemID:
		return smpp.BadSystemID
	case b.Password != c.Password || c.locked:
		return smpp.BadPassword
	}
	l.as = p.Command
	c.binds++
	close(c.bound)
	c.bound = make(chan struct{})
	return smpp.OK
}

// begin counts a command that is under way, until settled is called.
func (l *line) begin() (under int, settled func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.under++
	return l.under, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.under--
	}
}

// submit takes a message, or does what the menu says.
func (l *line) submit(p smpp.PDU) bool {
	if as := l.bound(); as != smpp.BindTransceiver && as != smpp.BindTransmitter {
		l.breaks("who is not bound for sending sends")
		l.write(p.Answer(smpp.NotBound, nil))
		return true
	}
	under, settled := l.begin()
	if under > l.centre.Window {
		l.breaks("%d commands under way", under)
		settled()
		l.write(p.Answer(smpp.Throttled, nil))
		return true
	}
	m, status := l.judge(p.Body)
	fault := l.centre.fault()
	switch fault {
	case Throttled:
		status = smpp.Throttled
	case Full:
		status = smpp.QueueFull
	case Refused:
		status = smpp.BadDest
	case Down:
		settled()
		return false
	case Silent, Mute:
	}
	if status != smpp.OK {
		settled()
		l.write(p.Answer(status, nil))
		return true
	}
	id, whole, do := l.centre.take(m)
	l.answered.Go(func() { // as centres do: what is first asked need not be answered first
		defer settled()
		if do != nil && whole != nil {
			do(*whole)
		}
		if fault == Silent {
			_ = l.conn.Close() // that is the point
		}
		if fault == "" {
			l.write(p.Answer(smpp.OK, smpp.TextBody(id)))
		}
	})
	return true
}

// fault returns what becomes of a message.
func (c *Centre) fault() Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.faults) == 0 {
		return ""
	}
	first := c.faults[0]
	c.faults = c.faults[1:]
	return first
}

// judge reads a submit_sm and says whether its text can go out as it is.
func (l *line) judge(body []byte) (smpp.Message, smpp.Status) {
	m, err := smpp.ParseMessage(body)
	if err != nil {
		l.breaks("a body that cannot be read: %v", err)
		return m, smpp.SystemError
	}
	if m.To.Addr == "" || m.To.TON == smpp.TONAlphanumeric || len(m.To.Addr) > 15 {
		return m, smpp.BadDest
	}
	piece, h, text := m.Piece()
	most := 140
	if piece.Alphabet == smstext.GSM {
		most = 160
	}
	if h.Total > 1 {
		if most = 134; piece.Alphabet == smstext.GSM {
			most = 153
		}
	}
	switch {
	case !text || len(piece.Data) == 0:
		l.breaks("no text")
	case len(piece.Data) > most:
		l.breaks("%d bytes of %d in a segment", len(piece.Data), most)
	case piece.Alphabet == smstext.UCS2 && len(piece.Data)%2 != 0:
		l.breaks("half a unit")
	case m.ESMClass&^0x43 != 0: // a header, and a mode of sending
		l.breaks("esm class %x", m.ESMClass)
	default:
		for _, b := range piece.Data {
			if piece.Alphabet == smstext.GSM && b > 0x7f {
				l.breaks("a byte that is not of the alphabet")
				return m, smpp.SubmitFailed
			}
		}
		return m, smpp.OK
	}
	return m, smpp.SubmitFailed
}

// take keeps a message or a part of one, and returns the message if it is whole now.
func (c *Centre) take(m smpp.Message) (id string, whole *Message, do func(Message)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	id = fmt.Sprintf("c%08x", c.next)
	_, h, _ := m.Piece()
	key := m.From.Text() + " " + m.To.Text() + " " + strconv.Itoa(h.Ref) + " " + strconv.Itoa(h.Total)
	if h.Total == 1 {
		key = id
	}
	c.parts[key] = append(c.parts[key], m)
	c.ids[key] = append(c.ids[key], id)
	if len(c.parts[key]) < h.Total {
		return id, nil, nil
	}
	all := Message{IDs: c.ids[key], ID: c.ids[key][0], From: m.From.Text(), To: m.To.Text(), Parts: h.Total, Receipts: m.Registered == smpp.WantReceipt}
	pieces := make([]smstext.Part, 0, h.Total)
	for _, part := range c.parts[key] {
		p, _, _ := part.Piece()
		all.Alphabet = p.Alphabet
		pieces = append(pieces, p)
	}
	all.Text = smstext.Join(h.Total, pieces)
	delete(c.parts, key)
	delete(c.ids, key)
	c.got = append(c.got, all)
	do, c.before = c.before, nil
	return id, &all, do
}

// deliver brings one deliver_sm and waits for what is said to it.
func (l *line) deliver(m smpp.Message) (smpp.Status, error) {
	c := l.centre
	c.mu.Lock()
	c.sequence++
	number := c.sequence
	c.mu.Unlock()
	answer := make(chan smpp.Status, 1)
	l.mu.Lock()
	l.waiting[number] = answer
	l.mu.Unlock()
	l.write(smpp.PDU{Command: smpp.DeliverSM, Sequence: number, Body: m.Body()})
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case status := <-answer:
		return status, nil
	case <-l.ended:
		return 0, errNobody
	case <-timer.C:
		return 0, errNobody
	}
}
