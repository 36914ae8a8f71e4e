package routing

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Agent is a user as routing sees them.
type Agent struct {
	UserID       id.User
	Capacity     int
	Loads        map[string]int `db:"loads,json"` // units by class, where they differ from the usual
	Channels     []string       `db:"channels,json"`
	State        Presence
	ReasonID     id.AwayReason
	System       string
	Since        time.Time
	NextState    Presence
	NextReasonID id.AwayReason
	IdleSince    time.Time
	GoneAt       time.Time // given up as lost, and without a desk since; a break goes on meanwhile
	IntervalID   id.Interval
}

// Classes are the channel classes that an agent can switch, with the names they have in the API.
func Classes() []string { return []string{"call", "video", "chat", "mail", "social"} }

// Wish is the presence that somebody sets.
type Wish struct {
	State    Presence
	Reason   id.AwayReason // for Away
	WhenFree bool          // not before the present work ends; until then nothing new is offered
}

const agentColumns = `user_id, capacity, loads, channels, state, reason_id, system, since, next_state, next_reason_id, idle_since, gone_at, interval_id`

// Agent returns an agent of the actor's tenant; one who never worked is offline with all channels on.
func (s *Service) Agent(ctx context.Context, user id.User) (Agent, error) {
	a, found, err := db.Find[Agent](ctx, s.db, `SELECT `+agentColumns+` FROM agent WHERE tenant_id = $1 AND user_id = $2`, actor.From(ctx).Tenant, user)
	if err == nil && !found {
		a = newAgent(user)
	}
	return a, err
}

func newAgent(user id.User) Agent {
	return Agent{UserID: user, Capacity: 100, Channels: Classes(), State: Offline}
}

// lockAgent returns the agent's row, made if need be, locked in tx.
func lockAgent(ctx context.Context, tx *db.Tx, user id.User) (Agent, error) {
	a, found, err := findAgent(ctx, tx, user)
	if err != nil || found {
		return a, err
	}
	if err := ensureAgent(ctx, tx, user); err != nil {
		return a, err
	}
	a, _, err = findAgent(ctx, tx, user)
	return a, err
}

// findAgent returns the agent's row, locked in tx, and whether there is one.
func findAgent(ctx context.Context, tx *db.Tx, user id.User) (Agent, bool, error) {
	return askAgent(ctx, tx, user).Find(ctx)
}

// askAgent asks for the agent's row, and locks it.
func askAgent(ctx context.Context, tx *db.Tx, user id.User) *db.Reading[Agent] {
	return db.Ask[Agent](ctx, tx, `SELECT `+agentColumns+` FROM agent WHERE tenant_id = $1 AND user_id = $2`+tx.ForUpdate(), actor.From(ctx).Tenant, user)
}

// ensureAgent makes the agent's row if need be, so that routing knows whose work is whose.
func ensureAgent(ctx context.Context, tx *db.Tx, user id.User) error {
	fresh := newAgent(user)
	return db.Write(ctx, tx, `INSERT INTO agent (tenant_id, user_id, capacity, channels, state, since) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, user_id) DO NOTHING`,
		actor.From(ctx).Tenant, user, fresh.Capacity, db.JSON(fresh.Channels), fresh.State, tx.Now())
}

// SetPresence sets the actor's own presence.
func (s *Service) SetPresence(ctx context.Context, w Wish) error {
	const op = "routing.SetPresence"
	who, err := person(ctx, op, actor.PresenceSelf)
	if err != nil {
		return err
	}
	return errs.Op(op, s.setPresence(ctx, op, who.User, w))
}

// ForcePresence sets somebody else's presence.
func (s *Service) ForcePresence(ctx context.Context, agent id.User, w Wish) error {
	const op = "routing.ForcePresence"
	if _, err := actor.Require(ctx, op, actor.PresenceForce); err != nil {
		return err
	}
	if err := reachable(ctx, s.db, s.staff, actor.PresenceForce, agent); err != nil {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := lockAgent(ctx, tx, agent)
		if err != nil {
			return err
		}
		after := before
		if err := s.wish(ctx, tx, op, &after, w); err != nil {
			return err
		}
		return auditAgent(ctx, tx, "agent.presence", agent, before.presence(), after.presence())
	}))
}

