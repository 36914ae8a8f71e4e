package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-smtp"

	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Step is how far a connection came.
type Step string

// Steps, in their order.
const (
	StepConnect Step = "connect"
	StepTLS     Step = "tls"
	StepToken   Step = "token" // a new one was asked for
	StepLogin   Step = "login"
	StepFolder  Step = "folder"
	StepSend    Step = "send"
	StepRead    Step = "read"
)

// maxWords bounds what is kept of a server's own words, in bytes.
const maxWords = 300

// stepError is an error with the step at which it happened.
type stepError struct {
	step Step
	err  error
}

func (e stepError) Error() string { return "email: " + string(e.step) + ": " + e.err.Error() }
func (e stepError) Unwrap() error { return e.err }

// at marks err with the step at which it happened, unless it knows one.
func at(step Step, err error) error {
	if _, ok := errors.AsType[stepError](err); ok || err == nil {
		return err
	}
	return stepError{step, err}
}

// Fault says in words what went wrong with a mailbox.
type Fault struct {
	Step  Step
	Code  string // key of the catalogues
	Words string // the server's own; may be empty
}

// faultOf returns what a person should know of err.
func faultOf(err error) Fault {
	f := Fault{Step: StepConnect}
	if e, ok := errors.AsType[stepError](err); ok {
		f.Step = e.step
	}
	f.Words = wordsOf(err)
	f.Code = "mailbox." + string(f.Step)
	if code := causeOf(err); code != "" {
		f.Code = "mailbox." + code
	}
	if code := refusedCode(f); code != "" {
		f.Code = "mailbox." + code
	}
	return f
}

// causeOf names the causes that lie below any protocol.
func causeOf(err error) string {
	var (
		unknown *x509.UnknownAuthorityError
		host    *x509.HostnameError
	)
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		if e.IsNotFound {
			return "dns"
		}
		return "dns_silent"
	}
	verify, isVerify := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, outhttp.ErrForbidden):
		return "inside"
	case errors.Is(err, errPlain):
		return "plain"
	case isVerify && (errors.As(verify.Err, &host) || errors.As(verify, &host)):
		return "tls_name"
	case isVerify, errors.As(err, &unknown):
		return "tls_certificate"
	case errors.Is(err, errNoSASL):
		return "no_method"
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "silent"
	}
	return ""
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

// refusedCode tells apart what servers refuse at a step.
func refusedCode(f Fault) string {
	words := strings.ToLower(f.Words)
	switch {
	case f.Step == StepSend && (strings.Contains(words, "5.7.60") || strings.Contains(words, "sendas") || strings.Contains(words, "not owned") || strings.Contains(words, "permission")):
		return "permission"
	case f.Step == StepLogin && (strings.Contains(words, "5.7.30") || strings.Contains(words, "basic auth")):
		return "basic_auth"
	case f.Step == StepLogin && strings.Contains(words, "disabled"):
		return "permission"
	}
	return ""
}

// wordsOf returns a server's own words in err, if it said any.
func wordsOf(err error) string {
	var words string
	if e, ok := errors.AsType[*smtp.SMTPError](err); ok {
		words = smtpWords(e)
	} else if e, ok := errors.AsType[*imap.Error](err); ok {
		words = e.Text
	} else if e, ok := errors.AsType[challengeError](err); ok {
		words = e.challenge
	} else if e, ok := errors.AsType[tokenError](err); ok {
		words = e.words
	}
	return clip(words)
}

// clip returns the beginning of a text from outside on one line.
func clip(words string) string {
	words = strings.Join(strings.Fields(strings.ToValidUTF8(words, "")), " ")
	for len(words) > maxWords || !utf8.ValidString(words) {
		words = words[:min(len(words), maxWords+1)-1]
	}
	return words
}
