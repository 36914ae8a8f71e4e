// Package crash kills the server at random instants while visitors and agents
// work, starts it again, and counts what is lost.
//
// Its test runs the real program as a process of its own, on a data folder and a
// database that outlive each kill; visitors speak the widget's protocol and
// agents use the interface of the desk. All of them do again, under the same
// name, what was not acknowledged.
//
// What must never break: whatever was acknowledged is there once and in its order,
// everybody who waits keeps the place, no agent is stuck, neither in the tables nor
// in what routing believes, what agents leave behind who close their desks for ever
// comes to others, and no server reports an error of routing. Where one public answer
// settles many, who say the same under one post or are about one topic or one outage,
// each of them is settled once, led to it once or given it once, whoever joins too; only
// of what is marked as ambiguous nobody knows. A run can be repeated by its seed.
package crash
