package routing

import (
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/routing/acd"
)

// State is where an interaction is in its life.
type State string

// States of an interaction.
const (
	Queued  State = "queued"  // waits for an agent
	Offered State = "offered" // one agent is asked
	Active  State = "active"  // an agent works on it with the customer
	Parked  State = "parked"  // the agent put it aside
	WrapUp  State = "wrap_up" // the contact ended, the agent finishes the work
	Closed  State = "closed"
)

// Outcome is how an interaction, or a visit to a queue, ended.
type Outcome string

// Outcomes. The last three are of visits only.
const (
	Answered    Outcome = "answered"
	Abandoned   Outcome = "abandoned"
	Overflowed  Outcome = "overflowed"
	Settled     Outcome = "settled"
	Failed      Outcome = "failed"
	Transferred Outcome = "transferred"
)

// Result is how an offer ended, or "made" while it stands.
type Result string

// Results of an offer.
const (
	Made      Result = "made"
	Accepted  Result = "accepted"
	Declined  Result = "declined"
	Missed    Result = "missed"
	Withdrawn Result = "withdrawn"
)

// How is in which way an agent came to an interaction.
type How string

// Ways.
const (
	ByOffer    How = "offer"
	ByPull     How = "pull"
	ByTakeOver How = "takeover"
	Outbound   How = "outbound"
	Together   How = "together" // by an answer to many at once; such a share takes no time of the agent
)

// Presence is what an agent says about being there.
type Presence string

// Presences.
const (
	Offline   Presence = "offline"
	Available Presence = "available"
	Away      Presence = "away"
)

// Reasons that the system gives when it sets a presence.
const (
	SystemMissedOffer = "missed_offer"
	SystemLost        = "lost"
)

// Causes why an interaction came to a queue or left an agent.
const (
	CauseArrival     = "arrival"
	CauseTransfer    = "transfer"
	CauseOverflow    = "overflow"
	CauseLost        = "lost"
	CauseTakenOver   = "taken_over"
	CauseTransferred = "transferred"
	CauseClosed      = "closed"
	CauseTogether    = "together" // it was answered together with others
)

// Requirement is a skill with the least level that is needed.
type Requirement = fact.Need

// ClassOf returns the routing class of a channel, for those who show load and time.
func ClassOf(channel string) acd.Channel { return class(channel) }

// class returns the routing class of a channel.
func class(channel string) acd.Channel {
	switch channel {
	case "voice":
		return acd.Call
	case "video":
		return acd.Video
	case "email":
		return acd.Mail
	case "facebook", "instagram_comments", "x", "mastodon", "bluesky", "reviews", "feed":
		return acd.Social
	}
	return acd.Chat
}
