// Package casework keeps matters to be resolved, over all conversations and
// channels that they need.
//
// A case is a header: it names its conversations, it does not copy them, so mail,
// chat and calls about one thing are one case by being linked. A tenant has its
// own statuses, each in one of five categories that mean the same everywhere.
// Cases are merged by linking: the one goes on in the other, nothing moves, and
// taking it back loses nothing. What the customer writes later follows to the
// case that goes on (Follow).
//
// Facts: case.opened, case.changed, case.moved, case.assigned, case.linked,
// case.unlinked, case.merged, case.unmerged, case.noted, answer_all.started,
// answer_all.ended. Each act is in the audit too, with what was before.
//
// What must never break: a number names one case of a tenant for ever; a change
// made from an older version is refused; what is done again has its done_at back
// at none; a link never moves anything; a case of one brand is never tied to
// anything of another.
package casework
