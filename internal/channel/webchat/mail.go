package webchat

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// codeNoAddress is the code of a system entry: nobody knows where to write to a visitor who is gone.
const codeNoAddress = "mail_no_address"

// codeAddress is the code of a system entry: the visitor has said where to.
const codeAddress = "mail_address"

// codeBounced is what the channel of e-mail says of an address at which nothing arrives.
const codeBounced = "mail_bounced"

// unseenMax bounds the entries behind what a visitor has seen that are looked at together.
const unseenMax = 200

// MailJob looks after what the visitor of a chat has not seen of our answers: if
// they do not come back, it goes to them by e-mail.
type MailJob struct {
	Conversation id.Conversation `json:"conversation"`
	Round        int64           `json:"round"` // which answers it is about
}

// Kind returns "webchat.mail".
func (MailJob) Kind() string { return "webchat.mail" }

// laid begins to look after an answer, unless that was begun for one before it.
// The conversation is locked, so no answer slips in while a job settles the others.
func (s *Server) laid(ctx context.Context, tx *db.Tx, point id.EntryPoint, key id.Conversation) error {
	e, err := s.entranceByID(ctx, tenantOf(ctx), point)
	if errs.Is(errs.NotFound, err) { // the widget was closed
		return nil
	}
	if err != nil || s.Mails == nil || !e.settings.Mail.on() {
		return err
	}
	c, found, err := findChat(ctx, tx, key, "")
	if err != nil || !found {
		return err
	}
	return lookAfter(ctx, tx, c, tx.Now().Add(e.settings.Mail.after()))
}

// lookAfter has the answers of c looked at when the time has come.
func lookAfter(ctx context.Context, tx *db.Tx, c chat, at time.Time) error {
	key := fmt.Sprintf("%d/%d", c.ConversationID, c.MailRound)
	return job.Enqueue(ctx, tx, MailJob{Conversation: c.ConversationID, Round: c.MailRound}, job.Unique(key), job.At(at))
}

// unseen is all that decides whether answers go by e-mail.
type unseen struct {
	first, last int64     // seq of the answers; 0: there are none
	since       time.Time // the first of them was stored
	seen        time.Time // the visitor was there
	started     time.Time // this node did
	after       time.Duration
	back        time.Duration
	address     string
	told        bool // that there is no address
	bounced     bool
}

// fate is what becomes of unseen answers.
type fate string

const (
	fateSeen    fate = "seen"    // there is nothing to be sent
	fateWait    fate = "wait"    // the visitor may come
	fateMail    fate = "mail"    // they go by e-mail
	fateNowhere fate = "nowhere" // nobody knows where to
)

// judge decides about answers at now, and when to look again.
func (u unseen) judge(now time.Time) (fate, time.Duration) {
	if u.last == 0 {
		return fateSeen, 0
	}
	due := later(later(u.since, u.seen).Add(u.after), u.started.Add(u.back))
	switch {
	case now.Before(due):
		return fateWait, max(watchLeast, due.Sub(now))
	case u.address == "" || u.bounced:
		return fateNowhere, 0
	}
	return fateMail, 0
}

// mail does MailJob: the decision, the order to send and the note that it was
// given are one transaction, so nothing goes twice.
func (s *Server) mail(ctx context.Context, j MailJob) error {
	const op = "webchat.mail"
	if s.rooms.attended(ctx, j.Conversation) {
		s.touch(ctx, tenantOf(ctx), []id.Conversation{j.Conversation})
	}
	address, err := s.knownAddress(ctx, j.Conversation)
	if err != nil {
		return errs.Op(op, err)
	}
	again := time.Duration(0)
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		again = 0
		row, err := s.Conversations.Lock(ctx, tx, j.Conversation)
		if errs.Is(errs.NotFound, err) {
			return nil
		}
		if err != nil {
			return err
		}
		c, found, err := findChat(ctx, tx, j.Conversation, tx.ForUpdate())
		if err != nil || !found || c.MailRound != j.Round {
			return err
		}
		again, err = s.mailIn(ctx, tx, c, &row, address)
		return err
	})
	if err == nil && again > 0 {
		return job.Snooze(again)
	}
	return errs.Op(op, err)
}

// mailIn settles the answers of a chat, which is locked, or says when to look again.
func (s *Server) mailIn(ctx context.Context, tx *db.Tx, c chat, row *conversation.Conversation, address string) (time.Duration, error) {
	e, err := s.storedEntrance(ctx, tenantOf(ctx), c.EntryPointID)
	if errs.Is(errs.NotFound, err) || err == nil && (!e.settings.Mail.on() || s.Mails == nil) { // it is not wanted any more
		return 0, settleMail(ctx, tx, c.ConversationID, c.MailedSeq)
	}
	if err != nil {
		return 0, err
	}
	u, err := s.unseenOf(ctx, tx, c, *row)
	if err != nil {
		return 0, err
	}
	u.after, u.address = e.settings.Mail.after(), address
	what, wait := u.judge(tx.Now())
	mailed := c.MailedSeq
	switch what {
	case fateWait:
		return wait, nil
	case fateMail:
		mailed = u.last
		err = s.Mails.Carry(ctx, tx, row, Parcel{From: e.settings.Mail.From, To: address, Language: c.Language, First: u.first, Last: u.last})
	case fateNowhere:
		if !u.told && !u.bounced {
			err = s.system(ctx, tx, row, conversation.NewEntry{Code: codeNoAddress})
		}
	case fateSeen:
	}
	if err != nil {
		return 0, err
	}
	return 0, settleMail(ctx, tx, c.ConversationID, mailed)
}

