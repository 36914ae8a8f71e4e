package canned

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Used notes that the actor put a reply into an answer of a conversation. Whether
// they may read that conversation is for the caller to ask.
func (s *Service) Used(ctx context.Context, reply id.Canned, conversation id.Conversation) error {
	const op = "canned.Used"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		w, err := scope(ctx, tx, a)
		if err != nil {
			return err
		}
		w.And("id = ?", reply)
		if _, err := db.One[id.Canned](ctx, tx, `SELECT id FROM canned`+w.SQL(), w.Args()...); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO canned_use (tenant_id, id, canned_id, conversation_id, user_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			a.Tenant, id.New[id.CannedUse](), reply, conversation, a.User, tx.Now())
		return err
	}))
}

// Uses returns how often each of some replies was put into an answer. The caller has listed them for the actor.
func (s *Service) Uses(ctx context.Context, replies []Reply) (map[id.Canned]int, error) {
	const op = "canned.Uses"
	keys := make([]id.Canned, len(replies))
	for i, r := range replies {
		keys[i] = r.ID
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "canned_id", keys)
	rows, err := db.Many[struct {
		CannedID id.Canned
		N        int
	}](ctx, s.db, `SELECT canned_id, COUNT(*) AS n FROM canned_use`+w.SQL()+` GROUP BY canned_id`, w.Args()...)
	uses := map[id.Canned]int{}
	for _, r := range rows {
		uses[r.CannedID] = r.N
	}
	return uses, errs.Op(op, err)
}
