package media_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// discard does the jobs that were left to delete bytes, and returns how many there were.
func discard(t *testing.T, d *db.DB, s *media.Service) int {
	t.Helper()
	jobs, err := db.Many[string](t.Context(), d, `SELECT args FROM job WHERE kind = 'media.discard' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range jobs {
		var j media.DiscardJob
		if err := json.Unmarshal([]byte(args), &j); err != nil {
			t.Fatal(err)
		}
		if err := s.Discard(t.Context(), j); err != nil {
			t.Fatal(err)
		}
	}
	return len(jobs)
}

// shaky is a store that breaks when it is told to.
type shaky struct {
	blob.Store

	mu  sync.Mutex
	put int // the put that fails, counted from 1; 0: none
}

func (s *shaky) Put(ctx context.Context, key string, r io.Reader, size int64, mediaType string) error {
	s.mu.Lock()
	s.put--
	broken := s.put == 0
	s.mu.Unlock()
	if broken {
		return errors.New("no room")
	}
	return s.Store.Put(ctx, key, r, size, mediaType)
}

func TestAnUploadThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		folder, err := blob.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		store := &shaky{Store: folder}
		s := media.New(d, store, nil, slog.New(slog.DiscardHandler))
		for i, what := range []string{"its bytes", "its preview"} {
			put := i + 1
			store.put = put
			if _, err := s.Upload(as(t, 5), "a.png", bytes.NewReader(picture(t, 3, 3))); err == nil {
				t.Errorf("%s: stored", what)
			}
			if n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM attachment`); n != 0 || err != nil {
				t.Errorf("%s: %d rows, %v", what, n, err)
			}
			if n := discard(t, d, s); n != put {
				t.Errorf("%s: %d jobs", what, n)
			}
			for info, err := range folder.List(t.Context(), "media/") {
				t.Errorf("%s: %s is left, %v", what, info.Key, err)
			}
		}
	})
}

func TestAFileWhoseBytesAreNotThereIsNotAnnounced(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := newService(t, d, nil)
		ctx := as(t, 5)
		f, err := s.Upload(ctx, "a.txt", strings.NewReader("a"))
		if err != nil {
			t.Fatal(err)
		}
		err = d.Update(ctx, func(tx *db.Tx) error { // as a crash before the last byte leaves it
			_, err := db.Exec(ctx, tx, `UPDATE attachment SET stored = FALSE`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Find(ctx, f.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("it is found: %v", err)
		}
		err = d.Update(ctx, func(tx *db.Tx) error {
			_, err := s.Attach(ctx, tx, media.Use{Conversation: 7, Entry: 8, Files: []id.Attachment{f.ID}})
			return err
		})
		if errs.CodeOf(err) != "attachment.gone" {
			t.Errorf("a message takes it: %v", err)
		}
	})
}

func TestWhatWaitsToBeSentAndWhatArrivesHaveBounds(t *testing.T) {
	t.Parallel()
	visitor := func(contact id.ContactPoint) actor.Actor {
		return actor.Actor{Kind: actor.Visitor, Tenant: 1, Contact: contact}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := newService(t, d, nil)
		upload := func(a actor.Actor, point id.EntryPoint) error {
			_, err := s.UploadAt(actor.With(t.Context(), a), point, "a.txt", strings.NewReader("a"))
			return err
		}
		weigh := func(contact id.ContactPoint, size int64) {
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				_, err := db.Exec(t.Context(), tx, `UPDATE attachment SET size = $1 WHERE owner_id = $2`, size, contact)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := upload(visitor(1), 20); err != nil {
			t.Fatal(err)
		}
		weigh(1, media.MaxUnsent-1)
		if err := upload(visitor(1), 20); err != nil {
			t.Errorf("up to the bound: %v", err)
		}
		if err := upload(visitor(1), 20); errs.CodeOf(err) != "attachment.unsent" {
			t.Errorf("beyond what may wait: %v", err)
		}
		if err := upload(visitor(2), 20); err != nil {
			t.Errorf("another visitor: %v", err)
		}
		weigh(1, media.MaxArrived)
		if err := upload(visitor(3), 20); errs.CodeOf(err) != "attachment.day_full" {
			t.Errorf("beyond what may arrive: %v", err)
		}
		if err := upload(visitor(3), 21); err != nil {
			t.Errorf("at another entry point: %v", err)
		}
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `UPDATE attachment SET created_at = 1`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := upload(visitor(3), 20); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

// endless never ends and tells when it is read first.
type endless struct {
	once    sync.Once
	reading chan<- struct{}
	until   <-chan struct{}
}

func (e *endless) Read([]byte) (int, error) {
	e.once.Do(func() { e.reading <- struct{}{} })
	<-e.until
	return 0, io.EOF
}

func TestOnlySoManyUploadsAreHeldAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := newService(t, dbtest.SQLite(t), nil)
	reading, until := make(chan struct{}, 100), make(chan struct{})
	var wg sync.WaitGroup
	for range 65 {
		wg.Go(func() {
			_, err := s.Upload(as(t, 5), "a.txt", &endless{reading: reading, until: until})
			if errs.CodeOf(err) != "attachment.empty" {
				t.Error(err)
			}
		})
	}
	for range 64 {
		<-reading
	}
	ctx, cancel := context.WithCancel(as(t, 5))
	cancel()
	if _, err := s.Upload(ctx, "a.txt", strings.NewReader("a")); !errs.Is(errs.Unavailable, err) {
		t.Errorf("who is gone waits on: %v", err)
	}
	if n := len(reading); n != 0 {
		t.Errorf("%d more than 64 are read", n)
	}
	close(until)
	wg.Wait()
}
