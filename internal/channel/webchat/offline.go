package webchat

import (
	"context"
	"errors"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Leave takes a message for when somebody is back. Sent twice under one key it
// is there once, whether or not the browser has a token by then. Nobody waits on
// a page for it, so nobody can give up waiting.
func (s *Server) Leave(ctx context.Context, r OfflineRequest, from Peer) error {
	const op = "webchat.Leave"
	if err := r.Validate(); err != nil {
		return errs.Op(op, err)
	}
	e, err := s.entranceByKey(ctx, r.Key)
	if err != nil {
		return errs.Op(op, err)
	}
	if !e.settings.allows(from) {
		return originRefused(op)
	}
	if !e.settings.Offline {
		return errs.New(errs.Conflict, op, CodeClosed)
	}
	lang := e.language(s.Texts, r.Language, from.Language)
	if form := e.settings.form(lang, e.brand.Languages); form.Consent != nil && !r.Consent {
		return errs.New(errs.Invalid, op, CodeConsent)
	}
	err = s.leaveOnce(ctx, e, r, lang)
	if errors.Is(err, db.ErrDuplicate) { // the same message was on its way twice: now it is there
		err = s.leaveOnce(ctx, e, r, lang)
	}
	return errs.Op(op, err)
}

// leaveOnce finds whom the message is of: who left it before, else the browser's visitor or a new one.
func (s *Server) leaveOnce(ctx context.Context, e *entrance, r OfflineRequest, lang string) error {
	system := asSystem(ctx, e.point.Tenant)
	c, found, err := offlineChat(system, s.DB, e.point.ID, r.CID)
	if err != nil {
		return err
	}
	ses := &Session{entrance: e, language: lang}
	if found {
		ses.visitor, err = findVisitor(ctx, s.DB, e.point.Tenant, c.VisitorID, "")
	} else {
		ses, _, err = s.meet(ctx, e, VisitorRequest{Key: r.Key, Token: r.Token, Page: r.Page}, lang)
	}
	if err == nil {
		err = s.paced(ses)
	}
	if err != nil {
		return err
	}
	return s.leave(ctx, ses, r)
}

// leave opens a conversation with the details, or takes the one that is open, and stores the message.
func (s *Server) leave(ctx context.Context, ses *Session, r OfflineRequest) error {
	ctx = ses.act(ctx)
	c, _, found, err := s.alreadyOpen(ctx, ses, r.CID)
	if err != nil {
		return err
	}
	if !found {
		c, _, err = s.openNew(ctx, ses, opening{
			cid: r.CID, fields: trimmed(map[string]string{fieldName: r.Name, fieldEmail: r.Email}), consent: r.ConsentVersion,
			form: s.offlineForm(ses), offline: true,
		})
		if err != nil {
			return err
		}
	}
	_, err = s.Intake.Receive(ses.act(ctx), Inbound{
		EntryPoint: ses.entrance.point, From: ses.visitor.party(), Thread: ses.visitor.thread(c.CID),
		ExternalID: ses.visitor.thread(r.CID) + "/text", ClientID: r.CID + "/text", Text: r.Text,
	})
	return err
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
