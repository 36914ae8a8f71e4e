package sms

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/twilio"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/smstext"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// caller is who calls a gateway for an account.
func caller(s Settings, secrets channel.Secrets) twilio.Account {
	return twilio.Account{SID: s.Account, Token: secrets[secretToken], BaseURL: s.BaseURL}
}

// reachable returns where the world reaches p; empty: it cannot, for gateways call only https addresses of the world.
func (s *Service) reachable(p channel.EntryPoint) string {
	at, err := url.Parse(s.BaseURL)
	if err != nil || at.Scheme != "https" || at.Host == "" {
		return ""
	}
	return s.hookOf(p)
}

// hookOf is the address of p as it is signed.
func (s *Service) hookOf(p channel.EntryPoint) string {
	return strings.TrimSuffix(s.BaseURL, "/") + postedAt(p)
}

// post hands an answer to a gateway.
func (s *Service) post(ctx context.Context, out channel.Outgoing, settings Settings, text string) (channel.Sent, error) {
	account, err := s.Accounts.Open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	form := url.Values{"To": {out.To.ExternalID}, "From": {settings.Number}, "Body": {text}}
	if at := s.reachable(out.EntryPoint); at != "" {
		form.Set("StatusCallback", at)
	}
	m, err := twilio.Client{HTTP: s.HTTP}.Send(ctx, caller(settings, account.Secrets), form)
	if err != nil {
		return channel.Sent{}, s.heard(ctx, out.EntryPoint, faultOf(err))
	}
	s.Accounts.Learn(ctx, out.EntryPoint, "")
	return channel.Sent{ExternalID: clipped(m.SID, channel.MaxExternalID)}, nil
}

func clipped(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// Codes of errors that mean something particular to us, from their list of errors and warnings.
const (
	codeAuth         = 20003
	codeSuspended    = 20005
	codeBusy         = 20429
	codeUnavailable  = 20503
	codeBadTo        = 21211
	codeToMissing    = 21217
	codeBadFrom      = 21212
	codeFromNotYours = 21606
	codeFromMismatch = 21659
	codeStopped      = 21610
	codeNotMobile    = 21614
	codeQueueFull    = 21611 // of this sender
	codeUnreachable  = 30003
	codeBlocked      = 30004
	codeUnknownPhone = 30005
	codeLandline     = 30006
	codeFiltered     = 30007
	codeOverflow     = 30001
)

// faultOf returns what an error of a call means to the message that it should send.
func faultOf(err error) *channel.Failure {
	f, is := errors.AsType[*twilio.Fault](err)
	if !is {
		if lost, is := errors.AsType[*outhttp.Lost](err); is && !lost.Began {
			return channel.Fail(channel.Retry, "sms.unreachable", err)
		}
		return channel.Judge(errors.Join(context.DeadlineExceeded, err)) // it may have been taken
	}
	verdict, code := channel.Permanent, "sms.refused"
	switch f.Code {
	case codeAuth, codeSuspended:
		verdict, code = channel.Reconnect, "sms.reconnect"
	case codeBusy, codeUnavailable, codeQueueFull, codeOverflow:
		verdict, code = channel.Retry, "sms.busy"
	case codeBadFrom, codeFromNotYours, codeFromMismatch:
		verdict, code = channel.Reconnect, "sms.sender"
	case codeBadTo, codeToMissing, codeNotMobile:
		code = "sms.bad_number"
	case codeStopped:
		code = "sms.stopped"
	case 0:
		verdict, code = ofStatus(f.HTTP)
	default:
		if f.HTTP >= http.StatusInternalServerError {
			verdict, code = channel.Ambiguous, "delivery.no_answer"
		}
	}
	out := channel.Fail(verdict, code, f)
	out.After = f.After
	if verdict == channel.Permanent {
		out.Words = f.Message
	}
	return out
}

// ofStatus judges an answer that says no code: it is of whoever stands before them.
func ofStatus(status int) (channel.Verdict, string) {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return channel.Reconnect, "sms.reconnect"
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return channel.Retry, "sms.busy"
	case status >= http.StatusInternalServerError:
		return channel.Ambiguous, "delivery.no_answer"
	}
	return channel.Permanent, "sms.refused"
}

