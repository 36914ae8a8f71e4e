package account

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/zongler/zongler/internal/actor"
)

func TestUsersOfEqualRightsShareThem(t *testing.T) {
	t.Parallel()
	var s sharedRights
	same := func(a, b actor.Rights) bool { return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() }
	first := s.shared(actor.Agent.Rights())
	if !same(first, s.shared(actor.Agent.Rights())) {
		t.Error("equal rights are kept twice")
	}
	if other := s.shared(actor.Supervisor.Rights()); same(first, other) || other[actor.InteractionMove] != actor.Supervisor.Rights()[actor.InteractionMove] {
		t.Error("other rights became the same")
	}
	for i := range 2 * maxRights {
		s.shared(actor.Rights{actor.Permission(fmt.Sprint(i)): actor.Own})
	}
	if len(s.known) != maxRights {
		t.Errorf("%d kept", len(s.known))
	}
}