func (s *Service) setPresence(ctx context.Context, op string, agent id.User, w Wish) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		a, err := lockAgent(ctx, tx, agent)
		if err != nil {
			return err
		}
		return s.wish(ctx, tx, op, &a, w)
	})
}

// wish makes a wish about an agent true now, or when they are free.
func (s *Service) wish(ctx context.Context, tx *db.Tx, op string, a *Agent, w Wish) error {
	if err := checkWish(ctx, tx, op, w); err != nil {
		return err
	}
	busy, err := isBusy(ctx, tx, a.UserID, 0)
	if err != nil {
		return err
	}
	if w.WhenFree && busy && w.State != Available {
		return planNext(ctx, tx, a, w)
	}
	return movePresence(ctx, tx, a, w.State, w.Reason, "")
}

// presence returns what the audit log keeps of it.
func (a *Agent) presence() map[string]any {
	return map[string]any{"state": a.State, "reason_id": a.ReasonID, "next_state": a.NextState, "next_reason_id": a.NextReasonID}
}

// auditAgent writes down what was done to an agent by somebody else. What people
// do themselves are facts, not changes of the configuration.
func auditAgent(ctx context.Context, tx *db.Tx, action string, agent id.User, before, after any) error {
	return audit.Write(ctx, tx, audit.Entry{Action: action, Subject: audit.Subject{Kind: "agent", ID: int64(agent)}, Before: before, After: after})
}

func checkWish(ctx context.Context, tx *db.Tx, op string, w Wish) error {
	if !slices.Contains([]Presence{Offline, Available, Away}, w.State) {
		return errs.Fields(op, errs.Field{Path: "state", Code: "presence.unknown"})
	}
	if w.State != Away || w.Reason == 0 {
		return nil
	}
	_, found, err := db.Find[id.AwayReason](ctx, tx, `SELECT id FROM away_reason WHERE tenant_id = $1 AND id = $2 AND archived_at = 0`,
		actor.From(ctx).Tenant, w.Reason)
	if err == nil && !found {
		err = errs.Fields(op, errs.Field{Path: "reason_id", Code: "away_reason.not_found"})
	}
	return err
}

// planNext keeps what the agent will be once their present work ends.
func planNext(ctx context.Context, tx *db.Tx, a *Agent, w Wish) error {
	a.NextState, a.NextReasonID = w.State, w.Reason
	err := db.Write(ctx, tx, `UPDATE agent SET next_state = $1, next_reason_id = $2 WHERE tenant_id = $3 AND user_id = $4`,
		w.State, w.Reason, actor.From(ctx).Tenant, a.UserID)
	if err != nil {
		return err
	}
	return tx.Record(ctx, fact.PresenceMoved{Agent: a.UserID, State: string(a.State), Reason: a.ReasonID, Since: a.Since})
}

