package acd

// entry is what a heap holds: it knows which of two goes first and is told where it lies.
type entry[E any] interface {
	before(other E) bool
	moved(pos int) // -1: no longer in the heap
}

// heap keeps its first entry at position 0. Entries know their position, so that
// any of them can be removed or moved without searching and nothing stale remains.
type heap[E entry[E]] struct{ all []E }

func (h *heap[E]) len() int { return len(h.all) }

func (h *heap[E]) push(e E) {
	h.all = append(h.all, e)
	h.up(len(h.all) - 1)
}

// replace puts e where the entry at pos was.
func (h *heap[E]) replace(pos int, e E) {
	h.all[pos] = e
	if !h.down(pos) {
		h.up(pos)
	}
}

func (h *heap[E]) remove(pos int) {
	h.all[pos].moved(-1)
	last := len(h.all) - 1
	e := h.all[last]
	var none E
	h.all[last] = none
	h.all = h.all[:last]
	if pos < last {
		h.replace(pos, e)
	}
}

// first returns the first entry in order that ok accepts. It visits only the
// rejected ones and their children, so it is quick when few are rejected.
func (h *heap[E]) first(ok func(E) bool) (E, bool) {
	var none E
	if len(h.all) == 0 {
		return none, false
	}
	for frontier := []int{0}; len(frontier) > 0; {
		at := 0
		for i := range frontier {
			if h.all[frontier[i]].before(h.all[frontier[at]]) {
				at = i
			}
		}
		pos := frontier[at]
		if ok(h.all[pos]) {
			return h.all[pos], true
		}
		frontier[at] = frontier[len(frontier)-1]
		frontier = frontier[:len(frontier)-1]
		for child := 2*pos + 1; child <= 2*pos+2 && child < len(h.all); child++ {
			frontier = append(frontier, child)
		}
	}
	return none, false
}

func (h *heap[E]) up(pos int) {
	e := h.all[pos]
	for pos > 0 {
		parent := (pos - 1) / 2
		if !e.before(h.all[parent]) {
			break
		}
		h.put(pos, h.all[parent])
		pos = parent
	}
	h.put(pos, e)
}

// down reports whether the entry moved.
func (h *heap[E]) down(pos int) bool {
	e, start := h.all[pos], pos
	for {
		child := 2*pos + 1
		if child >= len(h.all) {
			break
		}
		if right := child + 1; right < len(h.all) && h.all[right].before(h.all[child]) {
			child = right
		}
		if !h.all[child].before(e) {
			break
		}
		h.put(pos, h.all[child])
		pos = child
	}
	h.put(pos, e)
	return pos != start
}

func (h *heap[E]) put(pos int, e E) {
	h.all[pos] = e
	e.moved(pos)
}
