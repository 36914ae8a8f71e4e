package routing

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing/acd"
)

// translate says in the core's words what a fact means for routing.
func (e *engine) translate(ctx context.Context, r fact.Record) ([]acd.Event, error) {
	switch f := r.Fact.(type) {
	case fact.InteractionQueued:
		return queuedNow(f, r.At), nil
	case fact.OfferEnded:
		return e.offerEnded(f), nil
	case fact.InteractionStarted:
		return e.started(ctx, f, r.At)
	case fact.InteractionParked:
		return one(acd.WorkParked{Interaction: f.Interaction}), nil
	case fact.InteractionResumed:
		return e.resumed(ctx, f)
	case fact.WrapUpStarted:
		return one(acd.WrapUpStarted{Interaction: f.Interaction}), nil
	case fact.InteractionLeftAgent:
		if f.Cause == CauseTakenOver {
			return nil, nil // the start of the other agent tells
		}
		return one(acd.WorkEnded{Interaction: f.Interaction}), nil
	case fact.InteractionClosed:
		delete(e.offers, f.Interaction)
		if f.Agent != 0 && !f.Shared {
			return one(acd.WorkEnded{Interaction: f.Interaction}), nil
		}
		return one(acd.InteractionLeft{Interaction: f.Interaction, Abandoned: f.Outcome == string(Abandoned)}), nil
	case fact.PresenceMoved:
		return e.agent(ctx, f.Agent)
	case fact.ChannelsSwitched:
		return e.agent(ctx, f.Agent)
	case fact.MembershipMoved:
		return e.agent(ctx, f.Agent)
	case fact.AgentChanged:
		return e.agent(ctx, f.Agent)
	case fact.ConfigurationChanged:
		return e.configuration(ctx, f)
	}
	return nil, nil
}

func one(ev acd.Event) []acd.Event { return []acd.Event{ev} }

// queuedNow describes an interaction that entered a queue. Who arrives may be turned
// away there, who was served already is let in. To overflow was the core's own
// decision: it has the interaction in its new queue, and has perhaps offered it since.
func queuedNow(f fact.InteractionQueued, at time.Time) []acd.Event {
	it := acd.Interaction{
		ID: f.Interaction, Queue: f.Queue, Channel: class(f.Channel), Priority: f.Priority, Arrived: f.ArrivedAt,
		Skills: needs(f.Required), Preferred: f.Preferred, PreferredUntil: f.PreferredUntil,
	}
	switch f.Cause {
	case CauseOverflow:
		return nil
	case CauseArrival:
	default:
		it.Entered = at
	}
	return one(acd.InteractionQueued{Interaction: it})
}

// needs returns requirements in the core's words; nil stays nil, the queue's own.
func needs(required []Requirement) []acd.Requirement {
	if len(required) == 0 {
		return nil
	}
	out := make([]acd.Requirement, len(required))
	for i, r := range required {
		out[i] = acd.Requirement{Skill: r.Skill, Min: level(r.Level)}
	}
	return out
}

func level(n int) acd.Level { return acd.Level(min(max(n, 0), 255)) } // bounded here

// offerEnded passes on what a person did. What the engine ended itself the core
// knows, and a withdrawal is followed by the fact that caused it.
func (e *engine) offerEnded(f fact.OfferEnded) []acd.Event {
	st, ok := e.offers[f.Interaction]
	if !ok || st.offer != f.Offer || Result(f.Result) != Declined {
		return nil
	}
	delete(e.offers, f.Interaction)
	return one(acd.OfferDeclined{Interaction: f.Interaction, Agent: f.Agent, Token: st.token})
}

// started says who works on an interaction now. The core may have forgotten it: who
// accepts in the last moment can be quicker than what it did next.
func (e *engine) started(ctx context.Context, f fact.InteractionStarted, at time.Time) ([]acd.Event, error) {
	st := e.offers[f.Interaction]
	delete(e.offers, f.Interaction)
	_, known := e.core.Interaction(f.Interaction)
	if known && How(f.How) == ByOffer && st.token != 0 {
		return one(acd.OfferAccepted{Interaction: f.Interaction, Agent: f.Agent, Token: st.token}), nil
	}
	var events []acd.Event
	if _, known := e.core.Agent(f.Agent); !known {
		var err error
		if events, err = e.agent(ctx, f.Agent); err != nil {
			return nil, err
		}
	}
	return append(events, acd.WorkStarted{Agent: f.Agent, Interaction: acd.Interaction{
		ID: f.Interaction, Queue: f.Queue, Channel: class(f.Channel), Arrived: at.Add(-time.Duration(f.WaitedUS) * time.Microsecond),
	}}), nil
}

// resumed says that an agent took up again what they had put aside.
func (e *engine) resumed(ctx context.Context, f fact.InteractionResumed) ([]acd.Event, error) {
	if _, known := e.core.Interaction(f.Interaction); !known {
		return e.svc.agentEvents(ctx, f.Agent, true)
	}
	return one(acd.WorkResumed{Interaction: f.Interaction, Agent: f.Agent}), nil
}

func (e *engine) configuration(ctx context.Context, f fact.ConfigurationChanged) ([]acd.Event, error) {
	switch f.What {
	case "queue":
		return e.queue(ctx, id.Queue(f.Thing))
	case "user":
		return e.agent(ctx, id.User(f.Thing))
	case "setting": // it may be the mix of work
		if f.Thing == 0 {
			return e.svc.everybody(ctx)
		}
	}
	return nil, nil
}

// queue returns what the tables say of a queue, with those who wait there if the core did not know it.
func (e *engine) queue(ctx context.Context, queue id.Queue) ([]acd.Event, error) {
	_, known := e.core.Waiting(time.Now(), queue)
	return e.svc.queueEvents(ctx, queue, !known)
}
