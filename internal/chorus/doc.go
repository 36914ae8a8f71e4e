// Package chorus lets one public answer settle what many ask.
//
// Under a post people say the same in other words. What a comment says, as it begins work, joins
// a chorus of comments that are alike (package alike), or begins one. So do all public conversations
// of a brand that are about one topic (of their case, or a tag), and all conversations whose cases are
// parts of one case that is open: an outage. A follower of facts leaves jobs that ask anew what a
// conversation is about when that may be another. A common answer is said once, under a post or to
// one of them. When everybody can read it, the work of all of the chorus is ended as answered at that
// moment; each author can be led to it by an answer of their own. Who asked in private, about an
// outage, gets the answer itself in their conversation as its work is ended. For a time that the
// agent chose, who joins the chorus afterwards is settled at once.
//
// What must never break: nobody's work ends before the answer can be read; what another agent works
// on stays theirs; nobody gets two pointers to one answer; a chorus of words knows no post but its
// own, and none knows a brand but its own; whoever insists, by writing again, comes before a person.
// A common answer takes MaxItems conversations at most, in batches, and goes on after a crash.
package chorus