// movePresence ends the present interval and begins the next. A break is ended by nobody but people.
func movePresence(ctx context.Context, tx *db.Tx, a *Agent, to Presence, reason id.AwayReason, system string) error {
	if to != Away {
		reason = 0
	}
	tenant := actor.From(ctx).Tenant
	if a.State == to && a.ReasonID == reason && a.System == system {
		return forgetNext(ctx, tx, a)
	}
	if err := db.Write(ctx, tx, `UPDATE agent_interval SET until = $1 WHERE tenant_id = $2 AND id = $3`, tx.Now(), tenant, a.IntervalID); err != nil {
		return err
	}
	a.IntervalID, a.State, a.ReasonID, a.System, a.Since, a.NextState, a.NextReasonID = id.New[id.Interval](), to, reason, system, tx.Now(), "", 0
	if to == Available {
		a.IdleSince = tx.Now()
	}
	if err := db.Write(ctx, tx, `INSERT INTO agent_interval (tenant_id, id, user_id, state, reason_id, system, since) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tenant, a.IntervalID, a.UserID, to, reason, system, tx.Now()); err != nil {
		return err
	}
	err := db.Write(ctx, tx, `UPDATE agent SET state = $1, reason_id = $2, system = $3, since = $4, next_state = '', next_reason_id = 0,
		idle_since = $5, interval_id = $6 WHERE tenant_id = $7 AND user_id = $8`,
		to, reason, system, tx.Now(), a.IdleSince, a.IntervalID, tenant, a.UserID)
	if err != nil {
		return err
	}
	return tx.Record(ctx, fact.PresenceMoved{Agent: a.UserID, State: string(to), Reason: reason, System: system, Since: tx.Now()})
}

// forgetNext drops what an agent wished to be next, and nothing else.
func forgetNext(ctx context.Context, tx *db.Tx, a *Agent) error {
	if a.NextState == "" {
		return nil
	}
	a.NextState, a.NextReasonID = "", 0
	err := db.Write(ctx, tx, `UPDATE agent SET next_state = '', next_reason_id = 0 WHERE tenant_id = $1 AND user_id = $2`, actor.From(ctx).Tenant, a.UserID)
	if err != nil {
		return err
	}
	return tx.Record(ctx, fact.PresenceMoved{Agent: a.UserID, State: string(a.State), Reason: a.ReasonID, System: a.System, Since: a.Since})
}

// isBusy reports whether an agent works on anything but the interaction except.
func isBusy(ctx context.Context, tx *db.Tx, agent id.User, except id.Interaction) (bool, error) {
	_, busy, err := askBusy(ctx, tx, agent, except).Find(ctx)
	return busy, err
}

// askBusy asks for something that isBusy would find.
func askBusy(ctx context.Context, tx *db.Tx, agent id.User, except id.Interaction) *db.Reading[id.Interaction] {
	return db.Ask[id.Interaction](ctx, tx, `SELECT id FROM interaction
		WHERE tenant_id = $1 AND agent_id = $2 AND state IN ('active', 'wrap_up') AND id <> $3 LIMIT 1`, actor.From(ctx).Tenant, agent, except)
}

// freed notes that an agent's share of an interaction ended: they idle since now, and what they wished to be next begins.
func (s *Service) freed(ctx context.Context, tx *db.Tx, agent id.User, ended id.Interaction) error {
	asked, works := askAgent(ctx, tx, agent), askBusy(ctx, tx, agent, ended)
	a, found, err := asked.Find(ctx)
	if err == nil && !found { // who has work has a row, unless they were never there
		a, err = lockAgent(ctx, tx, agent)
	}
	if err != nil {
		return err
	}
	_, busy, err := works.Find(ctx)
	if err != nil {
		return err
	}
	if a.NextState != "" && !busy {
		return movePresence(ctx, tx, &a, a.NextState, a.NextReasonID, "")
	}
	err = db.Write(ctx, tx, `UPDATE agent SET idle_since = $1 WHERE tenant_id = $2 AND user_id = $3`, tx.Now(), actor.From(ctx).Tenant, agent)
	return err
}

// SwitchChannels switches the channel classes on which an agent gets work: the actor's own, or
// with StaffMove those of others. Classes that are not named stay as they are.
func (s *Service) SwitchChannels(ctx context.Context, agent id.User, switches map[string]bool) error {
	const op = "routing.SwitchChannels"
	for c := range switches {
		if !slices.Contains(Classes(), c) {
			return errs.Fields(op, errs.Field{Path: "channels." + c, Code: "unknown"})
		}
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.maySwitch(ctx, tx, op, agent); err != nil {
			return err
		}
		a, err := lockAgent(ctx, tx, agent)
		if err != nil {
			return err
		}
		on := []string{}
		for _, c := range Classes() {
			if to, named := switches[c]; named && to || !named && slices.Contains(a.Channels, c) {
				on = append(on, c)
			}
		}
		if slices.Equal(on, a.Channels) {
			return nil
		}
		if _, err := db.Exec(ctx, tx, `UPDATE agent SET channels = $1 WHERE tenant_id = $2 AND user_id = $3`,
			db.JSON(on), actor.From(ctx).Tenant, agent); err != nil {
			return err
		}
		if err := tx.Record(ctx, fact.ChannelsSwitched{Agent: agent, Channels: on}); err != nil || agent == actor.From(ctx).User {
			return err
		}
		return auditAgent(ctx, tx, "agent.channels", agent, map[string]any{"channels": a.Channels}, map[string]any{"channels": on})
	}))
}

func (s *Service) maySwitch(ctx context.Context, tx *db.Tx, op string, agent id.User) error {
	if agent == actor.From(ctx).User {
		_, err := person(ctx, op, actor.PresenceSelf)
		return err
	}
	if _, err := actor.Require(ctx, op, actor.StaffMove); err != nil {
		return err
	}
	return reachable(ctx, tx, s.staff, actor.StaffMove, agent)
}
