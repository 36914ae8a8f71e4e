package conversation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestDeliveryMovesForwardOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		e, _ := b.append(conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, Text: "x", Delivery: conversation.Queued})
		steps := []struct {
			to    conversation.Delivery
			moves bool
		}{
			{conversation.Ambiguous, false}, // nothing was tried yet
			{conversation.Sending, true},
			{conversation.Ambiguous, true},
			{conversation.Delivered, true}, // the receipt settles it
			{conversation.Sent, false},
			{conversation.Failed, false},
			{conversation.Read, true},
			{conversation.Delivered, false},
		}
		for _, step := range steps {
			b.do(func(tx *db.Tx) error {
				moved, err := b.MoveDelivery(b.ctx, tx, e.ID, step.to, "")
				if moved != step.moves {
					t.Errorf("to %s: moved %v", step.to, moved)
				}
				return err
			})
		}
		want := []string{"conversation.started", "entry.added", "delivery.moved", "delivery.moved", "delivery.moved", "delivery.moved"}
		if got := b.facts(); !slices.Equal(got, want) {
			t.Errorf("facts %v", got)
		}
	})
}

func TestReadMarksOfBothSides(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.append(says("hello"))
		e, _ := b.append(conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, Text: "x", User: ola, Delivery: conversation.Sent})
		b.do(func(tx *db.Tx) error { return b.MoveRead(b.ctx, tx, b.conv, 99) })
		if c := b.row(); c.CustomerReadSeq != 0 {
			t.Errorf("the customer has read %d of 2", c.CustomerReadSeq)
		}
		b.do(func(tx *db.Tx) error { return b.MoveRead(b.ctx, tx, b.conv, 2) })
		b.do(func(tx *db.Tx) error { return b.MoveRead(b.ctx, tx, b.conv, 1) })
		read, err := b.FindEntry(b.ctx, d, e.ID)
		if c := b.row(); c.CustomerReadSeq != 2 || err != nil || read.DeliveryState != conversation.Read {
			t.Errorf("read %d, delivery %q, %v", c.CustomerReadSeq, read.DeliveryState, err)
		}
		b.show(conversation.Work{Interaction: 1, State: "active", Agent: ola})
		if err := b.MarkRead(b.as(marta, actor.Supervisor), b.conv, 2); err != nil {
			t.Fatal(err)
		}
		if c := b.row(); c.StaffReadSeq != 0 {
			t.Error("a supervisor's look shows to the customer")
		}
		if err := b.MarkRead(b.as(ola, actor.Agent), b.conv, 5); err != nil {
			t.Fatal(err)
		}
		if c := b.row(); c.StaffReadSeq != 2 {
			t.Errorf("staff has read %d", c.StaffReadSeq)
		}
	})
}

func TestWhatDoesNotMoveIsNotTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.append(says("hello"))
		b.show(conversation.Work{Interaction: 1, State: "active", Agent: ola})
		for _, seq := range []int64{0, 1, 1, 0, 7} {
			if err := b.MarkRead(b.as(ola, actor.Agent), b.conv, seq); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := b.facts(), []string{"conversation.started", "entry.added", "read.moved"}; !slices.Equal(got, want) {
			t.Errorf("facts %v", got)
		}
	})
}

func TestTheCustomerIsToldOfWhatWasReadBeforeTheAgentTookIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.append(says("hello"))
		b.show(conversation.Work{Interaction: 1, State: "queued"})
		ctx := b.as(marta, actor.Supervisor)
		for _, state := range []string{"queued", "active"} {
			b.show(conversation.Work{Interaction: 1, State: state, Agent: marta})
			if err := b.MarkRead(ctx, b.conv, 1); err != nil {
				t.Fatal(err)
			}
		}
		if c := b.row(); c.StaffReadSeq != 1 {
			t.Errorf("staff has read %d", c.StaffReadSeq)
		}
	})
}

