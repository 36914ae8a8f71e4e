package telegram

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Accounts knows with what an entry point is spoken for.
type Accounts interface {
	// Open returns an account with its secrets. Its errors are Failures.
	Open(ctx context.Context, p channel.EntryPoint) (channel.Account, error)
	// Learn keeps whether an account works; code says why not.
	Learn(ctx context.Context, p channel.EntryPoint, code string)
	// Relearn is Learn for who has held p for long.
	Relearn(ctx context.Context, p channel.EntryPoint, code string)
}

// Points knows the entry points.
type Points interface {
	// KeepUp keeps something running for each open one.
	KeepUp(ctx context.Context, u channel.Upkeep) error
	ByAddress(ctx context.Context, n channel.Name, address string) (channel.EntryPoint, error)
}

// Events keeps what Telegram tells of.
type Events interface {
	// Take stores events, each once, and returns how many are new.
	Take(ctx context.Context, p channel.EntryPoint, arrived []channel.Arrival) (int, error)
}

// Deps is what a Service works with.
type Deps struct {
	DB       *db.DB
	Accounts Accounts
	Points   Points
	Events   Events
	Client   Client
	BaseURL  string // how the world reaches us
	Log      *slog.Logger
}

// Service is all that can be done with bots.
type Service struct{ Deps }

// New returns a Service.
func New(d Deps) *Service { return &Service{d} }

const secretToken = "token"

// tokens are those of bots: the id of the bot and a word.
var tokens = regexp.MustCompile(`^([0-9]{3,20}):[A-Za-z0-9_-]{20,80}$`)

// Steps of a test.
const (
	stepToken = "token"
	stepWay   = "way"
)

type bot struct {
	ID       int64  `json:"id"`
	First    string `json:"first_name"`
	Username string `json:"username"`
}

// prove finds out which bot a token is of.
func (s *Service) prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "telegram.Prove"
	token := strings.TrimSpace(in.Secrets[secretToken])
	if !tokens.MatchString(token) {
		return channel.Proof{}, channel.Wrong(op, secretToken, "telegram.token", nil)
	}
	settings, err := parseSettings(in.Config)
	if err != nil {
		return channel.Proof{}, err
	}
	if settings.Way == Posted && s.reachable("") == "" {
		return channel.Proof{}, channel.Wrong(op, "way", "telegram.no_address", nil)
	}
	var me bot
	err = s.Client.call(ctx, token, "getMe", map[string]any{}, &me)
	if f, is := errors.AsType[*Fault](err); is && (f.Code == http.StatusUnauthorized || f.Code == http.StatusNotFound) {
		return channel.Proof{}, channel.Wrong(op, secretToken, "telegram.token_refused", nil)
	}
	if err != nil {
		return channel.Proof{}, &errs.Error{Kind: errs.Unavailable, Op: op, Code: "telegram.unreachable", Err: err}
	}
	name := "@" + me.Username
	if me.Username == "" {
		name = me.First
	}
	return channel.Proof{Address: strconv.FormatInt(me.ID, 10), Name: name, Secrets: channel.Secrets{secretToken: token}}, nil
}

// reachable returns an address of ours as the world knows it; empty: Telegram cannot call it, for it calls only https.
func (s *Service) reachable(path string) string {
	at, err := url.Parse(s.BaseURL)
	if err != nil || at.Scheme != "https" || at.Host == "" {
		return ""
	}
	return strings.TrimSuffix(s.BaseURL, "/") + path
}

// try tries everything that a bot needs, and puts right how it hears of what is new.
func (s *Service) try(ctx context.Context, a channel.Account) []channel.Trial {
	token := a.Secrets[secretToken]
	if err := s.Client.call(ctx, token, "getMe", map[string]any{}, nil); err != nil {
		return []channel.Trial{failed(stepToken, err)}
	}
	all := []channel.Trial{{Step: stepToken, OK: true}}
	if err := s.settle(ctx, a); err != nil {
		return append(all, failed(stepWay, err))
	}
	return append(all, channel.Trial{Step: stepWay, OK: true})
}

