package automation

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of a dry run.
const (
	dryFacts  = 500 // of one conversation or case that are looked at
	maxTrials = 200 // that are told
)

// Trial is what a rule would have done once.
type Trial struct {
	Conversation id.Conversation
	Case         id.Case
	Subject      string // of the conversation or the case; empty where the asker may not read it
	CustomerName string
	Event        string
	At           time.Time
	Steps        []Step
}

// DryRun is what a rule would have done in the newest hundred conversations.
type DryRun struct {
	Conversations int // that were looked at
	Fired         int
	Trials        []Trial // the newest first, maxTrials at most
	Ahead         Ahead   // of a timed rule: what switching it on would lead to
}

// Try says what a rule would have done in the newest hundred conversations of its
// brand. What was when is known by the facts, all else as it is today. Nothing is changed.
func (s *Rules) Try(ctx context.Context, r Rule) (DryRun, error) {
	const op = "automation.TryRule"
	a, err := actor.Require(ctx, op, actor.RuleEdit)
	if err != nil {
		return DryRun{}, err
	}
	r.TenantID = a.Tenant
	if r.Name == "" {
		r.Name = "-" // it need not be called anything yet
	}
	if err := s.fitTo(ctx, s.db, op, a, &r); err != nil {
		return DryRun{}, errs.Op(op, err)
	}
	var out DryRun
	sees := actor.ForSystem(a.Tenant)
	sees.Brands = a.Brands
	if err := s.tryAll(actor.With(ctx, sees), s.db, r, &out); err != nil {
		return DryRun{}, errs.Op(op, err)
	}
	if out.Ahead, err = s.weigh(actor.With(ctx, sees), s.db, r); err != nil {
		return DryRun{}, errs.Op(op, err)
	}
	slices.SortStableFunc(out.Trials, func(x, y Trial) int { return y.At.Compare(x.At) })
	out.Trials = out.Trials[:min(len(out.Trials), maxTrials)]
	for i := range out.Trials {
		hide(a, &out.Trials[i])
	}
	return out, nil
}

// hide takes from a trial what a may not read.
func hide(a actor.Actor, t *Trial) {
	if a.Scope(actor.ConversationRead) < actor.InBrand {
		t.Subject, t.CustomerName = "", ""
	}
	if a.Scope(actor.NamesRead) == actor.None {
		t.CustomerName = customer.Mask(t.CustomerName)
	}
}

func (s *Rules) tryAll(ctx context.Context, q db.Queryer, r Rule, out *DryRun) error {
	all, err := s.world.Conversations.Newest(ctx, q, r.BrandID)
	if err != nil {
		return err
	}
	done, met := map[about]bool{}, map[id.Customer]bool{}
	for _, c := range all {
		out.Conversations++
		of := about{Conversation: c.ID}
		if r.Program.When.On == rule.CustomerChanged && met[c.CustomerID] {
			continue // it is about the newest of each
		}
		met[c.CustomerID] = true
		if r.Program.When.OfCase() {
			m, found, err := s.world.Cases.Surviving(ctx, q, c.ID)
			if err != nil {
				return err
			}
			if of = (about{Case: m.ID}); !found || done[of] {
				continue
			}
			done[of] = true
		}
		if err := s.tryOne(ctx, q, r, of, out); err != nil && !errs.Is(errs.NotFound, err) { // it may be erased meanwhile
			return err
		}
	}
	return nil
}

// tryOne asks the rule about everything that happened in one conversation or to one case.
func (s *Rules) tryOne(ctx context.Context, q db.Queryer, r Rule, of about, out *DryRun) error {
	there, err := s.world.look(ctx, q, of)
	if err != nil {
		return err
	}
	subject := int64(of.Conversation)
	switch {
	case of.Case != 0:
		subject = int64(of.Case)
	case r.Program.When.On == rule.CustomerChanged:
		subject = int64(there.conversation.CustomerID)
	}
	facts, err := db.FactsOf(ctx, q, r.TenantID, subject, 0, dryFacts)
	if err != nil {
		return err
	}
	cannot := "" // be answered, as things are today
	if r.Program.Replies() {
		if cannot, err = s.world.unanswerable(ctx, q, there); err != nil {
			return err
		}
	}
	note := func(at time.Time, event string, asked rule.Subject) {
		out.Fired++
		t := trialOf(r, of, there, asked, at, event)
		for i := range t.Steps {
			if t.Steps[i].Command.Do == rule.SendReply && t.Steps[i].Code == "" && cannot != "" {
				t.Steps[i].Result, t.Steps[i].Code = Idle, cannot
			}
		}
		out.Trials = append(out.Trials, t)
	}
	if r.Program.When.Timed() {
		for _, at := range r.ringing(facts, there, time.Now()) {
			if asked := there.subject(); r.Program.If.Holds(asked) {
				note(at, string(r.Program.When.Since), asked)
			}
		}
		return nil
	}
	for _, f := range facts {
		if rule.EventOf(f.Fact) != r.Program.When.On {
			continue
		}
		asked := there.subject()
		if err := s.retell(ctx, q, asked, f.Fact); err != nil {
			return err
		}
		if r.Program.If.Holds(asked) {
			note(f.At, string(r.Program.When.On), asked)
		}
	}
	return nil
}

// ringing returns when the time that a rule counts came, by what happened.
func (r *Rule) ringing(facts []fact.Record, there seen, now time.Time) (times []time.Time) {
	var since time.Time
	over := func(until time.Time) {
		if !since.IsZero() && !since.Add(r.within()).After(until) {
			times = append(times, since.Add(r.within()))
		}
	}
	for _, f := range facts {
		switch r.Program.When.Since.Hears(f.Fact) {
		case rule.Begins:
			if since.IsZero() {
				since = f.At
			}
		case rule.Again:
			over(f.At)
			since = f.At
		case rule.Ends:
			over(f.At)
			since = time.Time{}
		case rule.Nothing:
		}
	}
	if still(r.Program.When.Since, there) {
		over(now)
	}
	return times
}

func trialOf(r Rule, of about, there seen, asked rule.Subject, at time.Time, event string) Trial {
	t := Trial{Conversation: of.Conversation, Case: of.Case, Subject: there.conversation.Subject, CustomerName: there.conversation.CustomerName, Event: event, At: at}
	if of.Case != 0 {
		t.Subject = there.matter.Subject
	}
	if t.CustomerName == "" {
		t.CustomerName = there.customer.Name
	}
	for _, c := range r.Program.Do {
		step := Step{Command: c, Result: Did}
		if why := r.Program.Foresee(c, asked); why != "" {
			step.Result, step.Code = Idle, why
		}
		t.Steps = append(t.Steps, step)
	}
	return t
}

// retell adds to a subject what a fact says itself.
func (s *Rules) retell(ctx context.Context, q db.Queryer, to rule.Subject, f fact.Fact) error {
	var entry conversation.Entry
	if added, ok := f.(fact.EntryAdded); ok {
		var err error
		if entry, err = s.world.Conversations.FindEntry(ctx, q, added.Entry); err != nil {
			return err
		}
		to.Values["message.automatic"] = []string{yes(added.Quiet)}
		to.Values[rule.NoMachine] = []string{yes(channel.NoMachine(entry.Data))}
	}
	retold(to, f, entry)
	return nil
}
