package privacy

import (
	"fmt"
	"maps"
	"testing"

	"github.com/zongler/zongler/internal/id"
)

func TestWhatIsHeldStaysWithWhatItIsHeldToBe(t *testing.T) {
	t.Parallel()
	// 2 and 3 are held to be 1, 4 to be 2.
	into := map[id.Organisation]id.Organisation{1: 0, 2: 1, 3: 1, 4: 2}
	all := []id.Organisation{1, 2, 3, 4}
	cases := []struct {
		name string
		held map[id.Organisation][]id.Customer
		gone []id.Organisation
		want string
	}{
		{"without a hold all go", nil, nil, "[1 2 3 4] []"},
		{"somebody of the first keeps it alone", map[id.Organisation][]id.Customer{1: {9}}, nil, "[2 3 4] [{organisation 1 hold } {customer 9 hold }]"},
		{
			"somebody of the last keeps the whole chain",
			map[id.Organisation][]id.Customer{4: {9}},
			nil, "[3] [{organisation 1 needed } {organisation 2 needed } {organisation 4 hold } {customer 9 hold }]",
		},
		{"what has gone before neither goes again nor stays", map[id.Organisation][]id.Customer{1: {9}}, []id.Organisation{2, 4}, "[3] [{organisation 1 hold } {customer 9 hold }]"},
	}
	for _, c := range cases {
		there := maps.Clone(into)
		for _, key := range c.gone {
			delete(there, key)
		}
		f := fate{people: c.held}
		f.split(all, there)
		if got := fmt.Sprint(f.goes, " ", f.left()); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
