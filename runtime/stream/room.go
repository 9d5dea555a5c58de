package stream

import "gohap/runtime/conn"

// makeRoom sees to it that the buffer can take a good read. What stands before
// the unread bytes of the first buffer is a parsed head and must stay, so the
// body moves to a buffer of its own when that one is full.
func (b *body) makeRoom() {
	if b.keep && b.buf.room() > 0 {
		return
	}
	if b.keep {
		b.keep, b.lost = false, true
	}
	switch {
	case b.buf == &b.spare:
		b.widen()
		if b.buf.room() == 0 {
			b.buf.rewind()
		}
	case b.buf.room() < b.pool.Size()/2:
		b.spare.pool = b.pool
		b.spare.mem = b.pool.Get()
		b.spare.w = copy(b.spare.mem, b.buf.bytes())
		b.buf.skip(b.buf.len())
		b.buf = &b.spare
	}
	b.lost = b.lost || b.kept > 0
}

// settle ends the body's use of buffers: bytes behind the body, the beginning of
// the next message, go back to first, whose head may go now.
func (b *body) settle(first *buffer) {
	if b.spare.mem != nil {
		first.release()
		if b.spare.pool == conn.Wide && b.spare.len() <= first.pool.Size() {
			first.take(b.spare.bytes())
			b.spare.release()
			return
		}
		pool, near := first.pool, first.near
		*first = b.spare
		first.pool, first.near = pool, near
		b.spare = buffer{}
	}
}

// fullReads is after how many reads in a row that fill the buffer a body gets a large
// one, as long as its destination keeps up.
const fullReads = 2

// widen chooses the buffer for the next read by how the last ones went.
func (b *body) widen() {
	switch wide := b.spare.pool == conn.Wide; {
	case !b.gathers() || b.spare.len() > 0:
	case b.dst.socket().Stalled() || wide && b.got < b.pool.Size():
		b.streak = 0
		if wide {
			b.spare.release()
			b.spare.pool = b.pool
		}
	case b.got < b.pool.Size()/2:
		b.streak = 0
	case !wide:
		if b.streak++; b.streak >= fullReads {
			b.spare.release()
			b.spare.pool = conn.Wide
		}
	}
}
