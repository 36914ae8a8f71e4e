package actor

import "testing"

func TestEachPermissionIsListedOnce(t *testing.T) {
	t.Parallel()
	listed := map[Permission]int{}
	for _, p := range Permissions() {
		listed[p]++
	}
	for p, n := range listed {
		if n > 1 {
			t.Errorf("%s is listed %d times", p, n)
		}
	}
	for _, r := range BuiltIns() {
		for p := range r.Rights() {
			if listed[p] == 0 {
				t.Errorf("%s has %s, which is not listed", r, p)
			}
		}
	}
}
