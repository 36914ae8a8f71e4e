package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
)

// Carried is the code of the entry that stands for a letter: a mail that carries
// answers which lay where the customer reads and were not seen there. It has a
// delivery as an answer has, and is itself never shown to the customer.
const Carried = "mailed"

// Why a letter was not sent: all that it carries was read, or taken back, meanwhile.
const (
	codeSeen  = "delivery.seen"
	codeEmpty = "delivery.taken_back"
)

// lettersText is the catalogue of what letters say beside the answers.
const lettersText = "letters"

// Bounds of what a letter quotes.
const (
	letterMax = 200  // entries that are looked at: those it carries, and those before
	quoteMax  = 6    // messages before those it carries
	quotedMax = 2000 // characters of each
)

// Parcel is what a letter carries, and where to. It is the data of its entry.
type Parcel struct {
	channel.Envelope

	Address  string `json:"address"` // the recipient, for a person to read
	Language string `json:"language"`
	First    int64  `json:"first"` // seq of the first answer in it
	Last     int64  `json:"last"`
}

// Words are what letters are written with.
type Words interface {
	// Text returns the text of key in a catalogue, filled with values.
	Text(lang, catalogue, key string, values map[string]any) string
	// Brand returns the name of a brand of the actor's tenant.
	Brand(ctx context.Context, brand id.Brand) (string, error)
}

// Carry has the answers of p sent as one mail. The conversation is locked. The
// same answers are sent once, however often it is asked for.
func (s *Service) Carry(ctx context.Context, tx *db.Tx, c *conversation.Conversation, p Parcel) error {
	const op = "delivery.Carry"
	data, err := json.Marshal(p)
	if err != nil {
		return errs.E(errs.Internal, op, err)
	}
	e, duplicate, err := s.Conversations.Append(ctx, tx, c, conversation.NewEntry{
		ID: id.New[id.Entry](), Kind: conversation.System, Author: conversation.BySystem, Code: Carried, Data: data,
		ClientID: fmt.Sprintf("%s:%d", Carried, p.Last), Delivery: conversation.Queued,
	})
	if err != nil || duplicate {
		return errs.Op(op, err)
	}
	if err := s.insertDispatch(ctx, tx, e.ID, dispatch{DueAt: tx.Now()}); err != nil {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.enqueue(ctx, tx, e.ID, due{tx.Now(), channelOf(*c, e)}))
}

// parcelOf reads what a letter carries.
func parcelOf(e conversation.Entry) (Parcel, error) {
	var p Parcel
	if err := json.Unmarshal(e.Data, &p); err != nil {
		return p, errs.E(errs.Internal, "delivery.parcelOf", err)
	}
	return p, nil
}

// readMeanwhile reports whether the customer has read all that a letter carries
// since it was ordered. One that cannot be read was erased with its conversation.
func readMeanwhile(out Outgoing) bool {
	if out.Entry.Code != Carried {
		return false
	}
	p, err := parcelOf(out.Entry)
	return err != nil || out.Conversation.CustomerReadSeq >= p.Last
}

// overtakenLetter returns why a letter is not sent any more; empty: it is.
func (s *Service) overtakenLetter(ctx context.Context, q db.Queryer, out Outgoing) (why string, err error) {
	if readMeanwhile(out) {
		return codeSeen, nil
	}
	p, err := parcelOf(out.Entry)
	if err != nil {
		return "", err
	}
	l, err := s.carried(ctx, q, out.Conversation, p)
	if err == nil && len(l.answers) == 0 {
		why = codeEmpty
	}
	return why, err
}

// carried returns what a letter carries as it reads now, and what was said before.
func (s *Service) carried(ctx context.Context, q db.Queryer, c conversation.Conversation, p Parcel) (l letter, err error) {
	found, _, err := s.Conversations.Page(ctx, q, c.ID, conversation.Window{BeforeSeq: p.Last + 1, Limit: letterMax, External: true})
	if err == nil {
		found, err = s.Conversations.AsTheyStand(ctx, q, found)
	}
	l = letter{words: s.Words, language: p.Language}
	l.sort(found, max(p.First, c.CustomerReadSeq+1))
	return l, err
}

