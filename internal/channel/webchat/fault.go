package webchat

import (
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/live"
)

// errorTexts is the catalogue of errors.
const errorTexts = "errors"

// Seconds after which a widget tries again.
const (
	retryLimited     = 5
	retryUnavailable = 3
)

// FaultOf says err to a visitor: what was not done, and whether to try again.
// What is our own fault is told as unavailable, without its cause.
func (s *Server) FaultOf(err error, lang string, about ClientMessage) Fault {
	told := errs.Told(err)
	f := Fault{Code: errs.CodeOf(err), CID: cidOf(about)}
	var values errs.Values
	if told != nil {
		values = told.Values
	}
	switch errs.KindOf(err) {
	case errs.Internal, errs.Unavailable:
		f.Code, f.Retry, values, told = CodeUnavailable, retryUnavailable, nil, nil
	case errs.Exhausted:
		if f.Code == CodeFull {
			break
		}
		f.Retry = retryLimited
		if wait, ok := values["retry"].(int); ok {
			f.Retry = wait
		}
	case errs.NotFound:
		if told == nil {
			f.Code = CodeNoConversation
		}
	case errs.Invalid, errs.Unauthenticated, errs.Forbidden, errs.Conflict:
	}
	f.Text = s.Texts.Text(lang, errorTexts, f.Code, values)
	if told == nil {
		return f
	}
	for _, field := range told.Fields {
		f.Fields = append(f.Fields, FaultField{
			Path: field.Path, Code: field.Code, Text: s.Texts.Text(lang, errorTexts, field.Code, field.Values),
		})
	}
	return f
}

// cidOf returns the name of the act that a message asks for, if it has one.
func cidOf(m ClientMessage) string {
	switch m := m.(type) {
	case *Prechat:
		return m.CID
	case *Say:
		return m.CID
	case *End:
		return m.CID
	case *Survey:
		return m.CID
	case *Address:
		return m.CID
	}
	return ""
}

// closeCodeOf returns how a socket ends whose visitor cannot be let in.
func closeCodeOf(err error) live.CloseCode {
	switch errs.KindOf(err) {
	case errs.Unauthenticated:
		return CloseUnauthenticated
	case errs.Forbidden:
		return CloseForbidden
	case errs.Exhausted:
		return CloseLimited
	case errs.Internal, errs.Unavailable, errs.NotFound, errs.Conflict, errs.Invalid:
	}
	return live.CloseTryAgain
}

// report logs what is our own fault.
func (s *Server) report(err error) {
	if errs.Is(errs.Internal, err) && s.life.Err() == nil {
		s.log.Error("a visitor's act failed", "err", err)
	}
}
