// Package job does work later, at least once, whatever happens to the process.
//
// A job is enqueued in the transaction that makes it necessary and claimed by a
// Runner under a lease that it renews while the worker runs. A worker that returns
// nil ends it; an error brings it back after a growing pause; after the last attempt
// it lies among the dead until a person retries or discards it. Periodic jobs are
// made once per slot by whichever node is first.
//
// What must never break: a job whose transaction committed is worked on; a worker
// whose lease ran out cannot end a job that was claimed again; workers expect to
// see a job twice.
package job
