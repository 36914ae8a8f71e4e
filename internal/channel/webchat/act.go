package webchat

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// The pace of what is never answered and may be dropped: pages and languages.
const (
	marksPerSecond = 0.5
	marksAtOnce    = 20
)

// Do does what a visitor asks for and returns the answer, nil where the protocol
// has none. What is answered is durable.
func (s *Server) Do(ctx context.Context, ses *Session, m ClientMessage) (Message, error) {
	const op = "webchat.Do"
	ctx = ses.act(ctx)
	switch m := m.(type) {
	case *Prechat, *Say, *End, *Survey, *Address:
		answer, err := s.answer(ctx, ses, m)
		return answer, errs.Op(op, err)
	case *VisitorRead:
		return nil, errs.Op(op, s.read(ctx, ses, m))
	case *VisitorTyping:
		return nil, errs.Op(op, s.typing(ctx, ses, m))
	case *Page:
		return nil, errs.Op(op, s.walk(ctx, ses, func(v *visitor) bool { return v.walk(*m) }))
	case *Language:
		return nil, errs.Op(op, s.speak(ctx, ses, m))
	case *Ping:
		return Beat{}, nil
	}
	return nil, errs.New(errs.Invalid, op, CodeMalformed)
}

// answer does an act that is named and answered, unless it comes too soon.
func (s *Server) answer(ctx context.Context, ses *Session, m ClientMessage) (Message, error) {
	if err := s.paced(ses); err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case *Prechat:
		return s.prechat(ctx, ses, m)
	case *Say:
		return s.say(ctx, ses, m)
	case *End:
		return s.endByVisitor(ctx, ses, m)
	case *Survey:
		return s.judge(ctx, ses, m)
	case *Address:
		return s.leaveAddress(ctx, ses, m)
	}
	return nil, errs.New(errs.Invalid, "webchat.answer", CodeMalformed)
}

// paced refuses acts that come too fast, with the seconds to wait.
func (s *Server) paced(ses *Session) error {
	v := s.pace.Take("act"+ses.visitor.key(), httpx.Rate{PerSecond: actsPerSecond, Burst: actsAtOnce}, time.Now())
	if v.OK {
		return nil
	}
	wait := int(v.Retry/time.Second) + 1
	return errs.New(errs.Exhausted, "webchat.pace", CodeLimited).With(errs.Values{"retry": wait})
}

// say takes a message in. One that was said before is answered again, whatever became of its conversation.
func (s *Server) say(ctx context.Context, ses *Session, m *Say) (Message, error) {
	c, row, err := s.own(ctx, ses, m.Conversation)
	if err != nil {
		return nil, err
	}
	if !c.open(row) {
		if before, found, err := s.Conversations.FindByClient(ctx, s.DB, row.ID, m.CID); err != nil || found {
			return &Said{CID: m.CID, Conversation: row.ID, Seq: before.Seq, At: before.ReceivedAt}, err
		}
		if err := s.goOn(ctx, ses, c); err != nil {
			return nil, err
		}
	}
	if len(m.Attachments) > 0 && !ses.entrance.settings.Attachments.Enabled {
		return nil, errs.New(errs.Invalid, "webchat.say", CodeFileType)
	}
	host, err := s.hostOf(ctx, ses, row)
	if err != nil {
		return nil, err
	}
	stored, err := s.Intake.Receive(ctx, Inbound{
		EntryPoint: ses.entrance.point, From: ses.visitor.party(), Thread: ses.visitor.thread(c.CID),
		ExternalID: ses.visitor.thread(m.CID), ClientID: m.CID, Text: m.Text, Files: m.Attachments, Preferred: host,
	})
	if errs.CodeOf(err) == "attachment.gone" {
		err = errs.New(errs.Invalid, "webchat.say", CodeFileGone)
	}
	if err != nil {
		return nil, err
	}
	return &Said{CID: m.CID, Conversation: row.ID, Seq: stored.Seq, At: stored.At}, nil
}

// goOn opens a chat again whose visitor was only gone. One that was ended stays ended.
func (s *Server) goOn(ctx context.Context, ses *Session, c chat) error {
	over := errs.New(errs.Conflict, "webchat.say", CodeEnded)
	newest, err := s.isNewest(ctx, ses.visitor.TenantID, c)
	if err != nil {
		return err
	}
	if c.Ended != endedGone || !newest {
		return over
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		times, reopened, err := reopenChat(ctx, tx, c.ConversationID)
		if err != nil || !reopened {
			return err
		}
		c.Times = times
		return watch(ctx, tx, c)
	})
}

// endByVisitor ends a conversation: who still waits is not waited for any more.
func (s *Server) endByVisitor(ctx context.Context, ses *Session, m *End) (Message, error) {
	c, row, err := s.own(ctx, ses, m.Conversation)
	if err != nil {
		return nil, err
	}
	if !c.open(row) || row.InteractionState == workWrapUp {
		return &Done{CID: m.CID}, nil
	}
	err = s.finish(ctx, c, ending{how: endedByVisitor, event: EventEndedByVisitor, cid: m.CID})
	return &Done{CID: m.CID}, err
}

