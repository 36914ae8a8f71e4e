package admin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestTheWorkMixIsForAllBrands(t *testing.T) {
	t.Parallel()
	s := newRoutingSite(t, dbtest.SQLite(t))
	admins := string(actor.Administrator)
	for i, step := range []struct {
		as, method, body string
		status           int
		says             string // of the answer
	}{
		{"", "GET", "", 401, "unauthenticated"},
		{admins, "GET", "", 200, "chat:30"},
		{admins, "PATCH", `{"limits":{"chat":2}}`, 403, "forbidden"},
		{admins + "*", "PATCH", `{"limits":{"chat":2},"interrupts":{"call":["mail"]}}`, 200, "limits:map[chat:2]"},
		{admins + "*", "PATCH", `{"loads":{"fax":2}}`, 422, "one_of"},
		{admins, "GET", "", 200, "interrupts:map[call:[mail] chat:[] mail:[] social:[] video:[mail social]]"},
	} {
		status, answer := s.call(step.as, step.method, "/work-mix", step.body, fmt.Sprint(i))
		if got := fmt.Sprint(answer); status != step.status || !strings.Contains(got, step.says) {
			t.Errorf("%s %q: %d %s", step.method, step.as, status, got)
		}
	}
	if got := s.facts(); got != "configuration.changed" {
		t.Errorf("facts %q", got)
	}
	changes, err := db.One[string](s.system, s.d, `SELECT changes FROM audit WHERE action = 'setting.update'`)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"routing.mix", `"before":["mail","social"],"after":["mail"]`, `limits.chat","after":2`} {
		if !strings.Contains(changes, part) {
			t.Errorf("audited %s without %s", changes, part)
		}
	}
}
