package acd

import (
	"math"
	"time"
)

const (
	// assumedHandle is the mean handle time of a queue without history or experience.
	assumedHandle = 3 * time.Minute
	// historyWeight is how many observations a queue's History counts as.
	historyWeight = 20
	// memory is over how many observations an estimator averages.
	memory = 200
	// normal80 is the 80 % quantile of the standard normal distribution.
	normal80 = 0.8416
	// lastWaitWeight is the share of the last wait seen in an estimate, lastWaitFresh how long it counts.
	lastWaitWeight = 0.25
	lastWaitFresh  = 10 * time.Minute

	// departureGroups bounds the work of one estimate.
	departureGroups = 1000

	shortestEstimate = 30 * time.Second
	longestEstimate  = time.Hour
)

// estimator learns how fast a queue moves.
type estimator struct {
	handle   float64 // mean handle time in seconds
	handles  float64 // observations behind it, up to memory
	abandons float64 // recent, and the seconds waited in which they happened
	waited   float64
	last     time.Duration // the wait of the last who entered service
	lastAt   instant
}

func (e *estimator) seed(h History) {
	if h.Handle > 0 {
		e.handle, e.handles = h.Handle.Seconds(), historyWeight
	}
	if h.Patience > 0 {
		e.abandons, e.waited = historyWeight, historyWeight*h.Patience.Seconds()
	}
}

func (e *estimator) handled(d time.Duration) {
	e.handles = min(e.handles+1, memory)
	e.handle += (d.Seconds() - e.handle) / e.handles
}

func (e *estimator) answered(waited time.Duration, now instant) {
	e.age()
	e.waited += waited.Seconds()
	e.last, e.lastAt = waited, now
}

func (e *estimator) abandoned(waited time.Duration) {
	e.age()
	e.waited += waited.Seconds()
	e.abandons++
}

// age lets old observations of patience fade.
func (e *estimator) age() {
	const keep = 1 - 1.0/memory
	e.abandons *= keep
	e.waited *= keep
}

// remaining returns a wait that four of five in this position do not exceed:
// the time to position departures, blended with what the last one who was served
// had to wait. servers is how many interactions at a time are worked on for this queue.
func (e *estimator) remaining(position int, servers float64, waited time.Duration, now instant) time.Duration {
	mean, variance := e.departures(position, servers)
	shape := mean * mean / variance // of the gamma distribution with these moments
	wait := mean * math.Pow(1-1/(9*shape)+normal80/(3*math.Sqrt(shape)), 3)
	if e.lastAt != 0 && now.since(e.lastAt) < lastWaitFresh {
		left := max(e.last-waited, 0).Seconds()
		wait += lastWaitWeight * (left - wait)
	}
	return announced(time.Duration(min(wait, longestEstimate.Seconds()) * float64(time.Second)))
}

// departures returns mean and variance, in seconds, of the time until everybody
// ahead and the one asked about have left the line. With k ahead the next leaves
// at the rate of services plus that of k people's giving up; who stands behind
// speeds up nothing. Long lines are summed in groups.
func (e *estimator) departures(position int, servers float64) (mean, variance float64) {
	handle := e.handle
	if e.handles == 0 || handle <= 0 {
		handle = assumedHandle.Seconds()
	}
	giveUp := 0.0
	if e.waited > 0 {
		giveUp = e.abandons / e.waited
	}
	group := (position + departureGroups - 1) / departureGroups
	for ahead := 0; ahead < position; ahead += group {
		n := float64(min(group, position-ahead))
		rate := servers/handle + giveUp*(float64(ahead)+(n-1)/2)
		mean += n / rate
		variance += n / (rate * rate)
	}
	return mean, variance
}

// announced rounds up to what a person would say.
func announced(d time.Duration) time.Duration {
	step := 5 * time.Minute
	switch {
	case d <= 5*time.Minute:
		step = 30 * time.Second
	case d <= 30*time.Minute:
		step = time.Minute
	}
	d = (d + step - 1).Truncate(step)
	return min(max(d, shortestEstimate), longestEstimate)
}

// announcement is what one customer was told.
type announcement struct {
	wait   time.Duration // zero: nothing yet
	raised bool
}

// say returns what to tell now that the estimate is wait: it may rise once, never twice.
func (a *announcement) say(wait time.Duration) time.Duration {
	switch {
	case a.wait == 0 || wait <= a.wait:
		a.wait = wait
	case !a.raised:
		a.wait, a.raised = wait, true
	}
	return a.wait
}
