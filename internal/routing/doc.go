// Package routing decides which agent gets which interaction, and keeps the life
// of every interaction from its arrival to its end.
//
// The verbs (Enqueue, Accept, Decline, Pull, TakeOver, Transfer, Park, Resume,
// EndContact, Finish, Abandon …) are guarded writes that anyone may call on any
// node: the row decides who was first. The Engine owns the decisions of one
// tenant: it follows the facts that the verbs record, feeds them to the pure core
// acd, and carries out what that decides under a lease. Its memory is a cache:
// after a crash it is read again from the tables, and nobody loses their place.
//
// Facts: InteractionQueued, OfferMade, OfferEnded, InteractionStarted,
// InteractionParked, InteractionResumed, InteractionLeftAgent, WrapUpStarted,
// InteractionClosed, PresenceMoved, ChannelsSwitched, MembershipMoved, AgentChanged.
//
// What must never break: a conversation has at most one open interaction; an
// interaction has at most one open offer, to one agent; the time of arrival never
// changes; whatever leaves the state "offered" ends its offer in the same
// transaction; every visit, offer and segment that is begun is ended.
package routing
