package conn

import "sync"

// Pool keeps values between uses, as sync.Pool does, and each loop some of its own,
// which its tasks take and give back without a lock. What a loop used last comes
// first: it is still in its core's cache. The zero value makes values with new; a
// Pool must not be copied.
type Pool[T any] struct {
	// New makes a value where none is kept; nil stands for new. Set it before use.
	New func() *T

	shared sync.Pool
	local  [maxLocal]freeList[T]
}

// maxLocal is how many loops have values of their own, keepLocal how many of them
// each has.
const (
	maxLocal  = 64
	keepLocal = 32
)

// freeList belongs to a loop.
type freeList[T any] struct {
	free []*T
	_    [40]byte // another loop's is on another cache line
}

// Get gives a value to a task that uses c; it may be left over from its last use. c
// may be nil.
func (p *Pool[T]) Get(c *Conn) *T {
	if i := c.onLoop(); i >= 0 {
		l := &p.local[i]
		if n := len(l.free) - 1; n >= 0 {
			x := l.free[n]
			l.free = l.free[:n]
			return x
		}
	}
	if x, ok := p.shared.Get().(*T); ok {
		return x
	}
	if p.New != nil {
		return p.New()
	}
	return new(T)
}

// Put keeps a value for later. The caller is a task that uses c, which may be nil.
func (p *Pool[T]) Put(c *Conn, x *T) {
	if i := c.onLoop(); i >= 0 {
		if l := &p.local[i]; len(l.free) < keepLocal {
			l.free = append(l.free, x)
			return
		}
	}
	p.shared.Put(x)
}
