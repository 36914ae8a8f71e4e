package fact

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// ClockStarted says that a promised time of a case began to run.
type ClockStarted struct {
	Case          id.Case      `json:"case,omitzero"`
	Brand         id.Brand     `json:"brand,omitzero"`
	Clock         id.Clock     `json:"clock,omitzero"`
	ClockKind     string       `json:"clock_kind,omitzero"`
	Policy        id.SLAPolicy `json:"policy,omitzero"`
	TargetSeconds int64        `json:"target_seconds,omitzero"`
	DueAt         time.Time    `json:"due_at,omitzero"`
}

// Kind returns "clock.started".
func (ClockStarted) Kind() string { return "clock.started" }

// Subject returns the key by which these facts stay in order.
func (f ClockStarted) Subject() int64 { return int64(f.Case) }

// ClockPaused says that a clock stands still.
type ClockPaused struct {
	Case        id.Case  `json:"case,omitzero"`
	Brand       id.Brand `json:"brand,omitzero"`
	Clock       id.Clock `json:"clock,omitzero"`
	ClockKind   string   `json:"clock_kind,omitzero"`
	UsedSeconds int64    `json:"used_seconds,omitzero"`
}

// Kind returns "clock.paused".
func (ClockPaused) Kind() string { return "clock.paused" }

// Subject returns the key by which these facts stay in order.
func (f ClockPaused) Subject() int64 { return int64(f.Case) }

// ClockResumed says that a clock that stood still runs again.
type ClockResumed struct {
	Case      id.Case   `json:"case,omitzero"`
	Brand     id.Brand  `json:"brand,omitzero"`
	Clock     id.Clock  `json:"clock,omitzero"`
	ClockKind string    `json:"clock_kind,omitzero"`
	DueAt     time.Time `json:"due_at,omitzero"`
}

// Kind returns "clock.resumed".
func (ClockResumed) Kind() string { return "clock.resumed" }

// Subject returns the key by which these facts stay in order.
func (f ClockResumed) Subject() int64 { return int64(f.Case) }

// ClockWarned says that a promised time is nearly over.
type ClockWarned struct {
	Case      id.Case   `json:"case,omitzero"`
	Brand     id.Brand  `json:"brand,omitzero"`
	Clock     id.Clock  `json:"clock,omitzero"`
	ClockKind string    `json:"clock_kind,omitzero"`
	DueAt     time.Time `json:"due_at,omitzero"`
}

// Kind returns "clock.warned".
func (ClockWarned) Kind() string { return "clock.warned" }

// Subject returns the key by which these facts stay in order.
func (f ClockWarned) Subject() int64 { return int64(f.Case) }

// ClockBreached says that a promised time is over and the promise is not kept.
type ClockBreached struct {
	Case      id.Case   `json:"case,omitzero"`
	Brand     id.Brand  `json:"brand,omitzero"`
	Clock     id.Clock  `json:"clock,omitzero"`
	ClockKind string    `json:"clock_kind,omitzero"`
	DueAt     time.Time `json:"due_at,omitzero"`
}

// Kind returns "clock.breached".
func (ClockBreached) Kind() string { return "clock.breached" }

// Subject returns the key by which these facts stay in order.
func (f ClockBreached) Subject() int64 { return int64(f.Case) }

// ClockMet says that what was promised has been done.
type ClockMet struct {
	Case        id.Case  `json:"case,omitzero"`
	Brand       id.Brand `json:"brand,omitzero"`
	Clock       id.Clock `json:"clock,omitzero"`
	ClockKind   string   `json:"clock_kind,omitzero"`
	UsedSeconds int64    `json:"used_seconds,omitzero"`
	Breached    bool     `json:"breached,omitzero"`
}

// Kind returns "clock.met".
func (ClockMet) Kind() string { return "clock.met" }

// Subject returns the key by which these facts stay in order.
func (f ClockMet) Subject() int64 { return int64(f.Case) }

// ClockStopped says that a clock was taken away: nothing is promised any more.
type ClockStopped struct {
	Case      id.Case  `json:"case,omitzero"`
	Brand     id.Brand `json:"brand,omitzero"`
	Clock     id.Clock `json:"clock,omitzero"`
	ClockKind string   `json:"clock_kind,omitzero"`
	Why       string   `json:"why,omitzero"`
}

// Kind returns "clock.stopped".
func (ClockStopped) Kind() string { return "clock.stopped" }

// Subject returns the key by which these facts stay in order.
func (f ClockStopped) Subject() int64 { return int64(f.Case) }

// CaseEscalated says that a clock made something happen to a case.
type CaseEscalated struct {
	Case      id.Case  `json:"case,omitzero"`
	Brand     id.Brand `json:"brand,omitzero"`
	Clock     id.Clock `json:"clock,omitzero"`
	ClockKind string   `json:"clock_kind,omitzero"`
	On        string   `json:"on,omitzero"`
	Act       string   `json:"act,omitzero"`
	Owner     id.User  `json:"owner,omitzero"`
	Team      id.Team  `json:"team,omitzero"`
	Priority  int      `json:"priority,omitzero"`
}

// Kind returns "case.escalated".
func (CaseEscalated) Kind() string { return "case.escalated" }

// Subject returns the key by which these facts stay in order.
func (f CaseEscalated) Subject() int64 { return int64(f.Case) }
