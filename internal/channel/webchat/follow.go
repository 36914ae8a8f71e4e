package webchat

import (
	"context"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
)

// learn takes committed facts in: it wakes the rooms that they are about. It
// does nothing else, so that no visitor is slower than the facts.
func (s *Server) learn(_ context.Context, batch []fact.Record) error {
	for _, r := range batch {
		s.learnOne(r.Tenant, r.Fact) //nolint:contextcheck // rooms and lines work in the life of the server
	}
	return nil
}

func (s *Server) learnOne(tenant id.Tenant, f fact.Fact) {
	switch f := f.(type) {
	case fact.EntryAdded:
		what := newEntries
		if f.Internal {
			return
		}
		if f.Author == "customer" {
			what |= newState // an agent's desk has it: the marks move
		}
		s.wake(tenant, f.Conversation, what)
	case fact.ReadMoved:
		s.wake(tenant, f.Conversation, newState)
	case fact.SurveyAnswered:
		s.wake(tenant, f.Conversation, newState)
	case fact.InteractionQueued:
		s.moved(tenant, f.Conversation, f.Queue)
	case fact.InteractionStarted:
		s.moved(tenant, f.Conversation, f.Queue)
	case fact.InteractionClosed:
		s.moved(tenant, f.Conversation, f.Queue)
	case fact.InteractionLeftAgent:
		s.moved(tenant, f.Conversation, f.Queue)
	case fact.WrapUpStarted:
		s.moved(tenant, f.Conversation, f.Queue)
	case fact.InteractionParked:
		s.wake(tenant, f.Conversation, newState)
	case fact.InteractionResumed:
		s.wake(tenant, f.Conversation, newState)
	case fact.MembershipMoved:
		s.line.moved(tenant, f.Queue)
	case fact.ConfigurationChanged:
		s.entrances.forget(tenant)
	}
}

func (s *Server) wake(tenant id.Tenant, conversation id.Conversation, what news) {
	if r := s.rooms.find(tenant, conversation); r != nil {
		r.wake(what)
	}
}

// moved says that an interaction changed its state: its visitor sees another state, the others of the queue another place.
func (s *Server) moved(tenant id.Tenant, conversation id.Conversation, queue id.Queue) {
	s.wake(tenant, conversation, newState)
	s.line.moved(tenant, queue)
}

// AgentTyping tells the visitors of a conversation on this node that the agent began or stopped typing.
func (s *Server) AgentTyping(tenant id.Tenant, conversation id.Conversation, on bool) {
	if r := s.rooms.find(tenant, conversation); r != nil {
		r.types(on)
	}
}
