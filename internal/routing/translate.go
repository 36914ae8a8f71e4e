package routing

import (
	"context"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing/acd"
)

// translate says in the core's words what f means for routing.
func (e *engine) translate(ctx context.Context, f fact.Fact) ([]acd.Event, error) {
	switch f := f.(type) {
	case fact.InteractionQueued:
		return one(acd.InteractionQueued{Interaction: waiting(f)}), nil
	case fact.OfferEnded:
		return e.offerEnded(f), nil
	case fact.InteractionStarted:
		return e.started(f), nil
	case fact.InteractionParked:
		return one(acd.WorkParked{Interaction: f.Interaction}), nil
	case fact.InteractionResumed:
		return one(acd.WorkResumed{Interaction: f.Interaction, Agent: f.Agent}), nil
	case fact.WrapUpStarted:
		return one(acd.WrapUpStarted{Interaction: f.Interaction}), nil
	case fact.InteractionLeftAgent:
		if f.Cause == CauseTakenOver {
			return nil, nil // the start of the other agent tells
		}
		return one(acd.WorkEnded{Interaction: f.Interaction}), nil
	case fact.InteractionClosed:
		delete(e.offers, f.Interaction)
		if f.Agent != 0 {
			return one(acd.WorkEnded{Interaction: f.Interaction}), nil
		}
		return one(acd.InteractionLeft{Interaction: f.Interaction, Abandoned: f.Outcome == string(Abandoned)}), nil
	case fact.PresenceMoved:
		return e.svc.agentEvents(ctx, f.Agent)
	case fact.ChannelsSwitched:
		return e.svc.agentEvents(ctx, f.Agent)
	case fact.MembershipMoved:
		return one(acd.MembershipChanged{Agent: f.Agent, Queue: f.Queue, Serves: f.Enabled}), nil
	case fact.AgentChanged:
		return e.svc.agentEvents(ctx, f.Agent)
	case fact.ConfigurationChanged:
		return e.configuration(ctx, f)
	}
	return nil, nil
}

func one(ev acd.Event) []acd.Event { return []acd.Event{ev} }

// waiting describes an interaction that entered a queue.
func waiting(f fact.InteractionQueued) acd.Interaction {
	return acd.Interaction{
		ID: f.Interaction, Queue: f.Queue, Channel: class(f.Channel), Priority: f.Priority, Arrived: f.ArrivedAt,
		Skills: needs(f.Required), Preferred: f.Preferred, PreferredUntil: f.PreferredUntil,
	}
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

func (e *engine) started(f fact.InteractionStarted) []acd.Event {
	st := e.offers[f.Interaction]
	delete(e.offers, f.Interaction)
	switch How(f.How) {
	case ByOffer:
		return one(acd.OfferAccepted{Interaction: f.Interaction, Agent: f.Agent, Token: st.token})
	case ByPull:
		return one(acd.Pulled{Interaction: f.Interaction, Agent: f.Agent})
	case ByTakeOver:
		return one(acd.TakenOver{Interaction: f.Interaction, Agent: f.Agent})
	case Outbound:
	}
	return one(acd.WorkStarted{Agent: f.Agent, Interaction: acd.Interaction{ID: f.Interaction, Queue: f.Queue, Channel: class(f.Channel)}})
}

func (e *engine) configuration(ctx context.Context, f fact.ConfigurationChanged) ([]acd.Event, error) {
	if f.What != "queue" {
		return nil, nil
	}
	return e.svc.queueEvents(ctx, id.Queue(f.Thing))
}
