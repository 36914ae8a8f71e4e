package casework

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Visible returns a case if the actor of ctx may do p with it. One that is out of
// reach is not found, so that its existence is not told.
func (s *Service) Visible(ctx context.Context, q db.Queryer, p actor.Permission, key id.Case) (Case, error) {
	const op = "casework.Visible"
	a, err := actor.Require(ctx, op, p)
	if err != nil {
		return Case{}, err
	}
	c, err := s.find(ctx, q, a, key, "")
	if err != nil {
		return Case{}, errs.Op(op, err)
	}
	return c, errs.Op(op, s.reach(ctx, q, a, p, c))
}

// lockVisible returns a case that the actor may edit, locked until the commit. An
// editor who saw another version than it has gets a Conflict.
func (s *Service) lockVisible(ctx context.Context, tx *db.Tx, op string, key id.Case, version int64) (Case, error) {
	a, err := actor.Require(ctx, op, actor.CaseEdit)
	if err != nil {
		return Case{}, err
	}
	c, err := s.find(ctx, tx, a, key, tx.ForUpdate())
	if err != nil {
		return Case{}, err
	}
	if err := s.reach(ctx, tx, a, actor.CaseEdit, c); err != nil {
		return Case{}, err
	}
	if version != 0 && version != c.Version {
		return Case{}, errs.New(errs.Conflict, op, "case.changed")
	}
	return c, nil
}

// reach returns NotFound unless c is within the scope in which a has p: whose it
// is, who watches it, whose team it waits for, or who may read one of its conversations.
func (s *Service) reach(ctx context.Context, q db.Queryer, a actor.Actor, p actor.Permission, c Case) error {
	scope := a.Scope(p)
	if scope >= actor.InBrand {
		return nil
	}
	if a.User != 0 { // a key has no work of its own
		own, err := s.isOwn(ctx, q, a, scope, c)
		if err != nil || own {
			return err
		}
	}
	links, err := s.links(ctx, q, c.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.ConversationID == 0 {
			continue
		}
		_, err := s.threads.Readable(ctx, q, l.ConversationID)
		if err == nil || !errs.Is(errs.NotFound, err) && !errs.Is(errs.Forbidden, err) {
			return err
		}
	}
	return errs.E(errs.NotFound, "casework.reach", nil)
}

func (s *Service) isOwn(ctx context.Context, q db.Queryer, a actor.Actor, scope actor.Scope, c Case) (bool, error) {
	users := []id.User{a.User}
	if scope == actor.InTeam {
		mates, err := s.staff.Teammates(ctx, q, a.User)
		if err != nil {
			return false, err
		}
		users = append(users, mates...)
	}
	if c.OwnerID != 0 && slices.Contains(users, c.OwnerID) {
		return true, nil
	}
	watchers, err := s.Watchers(ctx, q, c.ID)
	if err != nil || slices.ContainsFunc(watchers, func(u id.User) bool { return slices.Contains(users, u) }) {
		return err == nil, err
	}
	if c.TeamID == 0 {
		return false, nil
	}
	teams, err := s.staff.TeamsOf(ctx, q, a.User)
	return slices.Contains(teams, c.TeamID), err
}
