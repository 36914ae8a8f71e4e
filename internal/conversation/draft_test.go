package conversation_test

import (
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWhatIsSentEmptiesTheDraftsOfRepliesAndNoOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.show(conversation.Work{Interaction: 1, State: "active", Agent: ola})
		ctx := b.as(ola, actor.Agent)
		for _, mode := range []conversation.Mode{conversation.DraftReply, conversation.DraftNote, conversation.DraftMail} {
			if _, err := b.SaveDraft(ctx, b.conv, conversation.Draft{Mode: mode, Body: "x", Rev: 1}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.SaveDraft(ctx, b.conv, conversation.Draft{Mode: "fax", Body: "x", Rev: 1}); !errs.Is(errs.Invalid, err) {
			t.Errorf("a draft of an unknown kind: %v", err)
		}
		if err := d.Update(ctx, func(tx *db.Tx) error { return b.ClearReplyDraft(ctx, tx, b.conv) }); err != nil {
			t.Fatal(err)
		}
		drafts, err := b.Drafts(ctx, b.conv)
		if err != nil || len(drafts) != 3 {
			t.Fatalf("%+v %v", drafts, err)
		}
		for _, one := range drafts {
			if (one.Body != "") != (one.Mode == conversation.DraftNote) {
				t.Errorf("%+v", one)
			}
		}
	})
}
