package acd

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Event is something that happened. The events of this file are all there are.
type Event interface{ apply(s *State) }

// Start and time.
type (
	// Ready ends loading. Before it nothing is offered and queues have no limits.
	// Load queues first, then agents with their work, then those who wait.
	Ready struct{}
	// Tick lets timers fire; the shell sends it when WakeAt says so.
	Tick struct{}
)

// Configuration and people.
type (
	// QueueUpserted gives a queue's configuration, new or changed.
	QueueUpserted struct{ Queue Queue }
	// QueueRemoved says that a queue is gone; those in it overflow.
	QueueRemoved struct{ Queue id.Queue }
	// AgentUpserted describes an agent, new or changed.
	AgentUpserted struct{ Agent Agent }
	// AgentRemoved says that a user is no agent any more; their work is requeued.
	AgentRemoved struct{ Agent id.User }
	// PresenceChanged says that an agent is, or is not, there for work.
	PresenceChanged struct {
		Agent    id.User
		Presence Presence
	}
	// ChannelsChanged says which channels an agent has switched on.
	ChannelsChanged struct {
		Agent    id.User
		Channels Channels
	}
	// MembershipChanged says that an agent serves, or no longer serves, a queue.
	MembershipChanged struct {
		Agent  id.User
		Queue  id.Queue
		Serves bool
	}
	// SkillsChanged gives all skills of an agent.
	SkillsChanged struct {
		Agent  id.User
		Skills []Skill
	}
	// AgentLost says that an agent's desk is not heard of any more: offers are
	// withdrawn, active chats requeued, and the agent counts as offline.
	AgentLost struct{ Agent id.User }
)

// Interactions that wait.
type (
	// InteractionQueued puts an interaction into a queue: a new one, one that is
	// transferred, requeued, or loaded after a restart.
	InteractionQueued struct{ Interaction Interaction }
	// InteractionUpdated changes how an interaction is ranked and what it needs.
	// Skills are as in Interaction: nil means the queue's own.
	InteractionUpdated struct {
		Interaction id.Interaction
		Priority    int
		Skills      []Requirement
	}
	// InteractionLeft says that an interaction is over or in other hands:
	// abandoned, closed, answered by a callback, or overflowed by the shell.
	InteractionLeft struct {
		Interaction id.Interaction
		Abandoned   bool // the customer gave up waiting
	}
)

// Offers. Token is the offer's own; an event about another offer is ignored,
// except that an acceptance is always believed.
type (
	// OfferMade says that MakeOffer was written, and when the offer ends. However
	// long the write took, the agent has the whole time to answer.
	OfferMade struct {
		Interaction id.Interaction
		Agent       id.User
		Token       Token
		Expires     time.Time
	}
	// OfferAccepted says that the agent has it. It also undoes the away that the
	// core assumed if the agent was just in time.
	OfferAccepted struct {
		Interaction id.Interaction
		Agent       id.User
		Token       Token
	}
	// OfferDeclined says that the agent turned it down.
	OfferDeclined struct {
		Interaction id.Interaction
		Agent       id.User
		Token       Token
	}
	// OfferMissed says that the agent did not answer, before the time was up: no
	// answer of their telephone, for example. Offers also expire by Tick.
	OfferMissed struct {
		Interaction id.Interaction
		Agent       id.User
		Token       Token
	}
	// OfferWithdrawn says that somebody took the offer back; it goes to the next agent.
	OfferWithdrawn struct {
		Interaction id.Interaction
		Agent       id.User
		Token       Token
	}
	// OfferRefused says that MakeOffer could not be written: the interaction is
	// Gone, or the agent has changed, about which another event will tell.
	OfferRefused struct {
		Interaction id.Interaction
		Agent       id.User
		Token       Token
		Gone        bool
	}
)

// Work that an agent has.
type (
	// Pulled says that an agent took a waiting interaction by choice.
	Pulled struct {
		Interaction id.Interaction
		Agent       id.User
	}
	// TakenOver says that an agent took an interaction from another.
	TakenOver struct {
		Interaction id.Interaction
		Agent       id.User
	}
	// WorkStarted says that an agent began something that never waited: an outgoing call or mail.
	WorkStarted struct {
		Agent       id.User
		Interaction Interaction
	}
	// WorkParked says that an interaction takes no load until it is resumed.
	WorkParked struct{ Interaction id.Interaction }
	// WorkResumed says that an agent took a parked interaction up again.
	WorkResumed struct {
		Interaction id.Interaction
		Agent       id.User
	}
	// WrapUpStarted says that the conversation ended and the work after it began.
	WrapUpStarted struct{ Interaction id.Interaction }
	// WorkEnded says that the agent is done with an interaction.
	WorkEnded struct{ Interaction id.Interaction }
)
