package webchat

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/live"
)

// actWithin bounds one act of a visitor over a socket.
const actWithin = 30 * time.Second

// framesBurst is how many frames may come at once, fewer than the connection
// itself takes; FramesPerMinuteMax is the pace.
const framesBurst = 30

// socket is one websocket of a visitor. Its reader calls handle with one frame
// after the other; what a room pushes comes from elsewhere.
type socket struct {
	srv    *Server
	from   Peer
	conn   *live.Conn
	timer  *time.Timer // until hello
	room   *room       // guarded by the lock of all rooms
	frames pacer
	typed  time.Time

	mu      sync.Mutex
	session *Session // nil until hello
}

// Attach takes a websocket over, which Options has made.
func (s *Server) Attach(conn *live.Conn, from Peer, heard *Heartbeats) {
	sock := &socket{srv: s, from: from, conn: conn}
	heard.set(sock)
	sock.timer = time.AfterFunc(HelloTimeout, sock.silent)
	conn.Start(sock.handle, sock.closed)
}

// Heartbeats brings the heartbeats of a connection to the socket that is made of it.
type Heartbeats struct {
	mu   sync.Mutex
	sock *socket
}

func (h *Heartbeats) set(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sock = s
}

// Options returns how a websocket of a visitor is made. Its origin is checked at
// hello, when it is known whose widget it is.
func (s *Server) Options() (live.Options, *Heartbeats) {
	h := &Heartbeats{}
	return live.Options{
		Group: s.group, AnyOrigin: true, Log: s.log,
		Alive: func(asked time.Time) {
			h.mu.Lock()
			sock := h.sock
			h.mu.Unlock()
			if sock != nil {
				sock.alive(asked)
			}
		},
	}, h
}

func (sock *socket) silent() {
	if sock.who() == nil {
		sock.refuse(errs.New(errs.Invalid, "webchat.hello", CodeHelloExpected), CloseMalformed)
	}
}

func (sock *socket) who() *Session {
	sock.mu.Lock()
	defer sock.mu.Unlock()
	return sock.session
}

func (sock *socket) caller() callerKey {
	ses := sock.who()
	return callerKey{ses.visitor.TenantID, ses.visitor.ID}
}

// handle takes one frame. It answers errors itself, in the words of this protocol.
func (sock *socket) handle(raw []byte) error {
	if !sock.frames.take(time.Now(), framesBurst, time.Minute/FramesPerMinuteMax) {
		sock.refuse(errs.New(errs.Exhausted, "webchat.socket", CodeLimited), CloseLimited)
		return nil
	}
	m, err := DecodeClient(raw)
	if err != nil {
		code := errs.CodeOf(err)
		if code == CodeMalformed || code == CodeTooLarge || sock.who() == nil {
			sock.refuse(err, CloseMalformed)
			return nil
		}
		sock.fault(err, m)
		return nil
	}
	ctx, cancel := context.WithTimeout(sock.srv.life, actWithin)
	defer cancel()
	hello, greets := m.(*Hello)
	switch ses := sock.who(); {
	case greets && ses == nil:
		sock.hello(ctx, hello)
	case greets || ses == nil:
		sock.refuse(errs.New(errs.Invalid, "webchat.socket", CodeHelloExpected), CloseMalformed)
	default:
		sock.act(ctx, ses, m)
	}
	return nil
}

// act does what the visitor asks for and answers.
func (sock *socket) act(ctx context.Context, ses *Session, m ClientMessage) {
	if t, ok := m.(*VisitorTyping); ok && !sock.mayType(t.On) {
		return
	}
	answer, err := sock.srv.Do(ctx, ses, m)
	if err != nil {
		sock.fault(err, m)
		return
	}
	if answer == nil {
		return
	}
	sock.tell(answer)
	if opened, ok := answer.(*Opened); ok {
		if err := sock.join(ses.act(ctx), ses, opened.State); err != nil {
			sock.refuse(err, closeCodeOf(err))
		}
	}
}

// mayType drops typing marks that come too close together; the end of typing passes.
func (sock *socket) mayType(on bool) bool {
	now := time.Now()
	if !on {
		sock.typed = time.Time{}
		return true
	}
	if now.Sub(sock.typed) < TypingEvery {
		return false
	}
	sock.typed = now
	return true
}

// hello lets a visitor in, tells them where they are, and has the room send what they miss.
func (sock *socket) hello(ctx context.Context, m *Hello) {
	s := sock.srv
	ses, err := s.Authenticate(ctx, m.Token, sock.from)
	if err != nil {
		sock.refuse(err, closeCodeOf(err))
		return
	}
	if m.Language != "" {
		ses.language = ses.entrance.language(s.Texts, m.Language, ses.visitor.Language)
	}
	sock.mu.Lock()
	sock.session = ses
	sock.mu.Unlock()
	sock.timer.Stop()
	if oldest := s.rooms.arrive(sock); oldest != nil {
		oldest.conn.Close(CloseReplaced, "")
	}
	ctx = ses.act(ctx)
	if seen := ses.visitor; m.Page != nil && seen.walk(*m.Page) {
		if err := s.walk(ctx, ses, func(v *visitor) bool { return v.walk(*m.Page) }); err != nil {
			s.log.WarnContext(ctx, "a page cannot be kept", "tenant", ses.visitor.TenantID, "err", err)
		}
	}
	if err := sock.welcome(ctx, ses, m); err != nil {
		sock.refuse(err, closeCodeOf(err))
	}
}

