package conn

// Turn is a function for the end of a loop's turn: it runs when everything has
// run that was ready. What tasks collect meanwhile, it sends at once. The zero
// value is ready; it must not be copied.
type Turn struct {
	waiter
	conn *Conn
	f    func()
}

// run implements job.
func (t *Turn) run() {
	f := t.f
	t.f = nil
	if !guard(t.conn, f) {
		t.conn.Abort()
	}
}

// AtTurnEnd has f run in a task of its own at the end of the turn of c's loop. It
// is for tasks of that loop; t must not be waiting already. It gives false, and f
// does not run, where no loop serves c.
func (c *Conn) AtTurnEnd(t *Turn, f func()) bool {
	l := c.sock.turns()
	if l == nil {
		return false
	}
	t.waiter = waiter{loop: l, job: t}
	t.conn, t.f = c, f
	l.pushLast(&t.waiter)
	return true
}
