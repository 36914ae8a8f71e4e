package webchat

import (
	"context"
	"errors"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Leave takes a message for when somebody is back, and says whose it is and where
// its answer will be. Sent twice under one key it is there once, whether or not the
// browser has a token by then. Nobody waits on a page for it, so nobody can give up waiting.
func (s *Server) Leave(ctx context.Context, r OfflineRequest, from Peer) (OfflineAnswer, error) {
	const op = "webchat.Leave"
	if err := r.Validate(); err != nil {
		return OfflineAnswer{}, errs.Op(op, err)
	}
	e, err := s.entranceByKey(ctx, r.Key)
	if err != nil {
		return OfflineAnswer{}, errs.Op(op, err)
	}
	if !e.settings.allows(from) {
		return OfflineAnswer{}, originRefused(op)
	}
	if !e.settings.Offline {
		return OfflineAnswer{}, errs.New(errs.Conflict, op, CodeClosed)
	}
	lang := e.language(s.Texts, r.Language, from.Language)
	if form := e.settings.form(lang, e.brand.Languages); !form.agrees(r.Consent, r.ConsentVersion) {
		return OfflineAnswer{}, errs.New(errs.Invalid, op, CodeConsent)
	}
	out, err := s.leaveOnce(ctx, e, r, lang)
	if errors.Is(err, db.ErrDuplicate) { // the same message was on its way twice: now it is there
		out, err = s.leaveOnce(ctx, e, r, lang)
	}
	return out, errs.Op(op, err)
}

// leaveOnce finds whom the message is of: who left it before, else the browser's visitor or a new one.
// Who left it before is told only to the browser that shows their token.
func (s *Server) leaveOnce(ctx context.Context, e *entrance, r OfflineRequest, lang string) (OfflineAnswer, error) {
	system := asSystem(ctx, e.point.Tenant)
	c, found, err := offlineChat(system, s.DB, e.point.ID, r.CID)
	if err != nil {
		return OfflineAnswer{}, err
	}
	ses, met := &Session{entrance: e, language: lang}, meeting{}
	if found {
		ses.visitor, err = findVisitor(ctx, s.DB, e.point.Tenant, c.VisitorID, "")
		if row, known, err := findToken(ctx, s.DB, hashOf(r.Token)); err == nil && known && row.VisitorID == c.VisitorID && ses.holds(row) {
			met.token = r.Token
		}
	} else {
		ses, met, err = s.meet(ctx, e, VisitorRequest{Key: r.Key, Token: r.Token, Pages: r.Pages}, lang)
	}
	if err == nil {
		err = s.paced(ses)
	}
	if err != nil {
		return OfflineAnswer{}, err
	}
	key, err := s.leave(ctx, ses, r)
	if err != nil || met.token == "" {
		return OfflineAnswer{}, err
	}
	history, err := s.history(ses.act(ctx), ses)
	return OfflineAnswer{
		VisitorAnswer: &VisitorAnswer{Token: met.token, Visitor: ses.visitor.told(), Conversations: history}, Conversation: key,
	}, err
}

// leave opens a conversation with the details, or takes the one that is open, and stores the message.
func (s *Server) leave(ctx context.Context, ses *Session, r OfflineRequest) (id.Conversation, error) {
	ctx = ses.act(ctx)
	form := s.offlineForm(ses)
	fields := ses.visitor.signed(form, map[string]string{fieldName: r.Name, fieldEmail: r.Email})
	var missing checks
	if missing.whoWrites(fields[fieldName], fields[fieldEmail]); len(missing) > 0 && !ses.visitor.invited() {
		return 0, errs.Fields("webchat.leave", missing...)
	}
	c, row, found, err := s.alreadyOpen(ctx, ses, r.CID)
	if err == nil && !found {
		c, row, err = s.openNew(ctx, ses, opening{cid: r.CID, fields: fields, consent: r.ConsentVersion, form: form, offline: true})
	}
	if err != nil {
		return 0, err
	}
	host, err := s.hostOf(ctx, ses, row)
	if err != nil {
		return 0, err
	}
	_, err = s.Intake.Receive(ses.act(ctx), Inbound{
		EntryPoint: ses.entrance.point, From: ses.visitor.party(), Thread: ses.visitor.thread(c.CID),
		ExternalID: ses.visitor.thread(r.CID) + "/text", ClientID: r.CID + "/text", Text: r.Text, Preferred: host,
	})
	return c.ConversationID, err
}

// offlineForm is the form whose answers an agent finds with the message.
func (s *Server) offlineForm(ses *Session) PrechatForm {
	form := ses.entrance.settings.form(ses.language, ses.entrance.brand.Languages)
	return PrechatForm{
		Consent: form.Consent,
		Fields: []FormField{
			{Name: fieldName, Label: s.Texts.Text(ses.language, widgetTexts, "name", nil), Kind: FieldText},
			{Name: fieldEmail, Label: s.Texts.Text(ses.language, widgetTexts, "email", nil), Kind: FieldEmail},
		},
	}
}

// widgetTexts is the catalogue of the widget's own words.
const widgetTexts = "widget"
