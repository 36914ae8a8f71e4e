package acd

// choice is the agent for an interaction and how they were chosen.
type choice struct {
	agent *agent
	why   Why
}

// choose returns who is to be offered it, or no agent.
//
// Without required skills the first agent of the lane is the answer unless
// something special keeps them from it. Otherwise everybody with room is looked
// at once; the copied marks and room spare most visits to the agents themselves.
func (s *State) choose(it *item) choice {
	if p := s.agents[it.preferred]; p != nil && (it.phase == Reserved || s.now < it.until) {
		if p.suits(it) {
			return pick(p, it, RulePreferred)
		}
		if it.phase == Reserved || it.phase == 0 && p.qualified(it) {
			return choice{} // waits, or would wait, for p alone
		}
	}
	ready := it.queue.lane(it).ready.all
	if len(ready) == 0 {
		return choice{}
	}
	if a := ready[0].member.agent; len(it.needs.all) == 0 && a.suits(it) {
		return pick(a, it, RuleLongestIdle)
	}
	if a := bestFit(ready, it); a != nil {
		rule := RuleBestFit
		if len(it.needs.all) == 0 {
			rule = RuleLongestIdle
		}
		return pick(a, it, rule)
	}
	return choice{}
}

// pick records the choice of a for it.
func pick(a *agent, it *item, rule Rule) choice {
	fit, _ := it.needs.fit(a.levels)
	considered := len(it.queue.lane(it).ready.all)
	if considered == 1 && rule != RulePreferred {
		rule = RuleOnlyOne
	}
	return choice{agent: a, why: Why{Rule: rule, Considered: considered, Fit: fit}}
}

// bestFit returns the agent who fits it best, or nil.
func bestFit(ready []standing, it *item) *agent {
	var best *standing
	bestSum := -1
	for i := range ready {
		who := &ready[i]
		if it.needs.marks&^who.marks != 0 || it.load > int(who.room) && int(who.room) < who.member.agent.capacity {
			continue
		}
		sum, ok := it.needs.fit(who.member.agent.levels)
		if !ok || sum < bestSum || sum == bestSum && !who.before(*best) {
			continue
		}
		if a := who.member.agent; a.room(it.channel, it.load) && !a.excludes(it) {
			best, bestSum = who, sum
		}
	}
	if best == nil {
		return nil
	}
	return best.member.agent
}

// nextFor returns what a is to be offered next, or nil: the first in rank of
// the lines that a may serve and of what waits for a alone.
func (s *State) nextFor(a *agent) *item {
	var best *item
	var first rank
	better := func(it *item) {
		if r := it.rank(); best == nil || r.before(first) {
			best, first = it, r
		}
	}
	for _, it := range a.reserved {
		if a.suits(it) {
			better(it)
		}
	}
	for _, m := range a.members {
		for c, pos := range m.pos {
			if pos < 0 {
				continue
			}
			lines := m.queue.lanes[c].lines
			for i := range lines {
				l := &lines[i]
				if l.marks&^a.marks != 0 || best != nil && !l.before(first) {
					continue
				}
				if it := l.bucket.firstFor(a); it != nil {
					better(it)
				}
			}
		}
	}
	return best
}

// firstFor returns the first in b that a, who has some room in its lane, may be offered, or nil.
func (b *bucket) firstFor(a *agent) *item {
	if _, fits := b.needs.fit(a.levels); !fits || !a.room(b.lane.channel, b.load) {
		return nil
	}
	if len(a.refusals.items) == 0 {
		return b.waiting.all[0].item
	}
	p, ok := b.waiting.first(func(p place) bool { return !a.excludes(p.item) })
	if !ok {
		return nil
	}
	return p.item
}
