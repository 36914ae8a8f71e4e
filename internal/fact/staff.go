package fact

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// PresenceMoved says that an agent's presence changed.
type PresenceMoved struct {
	Agent  id.User       `json:"agent,omitzero"`
	State  string        `json:"state,omitzero"`
	Reason id.AwayReason `json:"reason,omitzero"`
	System string        `json:"system,omitzero"`
	Since  time.Time     `json:"since,omitzero"`
}

// Kind returns "presence.moved".
func (PresenceMoved) Kind() string { return "presence.moved" }

// Subject returns the key by which these facts stay in order.
func (f PresenceMoved) Subject() int64 { return int64(f.Agent) }

// ChannelsSwitched says that the channels of an agent were switched.
type ChannelsSwitched struct {
	Agent    id.User  `json:"agent,omitzero"`
	Channels []string `json:"channels,omitzero"`
}

// Kind returns "channels.switched".
func (ChannelsSwitched) Kind() string { return "channels.switched" }

// Subject returns the key by which these facts stay in order.
func (f ChannelsSwitched) Subject() int64 { return int64(f.Agent) }

// MembershipMoved says that an agent joined, left or paused in a queue.
type MembershipMoved struct {
	Agent   id.User  `json:"agent,omitzero"`
	Queue   id.Queue `json:"queue,omitzero"`
	Member  bool     `json:"member,omitzero"`
	Enabled bool     `json:"enabled,omitzero"`
}

// Kind returns "membership.moved".
func (MembershipMoved) Kind() string { return "membership.moved" }

// Subject returns the key by which these facts stay in order.
func (f MembershipMoved) Subject() int64 { return int64(f.Agent) }

// AgentChanged says that the skills or capacity of an agent changed.
type AgentChanged struct {
	Agent id.User `json:"agent,omitzero"`
}

// Kind returns "agent.changed".
func (AgentChanged) Kind() string { return "agent.changed" }

// Subject returns the key by which these facts stay in order.
func (f AgentChanged) Subject() int64 { return int64(f.Agent) }
