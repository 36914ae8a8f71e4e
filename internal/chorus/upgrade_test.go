package chorus

import (
	"testing"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/schema"
)

// Those who said the same before there were topics and outages still do, whoever was taken out stays out, and what was settled
// is settled; facts of before the upgrade are not followed again.
func TestWhoSaidTheSameBeforeTheUpgradeStillDoes(t *testing.T) {
	t.Parallel()
	dbtest.EachBefore(t, "0048", func(t *testing.T, d *db.DB) {
		t.Helper()
		ctx := dbtest.As(t, 1)
		err := d.Update(ctx, func(tx *db.Tx) error {
			for _, text := range []string{
				`INSERT INTO chorus (tenant_id, id, brand_id, entry_point_id, channel, post_id, sketch, voices, answer_id, begun_at, last_at)
					VALUES (1, 5, 2, 3, 'facebook', 9, 'kiedy internet', 3, 8, 100, 300), (1, 6, 2, 3, 'facebook', 9, 'ile to kosztuje', 1, 0, 100, 100),
					(4, 5, 2, 3, 'facebook', 9, 'kiedy internet', 1, 0, 100, 100)`,
				`INSERT INTO chorus_voice (tenant_id, conversation_id, chorus_id, entry_id, contact_point_id, at, apart_at)
					VALUES (1, 11, 5, 21, 31, 100, 0), (1, 12, 5, 22, 32, 200, 0), (1, 13, 5, 23, 33, 300, 350), (1, 14, 6, 24, 34, 100, 0), (4, 11, 5, 21, 31, 100, 0)`,
				`INSERT INTO common_answer_item (tenant_id, answer_id, conversation_id, entry_id, contact_point_id, state, link_state, at)
					VALUES (1, 8, 11, 21, 31, 'settled', 'sent', 400)`,
				`INSERT INTO fact (tenant_id, id, pos, kind, subject, actor_kind, actor_id, at, data) VALUES (1, 1, 77, 'conversation.changed', 11, 'system', 0, 100, '{"what":"tags"}')`,
			} {
				if err := db.Write(ctx, tx, text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Migrate(ctx, schema.Files); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			text string
			want int
		}{
			"groups are of words":              {`SELECT COUNT(*) FROM chorus WHERE kind = 'words' AND topic = '' AND case_id = 0`, 3},
			"voices have stayed":               {`SELECT COUNT(*) FROM chorus_voice WHERE kind = 'words' AND NOT private`, 5},
			"who was taken out is out":         {`SELECT COUNT(*) FROM chorus_voice WHERE conversation_id = 13 AND chorus_id = 5 AND entry_id = 23 AND contact_point_id = 33 AND at = 300 AND apart_at = 350`, 1},
			"tenants are apart":                {`SELECT COUNT(*) FROM chorus_voice WHERE tenant_id = 4 AND chorus_id = 5`, 1},
			"what was settled is":              {`SELECT COUNT(*) FROM common_answer_item WHERE state = 'settled' AND link_state = 'sent' AND NOT private`, 1},
			"followed from the newest fact on": {`SELECT pos FROM chorus_reader WHERE name = 'choruses'`, 77},
		} {
			if n, err := db.One[int](ctx, d, c.text); n != c.want || err != nil {
				t.Errorf("%s: %d, want %d, %v", what, n, c.want, err)
			}
		}
		voice, found, err := (&Service{}).findVoice(ctx, d, 12, 0)
		if err != nil || !found || voice.ChorusID != 5 || voice.EntryID != 22 {
			t.Errorf("%+v %v %v", voice, found, err)
		}
		twice := d.Update(ctx, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, `INSERT INTO chorus_voice (tenant_id, conversation_id, chorus_id, entry_id, contact_point_id, at) VALUES (1, 11, 6, 21, 31, 100)`)
			return err
		})
		if twice == nil {
			t.Error("a conversation says two things")
		}
	})
}
