// Package sla keeps the promised times of cases: first response, each next response,
// resolution.
//
// Step is the pure core: a case's clocks, the instant, what happened, and out come
// the clocks and what there is to tell. Clocks run in the hours of the promise, stand
// still in the categories that the policy names and while the case is merged, warn
// once before the end, and go on running past it. The shell follows the facts of
// cases and conversations, one at a time and each once, and is woken by a job at the
// next instant at which something is due: nothing polls. A case keeps the terms under
// which it came; a policy that is changed holds for later ones.
//
// Facts: clock.started, clock.paused, clock.resumed, clock.warned, clock.breached,
// clock.met, clock.stopped, case.escalated.
//
// What must never break: the time that a clock used is the time in the hours of the
// promise for which it ran, never negative; a fact that comes twice changes nothing;
// whenever it is woken, a warning and a breach bear the instant at which they were due;
// what is stored is what Step makes of the facts.
package sla
