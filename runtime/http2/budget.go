package http2

import "gohap/runtime/conn"

// budget bounds what a peer may send that brings nothing: streams that it resets
// at once, PINGs, SETTINGS, empty frames. Each such frame costs one, a header
// that is too large costs largeHeader; what was spent comes back with time.
type budget struct {
	spent int
	since int64
}

const (
	maxSpent  = 4000 // at a time
	perSecond = 1000

	largeHeader = 100
)

// spend takes n and reports whether there were as many.
func (b *budget) spend(n int) bool {
	b.spent += n
	if b.spent < maxSpent {
		return true
	}
	now := conn.Now()
	if b.since == 0 {
		b.since = now - 1000
	}
	b.spent -= int((now - b.since) * perSecond / 1000)
	b.spent = max(b.spent, 0)
	b.since = now
	return b.spent < maxSpent
}
