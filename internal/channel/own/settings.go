package own

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/media"
)

// Bounds of what a channel can say that it carries.
const (
	TextMax    = 20_000
	TextUsual  = 4000
	maxURL     = 2000
	maxHours   = 24 * 365
	maxIconLen = 30
	maxMinutes = maxHours * 60
	maxSet     = 20 // reactions to choose from
	maxEmoji   = 20 // characters of one
	typingFor  = 10 * time.Second
)

// codeTwin says that answers in private cannot go on in the channel that is named.
const codeTwin = "own.private_channel"

// Icons returns the pictures that a channel can have.
func Icons() []string {
	return []string{"plug", "message", "store", "phone", "mail", "globe", "star", "bot", "users", "ticket", "gamepad", "building"}
}

// Settings is what an entry point of the channel keeps as its config.
type Settings struct {
	URL         string `json:"url,omitempty"`   // where commands go; empty: it only listens, unless:
	Pull        bool   `json:"pull,omitempty"`  // their system fetches them, because it cannot be called
	Icon        string `json:"icon,omitempty"`  // of Icons
	Color       string `json:"color,omitempty"` // #rrggbb
	Can         Can    `json:"can"`
	WindowHours int    `json:"window_hours,omitempty"` // for how long free text may be sent after the customer wrote; 0: always
	Idempotent  bool   `json:"idempotent,omitempty"`   // their system knows a command that it has had: what is not sure is asked again

	// Private is the private channel of theirs, of the same brand, in which an answer in private goes on; of a public
	// one alone. People have the same ids in both.
	Private id.EntryPoint `json:"private_channel_id,omitzero"`
}

// Can is what their system says that it can do. A channel is a public place or it is private: Public says which, and
// with it which events there are.
type Can struct {
	TextLimit    int  `json:"text_limit"`
	Files        int  `json:"files,omitempty"` // of one message
	Rich         bool `json:"rich,omitempty"`
	Public       bool `json:"public,omitempty"` // everybody reads it: posts, comments and reviews in place of messages
	Replies      bool `json:"replies,omitempty"`
	Reactions    bool `json:"reactions,omitempty"`
	Edits        bool `json:"edits,omitempty"`
	Deletions    bool `json:"deletions,omitempty"`
	Echoes       bool `json:"echoes,omitempty"`
	Typing       bool `json:"typing,omitempty"`
	Receipts     bool `json:"receipts,omitempty"`
	ReadMarks    bool `json:"read_marks,omitempty"`
	OwnEdits     bool `json:"own_edits,omitempty"`
	OwnDeletions bool `json:"own_deletions,omitempty"`
	OwnReactions bool `json:"own_reactions,omitempty"`
	OwnTyping    bool `json:"own_typing,omitempty"`
	OwnReadMarks bool `json:"own_read_marks,omitempty"`
	Hides        bool `json:"hides,omitempty"`
	Likes        bool `json:"likes,omitempty"`
	Removes      bool `json:"removes,omitempty"`
	Blocks       bool `json:"blocks,omitempty"`
	PrivateReply bool `json:"private_reply,omitempty"`

	EditMinutes   int      `json:"edit_minutes,omitempty"`   // for how long an answer can be changed; 0: always
	DeleteMinutes int      `json:"delete_minutes,omitempty"` // for how long it can be taken back; 0: always
	ReactionSet   []string `json:"reaction_set,omitempty"`   // what we can react with; empty: any emoji
}

// ParseSettings reads settings as they are stored.
func ParseSettings(config []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("own.ParseSettings", errs.Field{Path: "config", Code: "type.object"})
	}
	return s.usual(), nil
}

// usual fills in what was not said.
func (s Settings) usual() Settings {
	if s.Icon == "" {
		s.Icon = Icons()[0]
	}
	if s.Color == "" {
		s.Color = "#4263eb"
	}
	if s.Can.TextLimit == 0 {
		s.Can.TextLimit = TextUsual
	}
	return s
}