// welcome answers hello with the conversation on the visitor's screen, or else the open one.
func (sock *socket) welcome(ctx context.Context, ses *Session, m *Hello) error {
	s := sock.srv
	c, row, found, err := s.onScreen(ctx, ses, m.Conversation)
	if err != nil {
		return err
	}
	if !found {
		sock.tell(Welcome{Visitor: ses.visitor.told()})
		return nil
	}
	st, err := s.stateOf(ctx, ses.entrance, c, row, s.rooms.placeOf(ses.visitor.TenantID, row.ID))
	if err != nil {
		return err
	}
	sock.tell(Welcome{Visitor: ses.visitor.told(), State: &st})
	seq := int64(0)
	if row.ID == m.Conversation {
		seq = min(m.Seq, row.LastSeq)
	}
	if row.LastAgentID != 0 {
		if err := s.arrived(ctx, row.ID, seq, row.CustomerReadSeq); err != nil {
			return err
		}
	}
	sock.sit(ses, row.LastSeq, seq, st)
	return nil
}

// join sits down in a conversation that the visitor has just opened or found open.
func (sock *socket) join(ctx context.Context, ses *Session, st State) error {
	row, err := sock.srv.Conversations.Find(ctx, sock.srv.DB, st.Conversation)
	if err == nil {
		sock.sit(ses, row.LastSeq, 0, st)
	}
	return err
}

// sit has the room send what is missing since seq, unless that is too much.
func (sock *socket) sit(ses *Session, newest, seq int64, st State) {
	if newest-seq > ReplayMax {
		sock.tell(Resync{Conversation: st.Conversation})
		seq = newest
	}
	sock.srv.rooms.sit(sock, ses.entrance, seq, st)
}

// arrived keeps that all sent up to seq is on the visitor's device.
func (s *Server) arrived(ctx context.Context, conversation id.Conversation, seq, read int64) error {
	if seq <= read {
		return nil // read, so delivered
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error { return s.Conversations.MoveDelivered(ctx, tx, conversation, seq) })
}

// alive is called after a heartbeat: what was sent before asked has arrived. The
// visitor's page, which cannot see heartbeats, gets a beat.
func (sock *socket) alive(asked time.Time) {
	ses := sock.who()
	if ses == nil {
		return
	}
	sock.tell(Beat{})
	r := sock.srv.rooms.seatOf(sock)
	if r == nil {
		return
	}
	seq := r.heard(sock, asked)
	if seq == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ses.act(sock.srv.life), actWithin)
	defer cancel()
	if err := sock.srv.arrived(ctx, r.conversation, seq, 0); err != nil {
		sock.srv.log.WarnContext(ctx, "an arrival cannot be kept", "tenant", r.tenant, "err", err)
	}
}

// push sends entries: a few as they come, many as the answer to hello, which is bounded by ReplayMax.
func (sock *socket) push(frames [][]byte) {
	const few = 16
	if len(frames) > few {
		sock.conn.Preload(frames)
		return
	}
	for _, raw := range frames {
		_ = sock.conn.Send(raw) // a slow or closed socket comes back and asks anew
	}
}

// tell sends one message.
func (sock *socket) tell(m Message) {
	raw, err := Encode(m)
	if err != nil {
		sock.srv.log.Error("a frame cannot be written", "kind", m.FrameType(), "err", err)
		return
	}
	_ = sock.conn.Send(raw) // as above
}

// fault tells the visitor what was not done.
func (sock *socket) fault(err error, about ClientMessage) {
	lang := sock.srv.Texts.Language(sock.from.Language)
	if ses := sock.who(); ses != nil {
		lang = ses.language
	}
	sock.srv.report(err)
	sock.tell(sock.srv.FaultOf(err, lang, about))
}

// refuse tells the visitor why the socket ends, and ends it.
func (sock *socket) refuse(err error, code live.CloseCode) {
	sock.fault(err, nil)
	sock.conn.Close(code, errs.CodeOf(err))
}

func (sock *socket) closed(live.CloseCode) {
	sock.timer.Stop()
	if sock.who() == nil {
		return
	}
	sock.srv.rooms.rise(sock)
	sock.srv.rooms.depart(sock)
}

// pacer is a token bucket that starts full. It belongs to one reader.
type pacer struct {
	spent float64
	last  time.Time
}

func (p *pacer) take(now time.Time, burst int, every time.Duration) bool {
	if !p.last.IsZero() {
		p.spent = max(0, p.spent-float64(now.Sub(p.last))/float64(every))
	}
	p.last = now
	if p.spent+1 > float64(burst) {
		return false
	}
	p.spent++
	return true
}
