package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWritesThatWaitAreSeenByWhatFollows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		const rows = 100 // more than are sent at once
		err := d.Update(ctx, func(tx *db.Tx) error {
			for i := range rows {
				if err := db.Write(ctx, tx, insertLease, fmt.Sprint(i), "x", i, tx.Now()); err != nil {
					return err
				}
			}
			if n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM lease`); n != rows || err != nil {
				t.Errorf("read %d of %d rows, %v", n, rows, err)
			}
			if err := db.Write(ctx, tx, `UPDATE lease SET epoch = 7 WHERE name = $1`, "1"); err != nil {
				return err
			}
			n, err := db.Exec(ctx, tx, `DELETE FROM lease WHERE epoch = $1`, 7)
			if n != 2 {
				t.Errorf("%d rows had the epoch that was just written", n)
			}
			return err
		})
		if n, _ := db.One[int](ctx, d, `SELECT COUNT(*) FROM lease`); n != rows-2 || err != nil {
			t.Errorf("%d rows after the commit, %v", n, err)
		}
	})
}

func TestAWriteThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		twice := func(then func(tx *db.Tx) error) error {
			return d.Update(ctx, func(tx *db.Tx) error {
				for range 2 {
					if err := db.Write(ctx, tx, insertLease, "same", "x", 1, tx.Now()); err != nil {
						return err
					}
				}
				if err := tx.Record(ctx, fact.CustomerCreated{Customer: 5}); err != nil {
					return err
				}
				return then(tx)
			})
		}
		for name, then := range map[string]func(tx *db.Tx) error{
			"at the commit": func(*db.Tx) error { return nil },
			"at a reading": func(tx *db.Tx) error {
				_, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM lease`)
				return err
			},
			"passed over": func(tx *db.Tx) error {
				_, _ = db.Exec(ctx, tx, `DELETE FROM lease`)
				return nil
			},
		} {
			if err := twice(then); err == nil || name != "passed over" && !errors.Is(err, db.ErrDuplicate) {
				t.Errorf("%s: error %v", name, err)
			}
			if n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM lease`); n != 0 || err != nil {
				t.Errorf("%s: %d rows remain, %v", name, n, err)
			}
			if n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM fact`); n != 0 || err != nil {
				t.Errorf("%s: %d facts remain, %v", name, n, err)
			}
		}
	})
}

func TestWhoHasGoneIsToldSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, leave := context.WithCancel(dbtest.As(t, 1))
		err := d.Update(ctx, func(tx *db.Tx) error {
			leave()
			_, first := db.Exec(ctx, tx, insertLease, "a", "x", 1, tx.Now())
			_, then := db.Exec(ctx, tx, insertLease, "b", "x", 1, tx.Now()) // its connection is closed by now
			if !errors.Is(first, context.Canceled) || !errors.Is(then, context.Canceled) {
				t.Errorf("the first statement says %v, the next %v", first, then)
			}
			return then
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the transaction says %v", err)
		}
	})
}

func TestWhatIsAskedSeesWhatWasWrittenBefore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		err := d.Update(ctx, func(tx *db.Tx) error {
			none := db.Ask[string](ctx, tx, `SELECT name FROM lease ORDER BY name`)
			if err := db.Write(ctx, tx, insertLease, "a", "x", 1, tx.Now()); err != nil {
				return err
			}
			one := db.Ask[string](ctx, tx, `SELECT name FROM lease ORDER BY name`)
			if err := db.Write(ctx, tx, insertLease, "b", "x", 1, tx.Now()); err != nil {
				return err
			}
			two := db.Ask[string](ctx, tx, `SELECT name FROM lease ORDER BY name`)
			for n, asked := range []*db.Reading[string]{none, one, two} {
				if names, err := asked.Many(ctx); err != nil || fmt.Sprint(names) != [...]string{"[]", "[a]", "[a b]"}[n] {
					t.Errorf("the reading after %d writes saw %v, %v", n, names, err)
				}
			}
			if _, err := none.One(ctx); !errs.Is(errs.NotFound, err) {
				t.Errorf("one of no rows is %v", err)
			}
			name, found, err := two.Find(ctx)
			if name != "a" || !found {
				t.Errorf("found %q, %v", name, found)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsAskedAfterAFailureIsNotAnswered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		err := d.Update(ctx, func(tx *db.Tx) error {
			broken := db.Ask[int](ctx, tx, `SELECT nothing FROM lease`)
			after := db.Ask[int](ctx, tx, `SELECT 8`)
			_, err := broken.Many(ctx)
			if err == nil || !strings.Contains(err.Error(), "nothing") {
				t.Errorf("what is broken says %v", err)
			}
			if n, err := after.One(ctx); d.Engine() == "postgres" && err == nil {
				t.Errorf("what was asked after it says %d", n)
			}
			return err
		})
		if err == nil {
			t.Error("the transaction has no error")
		}
	})
}