// settle tells Telegram how a bot hears of what is new.
func (s *Service) settle(ctx context.Context, a channel.Account) error {
	settings, err := parseSettings(a.Config)
	if err != nil {
		return err
	}
	token := a.Secrets[secretToken]
	if settings.Way != Posted {
		return s.Client.call(ctx, token, "deleteWebhook", map[string]any{"drop_pending_updates": false}, nil)
	}
	at := s.reachable(postedAt(a.EntryPoint))
	if at == "" {
		return channel.Fail(channel.Reconnect, "telegram.no_address", nil)
	}
	return s.Client.call(ctx, token, "setWebhook", map[string]any{
		"url": at, "secret_token": word(token), "allowed_updates": wanted(), "max_connections": 20,
	}, nil)
}

// failed says why a step could not be tried or was refused.
func failed(step string, err error) channel.Trial {
	f, is := errors.AsType[*channel.Failure](err)
	if !is {
		f = failureOf(err)
	}
	if f.Verdict == channel.Ambiguous { // to ask twice harms nobody
		f = channel.Fail(channel.Retry, "telegram.unreachable", err)
	}
	return channel.Trial{Step: step, Code: f.Code, Words: f.Words, Passing: f.Verdict == channel.Retry}
}

// do calls a method for an entry point. Its errors are Failures.
func (s *Service) do(ctx context.Context, p channel.EntryPoint, method string, body map[string]any, into any) error {
	a, err := s.Accounts.Open(ctx, p)
	if err != nil {
		return err
	}
	return s.heard(ctx, p, s.Client.call(ctx, a.Secrets[secretToken], method, body, into))
}

// heard keeps what a call tells of a bot, and returns its error as a Failure.
func (s *Service) heard(ctx context.Context, p channel.EntryPoint, err error) error {
	if err == nil {
		return nil
	}
	f := failureOf(err)
	if f.Verdict == channel.Reconnect {
		s.Accounts.Learn(ctx, p, f.Code)
	}
	return f
}

// change calls a method that changes a message.
func (s *Service) change(ctx context.Context, p channel.EntryPoint, method, name string, more map[string]any) error {
	chat, number, ok := messageOf(name)
	if !ok {
		return channel.Fail(channel.Permanent, "telegram.refused", errors.New("not the name of a message"))
	}
	body := map[string]any{"chat_id": chat, "message_id": number}
	maps.Copy(body, more)
	err := s.do(ctx, p, method, body, nil)
	if f, is := errors.AsType[*Fault](err); is && (strings.Contains(f.Words, "message is not modified") || strings.Contains(f.Words, "message to delete not found")) {
		return nil // it is as it should be
	}
	if f := channel.Judge(err); err != nil && f.Verdict == channel.Ambiguous { // done twice it is the same
		return channel.Fail(channel.Retry, "telegram.unreachable", err)
	}
	return err
}

// send hands an answer to Telegram. A message there is a text or one file, so an answer may be several.
func (s *Service) send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	a, err := s.Accounts.Open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	token := a.Secrets[secretToken]
	var names []string
	base := func() map[string]any {
		body := map[string]any{"chat_id": out.To.ExternalID}
		if _, number, ok := messageOf(out.InReplyTo); ok && out.Chosen && len(names) == 0 { // the first part quotes for all
			body["reply_parameters"] = map[string]any{"message_id": number, "allow_sending_without_reply": true}
		}
		return body
	}
	for i := range 1 + len(out.Attachments) {
		var m message
		switch {
		case i > 0:
			m, err = s.bring(ctx, token, base(), out, out.Attachments[i-1])
		case out.Text == "":
			continue
		default:
			body := base()
			body["text"] = out.Text
			err = s.Client.call(ctx, token, "sendMessage", body, &m)
		}
		if err != nil {
			err = s.broken(ctx, out.EntryPoint, len(names) > 0, err)
			return channel.SentAs(names, err), err
		}
		names = append(names, nameOf(m.Chat.ID, m.ID))
	}
	s.Accounts.Learn(ctx, out.EntryPoint, "")
	return channel.SentAs(names, nil), nil
}

