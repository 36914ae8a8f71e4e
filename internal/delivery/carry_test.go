package delivery

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
)

// keys says each text of the catalogue by its key alone.
type keys struct{ Words }

func (keys) Text(_, _, key string, values map[string]any) string {
	return fmt.Sprintf("<%s %v>", strings.TrimPrefix(key, "letters.chat."), values["brand"])
}

func said(seq int64, author conversation.Author, user id.User, text string) conversation.Entry {
	return conversation.Entry{Seq: seq, Kind: conversation.Message, Author: author, UserID: user, Body: text}
}

func TestALetterSaysWhatWasNotSeenAndQuotesTheRest(t *testing.T) {
	t.Parallel()
	const marta, ola = id.User(1), id.User(2)
	stranger, machine := said(4, conversation.ByCustomer, 0, "I am Anna"), said(5, conversation.ByCustomer, 0, "On holiday")
	stranger.Data, machine.Data = json.RawMessage(`{"other_party":true}`), json.RawMessage(`{"machine":"vacation"}`)
	picture := said(9, conversation.ByAgent, ola, "")
	picture.Attachments = []conversation.File{{Name: "map.png"}}
	entries := []conversation.Entry{
		said(1, conversation.ByCustomer, 0, "Open?\nToday"),
		{Seq: 2, Kind: conversation.System, Code: "joined"},
		said(3, conversation.ByAgent, marta, "A moment"), stranger, machine,
		said(6, conversation.ByAgent, marta, "Yes"), said(7, conversation.ByAgent, marta, "till six"),
		said(8, conversation.ByBot, 0, "We are here"), picture,
	}
	l := letter{words: keys{}, brand: "Fala", names: map[id.User]string{marta: "Marta", ola: "Ola"}}
	l.sort(entries, 6)
	want := "<intro Fala>\n\nMarta:\nYes\n\ntill six\n\nFala:\nWe are here\n\nOla:\nmap.png\n\n<goOn Fala>"
	if got := l.text(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got, want := l.quote(), "<before Fala>\n> <you Fala>: Open?\n> Today\n>\n> Marta: A moment"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestALetterQuotesLittle(t *testing.T) {
	t.Parallel()
	var entries []conversation.Entry
	for seq := range int64(20) {
		entries = append(entries, said(seq+1, conversation.ByCustomer, 0, strings.Repeat("ő", quotedMax+1)))
	}
	l := letter{words: keys{}}
	l.sort(entries, 21)
	if got := strings.Count(l.quote(), "ő…"); got != quoteMax {
		t.Errorf("%d messages are quoted", got)
	}
	if l.sort(nil, 1); len(l.answers) != 0 {
		t.Errorf("%+v", l.answers)
	}
	if none := (&letter{words: keys{}}).quote(); none != "" {
		t.Errorf("%q", none)
	}
}

func TestALetterIsNotSentOnceAllWasRead(t *testing.T) {
	t.Parallel()
	out := Outgoing{Entry: conversation.Entry{Code: Carried, Data: json.RawMessage(`{"first":3,"last":5}`)}}
	for read, want := range map[int64]bool{0: false, 4: false, 5: true, 9: true} {
		if out.Conversation.CustomerReadSeq = read; readMeanwhile(out) != want {
			t.Errorf("read up to %d: %v", read, !want)
		}
	}
	out.Conversation.CustomerReadSeq = 0
	if out.Entry.Data = nil; !readMeanwhile(out) {
		t.Error("one whose words were erased is sent")
	}
	if out.Entry.Code = ""; readMeanwhile(out) {
		t.Error("an answer is held for a letter")
	}
}
