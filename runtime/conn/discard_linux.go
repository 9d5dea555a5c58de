package conn

// Memory of connections to servers that are over serves the next ones: garbage of
// their size would lie between the connections that stay, and keep the pages that it
// shares with them.

// keepDead is how many a loop keeps.
const keepDead = 64

// Discard is Close by a task that nobody shares the connection with any more. Its
// memory is used for another one: no method may be called afterwards.
func (c *Conn) Discard() {
	d, ok := c.sock.(*loopDescriptor)
	keep := ok && d.isServed() && c.layer == nil && c.onClose == nil && c.from == nil && !c.watch.armed
	c.Close()
	if !keep {
		return
	}
	l := d.loop.Load()
	if d.home != l || d.owed.Load() != nil || d.refs.Load() != closing|closed || len(l.dead) == keepDead {
		return // somebody else may still have it
	}
	l.dead = append(l.dead, d)
}

// newDialled gives a connection for a task of the loop with the index shard, or of
// none.
func newDialled(shard int) *Conn {
	l := here()
	if l == nil || l.index != shard || len(l.dead) == 0 {
		return new(Conn)
	}
	n := len(l.dead) - 1
	d := l.dead[n]
	l.dead[n] = nil
	l.dead = l.dead[:n]
	c := d.c
	*c = Conn{sock: d}
	return c
}

// descriptor makes a descriptor for c, or makes that of the dead connection which c
// was as good as new.
func (c *Conn) descriptor(fd int, l *loop) *loopDescriptor {
	d, ok := c.sock.(*loopDescriptor)
	if !ok {
		d = newLoopDescriptor(fd, l)
		d.c = c
		return d
	}
	d.fd, d.home, d.queued = fd, l, false
	d.refs.Store(0)
	d.gone.Store(0)
	d.loop.Store(l)
	return d
}
