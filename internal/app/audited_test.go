package app

import (
	"net/http"
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// administrative are the rights to change how the centre works and what its people do.
func administrative() []actor.Permission {
	return []actor.Permission{
		actor.StaffMove, actor.PresenceForce, actor.QueueEdit, actor.UserEdit, actor.RoleEdit, actor.BrandEdit, actor.EntryPointEdit,
		actor.CalendarEdit, actor.CannedEdit, actor.KeyEdit, actor.WebhookEdit, actor.RuleEdit, actor.CaseSetup, actor.CustomerSetup,
		actor.RetentionEdit, actor.HoldEdit, actor.JobRetry,
	}
}

// changesNothing are the operations that need such a right and change nothing here: they only try something, or it is so already.
func changesNothing() []string {
	return []string{"tryMailbox", "testMailbox", "testChannelAccount", "testWebhook", "tryRule", "switchAgentChannels"}
}

// TestEveryAdministrativeChangeIsInTheLog does everything that an administrator can do and looks for its line.
func TestEveryAdministrativeChangeIsInTheLog(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	e := h.build(h.tenants[0], "Alfa")
	lines := func() int {
		n, err := db.One[int](t.Context(), h.app.db, `SELECT COUNT(*) FROM audit WHERE tenant_id = $1`, h.tenants[0].TenantID)
		h.must(err)
		return n
	}
	all, tried := probes(), 0
	for _, op := range h.app.site.api.Operations() {
		p := all[op.ID]
		if op.Method == http.MethodGet || p.absent || !slices.Contains(administrative(), op.Permission) {
			continue
		}
		before := lines()
		got := p.fromOwner(p.aim(op, e), e)
		if got.status >= http.StatusMultipleChoices {
			continue // it was refused: TestNobodyReachesWhatIsNotTheirs says which may be
		}
		tried++
		written, quiet := lines() > before, slices.Contains(changesNothing(), op.ID)
		for try := 0; written && quiet && try < 3; try++ { // a job that ends meanwhile, as an import, writes a line of its own
			before = lines()
			p.fromOwner(p.aim(op, e), e)
			written = lines() > before
		}
		if written == quiet {
			t.Errorf("%s: a line in the log: %v", op.ID, written)
		}
	}
	if tried < 80 {
		t.Errorf("only %d operations were tried", tried)
	}
}
