package webchat

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/db"
)

// Names of fields whose answers are details of the customer.
const (
	fieldName  = "name"
	fieldEmail = "email"
	fieldPhone = "phone"
)

// prechat opens a conversation, or returns the one that is open. Nobody is asked
// to work on it until something is said.
func (s *Server) prechat(ctx context.Context, ses *Session, m *Prechat) (Message, error) {
	const op = "webchat.prechat"
	form := ses.entrance.settings.form(ses.language, ses.entrance.brand.Languages)
	known, row, found, err := s.alreadyOpen(ctx, ses, m.CID)
	if err == nil && !found {
		known, row, err = s.openAsked(ctx, ses, form, m)
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	st, err := s.stateOf(ctx, ses.entrance, known, row, s.rooms.placeOf(ses.visitor.TenantID, row.ID))
	if err != nil {
		return nil, errs.Op(op, err)
	}
	return &Opened{CID: m.CID, State: st}, nil
}

// openAsked opens a conversation whose form is filled in, if somebody is there to answer.
func (s *Server) openAsked(ctx context.Context, ses *Session, form PrechatForm, m *Prechat) (chat, conversation.Conversation, error) {
	answered := *m
	answered.Fields = ses.visitor.signed(form, m.Fields)
	asked := form
	if ses.visitor.invited() {
		asked = form.withoutDetails()
	}
	err := asked.Check(&answered)
	if err == nil {
		err = s.admits(ctx, ses)
	}
	if err != nil {
		return chat{}, conversation.Conversation{}, err
	}
	return s.openNew(ctx, ses, opening{cid: m.CID, fields: answered.Fields, consent: m.ConsentVersion, form: form, pages: m.Pages})
}

// alreadyOpen returns the conversation that this very act opened, or the one that is open.
func (s *Server) alreadyOpen(ctx context.Context, ses *Session, cid string) (chat, conversation.Conversation, bool, error) {
	c, found, err := chatByCID(ctx, s.DB, &ses.visitor, cid)
	if err != nil {
		return chat{}, conversation.Conversation{}, false, err
	}
	if found {
		row, err := s.Conversations.Find(ctx, s.DB, c.ConversationID)
		return c, row, err == nil, err
	}
	return s.openChat(ctx, s.DB, &ses.visitor)
}

// admits refuses a conversation that nobody would answer.
func (s *Server) admits(ctx context.Context, ses *Session) error {
	const op = "webchat.admits"
	o, err := s.outlook(ctx, ses.entrance, 0, ses.language)
	switch {
	case err != nil:
		return err
	case o.Full:
		return errs.New(errs.Exhausted, op, CodeFull)
	case !o.Open && ses.entrance.settings.Offline:
		return errs.New(errs.Conflict, op, CodeClosed)
	}
	return nil
}

// opening is what a conversation begins with.
type opening struct {
	cid     string
	fields  map[string]string
	consent string // version of the text that was agreed to
	form    PrechatForm
	pages   []Page
	offline bool
}

func trimmed(fields map[string]string) map[string]string {
	out := make(map[string]string, len(fields))
	for name, value := range fields {
		out[name] = strings.TrimSpace(value)
	}
	return out
}

// openNew opens a conversation of the visitor in one transaction, unless another tab was quicker.
func (s *Server) openNew(ctx context.Context, ses *Session, o opening) (chat, conversation.Conversation, error) {
	outlook, err := s.outlook(ctx, ses.entrance, 0, ses.language)
	if err != nil {
		return chat{}, conversation.Conversation{}, err
	}
	ctx = ses.act(ctx)
	var out begun
	err = s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		out, err = s.openIn(ctx, tx, ses, o, outlook)
		return err
	})
	if err != nil {
		return out.chat, out.row, err
	}
	ses.visitor = out.visitor
	for _, hash := range out.ended {
		s.turnOutAll(EndedToken{Tenant: out.visitor.TenantID, Visitor: out.visitor.ID, Hash: hash})
	}
	return out.chat, out.row, nil
}

// begun is a chat that is open, and whose it is.
type begun struct {
	chat    chat
	row     conversation.Conversation
	visitor visitor
	ended   []string // hashes of tokens that were ended with it
}