// bring sends a file.
func (s *Service) bring(ctx context.Context, token string, body map[string]any, out channel.Outgoing, f channel.File) (m message, err error) {
	content, err := out.Open(ctx, f)
	if err != nil {
		return m, &outhttp.Lost{Err: err}
	}
	defer content.Close() // it was read
	method, field := methodOf(f)
	err = s.Client.bring(ctx, token, method, body, outhttp.File{Field: field, Name: f.Name, Type: f.Type, Body: content}, &m)
	return m, err
}

// maxPhoto is how large a picture may be that is shown as one, in bytes.
const maxPhoto = 10 << 20

// methodOf returns how a file is sent.
func methodOf(f channel.File) (method, field string) {
	switch {
	case (f.Type == "image/jpeg" || f.Type == "image/png") && f.Size <= maxPhoto:
		return "sendPhoto", "photo"
	case f.Type == "video/mp4":
		return "sendVideo", "video"
	case f.Type == "audio/mpeg":
		return "sendAudio", "audio"
	}
	return "sendDocument", "document"
}

// broken judges what went wrong with a part of an answer. Once a part has gone out, the answer is not tried again by itself.
func (s *Service) broken(ctx context.Context, p channel.EntryPoint, begun bool, err error) error {
	failure := s.heard(ctx, p, err)
	f := channel.Judge(failure)
	if begun && f.Verdict != channel.Ambiguous {
		partly := channel.Fail(channel.Permanent, "telegram.partly_sent", err)
		partly.Words = f.Words
		return partly
	}
	return failure
}

// Fetch begins to read a file that lies at Telegram, by the rest of its address behind
// RemoteScheme. An Invalid error means that it will not come. A bot's files are its tenant's.
func (s *Service) Fetch(ctx context.Context, rest string) (io.ReadCloser, error) {
	const op = "telegram.Fetch"
	gone := errs.New(errs.Invalid, op, "attachment.remote")
	address, file, _ := strings.Cut(rest, "/")
	p, err := s.Points.ByAddress(ctx, channel.Telegram, address)
	if errs.Is(errs.NotFound, err) || err == nil && p.Tenant != actor.From(ctx).Tenant {
		return nil, gone
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	a, err := s.Accounts.Open(ctx, p)
	if err != nil {
		return nil, errs.E(errs.Unavailable, op, err)
	}
	token := a.Secrets[secretToken]
	var at struct {
		Path string `json:"file_path"`
	}
	if err := s.Client.call(ctx, token, "getFile", map[string]any{"file_id": file}, &at); err != nil {
		if f, is := errors.AsType[*Fault](err); is && f.Code == http.StatusBadRequest { // too large, or gone
			return nil, gone
		}
		return nil, errs.E(errs.Unavailable, op, err)
	}
	return s.Client.open(ctx, token, at.Path)
}

// open begins to read a file by its path.
func (c Client) open(ctx context.Context, token, path string) (io.ReadCloser, error) {
	const op = "telegram.open"
	if path == "" || strings.Contains(path, "..") || strings.ContainsAny(path, "?#\\") {
		return nil, errs.New(errs.Invalid, op, "attachment.remote")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base()+"/file/bot"+token+"/"+path, nil)
	if err != nil {
		return nil, errs.New(errs.Invalid, op, "attachment.remote")
	}
	res, err := outhttp.Send(c.HTTP, r)
	if err != nil {
		return nil, errs.E(errs.Unavailable, op, err)
	}
	if res.StatusCode != http.StatusOK {
		_ = res.Body.Close() // nobody reads it
		return nil, errs.New(errs.Unavailable, op, "attachment.unreachable")
	}
	return res.Body, nil
}
