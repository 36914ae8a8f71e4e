package automation

import (
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// RuleState is whether a rule is asked.
type RuleState string

// States of a rule.
const (
	RuleActive RuleState = "active"
	RuleOff    RuleState = "off"    // by a person
	RulePaused RuleState = "paused" // by ourselves: Why says why
)

// WhyLoop is why a rule is paused that was set off too often by one conversation.
const WhyLoop = "loop"

// Limits of rules.
const (
	MaxRules   = 200 // of a tenant, without the archived
	perHour    = 10  // times that one conversation or case sets one rule off
	maxChain   = 5   // rules that set each other off
	rulesKept  = 30 * 24 * time.Hour
	firingsMax = 1000 // of one rule that are kept
)

// Rule is what the centre does by itself.
type Rule struct {
	ID          id.Rule
	BrandID     id.Brand // 0: every brand
	Name        string
	Program     rule.Program `db:"program,json"`
	Position    int64        // in which order rules are asked
	State       RuleState
	Why         string // it was paused
	ActiveSince time.Time
	Archived    bool
	Rev         int64
	CreatedAt   time.Time
	ChangedAt   time.Time

	TenantID id.Tenant
}

const ruleColumns = `id, brand_id, name, program, position, state, why, active_since, archived, rev, created_at, changed_at, tenant_id`

func (r *Rule) check(op string) error {
	var f check.Fields
	f.Text("name", r.Name, maxName)
	if err := f.Err(op); err != nil {
		return err
	}
	return r.Program.Check(op)
}

// visible reports whether a may see and change r.
func (r *Rule) visible(a actor.Actor) bool {
	return a.Brands.All || r.BrandID != 0 && a.Brands.Has(r.BrandID)
}

// within returns how long a timed rule waits.
func (r *Rule) within() time.Duration { return time.Duration(r.Program.When.Minutes) * time.Minute }

// Result is what came of a command.
type Result string

// Results.
const (
	Did     Result = "did"
	Idle    Result = "nothing" // Code says why
	Refused Result = "failed"  // Code says why
)

// Step is a command of a rule that was set off, and what came of it.
type Step struct {
	Command rule.Command `json:"command"`
	Result  Result       `json:"result,omitempty"` // empty: not yet
	Code    string       `json:"code,omitempty"`
}

// Firing is a rule's having been set off once.
type Firing struct {
	ID             id.Firing
	RuleID         id.Rule
	FactID         id.Fact
	Event          string // what set it off: an event, or a stamp
	ConversationID id.Conversation
	CaseID         id.Case
	Chain          []id.Rule `db:"chain,json"`
	Steps          []Step    `db:"steps,json"`
	Taken          int
	Running        bool
	At             time.Time
	EndedAt        time.Time

	TenantID id.Tenant
}

const firingColumns = `id, rule_id, fact_id, event, conversation_id, case_id, chain, steps, taken, running, at, ended_at, tenant_id`
