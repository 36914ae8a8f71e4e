package conversation

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Limits of a note.
const (
	MaxNote     = 10_000 // characters
	MaxMentions = 20
)

// NoteInput is a note to be written.
type NoteInput struct {
	Conversation id.Conversation
	Text         string
	Mentions     []id.User
	ClientID     string
}

func (in *NoteInput) check(op string) error {
	var wrong []errs.Field
	in.Text = strings.TrimSpace(in.Text)
	if in.Text == "" {
		wrong = append(wrong, errs.Field{Path: "text", Code: "required"})
	}
	if utf8.RuneCountInString(in.Text) > MaxNote {
		wrong = append(wrong, errs.Field{Path: "text", Code: "length.max", Values: errs.Values{"max": MaxNote}})
	}
	slices.Sort(in.Mentions)
	in.Mentions = slices.Compact(in.Mentions)
	if len(in.Mentions) > MaxMentions {
		wrong = append(wrong, errs.Field{Path: "mentions", Code: "items.max", Values: errs.Values{"max": MaxMentions}})
	}
	return errs.Fields(op, wrong...)
}

// AddNote writes a note for colleagues and tells those it mentions.
func (s *Service) AddNote(ctx context.Context, in NoteInput) (Entry, error) {
	const op = "conversation.AddNote"
	if err := in.check(op); err != nil {
		return Entry{}, err
	}
	var note Entry
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.LockVisible(ctx, tx, actor.ConversationNote, in.Conversation)
		if err != nil {
			return err
		}
		if err := s.checkMentions(ctx, tx, c, in.Mentions); err != nil {
			return err
		}
		var duplicate bool
		note, duplicate, err = s.Append(ctx, tx, &c, in.entry(actor.From(ctx)))
		if err != nil || duplicate {
			return err
		}
		if err := s.clearDraft(ctx, tx, c.ID, DraftNote); err != nil {
			return err
		}
		for _, user := range in.Mentions {
			if err := s.mention(ctx, tx, c, note, user); err != nil {
				return err
			}
		}
		return nil
	})
	return note, errs.Op(op, err)
}

// entry returns what is appended for the note of a. One of a rule says which.
func (in *NoteInput) entry(a actor.Actor) NewEntry {
	n := NewEntry{Kind: Note, Author: ByAgent, User: a.User, Text: in.Text, Mentions: in.Mentions, ClientID: in.ClientID}
	if a.Firing != 0 {
		n.Author, n.Code, n.Data = BySystem, CodeRule, ruleData(a.Name)
	}
	return n
}

// CodeRule is the code of a note that a rule wrote; its data name the rule.
const CodeRule = "rule"

func ruleData(name string) json.RawMessage {
	data, _ := json.Marshal(map[string]string{"rule": name}) // a text always can be
	return data
}

func (s *Service) checkMentions(ctx context.Context, q db.Queryer, c Conversation, users []id.User) error {
	if len(users) == 0 {
		return nil
	}
	known, err := s.staff.OfBrand(ctx, q, c.BrandID, users)
	if err != nil {
		return err
	}
	for _, user := range users {
		if !slices.Contains(known, user) {
			return errs.Fields("conversation.AddNote", errs.Field{Path: "mentions", Code: "mention.unknown"})
		}
	}
	return nil
}

// mention lets user see the conversation and tells them why.
func (s *Service) mention(ctx context.Context, tx *db.Tx, c Conversation, note Entry, user id.User) error {
	if err := s.involve(ctx, tx, &c, involvement{User: user, Mentioned: note.Seq, Involved: true}); err != nil {
		return err
	}
	n := Notification{
		ID: id.New[id.Notification](), UserID: user, Kind: KindMention, ConversationID: c.ID, EntryID: note.ID, At: tx.Now(),
	}
	if err := s.insertNotification(ctx, tx, n); err != nil {
		return err
	}
	return tx.Record(ctx, fact.UserMentioned{Conversation: c.ID, Brand: c.BrandID, Entry: note.ID, User: user})
}
