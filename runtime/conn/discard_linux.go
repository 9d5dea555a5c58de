package conn

// The memory of connections that are over serves the next ones. It spares the garbage
// collector what connections that do not last would have it do, and that garbage of
// their size lies between the connections that stay and keeps the pages that it shares
// with them.

// keepDead is how many connections a loop keeps.
const keepDead = 128

// Discard is Close by a task that nobody shares the connection with any more. Its
// memory is used for another one: no method may be called afterwards.
func (c *Conn) Discard() {
	d, ok := c.sock.(*loopDescriptor)
	keep := ok && d.isServed() && c.layer == nil && !c.kept && !c.watch.armed
	var at *loop
	if ok && d.isServed() {
		at = d.loop.Load()
	}
	c.close(at)
	if keep {
		d.dead = true
		d.loop.Load().bury(d)
	}
	if at != nil {
		at.closeMany()
	}
}

// bury keeps a discarded connection for later once nobody has it any more: neither an
// outbox nor another thread.
func (l *loop) bury(d *loopDescriptor) {
	if d.dead && d.home == l && d.loop.Load() == l && d.refs.Load() == closing|closed && d.owed.Load() == nil && len(l.dead) < keepDead {
		d.dead = false
		l.dead = append(l.dead, d)
	}
}

// exhume gives a connection that is as good as new. l may be nil.
func (l *loop) exhume() *Conn {
	if l == nil || len(l.dead) == 0 {
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
	d.fd, d.home, d.queued, d.dead, d.bulk = fd, l, 0, false, false
	d.refs.Store(0)
	d.unheard.Store(false)
	d.gone.Store(0)
	d.loop.Store(l)
	return d
}