// writeLetter writes the text of a letter: what was not read of the answers that it
// carries, and a few words of what was said before.
func (s *Service) writeLetter(ctx context.Context, out *Outgoing) error {
	p, err := parcelOf(out.Entry)
	if err != nil {
		return err
	}
	l, err := s.carried(ctx, s.DB, out.Conversation, p)
	if err != nil {
		return err
	}
	if l.names, err = s.firstNames(ctx, slices.Concat(l.answers, l.before)); err != nil {
		return err
	}
	if l.brand, err = s.Words.Brand(ctx, out.Conversation.BrandID); err != nil {
		return err
	}
	p.Subject = l.say("letters.chat.subject")
	if out.Entry.Data, err = json.Marshal(p); err != nil {
		return err
	}
	out.Author = l.brand
	for _, e := range l.answers {
		if name := l.names[e.UserID]; name != "" {
			out.Author = name
		}
		out.Entry.Attachments = append(out.Entry.Attachments, e.Attachments...)
	}
	out.Entry.Attachments = out.Entry.Attachments[:min(len(out.Entry.Attachments), media.MaxPerMessage)]
	out.Entry.Body, out.Quote = l.text(), l.quote()
	return nil
}

// firstNames returns by what names customers of a chat know those who wrote entries.
func (s *Service) firstNames(ctx context.Context, entries []conversation.Entry) (map[id.User]string, error) {
	var users []id.User
	for _, e := range entries {
		if e.UserID != 0 {
			users = append(users, e.UserID)
		}
	}
	slices.Sort(users)
	names, err := s.People.Names(ctx, slices.Compact(users))
	first := make(map[id.User]string, len(names))
	for user, name := range names {
		first[user], _, _ = strings.Cut(strings.TrimSpace(name), " ")
	}
	return first, err
}

// letter is what a mail with answers is written of.
type letter struct {
	words    Words
	language string
	brand    string
	names    map[id.User]string
	answers  []conversation.Entry
	before   []conversation.Entry // what was said before them, the oldest first
}

// sort puts entries where they belong in a letter whose first answer is from on.
func (l *letter) sort(entries []conversation.Entry, from int64) {
	for _, e := range entries {
		switch {
		case e.Kind != conversation.Message || anothers(e):
		case e.Seq < from:
			l.before = append(l.before, e)
		case e.Author != conversation.ByCustomer:
			l.answers = append(l.answers, e)
		}
	}
	l.before = l.before[max(0, len(l.before)-quoteMax):]
}

// anothers reports whether a customer's message is a mail of another person, or of
// a machine: what they wrote is not the customer's own, and not theirs to read.
func anothers(e conversation.Entry) bool {
	var mail struct {
		Other   bool   `json:"other_party"`
		Machine string `json:"machine"`
	}
	if e.Author != conversation.ByCustomer || len(e.Data) == 0 {
		return false
	}
	return json.Unmarshal(e.Data, &mail) != nil || mail.Other || mail.Machine != ""
}

// say returns words of the catalogue.
func (l *letter) say(key string) string {
	return l.words.Text(l.language, lettersText, key, map[string]any{"brand": l.brand})
}

// text is what the mail says above the signature.
func (l *letter) text() string {
	parts := []string{l.say("letters.chat.intro")}
	before := ""
	for _, e := range l.answers {
		body := bodyOf(e)
		if name := l.by(e); name != before {
			before, body = name, name+":\n"+body
		}
		parts = append(parts, body)
	}
	return strings.Join(append(parts, l.say("letters.chat.goOn")), "\n\n")
}

// quote is what was said before, each line marked as a quoted one; programs fold it.
func (l *letter) quote() string {
	if len(l.before) == 0 {
		return ""
	}
	lines := []string{l.say("letters.chat.before")}
	for i, e := range l.before {
		if i > 0 {
			lines = append(lines, ">")
		}
		for line := range strings.SplitSeq(l.by(e)+": "+shorten(bodyOf(e)), "\n") {
			lines = append(lines, "> "+strings.TrimRight(line, "\r"))
		}
	}
	return strings.Join(lines, "\n")
}

// by names who wrote an entry.
func (l *letter) by(e conversation.Entry) string {
	if e.Author == conversation.ByCustomer {
		return l.say("letters.chat.you")
	}
	if name := l.names[e.UserID]; name != "" {
		return name
	}
	return l.brand
}

// bodyOf returns what an entry says; one of files alone their names.
func bodyOf(e conversation.Entry) string {
	if e.Body != "" {
		return e.Body
	}
	names := make([]string, len(e.Attachments))
	for i, f := range e.Attachments {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

func shorten(text string) string {
	if r := []rune(text); len(r) > quotedMax {
		return string(r[:quotedMax]) + "…"
	}
	return text
}
