package stream

import (
	"errors"

	"gohap/runtime/conn"
)

// errFull says that a buffer has no room for another byte.
var errFull = errors.New("buffer full")

// buffer holds bytes read from a connection and not yet consumed. It takes its
// memory from the pool when it first needs it and gives it back when asked to.
type buffer struct {
	pool *conn.Buffers
	// near is the connection whose tasks alone use the buffer; nil where others may.
	near *conn.Conn
	mem  []byte
	r, w int // mem[r:w] is what was read and not consumed
}

// bytes returns what was read and not consumed. The slice is valid until the
// next fill or release.
func (b *buffer) bytes() []byte { return b.mem[b.r:b.w] }

// len returns the number of bytes read and not consumed.
func (b *buffer) len() int { return b.w - b.r }

// room returns how much fill could add without moving anything.
func (b *buffer) room() int {
	if b.mem == nil {
		return b.pool.Size()
	}
	return len(b.mem) - b.w
}

// consume drops the first n bytes.
func (b *buffer) consume(n int) {
	b.r += n
	if b.r == b.w {
		b.r, b.w = 0, 0
	}
}

// skip drops the first n bytes but leaves the memory before them untouched,
// since a parsed head points there.
func (b *buffer) skip(n int) { b.r += n }

// rewind makes the whole memory usable again; nothing may point into it but
// what is still unread, which moves to the start.
func (b *buffer) rewind() {
	if b.r > 0 {
		b.w = copy(b.mem, b.mem[b.r:b.w])
		b.r = 0
	}
}

// fill reads once from c, behind what is there, and returns how much came.
func (b *buffer) fill(c link) (int, error) {
	if b.mem == nil {
		b.mem = b.pool.GetFor(b.near)
	}
	if b.w == len(b.mem) {
		return 0, errFull
	}
	n, err := c.Read(b.mem[b.w:])
	b.w += n
	return n, err
}

// fillNow is fill that does not wait, nor hold memory where nothing has come.
func (b *buffer) fillNow(c *conn.Conn) (int, error) {
	if b.mem == nil {
		b.mem = b.pool.GetFor(b.near)
	}
	n, err := c.ReadNow(b.mem[b.w:])
	if b.w += n; b.w == 0 {
		b.release()
	}
	return n, err
}

// take has b, which is empty, hold a copy of p, for which it has room.
func (b *buffer) take(p []byte) {
	if len(p) > 0 {
		b.mem = b.pool.GetFor(b.near)
		b.w = copy(b.mem, p)
	}
}

// release gives the memory back. What was unread is lost.
func (b *buffer) release() {
	if b.mem != nil {
		b.pool.PutFor(b.near, b.mem)
	}
	b.mem, b.r, b.w = nil, 0, 0
}
