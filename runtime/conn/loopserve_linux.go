package conn

// parkedConn runs a connection's handler, and holds what is left of that while
// the connection waits for its peer: no stack.
type parkedConn struct {
	waiter
	handler Handler
}

// acceptedBy is the loop whose task has accepted the connection, nil for none.
func (c *Conn) acceptedBy() *loop { return c.parked.loop }

// run runs the handler until it parks the connection or is through with it.
func (c *Conn) run() {
	through := true
	ok := guard(c, func() { through = c.turn() })
	switch {
	case !ok:
		c.Abort()
	case through:
		c.Discard()
	}
}

// turn gives true when the connection is to be closed. Where it gives false,
// somebody else may have the connection already.
func (c *Conn) turn() (through bool) {
	p := &c.parked
	var next Next
	if c.isParked {
		parked, err := c.r.pause(&p.waiter)
		if parked {
			return false
		}
		c.isParked = false
		next = c.answer(err)
	} else {
		next = p.handler.Serve(c)
	}
	for {
		switch {
		case next.relay != nil:
			if next.relay.detach() {
				return false
			}
			next.relay.run()
			return true
		case !next.park || c.Closed():
			return true
		}
		c.SetReadTimeout(next.timeout)
		var err error
		if !c.pending() {
			c.Shed()
			c.r.begin()
			c.isParked = true
			var parked bool
			if parked, err = c.r.pause(&p.waiter); parked {
				return false
			}
			c.isParked = false
		}
		next = c.answer(err)
	}
}

// answer tells the handler how the wait has ended.
func (c *Conn) answer(err error) Next {
	if err != nil {
		return c.parked.handler.Idle(c, err)
	}
	return c.parked.handler.Serve(c)
}

// turns tells which loop serves the connection.
func (d *loopDescriptor) turns() *loop {
	if d.isServed() {
		return d.loop.Load()
	}
	return nil
}

// pause goes on with WaitReadable, after begin. Where that has to wait, it leaves w to
// be woken and gives true; w has to call pause again.
func (h *half) pause(w *waiter) (parked bool, err error) {
	d := h.c.sock.(*loopDescriptor)
	o := h.op()
	defer o.done()
	o.step, o.err = stepWaitReadable, nil
	for {
		if done, err := d.try(o); done {
			return false, err
		}
		if h.event.enter(w) {
			return true, nil
		}
	}
}
