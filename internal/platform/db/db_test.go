package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/schema"
)

const insertLease = `INSERT INTO lease (name, owner, epoch, expires_at) VALUES ($1, $2, $3, $4)`

func TestUpdateKeepsAllOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		boom := errors.New("boom")
		err := d.Update(ctx, func(tx *db.Tx) error {
			if _, err := db.Exec(ctx, tx, insertLease, "a", "x", 1, tx.Now()); err != nil {
				return err
			}
			if err := tx.Record(ctx, fact.CustomerCreated{Customer: 5}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("error %v", err)
		}
		if n, _ := db.One[int](ctx, d, `SELECT COUNT(*) FROM lease`); n != 0 {
			t.Errorf("%d rows remain", n)
		}
		if n, _ := db.One[int](ctx, d, `SELECT COUNT(*) FROM fact`); n != 0 {
			t.Errorf("%d facts remain", n)
		}
	})
}

func TestFailuresAndPanicsInAGroupHarmNoOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		const callers = 200
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				defer func() {
					if r := recover(); (r != nil) != (i%10 == 1) {
						t.Errorf("caller %d: panic %v", i, r)
					}
				}()
				err := d.Update(ctx, func(tx *db.Tx) error {
					if _, err := db.Exec(ctx, tx, insertLease, fmt.Sprint(i), "x", i, tx.Now()); err != nil {
						return err
					}
					switch i % 10 {
					case 0:
						return errors.New("no")
					case 1:
						panic("ouch")
					}
					return tx.Record(ctx, fact.CustomerCreated{Customer: id.Customer(i)})
				})
				if (err != nil) != (i%10 == 0) {
					t.Errorf("caller %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n, _ := db.One[int](ctx, d, `SELECT COUNT(*) FROM lease`); n != callers*8/10 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestACallerWhoLeavesInTheMiddleOfAStatementHarmsNoOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		const (
			others = 20
			rows   = 300_000               // so many that the caller leaves while they are written
			soon   = 20 * time.Millisecond // for all to stand in one group, then to leave
			many   = `INSERT INTO lease (name, owner, epoch, expires_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
				SELECT 'leaving' || CAST(i AS TEXT), 'x', 1, 0 FROM n`
		)
		leave := func(tx *db.Tx) error {
			leaving, cancel := context.WithTimeout(ctx, soon)
			defer cancel()
			if _, err := db.Exec(leaving, tx, many, rows); err != nil {
				return err
			}
			_, err := db.Exec(leaving, tx, insertLease, "last", "x", 1, tx.Now())
			return err
		}
		var wg sync.WaitGroup
		err := d.Update(ctx, func(*db.Tx) error {
			wg.Go(func() {
				if err := d.Update(ctx, leave); err == nil {
					t.Error("who left was told that all is stored")
				}
			})
			for i := range others {
				wg.Go(func() {
					if err := d.Update(ctx, func(tx *db.Tx) error {
						_, err := db.Exec(ctx, tx, insertLease, fmt.Sprint("other", i), "x", i, tx.Now())
						return err
					}); err != nil {
						t.Errorf("another caller: %v", err)
					}
				})
			}
			<-time.After(soon)
			return nil
		})
		wg.Wait()
		if n, _ := db.One[int](ctx, d, `SELECT COUNT(*) FROM lease`); n != others || err != nil {
			t.Errorf("%d rows: %v", n, err)
		}
	})
}

func TestFactsAreReadOnceInOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(dbtest.As(t, 1))
		defer cancel()
		const writers, each = 8, 40
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					err := d.Update(ctx, func(tx *db.Tx) error {
						return tx.Record(ctx, fact.ReadMoved{Conversation: id.Conversation(w + 1), Seq: int64(i + 1)})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		last, read, seen := int64(0), 0, map[int64]int64{}
		err := d.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error {
			for _, r := range batch {
				read++
				if r.Pos <= last {
					t.Errorf("position %d after %d", r.Pos, last)
				}
				last = r.Pos
				moved, ok := r.Fact.(fact.ReadMoved)
				if !ok || moved.Seq != seen[r.Fact.Subject()]+1 {
					t.Errorf("subject %d: %+v after %d", r.Fact.Subject(), r.Fact, seen[r.Fact.Subject()])
				}
				seen[r.Fact.Subject()] = moved.Seq
			}
			if read == writers*each {
				cancel()
			}
			return nil
		})
		wg.Wait()
		if err != nil || read != writers*each {
			t.Errorf("%d facts, %v", read, err)
		}
	})
}