// verify reports whether a gateway has posted body: Unauthenticated if not.
func (s *Service) verify(ctx context.Context, p channel.EntryPoint, h http.Header, body []byte) error {
	const op = "sms.Verify"
	settings, err := parseSettings(p.Config)
	if err != nil || settings.Transport != Gateway {
		return errs.New(errs.NotFound, op, "hook.unknown")
	}
	account, err := s.Accounts.Open(ctx, p)
	if err != nil {
		if f := channel.Judge(err); f.Verdict == channel.Retry {
			return errs.E(errs.Unavailable, op, err)
		}
		return errs.New(errs.NotFound, op, "hook.unknown")
	}
	form, err := url.ParseQuery(string(body))
	token := account.Secrets[secretToken]
	if err != nil || token == "" || !twilio.Signed(token, s.hookOf(p), form, h.Get(twilio.SignatureHeader)) {
		return errs.New(errs.Unauthenticated, op, "hook.signature")
	}
	return nil
}

// Bounds of what is posted.
const maxName = 100 // bytes of a name of theirs

// posted is what a gateway has posted, as an arrival.
func posted(body []byte) channel.Arrival {
	a := channel.Arrival{ID: channel.NameOf(body), Raw: body}
	form, err := url.ParseQuery(string(body))
	sid := form.Get("MessageSid")
	if err != nil || sid == "" || len(sid) > maxName || !utf8.ValidString(sid) {
		a.Err = errs.New(errs.Invalid, "sms.Split", "event.malformed")
		return a
	}
	if status := form.Get("MessageStatus"); status != "" {
		a.ID, a.Kind, a.Lane = sid+" "+clipped(status, maxName), channel.KindReceipt, sid
		return a
	}
	if !form.Has("Body") && form.Get("NumMedia") == "" {
		a.Err = errs.New(errs.Invalid, "sms.Split", "event.type")
		return a
	}
	a.ID, a.Kind, a.Lane = sid, channel.KindMessage, clipped(form.Get("From"), maxName)
	return a
}

// maxMedia is how many files one message brings (their own bound).
const maxMedia = 10

// readPosted understands what a gateway has posted.
func readPosted(s Settings, raw []byte) (channel.Inbound, error) {
	a := posted(raw)
	form, err := url.ParseQuery(string(raw))
	if a.Err != nil || err != nil {
		return channel.Inbound{}, errors.Join(a.Err, err)
	}
	in := channel.Inbound{Kind: a.Kind, ExternalID: a.ID}
	if a.Kind == channel.KindReceipt {
		return receiptOf(in, form)
	}
	from := s.numberOf(form.Get("From"))
	in.Thread, in.Sender, in.Text = from, party(from), form.Get("Body")
	in.Quiet = smstext.WishOf(in.Text) != smstext.NoWish
	files, _ := strconv.Atoi(form.Get("NumMedia"))
	for i := range min(max(files, 0), maxMedia) {
		n := strconv.Itoa(i)
		if at := form.Get("MediaUrl" + n); at != "" {
			in.Remote = append(in.Remote, channel.RemoteFile{Name: "media-" + n, URL: at})
		}
	}
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = "—" // somebody has sent nothing
	}
	return in, nil
}

// receiptOf understands what became of a message of ours.
func receiptOf(in channel.Inbound, form url.Values) (channel.Inbound, error) {
	in.Target = form.Get("MessageSid")
	switch form.Get("MessageStatus") {
	case "accepted", "scheduled", "queued", "sending", "sent":
		in.State = channel.Taken
	case "delivered":
		in.State = channel.Arrived
	case "read":
		in.State = channel.Seen
	case "undelivered", "failed", "canceled":
		in.State, in.Text = channel.Refused, whyOf(form.Get("ErrorCode"))
	default:
		return in, errs.New(errs.Invalid, "sms.Read", "event.type")
	}
	return in, nil
}

// whyOf is why a message did not arrive, a key of the catalogues.
func whyOf(code string) string {
	switch n, _ := strconv.Atoi(code); n {
	case codeStopped, codeBlocked:
		return "sms.stopped"
	case codeUnreachable:
		return "sms.expired"
	case codeUnknownPhone, codeLandline, codeBadTo, codeNotMobile:
		return "sms.bad_number"
	case codeFiltered:
		return "sms.filtered"
	}
	return "sms.undelivered"
}