func TestUnreadTakesBackOnlyOnesOwnMark(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		from int64
		want int64 // the mark afterwards
	}{
		{"from an entry on", 2, 1},
		{"from the first on", 1, 0},
		{"from the customer's newest message on", 0, 2},
		{"nothing is behind the end", 99, 3},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.append(says("hello"))
		b.append(conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, Text: "x", User: marta})
		b.append(says("still here"))
		b.append(conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, Text: "y", User: marta})
		b.show(conversation.Work{Interaction: 1, State: "active", Agent: ola})
		ctx := b.as(ola, actor.Agent)
		for _, c := range cases {
			if err := b.MarkRead(ctx, b.conv, 4); err != nil {
				t.Fatal(err)
			}
			if err := b.MarkUnread(ctx, b.conv, c.from); err != nil {
				t.Fatal(err)
			}
			read, err := db.One[int64](b.ctx, d, `SELECT read_seq FROM participant WHERE user_id = $1`, ola)
			if err != nil || read != c.want {
				t.Errorf("%s: read up to %d, %v", c.name, read, err)
			}
		}
		if c := b.row(); c.StaffReadSeq != 4 {
			t.Errorf("the customer is told of %d", c.StaffReadSeq)
		}
		if err := b.MarkUnread(b.as(kamil, actor.Agent), b.conv, 1); !errs.Is(errs.NotFound, err) {
			t.Errorf("who may not read it: %v", err)
		}
	})
}

func TestAKeyNeitherReadsNorTypes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.append(says("hello"))
		b.show(conversation.Work{Interaction: 1, State: "active"})
		key := actor.With(b.ctx, actor.Actor{
			Kind: actor.Key, Tenant: 1, Key: 9, Rights: actor.Administrator.Rights(), Brands: actor.Brands{All: true},
		})
		_, drafts := b.Drafts(key, b.conv)
		_, save := b.SaveDraft(key, b.conv, conversation.Draft{Mode: conversation.DraftReply, Body: "x", Rev: 1})
		for what, err := range map[string]error{
			"marks as read": b.MarkRead(key, b.conv, 1), "marks as unread": b.MarkUnread(key, b.conv, 1),
			"keeps a draft": save, "has drafts": drafts, "drops a draft": b.DropDraft(key, b.conv, conversation.DraftReply),
		} {
			if errs.CodeOf(err) != "actor.person_needed" {
				t.Errorf("a key %s: %v", what, err)
			}
		}
		if c := b.row(); c.StaffReadSeq != 0 {
			t.Errorf("the visitor is told that %d was read", c.StaffReadSeq)
		}
		if own, err := b.CustomersOf(b.ctx, d, 0); err != nil || len(own) != 0 {
			t.Errorf("own customers of a key: %v %v", own, err)
		}
	})
}

func TestANoteTellsThoseItMentions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.show(conversation.Work{Interaction: 1, State: "active", Agent: ola})
		ctx, in := b.as(ola, actor.Agent), conversation.NoteInput{Conversation: b.conv, Text: "@Kamil?", Mentions: []id.User{kamil, kamil}, ClientID: "n1"}
		if _, _, err := b.Entries(b.as(kamil, actor.Agent), b.conv, conversation.Window{}); !errs.Is(errs.NotFound, err) {
			t.Errorf("before the mention: %v", err)
		}
		note, err := b.AddNote(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := b.AddNote(ctx, in); err != nil || again.ID != note.ID {
			t.Errorf("again %+v %v", again, err)
		}
		told, err := b.Notifications(b.as(kamil, actor.Agent), 0, 10)
		if err != nil || len(told) != 1 || told[0].EntryID != note.ID || told[0].ByID != ola || !told[0].ReadAt.IsZero() {
			t.Fatalf("%+v %v", told, err)
		}
		if err := b.MarkRead(b.as(kamil, actor.Agent), b.conv, note.Seq); err != nil {
			t.Errorf("after the mention: %v", err)
		}
		told, _ = b.Notifications(b.as(kamil, actor.Agent), 0, 10)
		if told[0].ReadAt.IsZero() {
			t.Error("reading the note leaves the notification unread")
		}
		in.Mentions, in.ClientID = []id.User{999}, "n2"
		if _, err := b.AddNote(ctx, in); !errs.Is(errs.Invalid, err) {
			t.Errorf("a mention of a stranger gives %v", err)
		}
		want := []string{"conversation.started", "entry.added", "user.mentioned", "read.moved"}
		if got := b.facts(); !slices.Equal(got, want) {
			t.Errorf("facts %v", got)
		}
	})
}