func TestAReaderThatIsWokenNeedNotWaitForItsPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		url, ctx := "sqlite:"+filepath.Join(t.TempDir(), "shared.db")+"?hasty", dbtest.As(t, 1)
		here, there := dbtest.Open(t, url), dbtest.Open(t, url)
		if _, err := here.Migrate(ctx, schema.Files); err != nil {
			t.Fatal(err)
		}
		topic, end := there.Woken("job")
		defer end()
		life, stop := context.WithCancel(ctx)
		ended := make(chan error)
		go func() {
			ended <- there.Follow(life, "test", 0, func(context.Context, []fact.Record) error {
				stop()
				return nil
			})
		}()
		synctest.Wait() // until it has read all there is
		begin := time.Now()
		if err := here.Update(ctx, func(tx *db.Tx) error { return tx.Record(ctx, fact.CustomerCreated{Customer: 1}) }); err != nil {
			t.Fatal(err)
		}
		there.Wake()
		<-topic
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took >= time.Second {
			t.Errorf("the poll found it, after %v", took)
		}
	})
}

// A calm reader takes together what is committed within a moment, and is not a poll behind.
func TestACalmReaderTakesTogetherWhatCameTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, d := dbtest.As(t, 1), dbtest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "calm.db")+"?hasty")
		if _, err := d.Migrate(ctx, schema.Files); err != nil {
			t.Fatal(err)
		}
		life, stop := context.WithCancel(ctx)
		var batches []int
		ended := make(chan error)
		go func() {
			ended <- d.FollowCalmly(life, "test", 0, func(_ context.Context, batch []fact.Record) error {
				batches = append(batches, len(batch))
				return nil
			})
		}()
		synctest.Wait() // until it has read all there is
		begin := time.Now()
		for range 2 {
			for n := range 3 {
				if err := d.Update(ctx, func(tx *db.Tx) error { return tx.Record(ctx, fact.CustomerCreated{Customer: id.Customer(n + 1)}) }); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		stop()
		if err := <-ended; err != nil || !slices.Equal(batches, []int{3, 3}) {
			t.Errorf("it took %v, %v", batches, err)
		}
		if took := time.Since(begin); took >= time.Second {
			t.Errorf("that took %v", took)
		}
	})
}

func TestNewsOfWhatOthersWaitFor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		for _, act := range []func(tx *db.Tx) error{
			func(tx *db.Tx) error { tx.Wake("job"); return nil },
			func(tx *db.Tx) error { return tx.Record(ctx, fact.CustomerCreated{Customer: 1}) },
		} {
			if err := d.Update(ctx, act); err != nil {
				t.Fatal(err)
			}
			if !d.SingleNode() {
				<-d.News()
			}
		}
		if pos, err := db.LastFact(ctx, d); pos < 1 || err != nil { // there was news of it when it had its position
			t.Errorf("%d, %v", pos, err)
		}
		select {
		case <-d.News():
			t.Error("news of nothing, or to nobody")
		default:
		}
	})
}

func TestRowsComeBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		type details struct{ A, B string }
		type row struct {
			Name      string
			Epoch     id.Queue
			ExpiresAt time.Time
			Owner     details `db:"owner,json"`
		}
		want := row{Name: "łódź 'ő'", Epoch: 1 << 60, ExpiresAt: time.Date(2026, 3, 29, 1, 59, 59, 123456000, time.UTC), Owner: details{"ż", "ű"}}
		err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, insertLease, want.Name, db.JSON(want.Owner), want.Epoch, want.ExpiresAt)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.One[row](ctx, d, `SELECT name, owner, epoch, expires_at FROM lease WHERE expires_at = $1`, want.ExpiresAt)
		if err != nil || got != want {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := db.One[row](ctx, d, `SELECT name FROM lease WHERE name = $1`, "none"); !errs.Is(errs.NotFound, err) {
			t.Errorf("absent row: %v", err)
		}
		err = d.Update(ctx, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, insertLease, want.Name, "", 1, 1)
			return err
		})
		if !errors.Is(err, db.ErrDuplicate) {
			t.Errorf("duplicate: %v", err)
		}
	})
}

