package media_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestAFileBelongsToTheArticleThatShowsIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := newService(t, d, nil)
		anna, other := as(t, 5), as(t, 6)
		if _, err := s.UploadPicture(anna, "a.txt", strings.NewReader("words")); errs.CodeOf(err) != "attachment.refused" {
			t.Errorf("a text as a picture: %v", err)
		}
		f, err := s.UploadPicture(anna, "router.png", bytes.NewReader(picture(t, 40, 30)))
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := s.Upload(anna, "cennik.pdf", strings.NewReader("%PDF-1.7\n"))
		if err != nil || sheet.IsPicture() || !f.IsPicture() {
			t.Fatalf("%+v %v", sheet, err)
		}
		take := func(by id.User, article id.Article) (has []id.Attachment) {
			t.Helper()
			ctx := as(t, by)
			if err := d.Update(ctx, func(tx *db.Tx) error {
				taken, err := s.TakeForArticle(ctx, tx, article, []id.Attachment{f.ID, sheet.ID})
				has = nil
				for _, one := range taken {
					has = append(has, one.ID)
				}
				slices.Sort(has)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return has
		}
		both := []id.Attachment{f.ID, sheet.ID}
		if got := take(6, 70); len(got) != 0 {
			t.Errorf("somebody else's upload is taken: %v", got)
		}
		if got := take(5, 70); !slices.Equal(got, both) {
			t.Fatalf("the uploader's own is not: %v", got)
		}
		if got := take(6, 70); !slices.Equal(got, both) {
			t.Errorf("who edits the article after them: %v", got)
		}
		if got := take(5, 71); len(got) != 0 {
			t.Error("one file belongs to two articles")
		}
		age(t, d, f.ID)
		if err := s.Sweep(anna, media.SweepJob{}); err != nil {
			t.Fatal(err)
		}
		if kept, err := s.Find(other, f.ID); err != nil || kept.ArticleID != 70 {
			t.Errorf("a picture that an article shows is swept away: %+v %v", kept, err)
		}
		if err := d.Update(anna, func(tx *db.Tx) error { return s.FreeFromArticle(anna, tx, 70, []id.Attachment{f.ID}) }); err != nil {
			t.Fatal(err)
		}
		if err := s.Sweep(anna, media.SweepJob{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Find(other, f.ID); err != nil {
			t.Errorf("it is not there for a day after it was taken out: %v", err)
		}
		age(t, d, f.ID)
		if err := s.Sweep(anna, media.SweepJob{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Find(other, f.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("what no article shows stays: %v", err)
		}
	})
}

// age makes a file two days old.
func age(t *testing.T, d *db.DB, file id.Attachment) {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `UPDATE attachment SET created_at = $1 WHERE id = $2`, time.Now().Add(-2*media.KeepOrphans), file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
