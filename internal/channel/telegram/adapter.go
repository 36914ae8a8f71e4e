package telegram

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/media"
)

// What a bot can carry, from the documents of the Bot API.
const (
	textLimit    = 4096
	deleteWithin = 48 * time.Hour
	typingFor    = 5 * time.Second
)

// reactions are what a bot can react with, those that people use most.
func reactions() []string {
	return []string{"👍", "👎", "❤", "🔥", "👏", "😁", "🤔", "😱", "😢", "🎉", "🙏", "👌", "🤝", "💯", "🤗", "👀"}
}

// Adapter is the channel as the rest of the house sees it.
type Adapter struct {
	service *Service // nil where nothing is sent: while the document of the interface is made
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Connecting      = (*Adapter)(nil)
	_ channel.Posted          = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Editor          = (*Adapter)(nil)
	_ channel.Deleter         = (*Adapter)(nil)
	_ channel.Reactor         = (*Adapter)(nil)
	_ channel.Typing          = (*Adapter)(nil)
)

// NewAdapter returns the adapter. It sends once it was connected: a registry is made
// before the services that stand on it.
func NewAdapter() *Adapter { return &Adapter{} }

// Connect gives the adapter the service through which it calls.
func (a *Adapter) Connect(s *Service) { a.service = s }

// Channel returns telegram.
func (*Adapter) Channel() channel.Name { return channel.Telegram }

// Capabilities says what a bot can carry. It cannot block who writes to it: banChatMember is for groups and channels, which
// are not the matter of this channel, and a person alone can only block the bot.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: textLimit, Attachments: media.MaxPerMessage, AttachmentBytes: media.MaxSize, Replies: true, Reactions: true, Edits: true,
		OwnEdits: true, OwnDeletions: true, OwnReactions: true, OwnTyping: true, TypingFor: typingFor, DeleteWithin: deleteWithin, ReactionSet: reactions(),
	}
}

// Way is how a bot hears of what is new.
type Way string

// Ways.
const (
	Ask    Way = "ask"    // we ask, again and again
	Posted Way = "posted" // Telegram posts it to us
)

// Settings is what an entry point of the channel keeps as its config.
type Settings struct {
	Way Way `json:"way"`
}

func parseSettings(config []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("telegram.parseSettings", errs.Field{Path: "settings", Code: "type.object"})
	}
	return s, nil
}

// CheckConfig checks settings and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err != nil {
		return nil, err
	}
	if s.Way != Posted {
		s.Way = Ask
	}
	return json.Marshal(s)
}

// PostedAt returns where Telegram posts, if it does.
func (*Adapter) PostedAt(p channel.EntryPoint) string {
	if s, err := parseSettings(p.Config); err != nil || s.Way != Posted {
		return ""
	}
	return postedAt(p)
}

func postedAt(p channel.EntryPoint) string { return "/hooks/telegram/" + p.Address }

// secretHeader carries the word that we have told Telegram.
const secretHeader = "X-Telegram-Bot-Api-Secret-Token" //nolint:gosec // the name of a header

// word is what Telegram sends along with what it posts: it follows from the token, and the token not from it.
func word(token string) string {
	m := hmac.New(sha256.New, []byte(token))
	m.Write([]byte("zongler webhook"))
	return hex.EncodeToString(m.Sum(nil))
}

// Verify reports whether body is from Telegram: Unauthenticated if not.
func (a *Adapter) Verify(ctx context.Context, p channel.EntryPoint, h http.Header, _ []byte) error {
	const op = "telegram.Verify"
	if s, err := parseSettings(p.Config); err != nil || s.Way != Posted {
		return errs.New(errs.NotFound, op, "hook.unknown")
	}
	account, err := a.service.Accounts.Open(ctx, p)
	if err != nil {
		if channel.Judge(err).Verdict == channel.Retry {
			return errs.E(errs.Unavailable, op, err)
		}
		return errs.New(errs.NotFound, op, "hook.unknown")
	}
	if !hmac.Equal([]byte(h.Get(secretHeader)), []byte(word(account.Secrets[secretToken]))) {
		return errs.New(errs.Unauthenticated, op, "hook.signature")
	}
	return nil
}

// Split is one update: Telegram posts one at a time.
func (*Adapter) Split(_ channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{arrival(body)}, nil
}

// Read understands one update.
func (*Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return understand(p, raw)
}

// Send hands an answer to Telegram.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	return a.service.send(ctx, out)
}

// Edit gives a message another text.
func (a *Adapter) Edit(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.service.change(ctx, out.EntryPoint, "editMessageText", externalID, map[string]any{"text": out.Text})
}

// Delete takes a message back.
func (a *Adapter) Delete(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.service.change(ctx, out.EntryPoint, "deleteMessage", externalID, nil)
}

// React puts our reaction to a message, in the place of any before, or takes it back.
func (a *Adapter) React(ctx context.Context, out channel.Outgoing, r channel.Reaction) error {
	put := []reactionType{}
	if r.On {
		put = append(put, reactionType{"emoji", r.Text})
	}
	return a.service.change(ctx, out.EntryPoint, "setMessageReaction", r.Target, map[string]any{"reaction": put})
}

// ShowTyping shows somebody that one of us writes. It ends by itself: Telegram knows no end of it.
func (a *Adapter) ShowTyping(ctx context.Context, p channel.EntryPoint, to channel.Party, on bool) error {
	if !on {
		return nil
	}
	return a.service.do(ctx, p, "sendChatAction", map[string]any{"chat_id": to.ExternalID, "action": "typing"}, nil)
}

// Form describes what is entered to connect a bot.
func (*Adapter) Form() channel.Form {
	return channel.Form{
		Fields: []channel.FormField{
			{Key: secretToken, Kind: channel.FieldSecret, Required: true, Most: 100},
			{Key: "way", Kind: channel.FieldChoice, Required: true, Proves: true, Choices: []string{string(Ask), string(Posted)}},
		},
		Guide: []channel.GuideStep{{Step: "bot"}, {Step: "name"}},
		Tries: []string{stepToken, stepWay},
	}
}

// Prove finds out which bot a token is of.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	return a.service.prove(ctx, in)
}

// Try tries everything that a bot needs.
func (a *Adapter) Try(ctx context.Context, account channel.Account) channel.Report {
	return channel.Report{Trials: a.service.try(ctx, account)}
}

// Release has Telegram post nothing more.
func (a *Adapter) Release(ctx context.Context, account channel.Account) error {
	return a.service.Client.call(ctx, account.Secrets[secretToken], "deleteWebhook", map[string]any{}, nil)
}
