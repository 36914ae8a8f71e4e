package live

import "time"

// Bounds of the memory of one user's stream.
const (
	ringFrames = 512
	ringBytes  = 256 << 10
	// ringAge covers the longest time in which a client may come back, and the time until its loss was noticed.
	ringAge = KeepStream + heartbeat + pongTimeout
)

// ring remembers the newest numbered frames of a stream, which have no holes.
type ring struct {
	frames []remembered
	bytes  int
}

type remembered struct {
	raw []byte
	at  time.Time
}

// add remembers a frame and forgets the oldest beyond the bounds.
func (r *ring) add(raw []byte, now time.Time) {
	r.frames = append(r.frames, remembered{raw: raw, at: now})
	r.bytes += len(raw)
	r.trim(now)
}

// trim forgets frames that are too many, too big together or too old.
func (r *ring) trim(now time.Time) {
	n := 0
	for n < len(r.frames) && (len(r.frames)-n > ringFrames || r.bytes > ringBytes || now.Sub(r.frames[n].at) > ringAge) {
		r.bytes -= len(r.frames[n].raw)
		r.frames[n] = remembered{} // the array outlives the slice: let go of the bytes
		n++
	}
	r.frames = r.frames[n:]
	if len(r.frames) == 0 {
		r.frames = nil
	}
}

// since returns the frames after number seq, given the newest number; false if some are forgotten or seq is yet to come.
func (r *ring) since(seq, newest int64) ([]remembered, bool) {
	missing := newest - seq
	if missing < 0 || missing > int64(len(r.frames)) {
		return nil, false
	}
	return r.frames[int64(len(r.frames))-missing:], true
}