// ending is how a chat ends on the visitor's side.
type ending struct {
	how   ended
	event string // of the system entry; empty: none
	cid   string
}

// finish ends a chat in one transaction: the work first, because routing locks that before the conversation.
func (s *Server) finish(ctx context.Context, c chat, e ending) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error { return s.finishIn(ctx, tx, c, e) })
}

func (s *Server) finishIn(ctx context.Context, tx *db.Tx, c chat, e ending) error {
	if err := s.Routing.CustomerLeft(ctx, tx, c.ConversationID); err != nil {
		return err
	}
	row, err := s.Conversations.Lock(ctx, tx, c.ConversationID)
	if err != nil {
		return err
	}
	if e.event != "" {
		if err := s.system(ctx, tx, &row, conversation.NewEntry{Code: e.event, ClientID: e.cid}); err != nil {
			return err
		}
	}
	return endChat(ctx, tx, c.ConversationID, e.how)
}

// judge keeps what the visitor thinks of a conversation that is over.
func (s *Server) judge(ctx context.Context, ses *Session, m *Survey) (Message, error) {
	const op = "webchat.judge"
	c, row, err := s.own(ctx, ses, m.Conversation)
	if err != nil {
		return nil, err
	}
	asked, err := s.surveyOf(ctx, ses.entrance, row, phaseOf(c, row))
	if err != nil {
		return nil, err
	}
	switch asked {
	case SurveyOff:
		return nil, errs.New(errs.Conflict, op, CodeSurveyOff)
	case SurveyDone: // the first counts, and this may be the first, told again
		return &Done{CID: m.CID}, nil
	case SurveyAsked:
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		return s.Surveys.Answer(ctx, tx, Opinion{
			Conversation: row.ID, Interaction: row.InteractionID, Brand: row.BrandID, Queue: row.QueueID, Agent: row.LastAgentID,
			Stars: m.Stars, Comment: m.Comment, AskedAt: row.LastAt,
		})
	})
	return &Done{CID: m.CID}, err
}

// read keeps how far the visitor has read: what was sent until then is read too.
func (s *Server) read(ctx context.Context, ses *Session, m *VisitorRead) error {
	_, row, err := s.own(ctx, ses, m.Conversation)
	if err != nil {
		return err
	}
	seq := min(m.Seq, row.LastSeq)
	if seq <= row.CustomerReadSeq {
		return nil
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error { return s.Conversations.MoveRead(ctx, tx, row.ID, seq) })
}

// typing tells the desk. It is never stored.
func (s *Server) typing(ctx context.Context, ses *Session, m *VisitorTyping) error {
	c, err := ownChat(ctx, s.DB, &ses.visitor, m.Conversation, "")
	if err != nil {
		return err
	}
	s.Desk.VisitorTyping(ctx, Typing{
		Tenant: ses.visitor.TenantID, Brand: c.BrandID, Conversation: c.ConversationID, Name: ses.visitor.Name, On: m.On,
	})
	return nil
}

// speak keeps the language that the visitor chose.
func (s *Server) speak(ctx context.Context, ses *Session, m *Language) error {
	lang := ses.entrance.language(s.Texts, m.Language)
	return s.walk(ctx, ses, func(v *visitor) bool {
		changed := v.Language != lang
		v.Language, ses.language = lang, lang
		return changed
	})
}

// walk changes what is known of the visitor; changes that come too fast are dropped.
func (s *Server) walk(ctx context.Context, ses *Session, change func(v *visitor) bool) error {
	rate := httpx.Rate{PerSecond: marksPerSecond, Burst: marksAtOnce}
	if !s.pace.Take("mark"+ses.visitor.key(), rate, time.Now()).OK {
		return nil
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		v, err := findVisitor(ctx, tx, ses.visitor.TenantID, ses.visitor.ID, tx.ForUpdate())
		if err != nil || !change(&v) {
			return err
		}
		return saveVisitor(ctx, tx, &v)
	})
}

// Visit is what an agent may know of the visitor behind a conversation.
type Visit struct {
	Known          bool // identified by the brand's signature
	Language       string
	ConsentVersion string
	ConsentAt      time.Time
	SeenAt         time.Time
	Pages          []Page // the oldest first
}

// VisitOf returns the visit behind a conversation that the caller may read; false if it is none of this channel.
func (s *Server) VisitOf(ctx context.Context, q db.Queryer, key id.Conversation) (Visit, bool, error) {
	const op = "webchat.VisitOf"
	c, found, err := findChat(ctx, q, key, "")
	if err != nil || !found {
		return Visit{}, false, errs.Op(op, err)
	}
	row, err := s.Conversations.Find(ctx, q, key)
	if err != nil {
		return Visit{}, false, errs.Op(op, err)
	}
	v, err := findVisitor(ctx, q, actor.From(ctx).Tenant, c.VisitorID, "")
	return Visit{
		Known: v.known(), Language: v.Language, ConsentVersion: v.ConsentVersion, ConsentAt: v.ConsentAt, SeenAt: c.SeenAt, Pages: v.Pages,
	}, row.ID != 0, errs.Op(op, err)
}
