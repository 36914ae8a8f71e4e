package acd

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/zongler/zongler/internal/id"
)

// Level is how well an agent has a skill; zero means not at all.
type Level uint8

// Skill is a skill that an agent has.
type Skill struct {
	ID    id.Skill
	Level Level
}

// Requirement is a skill that an interaction needs and the least level of it; a least level of zero means one.
type Requirement struct {
	Skill id.Skill
	Min   Level
}

// marks is a rough set of skills, one bit for skills of equal number modulo 64.
// It can prove that an agent lacks a skill without looking at the agent.
type marks uint64

func markOf(number int) marks { return 1 << (number % 64) }

// need is a requirement with the skill's number instead of its key.
type need struct {
	skill int
	min   Level
}

// needs is a list of requirements, shared by all interactions that have the same.
type needs struct {
	key   string
	all   []need
	marks marks
	users int // interactions; at zero the list is dropped
}

// skills numbers the skills of a tenant and shares equal lists of requirements.
// Numbers are never given back: a tenant has hundreds of skills, not millions.
type skills struct {
	numbers map[id.Skill]int
	lists   map[string]*needs
}

func (k *skills) number(skill id.Skill) int {
	n, ok := k.numbers[skill]
	if !ok {
		n = len(k.numbers)
		k.numbers[skill] = n
	}
	return n
}

// use returns the shared list of what is required. Each use is ended by drop.
func (k *skills) use(required []Requirement) *needs {
	sorted := slices.Clone(required)
	slices.SortFunc(sorted, func(a, b Requirement) int { return cmp.Compare(a.Skill, b.Skill) })
	var all []need
	var key []byte
	for i, r := range sorted {
		level := max(r.Min, 1)
		if i > 0 && sorted[i-1].Skill == r.Skill {
			all[len(all)-1].min = max(all[len(all)-1].min, level)
			continue
		}
		all = append(all, need{skill: k.number(r.Skill), min: level})
	}
	for _, n := range all {
		key = append(binary.AppendUvarint(key, uint64(n.skill)), byte(n.min)) //nolint:gosec // numbers count from 0
	}
	list, ok := k.lists[string(key)]
	if !ok {
		list = &needs{key: string(key), all: all}
		for _, n := range all {
			list.marks |= markOf(n.skill)
		}
		k.lists[list.key] = list
	}
	list.users++
	return list
}

func (k *skills) drop(list *needs) {
	if list.users--; list.users == 0 {
		delete(k.lists, list.key)
	}
}

// levels returns an agent's levels by the skills' numbers, and their marks.
func (k *skills) levels(of []Skill) ([]Level, marks) {
	var all []Level
	var set marks
	for _, skill := range of {
		if skill.Level == 0 {
			continue
		}
		n := k.number(skill.ID)
		if n >= len(all) {
			all = append(all, make([]Level, n+1-len(all))...)
		}
		all[n] = max(all[n], skill.Level)
		set |= markOf(n)
	}
	return all, set
}

// fit returns the sum of levels in the needed skills, or false if one is missing or too low.
func (n *needs) fit(levels []Level) (int, bool) {
	sum := 0
	for _, want := range n.all {
		if want.skill >= len(levels) || levels[want.skill] < want.min {
			return 0, false
		}
		sum += int(levels[want.skill])
	}
	return sum, true
}
