// Package chorus lets one public answer settle what many ask.
//
// Under a post people say the same in other words. What a comment says, as it begins work, joins
// a chorus of comments that are alike (package alike), or begins one. A common answer is said
// once, under the post or to one of them. When everybody can read it, the work of all of the
// chorus is ended as answered at that moment; each author can be led to it by an answer of
// their own. For a time that the agent chose, who joins the chorus afterwards is settled at once.
//
// What must never break: nobody's work ends before the answer can be read; what another agent works
// on stays theirs; nobody gets two pointers to one answer; a chorus knows no post but its own, and
// so no brand but its own; whoever insists, by writing again, comes before a person. A common
// answer takes MaxItems conversations at most, in batches, and goes on after a crash.
package chorus
