package worklist

import (
	"context"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Reach returns the condition under which the actor of ctx may see a conversation
// that a statement calls c; nil if all of the actor's brands are theirs to see.
func (s *Service) Reach(ctx context.Context) (condition func(w *db.Where) string, err error) {
	v, err := look(ctx, s.db, "worklist.Reach", false)
	if err != nil || v.wide() {
		return nil, errs.Op("worklist.Reach", err)
	}
	return v.reach, nil
}

// Parts returns the users whose parts in conversations are the actor's own to see: the actor, or the teams.
func (s *Service) Parts(ctx context.Context) ([]id.User, error) {
	v, err := look(ctx, s.db, "worklist.Parts", false)
	return v.users, errs.Op("worklist.Parts", err)
}

// CaseReach returns the condition under which the actor of ctx may see a case that a
// statement calls f; nil if all of the actor's brands are theirs to see.
func (s *Service) CaseReach(ctx context.Context) (condition func(w *db.Where) string, err error) {
	v, err := lookAtCases(ctx, s.db, "worklist.CaseReach", false)
	if err != nil || v.wide() {
		return nil, errs.Op("worklist.CaseReach", err)
	}
	return v.reachCases, nil
}
