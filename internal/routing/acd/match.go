package acd

// maxOffersPerStep bounds the offers of one step; what is left waits for the
// Tick that WakeAt asks for at once.
const maxOffersPerStep = 4096

// turn is something to be looked at: what an agent who has room would take, or
// an interaction that somebody might take.
type turn struct {
	rank
	item  *item
	agent *agent // nil: the item's own turn
}

func (t turn) before(other turn) bool {
	if t.rank != other.rank {
		return t.rank.before(other.rank)
	}
	return t.agent != nil && (other.agent == nil || t.agent.id < other.agent.id)
}

func (t turn) moved(int) {}

// match makes offers until none of those touched in this step can be matched.
// Everybody else had no match before and has none now, so the result is the same
// as of this: while some waiting interaction can be offered to somebody, offer
// the first in rank of these to whom choose says.
func (s *State) match() {
	if !s.open || len(s.freed)+len(s.moved) == 0 {
		return
	}
	if len(s.freed)+len(s.moved) == 1 {
		s.matchOne()
		return
	}
	var turns heap[turn]
	for _, a := range s.freed {
		a.touched = false
		s.enroll(&turns, a)
	}
	for _, it := range s.moved {
		it.touched = false
		if it.waits() {
			turns.push(turn{rank: it.rank(), item: it})
		}
	}
	s.freed, s.moved = s.freed[:0], s.moved[:0]
	for made := 0; turns.len() > 0; {
		if made == maxOffersPerStep {
			s.postpone(turns.all)
			return
		}
		t := turns.all[0]
		turns.remove(0)
		if t.item.waits() {
			if c := s.choose(t.item); c.agent != nil {
				s.offer(t.item, c.agent, c.why)
				made++
			}
		}
		if t.agent != nil {
			s.enroll(&turns, t.agent)
		}
	}
}

// enroll gives a a turn, if there is anything for them.
func (s *State) enroll(turns *heap[turn], a *agent) {
	if it := s.nextFor(a); it != nil {
		turns.push(turn{rank: it.rank(), item: it, agent: a})
	}
}

// matchOne is match when only one was touched, as after most events. What a
// single freed agent may take, nobody else could: otherwise it would not wait.
func (s *State) matchOne() {
	freed, moved := s.freed, s.moved
	s.freed, s.moved = s.freed[:0], s.moved[:0]
	for _, it := range moved {
		it.touched = false
		if !it.waits() {
			continue
		}
		if c := s.choose(it); c.agent != nil {
			s.offer(it, c.agent, c.why)
		}
	}
	for _, a := range freed {
		a.touched = false
		for it := s.nextFor(a); it != nil; it = s.nextFor(a) {
			rule := RuleOnlyOne
			if it.preferred == a.id && s.now < it.until {
				rule = RulePreferred
			}
			s.offer(it, a, pick(a, it, rule).why)
		}
	}
}

// postpone has the rest considered in the next step.
func (s *State) postpone(rest []turn) {
	for _, t := range rest {
		if t.agent != nil {
			s.free(t.agent)
		} else {
			s.touch(t.item)
		}
	}
}