func TestAnOlderDraftNeverOverwritesANewer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.show(conversation.Work{Interaction: 1, State: "active", Agent: ola})
		ctx := b.as(ola, actor.Agent)
		save := func(rev int64, text string) error {
			_, err := b.SaveDraft(ctx, b.conv, conversation.Draft{Mode: conversation.DraftReply, Body: text, Rev: rev})
			return err
		}
		if err := save(2, "second"); err != nil {
			t.Fatal(err)
		}
		for _, rev := range []int64{1, 2} {
			if err := save(rev, "late"); errs.CodeOf(err) != "draft.newer" {
				t.Errorf("revision %d gives %v", rev, err)
			}
		}
		if err := b.DropDraft(ctx, b.conv, conversation.DraftReply); err != nil {
			t.Fatal(err)
		}
		if err := save(2, "late"); errs.CodeOf(err) != "draft.newer" {
			t.Errorf("a dropped draft comes back: %v", err)
		}
		if err := save(3, "third"); err != nil {
			t.Error(err)
		}
		drafts, err := b.Drafts(ctx, b.conv)
		if err != nil || len(drafts) != 1 || drafts[0].Body != "third" {
			t.Errorf("%+v %v", drafts, err)
		}
		if others, err := b.Drafts(b.as(marta, actor.Supervisor), b.conv); err != nil || len(others) != 0 {
			t.Errorf("another sees %+v %v", others, err)
		}
	})
}

func TestTagsAndSubject(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		tags, err := b.SetTags(b.ctx, b.conv, []string{" Faktura ", "faktura", "", "Pilne  teraz"})
		if err != nil || !slices.Equal(tags, []string{"faktura", "pilne teraz"}) {
			t.Errorf("%q %v", tags, err)
		}
		if err := b.SetSubject(b.ctx, b.conv, " Internet nie działa "); err != nil {
			t.Fatal(err)
		}
		if err := b.SetSubject(b.ctx, b.conv, strings.Repeat("x", conversation.MaxSubject+1)); !errs.Is(errs.Invalid, err) {
			t.Errorf("a long subject gives %v", err)
		}
		if c := b.row(); c.Subject != "Internet nie działa" || !slices.Equal(c.Tags, tags) {
			t.Errorf("%+v", c)
		}
	})
}

func TestACustomerWaitsAgainWhenAnAnswerIsTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.append(says("1"))
		b.show(conversation.Work{Interaction: 1, State: "active", Agent: ola})
		since := b.row().UnansweredSince
		b.append(says("2"))
		e, _ := b.append(conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, Text: "x", User: ola, Delivery: conversation.Queued})
		if !b.row().UnansweredSince.IsZero() {
			t.Error("an answered customer waits")
		}
		for _, want := range []bool{true, false} {
			b.do(func(tx *db.Tx) error {
				c, err := b.Lock(b.ctx, tx, b.conv)
				if err != nil {
					return err
				}
				taken, err := b.Withdraw(b.ctx, tx, &c, e.ID)
				if taken != want {
					t.Errorf("taken back: %v, want %v", taken, want)
				}
				return err
			})
		}
		if got := b.row().UnansweredSince; !got.Equal(since) {
			t.Errorf("the customer waits since %v, want %v", got, since)
		}
	})
}

func TestAQuietMessageIsNobodysTurn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.show(conversation.Work{Interaction: 1, State: "active", Agent: ola})
		n := says("I am away until Monday")
		n.Quiet = true
		b.append(n)
		if c := b.row(); !c.UnansweredSince.IsZero() || c.CustomerSeq != 0 || c.LastPreview != n.Text {
			t.Errorf("%+v", c)
		}
	})
}