// unseenOf returns which of our answers a visitor has neither seen nor got by e-mail.
func (s *Server) unseenOf(ctx context.Context, tx *db.Tx, c chat, row conversation.Conversation) (unseen, error) {
	u := unseen{seen: c.SeenAt, started: s.started, back: s.Return}
	found, _, err := s.after(ctx, tx, c.ConversationID, max(c.MailedSeq, row.CustomerReadSeq), unseenMax)
	if err == nil { // what was taken back is not sent
		found, err = s.Conversations.AsTheyStand(ctx, tx, found)
	}
	if err != nil {
		return u, err
	}
	for _, e := range found {
		switch {
		case e.Code == codeNoAddress:
			u.told = true
		case e.Code == codeBounced:
			u.bounced = true
		case e.Code == codeAddress:
			u.told, u.bounced = false, false
		case e.Author == conversation.ByCustomer:
			u.told, u.bounced = false, u.bounced && (!theirs(e) || len(e.Data) == 0) // who writes by mail can be written to
		case e.Kind == conversation.Message && e.DeliveryState != "":
			if u.last = e.Seq; u.first == 0 {
				u.first, u.since = e.Seq, e.ReceivedAt
			}
		}
	}
	return u, nil
}

// knownAddress is addressOf for a conversation alone; empty if it is none.
func (s *Server) knownAddress(ctx context.Context, key id.Conversation) (string, error) {
	c, found, err := findChat(ctx, s.DB, key, "")
	if err != nil || !found {
		return "", err
	}
	row, err := s.Conversations.Find(ctx, s.DB, key)
	if err != nil {
		return "", err
	}
	return s.addressOf(ctx, c, row.CustomerID)
}

// addressOf returns where the visitor of a chat can be written to; empty if nobody
// knows. It need not be verified: what goes there is what that very person was
// answered in this chat, they have given the address for that, or an agent has
// found it out, and nothing else can be reached with the mail: who answers it may
// add to the conversation, and reads nothing.
func (s *Server) addressOf(ctx context.Context, c chat, customer id.Customer) (string, error) {
	v, err := findVisitor(ctx, s.DB, tenantOf(ctx), c.VisitorID, "")
	if err != nil && !errs.Is(errs.NotFound, err) {
		return "", err
	}
	if address := mailmsg.ParseAddress(v.Email); address.Key() != "" {
		return address.Addr, nil
	}
	known, err := s.Customers.EmailOf(ctx, s.DB, customer)
	if address := mailmsg.ParseAddress(known); address.Key() != "" {
		return address.Addr, err
	}
	return "", err
}

// mailState says whether answers go by e-mail, for the visitor to know.
func (s *Server) mailState(ctx context.Context, e *entrance, c chat, row conversation.Conversation) (MailState, error) {
	if !e.settings.Mail.on() {
		return MailOff, nil
	}
	address, err := s.addressOf(ctx, c, row.CustomerID)
	if address == "" {
		return MailAsked, err
	}
	return MailKnown, err
}

// leaveAddress keeps where the visitor wants answers that they do not see here.
// Those that lie there already go too. What the brand has signed stands.
func (s *Server) leaveAddress(ctx context.Context, ses *Session, m *Address) (Message, error) {
	c, _, err := s.own(ctx, ses, m.Conversation)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		v, err := findVisitor(ctx, tx, ses.visitor.TenantID, ses.visitor.ID, tx.ForUpdate())
		if err != nil || v.Email == m.Email || v.known() && v.Email != "" {
			return err
		}
		v.Email = m.Email
		if _, err := s.contact(ctx, tx, &v); err != nil {
			return err
		}
		row, err := s.Conversations.Lock(ctx, tx, c.ConversationID)
		if err != nil {
			return err
		}
		data, err := json.Marshal(map[string]string{"address": m.Email})
		if err != nil {
			return err
		}
		if err := s.system(ctx, tx, &row, conversation.NewEntry{Code: codeAddress, Data: data, ClientID: m.CID}); err != nil {
			return err
		}
		ses.visitor.Email = v.Email
		return s.lookAgain(ctx, tx, ses.entrance, c.ConversationID)
	})
	if err != nil {
		return nil, err
	}
	s.wake(ses.visitor.TenantID, c.ConversationID, newState)
	return &Done{CID: m.CID}, nil
}

// lookAgain has the answers of a chat looked at anew that were settled because nobody knew where to send them.
func (s *Server) lookAgain(ctx context.Context, tx *db.Tx, e *entrance, key id.Conversation) error {
	c, found, err := findChat(ctx, tx, key, tx.ForUpdate())
	if err != nil || !found || !e.settings.Mail.on() {
		return err
	}
	if err := settleMail(ctx, tx, key, c.MailedSeq); err != nil {
		return err
	}
	c.MailRound++
	return lookAfter(ctx, tx, c, tx.Now().Add(e.settings.Mail.after()))
}

// KeepWaiting notes that a chat is waited in from elsewhere than a page: its
// visitor has written by e-mail, so nobody takes them for gone.
func KeepWaiting(ctx context.Context, tx *db.Tx, key id.Conversation) error {
	return errs.Op("webchat.KeepWaiting", keepChat(ctx, tx, key))
}