// A row that is taken for new and is not is asked about in another try, also where nothing but the commit follows.
func TestARowThatIsThereIsNotTakenForNew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		put := func(after ...string) (fresh bool) {
			t.Helper()
			err := d.Update(ctx, func(tx *db.Tx) (err error) {
				if fresh, err = db.InsertOnce(ctx, tx, insertLease+` ON CONFLICT DO NOTHING`, "once", "somebody", 1, tx.Now()); err != nil {
					return err
				}
				for _, name := range after {
					if err := db.Write(ctx, tx, insertLease, name, "somebody", 1, tx.Now()); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return fresh
		}
		if !put() {
			t.Error("a new row was there")
		}
		if put() || put("beside it") {
			t.Error("a row that was there is new")
		}
		if n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM lease`); n != 2 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

// A guard whose row is not as it must be is refused, also where only the commit follows, and what was written behind it is not there.
func TestAGuardRefuses(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		tries := 0
		hand := func(from, to, beside string) error {
			tries = 0
			return d.Update(ctx, func(tx *db.Tx) error {
				tries++
				if err := db.Write(ctx, tx, insertLease, beside, "somebody", 1, tx.Now()); err != nil {
					return err
				}
				if err := db.Guard(ctx, tx, refused, `UPDATE lease SET owner = $1 WHERE name = 'it' AND owner = $2`, to, from); err != nil {
					return err
				}
				return db.Write(ctx, tx, `UPDATE lease SET owner = $1 WHERE name = $2`, to, beside)
			})
		}
		if err := d.Update(ctx, func(tx *db.Tx) error { return db.Write(ctx, tx, insertLease, "it", "ola", 1, tx.Now()) }); err != nil {
			t.Fatal(err)
		}
		if err := hand("ola", "jan", "first"); err != nil || tries != 1 {
			t.Errorf("what may be done gives %v after %d tries", err, tries)
		}
		if err := hand("ola", "ewa", "second"); !errors.Is(err, refused) {
			t.Errorf("what may not be done gives %v", err)
		}
		owners, err := db.Many[string](ctx, d, `SELECT owner FROM lease ORDER BY name`)
		if err != nil || !slices.Equal(owners, []string{"jan", "jan"}) {
			t.Errorf("afterwards they are %v, %v", owners, err)
		}
	})
}

// What is asked for together is answered whatever is read first, and an error of one is its own.
func TestWhatGoesTogether(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		for name, run := range map[string]func(context.Context, func(q db.Queryer) error) error{"view": d.View, "together": d.Together} {
			err := run(ctx, func(q db.Queryer) error {
				one, two := db.Ask[int](ctx, q, `SELECT 1`), db.Ask[int](ctx, q, `SELECT 2`)
				second, err := two.One(ctx)
				if err != nil || second != 2 {
					t.Errorf("%s: the second is %d, %v", name, second, err)
				}
				first, err := one.One(ctx)
				if err != nil || first != 1 {
					t.Errorf("%s: the first is %d, %v", name, first, err)
				}
				_, err = db.Ask[int](ctx, q, `SELECT nothing FROM lease`).One(ctx)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "nothing") {
				t.Errorf("%s: what is broken says %v", name, err)
			}
		}
		if n, err := db.One[int](ctx, d, `SELECT 3`); n != 3 || err != nil {
			t.Errorf("afterwards one reads %d, %v", n, err)
		}
	})
}
