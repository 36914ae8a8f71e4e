package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/live"
)

// rights is what a user may see. Nobody changes its lists and maps.
type rights struct {
	actor   actor.Actor
	queues  map[id.Queue]bool // of which they are a member
	mates   []id.User         // with scope InTeam: whose work they see
	reading int64             // the number of the reading that found it; 0: not read yet
	version int64             // the number of the reading since which it has been the same
}

// same reports whether r lets the same be seen as o.
func (r rights) same(o rights) bool {
	some := func(b actor.Brands) []id.Brand { return slices.Sorted(slices.Values(b.Some)) }
	return maps.Equal(r.actor.Rights, o.actor.Rights) && r.actor.Brands.All == o.actor.Brands.All &&
		slices.Equal(some(r.actor.Brands), some(o.actor.Brands)) && maps.Equal(r.queues, o.queues) && slices.Equal(r.mates, o.mates)
}

// moved names those who may see other things than before.
type moved struct {
	users   map[id.User]bool  // with what they may do, and whose colleagues they are
	members map[id.User]bool  // of queues
	roles   map[id.Role]bool  // whose holders
	brands  map[id.Brand]bool // whose users see a brand that is another
}

func (m *moved) nobody() bool { return len(m.users)+len(m.members)+len(m.roles)+len(m.brands) == 0 }

// refresh reads again what people may see whose rights have moved, before anything is sent by old rights.
func (f *Feed) refresh(ctx context.Context, tenant id.Tenant, m *moved) {
	if m.nobody() {
		return
	}
	people := f.people(tenant)
	named, err := f.named(ctx, tenant, people, m)
	if err != nil {
		f.Log.Error("read whose rights have moved", "tenant", tenant, "err", err)
	}
	for _, p := range people {
		if err != nil || named[p.key.User] { // not known: it may be anybody
			f.relearnOrEnd(ctx, p.key)
		}
		if slices.ContainsFunc(slices.Collect(maps.Keys(m.brands)), p.actor.Brands.Has) {
			f.Hub.Renew(p.key)
		}
	}
}

// named returns the users whose rights m may have changed.
func (f *Feed) named(ctx context.Context, tenant id.Tenant, people []*person, m *moved) (map[id.User]bool, error) {
	named := maps.Clone(m.members)
	maps.Copy(named, m.users)
	for _, p := range people { // who was a colleague
		if slices.ContainsFunc(p.mates, func(u id.User) bool { return m.users[u] }) {
			named[p.key.User] = true
		}
	}
	if err := f.nameMates(ctx, tenant, named, slices.Collect(maps.Keys(m.users))); err != nil {
		return nil, err
	}
	return named, f.nameHolders(ctx, tenant, named, slices.Collect(maps.Keys(m.roles)))
}

// nameMates adds who is in a team with one of users.
func (f *Feed) nameMates(ctx context.Context, tenant id.Tenant, named map[id.User]bool, users []id.User) error {
	if len(users) == 0 {
		return nil
	}
	w := &db.Where{}
	w.And("m.tenant_id = ?", tenant)
	db.In(w, "m.user_id", users)
	mates, err := db.Many[id.User](ctx, f.DB, `SELECT mine.user_id FROM team_member m
		JOIN team_member mine ON mine.tenant_id = m.tenant_id AND mine.team_id = m.team_id`+w.SQL(), w.Args()...)
	for _, u := range mates {
		named[u] = true
	}
	return err
}

// nameHolders adds who has one of roles.
func (f *Feed) nameHolders(ctx context.Context, tenant id.Tenant, named map[id.User]bool, roles []id.Role) error {
	if len(roles) == 0 {
		return nil
	}
	keys := make([]string, len(roles))
	for i, r := range roles {
		keys[i] = r.String()
	}
	w := &db.Where{}
	w.And("tenant_id = ?", tenant)
	db.In(w, "role", keys)
	holders, err := db.Many[id.User](ctx, f.DB, `SELECT user_id FROM user_role`+w.SQL(), w.Args()...)
	for _, u := range holders {
		named[u] = true
	}
	return err
}

// relearnOrEnd reads again what a user may see. Who may see nothing any more, or of whom nothing is known, is told
// nothing and is disconnected.
func (f *Feed) relearnOrEnd(ctx context.Context, key live.Key) {
	reading := f.readings.Add(1)
	fresh, visible, err := f.learn(ctx, key)
	fresh.reading = reading
	f.keep(key, fresh, visible)
	switch {
	case err == nil:
	case errs.Is(errs.Unauthenticated, err):
		f.Hub.EndSession(key, 0, live.CloseSessionEnded, "session.ended")
	default:
		f.Log.Error("read the rights of a desk", "user", key.User, "err", err)
		f.Hub.EndSession(key, 0, live.CloseTryAgain, "unavailable")
	}
}

// relearn reads again what a user may see.
func (f *Feed) relearn(ctx context.Context, key live.Key) error {
	reading := f.readings.Add(1)
	fresh, visible, err := f.learn(ctx, key)
	if err == nil {
		fresh.reading = reading
		f.keep(key, fresh, visible)
	}
	return err
}

// keep takes what was read of a user, unless a reading that began later was quicker. Who sees other things than
// before fetches everything anew; nothing that was made by the rights before goes out after that.
func (f *Feed) keep(key live.Key, fresh rights, visible []id.Conversation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.online[key]
	if p == nil || p.reading > fresh.reading {
		return
	}
	known := p.reading > 0
	fresh.version = fresh.reading
	if known && p.same(fresh) {
		fresh.version = p.version
	}
	anew := known && fresh.version == fresh.reading
	f.becomes(p, func(p *person) {
		p.rights = fresh
		if anew {
			p.hide(visible)
		}
	})
	if anew {
		f.Hub.Renew(key)
	}
}

// learn reads what a user may see, and which of the conversations that they look at.
// On an error it returns the rights of somebody who may see nothing.
func (f *Feed) learn(ctx context.Context, key live.Key) (rights, []id.Conversation, error) {
	a, err := f.Directory.Current(ctx, key.Tenant, key.User)
	if err != nil {
		return rights{}, nil, err
	}
	r := rights{actor: a, queues: map[id.Queue]bool{}}
	queues, err := db.Many[id.Queue](ctx, f.DB, `SELECT queue_id FROM queue_member WHERE tenant_id = $1 AND user_id = $2 AND enabled`, key.Tenant, key.User)
	if err != nil {
		return rights{}, nil, err
	}
	for _, q := range queues {
		r.queues[q] = true
	}
	if a.Scope(actor.ConversationRead) == actor.InTeam || a.Scope(actor.CaseRead) == actor.InTeam {
		r.mates, err = account.Mates(ctx, f.DB, key.Tenant, key.User)
		if err != nil {
			return rights{}, nil, err
		}
		slices.Sort(r.mates) // to be compared
	}
	visible, err := f.visible(ctx, a, key)
	if err != nil {
		return rights{}, nil, err
	}
	return r, visible, nil
}

// visible returns which of the conversations that a user looks at a may see.
func (f *Feed) visible(ctx context.Context, a actor.Actor, key live.Key) ([]id.Conversation, error) {
	p := f.one(key)
	if p == nil || a.Scope(actor.ConversationRead) == actor.None {
		return nil, nil
	}
	rows, err := f.Rows.Rows(actor.With(ctx, a), slices.Collect(p.lookedAt()))
	if err != nil {
		return nil, err
	}
	visible := make([]id.Conversation, len(rows))
	for i, r := range rows {
		visible[i] = r.ID
	}
	return visible, nil
}