func TestManyRowsTravelAsOneArgument(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		var rows, none, bad db.Rows
		rows.Add(1<<60, map[string]any{"name": "łódź \"ő\" $1 '", "words": map[string]int{"b": 1, "a": 1}})
		rows.Add(-7, map[string]any{"name": "", "words": map[string]int{}})
		bad.Add(1, func() {})
		insert := func(r db.Rows) error {
			return d.Update(ctx, func(tx *db.Tx) error {
				_, err := db.Exec(ctx, tx, `INSERT INTO lease (name, owner, epoch, expires_at) SELECT value ->> 'name', '', CAST(key AS BIGINT), 0 FROM json_each($1)`, r.Arg())
				return err
			})
		}
		if err := insert(rows); err != nil || rows.Len() != 2 {
			t.Fatalf("%d, %v", rows.Len(), err)
		}
		if err := insert(none); err != nil || none.Len() != 0 {
			t.Errorf("no rows: %v", err)
		}
		if err := insert(bad); err == nil {
			t.Error("what is no JSON went through")
		}
		type row struct {
			Name  string
			Epoch int64
		}
		got, err := db.Many[row](ctx, d, `SELECT name, epoch FROM lease ORDER BY epoch`)
		if want := []row{{"", -7}, {"łódź \"ő\" $1 '", 1 << 60}}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v %v", got, err)
		}
		within, err := db.Many[string](ctx, d, `SELECT w.key FROM json_each($1) r, json_each(r.value) m, json_each(m.value) w WHERE m.key = 'words' ORDER BY w.key`, rows.Arg())
		if err != nil || !slices.Equal(within, []string{"a", "b"}) {
			t.Errorf("%v %v", within, err)
		}
	})
}

func TestViewSeesOnePicture(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		count := func(q db.Queryer) int {
			n, err := db.One[int](ctx, q, `SELECT COUNT(*) FROM lease`)
			if err != nil {
				t.Error(err)
			}
			return n
		}
		err := d.View(ctx, func(q db.Queryer) error {
			before := count(q)
			if err := d.Update(ctx, func(tx *db.Tx) error {
				_, err := db.Exec(ctx, tx, insertLease, "later", "", 1, 1)
				return err
			}); err != nil {
				return err
			}
			if after := count(q); after != before {
				t.Errorf("the picture changed from %d to %d", before, after)
			}
			return nil
		})
		if err != nil || count(d) != 1 {
			t.Errorf("%d rows, %v", count(d), err)
		}
	})
}

func TestWhereNumbersItsArguments(t *testing.T) {
	t.Parallel()
	var w db.Where
	w.And("a = ? AND b < ?", 1, "x")
	db.In(&w, "c", []int{4, 5})
	db.In(&w, "d", []int{})
	db.In(&w, "e", []int{6, 7, 8}) // as long as four
	want, args := " WHERE a = $1 AND b < $2 AND c IN ($3, $4) AND 1 = 0 AND e IN ($5, $6, $7, $8)", []any{1, "x", 4, 5, 6, 7, 8, 8}
	if got := w.SQL(); got != want || !slices.Equal(w.Args(), args) {
		t.Errorf("%q %v", got, w.Args())
	}
}

func TestASimulatedDayPassesOnRealSQLite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.SQLite(t)
		ctx := dbtest.As(t, 1)
		start := time.Now()
		for i := range 24 {
			time.Sleep(time.Hour) // time of the bubble
			if err := d.Update(ctx, func(tx *db.Tx) error {
				_, err := db.Exec(ctx, tx, insertLease, fmt.Sprint(i), "", 1, tx.Now())
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		last, err := db.One[time.Time](ctx, d, `SELECT MAX(expires_at) FROM lease`)
		if err != nil || last.Sub(start) != 24*time.Hour {
			t.Errorf("%v %v", last.Sub(start), err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}
