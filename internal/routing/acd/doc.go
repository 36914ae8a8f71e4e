// Package acd is the pure decision core of the automatic contact distributor:
// who gets which interaction, and when.
//
// One goroutine owns a State and tells it what happened with Step(now, event);
// Step answers with effects for the shell to carry out. There is no I/O, no
// clock, no goroutine and no chance in here, so the same events always lead to
// the same effects, in production, in a simulation and in a replay.
//
// The rules:
//
//   - An agent may be offered an interaction when they are available, serve its
//     queue, have its channel switched on, have every required skill at the
//     required level, have room for its load, and have not turned it down in the
//     last Backoff.
//   - Among waiting interactions the higher priority goes first (the queue's
//     priority plus the interaction's own), then the earlier original arrival.
//   - Among free agents the best fit goes first (the highest sum of their levels
//     in the required skills), then the least loaded, then the longest idle. Load
//     comes before idleness because idleness says nothing of agents with several
//     chats: who has one would get the second while others sit idle.
//   - An interaction with a preferred agent waits for that agent alone while its
//     window lasts and that agent is available and qualified. Waiting for someone
//     who is away or cannot serve it is pointless, so the window then ends early.
//   - An offer is a lease. Its time runs from when it was written, so that nobody is
//     punished for an offer that reached them late. Missed: the agent is set away, their other offers are
//     withdrawn. Missed or declined: the interaction keeps its place and goes to
//     the next agent.
//
// What must never break: an interaction is in exactly one place (waiting, offered
// to one agent, or that agent's work); no offer exceeds an agent's room; nobody
// waits while somebody who may be offered the interaction is free; decisions do
// not depend on the order of a map.
//
// The shell is right, the core guesses: an effect is assumed to succeed at once,
// and the shell reports with OfferRefused, OfferAccepted or a newer event when
// its guarded write found otherwise. Events about things that are gone are ignored.
package acd