// check names what is wrong with s.
func (s Settings) check(op string) error {
	var f check.Fields
	if s.URL != "" {
		to, err := url.Parse(s.URL)
		if err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" || to.User != nil || to.Fragment != "" || utf8.RuneCountInString(s.URL) > maxURL {
			f.Add("settings.url", "webhook.url", nil)
		}
	}
	if s.Pull && s.URL != "" {
		f.Add("settings.url", "own.pull_or_url", nil)
	}
	if !slices.Contains(Icons(), s.Icon) {
		f.Add("settings.icon", "one_of", errs.Values{"allowed": Icons()})
	}
	f.Color("settings.color", s.Color)
	f.Count("settings.can.text_limit", s.Can.TextLimit, 1, TextMax)
	f.Count("settings.can.files", s.Can.Files, 0, media.MaxPerMessage)
	f.Count("settings.window_hours", s.WindowHours, 0, maxHours)
	f.Count("settings.can.edit_minutes", s.Can.EditMinutes, 0, maxMinutes)
	f.Count("settings.can.delete_minutes", s.Can.DeleteMinutes, 0, maxMinutes)
	f.Count("settings.can.reaction_set", len(s.Can.ReactionSet), 0, maxSet)
	for _, r := range s.Can.ReactionSet {
		f.Text("settings.can.reaction_set", r, maxEmoji)
	}
	s.checkPlace(&f)
	return f.Err(op)
}

// checkPlace names what makes no sense where everybody reads it, or where only two do.
func (s Settings) checkPlace(f *check.Fields) {
	c, code := s.Can, "own.public_only"
	odd := map[string]bool{"hides": c.Hides, "removes": c.Removes, "blocks": c.Blocks, "private_reply": c.PrivateReply}
	if c.Public {
		code = "own.private_only"
		odd = map[string]bool{"typing": c.Typing, "read_marks": c.ReadMarks, "own_typing": c.OwnTyping, "own_read_marks": c.OwnReadMarks}
	}
	for _, name := range slices.Sorted(maps.Keys(odd)) {
		if odd[name] {
			f.Add("settings.can."+name, code, nil)
		}
	}
	if s.Private != 0 && !c.PrivateReply {
		f.Add("settings.private_channel_id", "own.no_private_reply", nil)
	}
}

// capabilities returns what an entry point with these settings can carry.
func (s Settings) capabilities() channel.Capabilities {
	c := s.Can
	if s.URL == "" && !s.Pull { // nobody is there who could be asked
		c = Can{
			Public: c.Public, Reactions: c.Reactions, Edits: c.Edits, Deletions: c.Deletions, Echoes: c.Echoes, Typing: c.Typing, Receipts: c.Receipts, ReadMarks: c.ReadMarks,
		}
	}
	return s.carry(c.inPlace())
}

// inPlace returns what of c there is where everybody reads it, or where only two do. In public each answer is one to something.
func (c Can) inPlace() Can {
	if c.Public {
		c.Replies, c.Typing, c.ReadMarks, c.OwnTyping, c.OwnReadMarks = true, false, false, false, false
	} else {
		c.Hides, c.Removes, c.Blocks, c.PrivateReply = false, false, false, false
	}
	return c
}

// carry returns c as all channels say it.
func (s Settings) carry(c Can) channel.Capabilities {
	return channel.Capabilities{
		TextLimit: c.TextLimit, Attachments: c.Files, AttachmentBytes: media.MaxSize, Rich: c.Rich, Public: c.Public, Replies: c.Replies,
		Reactions: c.Reactions, Edits: c.Edits, Deletions: c.Deletions, Echoes: c.Echoes, Typing: c.Typing, ReadMarks: c.ReadMarks, Receipts: c.Receipts,
		OwnEdits: c.OwnEdits, OwnDeletions: c.OwnDeletions, OwnReactions: c.OwnReactions, OwnTyping: c.OwnTyping, OwnReadMarks: c.OwnReadMarks, TypingFor: typingFor,
		Hides: c.Hides, Likes: c.Likes, Removes: c.Removes, Blocks: c.Blocks, PrivateReplies: c.PrivateReply, Window: time.Duration(s.WindowHours) * time.Hour,
		EditWithin: time.Duration(c.EditMinutes) * time.Minute, DeleteWithin: time.Duration(c.DeleteMinutes) * time.Minute, ReactionSet: c.ReactionSet,
	}
}

// most is what a channel can say at most that it carries, public or not.
func most() channel.Capabilities {
	return Settings{WindowHours: maxHours}.carry(Can{
		TextLimit: TextMax, Files: media.MaxPerMessage, Rich: true, Public: true, Replies: true, Reactions: true, Edits: true, Deletions: true,
		Echoes: true, Typing: true, Receipts: true, ReadMarks: true, OwnEdits: true, OwnDeletions: true, OwnReactions: true, OwnTyping: true, OwnReadMarks: true,
		Hides: true, Likes: true, Removes: true, Blocks: true, PrivateReply: true,
	})
}

// checkConfig checks settings and returns them in their normal form.
func checkConfig(config []byte) ([]byte, error) {
	s, err := ParseSettings(config)
	if err != nil {
		return nil, err
	}
	if err := s.check("own.CheckConfig"); err != nil {
		return nil, err
	}
	return json.Marshal(s)
}
