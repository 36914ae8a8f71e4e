package account

import (
	"maps"
	"slices"
	"sync"

	"github.com/zongler/zongler/internal/actor"
)

// maxRights bounds the rights that are shared.
const maxRights = 64

// sharedRights lets users of equal rights share one map of them, which nobody
// changes: of thousands on line most have the same few roles.
type sharedRights struct {
	mu    sync.Mutex
	known []actor.Rights
}

func (s *sharedRights) shared(r actor.Rights) actor.Rights {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.known {
		if maps.Equal(known, r) {
			return known
		}
	}
	if len(s.known) == maxRights {
		s.known = slices.Delete(s.known, 0, 1)
	}
	s.known = append(s.known, r)
	return r
}
