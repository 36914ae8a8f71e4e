package app

import (
	"testing"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestIsolationX(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "", "other.example")
		b := h.build(h.tenants[0], "Beta")
		c := h.build(h.tenants[1], "Gamma")
		t.Log(b.ids, c.ids)
		a := h.build(h.tenants[0], "Alfa")
		t.Log(a.ids)
	})
}
