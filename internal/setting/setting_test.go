package setting_test

import (
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/setting"
)

func volume() setting.Key[int] {
	return setting.Key[int]{Name: "desk.volume", Scope: setting.OfBrand, Default: 50, Check: func(v int) error {
		if v > 100 {
			return errs.Fields("test", errs.Field{Path: "volume", Code: "number.max"})
		}
		return nil
	}}
}

func TestASettingBelongsToItsOwner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		for _, v := range []int{70, 80} {
			if err := d.Update(ctx, func(tx *db.Tx) error { return setting.Set(ctx, tx, volume(), 7, v) }); err != nil {
				t.Fatal(err)
			}
		}
		for owner, want := range map[int64]int{7: 80, 8: 50} {
			if v, err := setting.Get(ctx, d, volume(), owner); v != want || err != nil {
				t.Errorf("owner %d: %d %v", owner, v, err)
			}
		}
		if v, err := setting.Get(dbtest.As(t, 2), d, volume(), 7); v != 50 || err != nil {
			t.Errorf("another tenant: %d %v", v, err)
		}
		if err := d.Update(ctx, func(tx *db.Tx) error { return setting.Set(ctx, tx, volume(), 7, 101) }); !errs.Is(errs.Invalid, err) {
			t.Errorf("too loud: %v", err)
		}
		if n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM audit WHERE subject_kind = 'setting'`); n != 2 || err != nil {
			t.Errorf("%d audit entries, %v", n, err)
		}
	})
}

func TestAClaimIsTakenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		results := make(chan bool, 2)
		for range 2 {
			go func() {
				var mine bool
				err := d.Update(t.Context(), func(tx *db.Tx) (err error) {
					mine, err = setting.Claim(t.Context(), tx, "setup")
					return err
				})
				results <- mine && err == nil
			}()
		}
		if one, other := <-results, <-results; one == other {
			t.Error("both or none")
		}
	})
}
