package acd

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Effect is something for the shell to do. The effects of this file are all there are.
type Effect interface{ effect() }

// Reason says why something was done.
type Reason string

// Reasons.
const (
	MissedOffer    Reason = "missed_offer"     // SetAway
	Full           Reason = "full"             // Overflow: the queue's MaxWaiting is reached
	MaxWait        Reason = "max_wait"         // Overflow: waited for the queue's MaxWait
	RemovedQueue   Reason = "queue_removed"    // Overflow
	Unroutable     Reason = "unroutable"       // Overflow: there is no such queue or channel
	AgentChanged   Reason = "agent_changed"    // WithdrawOffer: away, channel off, moved, skills changed
	AgentGone      Reason = "agent_lost"       // WithdrawOffer, Requeue
	RemovedAgent   Reason = "agent_removed"    // WithdrawOffer, Requeue
	TakenByAnother Reason = "taken"            // WithdrawOffer
	Changed        Reason = "changed"          // WithdrawOffer: the interaction needs something else now
	Transferred    Reason = "transferred"      // WithdrawOffer: queued anew
	Left           Reason = "interaction_gone" // WithdrawOffer: abandoned or closed
)

type (
	// MakeOffer offers an interaction to an agent. It stands For so long from when
	// OfferMade says that it was written, and has no end before.
	MakeOffer struct {
		Interaction id.Interaction
		Agent       id.User
		Queue       id.Queue
		Token       Token
		For         time.Duration
		Why         Why
	}
	// ExpireOffer says that an offer was missed. The interaction waits again, in
	// its place. If the agent accepted just in time, skip the SetAway that follows
	// and answer with OfferAccepted.
	ExpireOffer struct {
		Interaction id.Interaction
		Agent       id.User
		Token       Token
	}
	// WithdrawOffer takes an offer back; the interaction waits again, in its
	// place, unless an effect that follows or the event itself says otherwise.
	WithdrawOffer struct {
		Interaction id.Interaction
		Agent       id.User
		Token       Token
		Reason      Reason
	}
	// SetAway makes an agent away. The core has assumed it already.
	SetAway struct {
		Agent  id.User
		Reason Reason
	}
	// Overflow moves an interaction to another queue, where the core has put it
	// already, or, when To is zero, out of the core's hands: the shell decides
	// what becomes of it.
	Overflow struct {
		Interaction id.Interaction
		From, To    id.Queue
		Reason      Reason
	}
	// Requeue takes an interaction from an agent back to its queue, with its original arrival.
	Requeue struct {
		Interaction id.Interaction
		Agent       id.User
		Queue       id.Queue
		Reason      Reason
	}
	// WakeAt asks for a Tick at a point in time, in place of what was asked
	// before; the zero time asks for none.
	WakeAt struct{ At time.Time }
)

func (MakeOffer) effect()     {}
func (ExpireOffer) effect()   {}
func (WithdrawOffer) effect() {}
func (SetAway) effect()       {}
func (Overflow) effect()      {}
func (Requeue) effect()       {}
func (WakeAt) effect()        {}

// Rule is what decided between agents.
type Rule string

// Rules.
const (
	RulePreferred   Rule = "preferred"    // the interaction's preferred agent was free
	RuleOnlyOne     Rule = "only_one"     // nobody else had room
	RuleBestFit     Rule = "best_fit"     // highest sum of levels in the required skills, then as RuleLongestIdle
	RuleLongestIdle Rule = "longest_idle" // least loaded, then longest idle
)

// Why holds the inputs of a decision, to answer "why this agent?" and "why this interaction?".
type Why struct {
	Rule       Rule
	Considered int           // agents with room in this queue and channel
	Fit        int           // sum of the agent's levels in the required skills
	Load       int           // of the agent, before this offer
	IdleSince  time.Time     // of the agent
	Priority   int           // of the interaction, its queue's included
	Waited     time.Duration // since the original arrival
	Behind     int           // others waiting in the queue at that moment
}
