package attribute_test

import (
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/kit/attribute"
)

func TestChangesTellNobodysWords(t *testing.T) {
	t.Parallel()
	known := []attribute.Definition{{Key: "note", Type: attribute.Text}, {Key: "tier", Type: attribute.Choice}, {Key: "vip", Type: attribute.YesNo}, {Key: "born", Type: attribute.Date}}
	before := map[string]any{"note": "secret", "tier": "silver", "vip": false, "born": "1980-01-01", "kept": 1.0}
	after := map[string]any{"note": "other", "tier": "gold", "vip": true, "kept": 1.0, "gone": "text of a field that is archived"}
	want := []attribute.Change{{Key: "born"}, {Key: "gone"}, {Key: "note"}, {Key: "tier", Was: "silver", Became: "gold"}, {Key: "vip", Was: "no", Became: "yes"}}
	if got := attribute.Changes(known, before, after); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if got := attribute.Changes(known, nil, nil); got != nil {
		t.Errorf("%+v", got)
	}
}
