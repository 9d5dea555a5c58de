package conn

// loopFlow is what a loop adds to a direction of a relay: it is called again when
// its source has something, and holds no stack until then.
type loopFlow struct {
	waiter
	detached, waiting bool
}

// detach has the loop of the client's connection run the relay, tell how it has
// ended and close the client's connection. It gives false where a connection is
// not on a loop.
func (r *Relay) detach() bool {
	d, ok := r.Client.sock.(*loopDescriptor)
	if _, both := r.Server.sock.(*loopDescriptor); !ok || !both {
		return false
	}
	r.begin()
	r.left.Store(2)
	l := d.loop.Load()
	for _, f := range []*Flow{&r.ToServer, &r.ToClient} {
		f.loopFlow = loopFlow{waiter: waiter{loop: l, job: f}, detached: true}
		f.wake(l)
	}
	return true
}

// run is called by the loop.
func (f *Flow) run() {
	r, over := f.r, true
	c := r.Client
	if !guard(c, func() { over = f.forward() }) {
		r.finish(End{Err: ErrAborted})
	}
	if !over || r.left.Add(-1) > 0 {
		return
	}
	if guard(c, func() { r.tell(r.conclude()) }) {
		c.Discard()
	} else {
		c.Abort()
	}
}

// await waits until the source has something. A detached flow gives true instead,
// having left word to be run again.
func (f *Flow) await() (parked bool, err error) {
	if !f.detached || f.move.src.pending() {
		return false, nil
	}
	h := &f.move.src.r
	if !f.waiting {
		h.begin()
		f.waiting = true
	}
	// A pipe is kept from load to load, but not while there is nothing to move.
	if parked, err = h.pause(&f.waiter); !parked {
		f.waiting = false
	}
	return parked, err
}

// last tells whether f ends the relay with both directions ended in good order. The
// loop closes both connections then, which needs no FIN before; TLS says goodbye.
func (f *Flow) last() bool {
	if !f.detached || f.move.dst.layer != nil {
		return false
	}
	r := f.r
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.half
	r.half = true
	return before
}
