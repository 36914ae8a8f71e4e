package telegram

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// wanted are the kinds of updates that a bot asks for. Reactions come only to who names them.
func wanted() []string {
	return []string{"message", "edited_message", "message_reaction", "my_chat_member"}
}

// update is what Telegram tells of (Bot API, Update).
type update struct {
	ID       int64     `json:"update_id"`
	Message  *message  `json:"message,omitempty"`
	Edited   *message  `json:"edited_message,omitempty"`
	Reaction *reaction `json:"message_reaction,omitempty"`
	Member   *member   `json:"my_chat_member,omitempty"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

type user struct {
	ID       int64  `json:"id"`
	Bot      bool   `json:"is_bot"`
	First    string `json:"first_name"`
	Last     string `json:"last_name"`
	Username string `json:"username"`
	Language string `json:"language_code"`
}

type fileRef struct {
	ID   string `json:"file_id"`
	Name string `json:"file_name"`
	Size int64  `json:"file_size"`
}

type message struct {
	ID       int64  `json:"message_id"`
	From     *user  `json:"from"`
	Chat     chat   `json:"chat"`
	Date     int64  `json:"date"`
	EditDate int64  `json:"edit_date"`
	Text     string `json:"text"`
	Caption  string `json:"caption"`
	ReplyTo  *struct {
		ID int64 `json:"message_id"`
	} `json:"reply_to_message"`

	Photo     []fileRef `json:"photo"` // the same in several sizes, the smallest first
	Document  *fileRef  `json:"document"`
	Video     *fileRef  `json:"video"`
	Note      *fileRef  `json:"video_note"`
	Audio     *fileRef  `json:"audio"`
	Voice     *fileRef  `json:"voice"`
	Animation *fileRef  `json:"animation"`
	Sticker   *struct {
		fileRef

		Emoji string `json:"emoji"`
	} `json:"sticker"`
	Location *struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
	} `json:"location"`
	Contact *struct {
		Phone string `json:"phone_number"`
		First string `json:"first_name"`
		Last  string `json:"last_name"`
	} `json:"contact"`
}

type reactionType struct {
	Type  string `json:"type"`
	Emoji string `json:"emoji,omitempty"`
}

type reaction struct {
	Chat    chat           `json:"chat"`
	Message int64          `json:"message_id"`
	User    *user          `json:"user"`
	Date    int64          `json:"date"`
	Old     []reactionType `json:"old_reaction"`
	New     []reactionType `json:"new_reaction"`
}

type member struct {
	Chat chat  `json:"chat"`
	From *user `json:"from"`
	Date int64 `json:"date"`
	New  struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
}

// parse reads an update.
func parse(raw []byte) (update, error) {
	var u update
	if !utf8.Valid(raw) || json.Unmarshal(raw, &u) != nil || u.ID <= 0 {
		return u, errs.New(errs.Invalid, "telegram.parse", "event.malformed")
	}
	return u, nil
}

// private is the type of a chat between a person and the bot.
const private = "private"

// arrival is an update as it is stored. Those of a chat keep their order.
func arrival(raw []byte) channel.Arrival {
	u, err := parse(raw)
	if err != nil {
		return channel.Arrival{ID: channel.NameOf(raw), Raw: raw, Err: err}
	}
	a := channel.Arrival{ID: "u" + strconv.FormatInt(u.ID, 10), Raw: raw, Kind: channel.KindNotice}
	var at chat
	switch {
	case u.Message != nil:
		a.Kind, at = channel.KindMessage, u.Message.Chat
	case u.Edited != nil:
		a.Kind, at = channel.KindEdit, u.Edited.Chat
	case u.Reaction != nil:
		a.Kind, at = channel.KindReaction, u.Reaction.Chat
	case u.Member != nil:
		at = u.Member.Chat
	default:
		a.Err = errs.New(errs.Invalid, "telegram.arrival", "event.type")
		return a
	}
	if at.Type != private { // of a group or a channel: it is kept, and wakes nobody
		a.Kind = channel.KindNotice
	}
	a.Lane = strconv.FormatInt(at.ID, 10)
	return a
}

// nameOf names a message: its number counts within a chat.
func nameOf(chat, message int64) string {
	return strconv.FormatInt(chat, 10) + "/" + strconv.FormatInt(message, 10)
}

// messageOf returns chat and number of a message by its name.
func messageOf(name string) (chat string, message int64, ok bool) {
	chat, number, found := strings.Cut(name, "/")
	message, err := strconv.ParseInt(number, 10, 64)
	return chat, message, found && err == nil
}

// understand says what an update means at an entry point.
func understand(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	a := arrival(raw)
	if a.Err != nil {
		return channel.Inbound{}, a.Err
	}
	u, err := parse(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	in := channel.Inbound{EntryPoint: p.ID, Kind: a.Kind, ExternalID: a.ID, Thread: a.Lane, Raw: raw}
	switch a.Kind {
	case channel.KindMessage:
		u.Message.message(p, &in)
		in.ExternalID = nameOf(u.Message.Chat.ID, u.Message.ID)
	case channel.KindEdit:
		u.Edited.message(p, &in)
		in.Target, in.Remote, in.OccurredAt = nameOf(u.Edited.Chat.ID, u.Edited.ID), nil, time.Unix(max(u.Edited.EditDate, u.Edited.Date), 0)
	case channel.KindReaction:
		u.Reaction.reaction(&in)
	default:
		in.OccurredAt = time.Unix(max(dateOf(u), 1), 0)
	}
	checked := in
	checked.ReceivedAt = in.OccurredAt
	return in, errs.Op("telegram.Read", checked.Validate())
}

func dateOf(u update) int64 {
	switch {
	case u.Member != nil:
		return u.Member.Date
	case u.Message != nil:
		return u.Message.Date
	case u.Edited != nil:
		return u.Edited.Date
	}
	return u.Reaction.Date
}

// party is who somebody is.
func party(u *user) channel.Party {
	if u == nil {
		return channel.Party{}
	}
	name := strings.TrimSpace(u.First + " " + u.Last)
	if name == "" {
		name = u.Username
	}
	return channel.Party{
		Provider: "telegram", ExternalID: strconv.FormatInt(u.ID, 10), DisplayName: clip.Characters(name, maxPersonName), Language: clip.Characters(u.Language, maxLanguage),
	}
}

// Bounds of what is said of a person, in characters.
const (
	maxPersonName = 200
	maxLanguage   = 20
)

// message says what a message says.
func (m *message) message(p channel.EntryPoint, in *channel.Inbound) {
	in.Sender, in.Text, in.OccurredAt = party(m.From), m.Text, time.Unix(max(m.Date, 1), 0)
	if in.Text == "" {
		in.Text = m.Caption
	}
	if m.ReplyTo != nil {
		in.Target = nameOf(m.Chat.ID, m.ReplyTo.ID)
	}
	for i, f := range m.files() {
		in.Remote = append(in.Remote, channel.RemoteFile{Name: f.fileName(i), URL: remoteURL(p.Address, f.ID)})
	}
	switch {
	case m.Location != nil:
		in.Text = strconv.FormatFloat(m.Location.Latitude, 'f', 6, 64) + ", " + strconv.FormatFloat(m.Location.Longitude, 'f', 6, 64)
	case m.Contact != nil:
		in.Text = strings.TrimSpace(strings.TrimSpace(m.Contact.First+" "+m.Contact.Last) + "\n" + m.Contact.Phone)
	case m.Sticker != nil && in.Text == "":
		in.Text = m.Sticker.Emoji
	}
	if payload, start := strings.CutPrefix(in.Text, "/start"); start && (payload == "" || payload[0] == ' ') && in.Kind == channel.KindMessage {
		in.Quiet = true // somebody has opened the chat, and says nothing yet
		if payload = strings.TrimSpace(payload); payload != "" {
			in.Data = map[string]string{"start": clip.Characters(payload, maxPersonName)}
		}
	}
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = "—" // something that is neither a text nor a file: a poll, a dice
	}
}

// files returns what lies at Telegram of a message.
func (m *message) files() []fileRef {
	var all []fileRef
	if n := len(m.Photo); n > 0 {
		all = append(all, m.Photo[n-1])
	}
	if m.Sticker != nil {
		all = append(all, m.Sticker.fileRef)
	}
	for _, f := range []*fileRef{m.Video, m.Note, m.Audio, m.Voice, m.Animation, m.Document} {
		if f != nil && (m.Animation == nil || f != m.Document) { // an animation is named as a document, too
			all = append(all, *f)
		}
	}
	kept := all[:0]
	for _, f := range all {
		if f.ID != "" && len(f.ID) <= maxFileID && !strings.ContainsAny(f.ID, "/? #") {
			kept = append(kept, f)
		}
	}
	return kept
}

// maxFileID bounds Telegram's name of a file, in bytes.
const maxFileID = 300

func (f fileRef) fileName(n int) string {
	if f.Name != "" {
		return f.Name
	}
	return "file-" + strconv.Itoa(n+1)
}

// RemoteScheme begins the address of a file that lies at Telegram: it is brought by Service.Fetch.
const RemoteScheme = "telegram:"

func remoteURL(bot, file string) string { return RemoteScheme + bot + "/" + file }

// reaction says what somebody put to a message, or took back.
func (r *reaction) reaction(in *channel.Inbound) {
	in.Sender, in.Target, in.OccurredAt = party(r.User), nameOf(r.Chat.ID, r.Message), time.Unix(max(r.Date, 1), 0)
	in.Text = emojiOf(r.New)
	if in.Text == "" { // without a reaction of its own kind it is taken back
		in.Text, in.Off = emojiOf(r.Old), true
	}
}

func emojiOf(all []reactionType) string {
	for _, r := range all {
		if r.Type == "emoji" {
			return clip.Characters(r.Emoji, maxLanguage)
		}
	}
	if len(all) > 0 {
		return "⭐" // one of their own pictures
	}
	return ""
}
