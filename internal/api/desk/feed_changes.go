package desk

import (
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
)

// changes is what one batch of facts means for the desks of one tenant.
type changes struct {
	conversations map[id.Conversation]bool // whose row is another; true: who sees it may be another too
	started       map[id.Conversation]bool
	traces        map[id.Conversation]*trace
	entries       []fact.EntryAdded
	deliveries    []movedDelivery
	reads         []fact.ReadMoved
	offers        []madeOffer
	ended         []fact.OfferEnded
	mentions      []mention
	told          []notice
	presences     map[id.User]bool
	agents        map[id.User]bool // whose line on a board is another
	queues        map[id.Queue]bool
	sessions      []id.Session         // that have ended
	customers     map[id.Customer]bool // whose details are others
	cases         map[id.Case]bool
	choirs        map[id.Brand]bool // in which what many say alike is another
	alerts        []alert
	moved         moved // who may see other things than before
}

// movedDelivery is a delivery that moved, with when it did.
type movedDelivery struct {
	fact.DeliveryMoved

	at time.Time
}

// madeOffer is an offer with the time at which it was made.
type madeOffer struct {
	fact.OfferMade

	at time.Time
}

// mention is a note that names somebody, with who wrote it and when.
type mention struct {
	fact.UserMentioned

	by id.User
	at time.Time
}

// notice is a word to a user with the time at which it was said.
type notice struct {
	fact.UserTold

	at time.Time
}

func newChanges() *changes {
	return &changes{
		conversations: map[id.Conversation]bool{}, started: map[id.Conversation]bool{}, traces: map[id.Conversation]*trace{}, presences: map[id.User]bool{}, agents: map[id.User]bool{}, queues: map[id.Queue]bool{},
		customers: map[id.Customer]bool{}, cases: map[id.Case]bool{}, choirs: map[id.Brand]bool{},
		moved: moved{
			users: map[id.User]bool{}, members: map[id.User]bool{}, roles: map[id.Role]bool{}, brands: map[id.Brand]bool{},
		},
	}
}

// gather sorts a batch by tenant and by what it changes.
func gather(batch []fact.Record) map[id.Tenant]*changes {
	all := map[id.Tenant]*changes{}
	for _, r := range batch {
		c := all[r.Tenant]
		if c == nil {
			c = newChanges()
			all[r.Tenant] = c
		}
		c.add(r)
	}
	return all
}

func (c *changes) add(r fact.Record) {
	switch f := r.Fact.(type) {
	case fact.EntryAdded:
		if _, known := c.conversations[f.Conversation]; !known {
			c.conversations[f.Conversation] = false // it is seen by the same as before
		}
		c.entries = append(c.entries, f)
	case fact.DeliveryMoved:
		c.deliveries = append(c.deliveries, movedDelivery{f, r.At})
	case fact.ReadMoved:
		c.reads = append(c.reads, f)
	case fact.ConversationStarted:
		c.conversations[f.Conversation], c.started[f.Conversation] = true, true
		c.traceOf(f.Conversation).begun = true
	case fact.ConversationChanged:
		c.conversations[f.Conversation] = true
		c.traceOf(f.Conversation).any = true
	case fact.UserMentioned:
		c.mentions = append(c.mentions, mention{UserMentioned: f, by: id.User(r.By.ID), at: r.At})
	case fact.UserTold:
		c.told = append(c.told, notice{f, r.At})
	case fact.SurveyAnswered:
		c.queues[f.Queue] = true
	case fact.ConfigurationChanged:
		c.configuration(f)
	case fact.OfferMade:
		c.work(f.Conversation, f.Queue, f.Agent)
		c.offers = append(c.offers, madeOffer{f, r.At})
	case fact.ChorusMoved:
		c.choirs[f.Brand] = true
	case fact.CommonAnswerMoved:
		c.choirs[f.Brand] = true
	case fact.CaseEscalated:
		c.alerts = append(c.alerts, alert{f, r.At})
	default:
		c.addWork(f)
	}
}

// addWork adds what facts about interactions and agents change.
func (c *changes) addWork(f fact.Fact) {
	switch f := f.(type) {
	case fact.ConversationErased:
		c.conversations[f.Conversation] = true
		c.traceOf(f.Conversation).any = true
	case fact.CustomerErased:
		c.customers[f.Customer] = true
	case fact.InteractionQueued:
		c.work(f.Conversation, f.Queue, 0)
		c.traceOf(f.Conversation).waited(f.Queue)
	case fact.OfferEnded:
		c.work(f.Conversation, f.Queue, f.Agent)
		c.ended = append(c.ended, f)
	case fact.InteractionStarted:
		c.work(f.Conversation, f.Queue, f.Agent)
	case fact.InteractionParked:
		c.work(f.Conversation, 0, f.Agent)
	case fact.InteractionResumed:
		c.work(f.Conversation, 0, f.Agent)
	case fact.InteractionLeftAgent:
		c.work(f.Conversation, f.Queue, f.Agent)
		c.traceOf(f.Conversation).waited(f.Queue)
	case fact.WrapUpStarted:
		c.work(f.Conversation, f.Queue, f.Agent)
	case fact.InteractionClosed:
		c.work(f.Conversation, f.Queue, f.Agent)
	case fact.PresenceMoved:
		c.presence(f.Agent)
	case fact.ChannelsSwitched:
		c.presence(f.Agent)
	case fact.MembershipMoved:
		c.presence(f.Agent)
		c.queues[f.Queue] = true
		c.moved.members[f.Agent] = true
	case fact.AgentChanged:
		c.agents[f.Agent] = true
	default:
		c.addCase(f)
	}
}

// addCustomer notes whose details, identity or consents are others.
func (c *changes) addCustomer(f fact.Fact) {
	switch f := f.(type) {
	case fact.CustomerChanged:
		c.customers[f.Customer] = true
	case fact.CustomersJoined:
		c.customers[f.Customer], c.customers[f.Into] = true, true
	case fact.CustomersSplit:
		c.customers[f.Customer], c.customers[f.From] = true, true
	case fact.ConsentNoted:
		c.customers[f.Customer] = true
	}
}

// work notes that the state of an interaction changed, and with it a queue and an agent.
func (c *changes) work(conversation id.Conversation, queue id.Queue, agent id.User) {
	c.conversations[conversation] = true
	c.traceOf(conversation).had(agent)
	if queue != 0 {
		c.queues[queue] = true
	}
	if agent != 0 {
		c.presence(agent)
	}
}

func (c *changes) presence(agent id.User) {
	c.presences[agent] = true
	c.agents[agent] = true
}

func (c *changes) configuration(f fact.ConfigurationChanged) {
	switch f.What {
	case "user":
		c.moved.users[id.User(f.Thing)] = true
	case "role":
		c.moved.roles[id.Role(f.Thing)] = true
	case "brand":
		c.moved.brands[id.Brand(f.Thing)] = true
	case "queue":
		c.queues[id.Queue(f.Thing)] = true
	case "session":
		c.sessions = append(c.sessions, id.Session(f.Thing))
	}
}