func (s *Server) openIn(ctx context.Context, tx *db.Tx, ses *Session, o opening, outlook Outlook) (out begun, err error) {
	way, err := s.wayOf(ctx, tx, &ses.visitor) // an invitation is locked before its visitor
	if err != nil {
		return out, err
	}
	v := &out.visitor
	if *v, err = findVisitor(ctx, tx, ses.visitor.TenantID, ses.visitor.ID, tx.ForUpdate()); err != nil {
		return out, err
	}
	var open bool
	if out.chat, out.row, open, err = s.openChat(ctx, tx, v); err != nil || open {
		return out, err
	}
	v.answer(o, ses.language)
	if o.consent != v.ConsentVersion && o.form.Consent != nil {
		v.ConsentVersion, v.ConsentAt = o.consent, tx.Now()
	}
	party, err := s.arrive(ctx, tx, v, way)
	if err != nil {
		return out, err
	}
	if out.chat, out.row, err = s.begin(ctx, tx, ses, party, o); err != nil {
		return out, err
	}
	if err := s.goOnFrom(ctx, tx, way, v, &out.row); err != nil {
		return out, err
	}
	if out.ended, err = s.alone(ctx, tx, ses, v, way); err != nil {
		return out, err
	}
	return out, s.introduce(ctx, tx, &out.row, o, outlook)
}

// answer takes over what a form says about the visitor; what the brand has signed stands.
func (v *visitor) answer(o opening, language string) {
	for _, d := range v.details() {
		if value := o.fields[d.name]; value != "" && (!v.known() || *d.value == "") {
			*d.value = clip.Characters(value, d.most)
		}
	}
	v.Language = language
	v.walk(o.pages...)
}

// contact sees to it that the visitor is an address of a customer, and saves the visitor.
func (s *Server) contact(ctx context.Context, tx *db.Tx, v *visitor) (customer.Party, error) {
	party, err := s.Customers.Resolve(ctx, tx, v.seen())
	if err != nil {
		return customer.Party{}, err
	}
	v.ContactPointID = party.ContactPoint
	return party, saveVisitor(ctx, tx, v)
}

// seen is the visitor as an address that was seen.
func (v *visitor) seen() customer.Seen {
	p := v.party()
	return customer.Seen{
		Brand: v.BrandID, EntryPoint: v.EntryPointID, Provider: p.Provider, ExternalID: p.ExternalID, DisplayName: p.DisplayName,
		Email: p.Email, Phone: p.Phone, Language: p.Language, Verified: p.Verified,
	}
}

// begin stores the conversation and its watch.
func (s *Server) begin(ctx context.Context, tx *db.Tx, ses *Session, party customer.Party, o opening) (chat, conversation.Conversation, error) {
	v := &ses.visitor
	row, _, err := s.Conversations.Open(ctx, tx, conversation.Thread{
		Brand: v.BrandID, EntryPoint: v.EntryPointID, Channel: Channel, ExternalKey: v.thread(o.cid),
		ContactPoint: party.ContactPoint, Customer: party.Customer, CustomerName: party.Name,
	})
	if err != nil {
		return chat{}, row, err
	}
	c := chat{
		ConversationID: row.ID, VisitorID: v.ID, EntryPointID: v.EntryPointID, BrandID: v.BrandID, CID: o.cid,
		Language: ses.language, Offline: o.offline, Times: 1, SeenAt: tx.Now(), CreatedAt: tx.Now(),
	}
	if err := insertChat(ctx, tx, c); err != nil || o.offline {
		return c, row, err
	}
	return c, row, watch(ctx, tx, c)
}

// introduce puts what was answered and what the queue says before the first message.
func (s *Server) introduce(ctx context.Context, tx *db.Tx, row *conversation.Conversation, o opening, out Outlook) error {
	consent := ""
	if o.form.Consent != nil {
		consent = o.consent
	}
	data, err := answers(o.form, o.fields, consent)
	if err != nil {
		return err
	}
	if data != nil {
		if err := s.system(ctx, tx, row, conversation.NewEntry{Code: codePrechat, Data: data, ClientID: o.cid}); err != nil {
			return err
		}
	}
	text, code := out.Greeting, codeGreeting
	if !out.Open {
		text, code = out.Away, codeAway
	}
	if text == "" || o.offline {
		return nil
	}
	return s.system(ctx, tx, row, conversation.NewEntry{Code: code, Text: text})
}

// system appends an entry of our own to a conversation that is locked.
func (s *Server) system(ctx context.Context, tx *db.Tx, row *conversation.Conversation, n conversation.NewEntry) error {
	n.Kind, n.Author = conversation.System, conversation.BySystem
	_, _, err := s.Conversations.Append(ctx, tx, row, n)
	return err
}

// own returns a conversation of the visitor with its row.
func (s *Server) own(ctx context.Context, ses *Session, key id.Conversation) (chat, conversation.Conversation, error) {
	c, err := ownChat(ctx, s.DB, &ses.visitor, key, "")
	if err != nil {
		return chat{}, conversation.Conversation{}, err
	}
	row, err := s.Conversations.Find(ctx, s.DB, key)
	return c, row, err
}
