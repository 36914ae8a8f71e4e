package x

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/zongler/zongler/internal/channel"
)

// Of the posts that X does not show some are there all the same: their authors show them to few.
func TestOnlyWhatXNoLongerKnowsWasTakenBack(t *testing.T) {
	t.Parallel()
	asked := ""
	answer := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("ids")
		_, _ = fmt.Fprint(w, answer) // who went away needs no answer
	}))
	t.Cleanup(server.Close)
	a := NewAdapter(NewClient(App{URL: server.URL}, server.Client(), server.Client()))
	missing := func(id, kind string) string {
		return fmt.Sprintf(`{"value":%q,"detail":"…","title":"…","resource_type":"tweet","parameter":"ids","resource_id":%[1]q,"type":"https://api.x.com/2/problems/%s"}`, id, kind)
	}
	gone, locked := missing("11", "resource-not-found"), missing("12", "not-authorized-for-resource")
	for _, c := range []struct{ answer, want string }{
		{`{"data":[{"id":"13","text":"a"}],"errors":[` + gone + `,` + locked + `]}`, "11"},
		{`{"errors":[` + gone + `,` + locked + `,` + missing("99", "resource-not-found") + `]}`, "11"},
		{`{"errors":[` + locked + `,` + gone + `,` + gone + `]}`, "11"},
		{`{"data":[{"id":"11","text":"a"},{"id":"12","text":"a"},{"id":"13","text":"a"}]}`, ""},
	} {
		answer = c.answer
		found, err := a.Recheck(t.Context(), channel.Account{EntryPoint: account()}, []channel.Still{{Name: "11"}, {Name: "12"}, {Name: "13"}, {Name: "their-message"}, {Name: "11"}})
		if err != nil || asked != "11,12,13" {
			t.Fatalf("asked for %s: %v", asked, err)
		}
		got := ""
		for _, one := range found {
			in, err := a.Read(account(), one.Raw)
			if err != nil || in.Kind != channel.KindDeletion || in.Post == "" || len(in.Unsaid) == 0 {
				t.Errorf("%+v %v", in, err)
			}
			got += in.Target
		}
		if got != c.want {
			t.Errorf("%s\n%q was taken back, not %q", c.answer, got, c.want)
		}
	}
}
