package conn

// heavyQueue holds the tasks of a loop that are about to compute for long, such as
// over a TLS handshake. The loop runs one of them between two looks at its
// descriptors, after all that is light, so that streams wait for one at most.
type heavyQueue struct {
	list []*task
	next int // in list
}

func (q *heavyQueue) empty() bool { return q.next == len(q.list) }

// waitHeavy has the calling task, which uses c, wait for its turn to compute for
// long.
func (c *Conn) waitHeavy() {
	d, ok := c.sock.(*loopDescriptor)
	if !ok {
		return
	}
	if t := d.task(); t != nil {
		q := &t.loop.heavy
		q.list = append(q.list, t)
		t.park()
	}
}

// workHeavy runs the first of the heavy tasks.
func (l *loop) workHeavy() {
	q := &l.heavy
	if q.empty() {
		return
	}
	t := q.list[q.next]
	q.list[q.next] = nil
	if q.next++; q.empty() {
		q.list, q.next = q.list[:0], 0
	}
	l.turn.Add(1)
	t.resume()
}
