package conn

import "time"

// Handler runs a connection from a client. It is written as a function that is
// called again and again: between two calls the connection is parked and costs
// neither a buffer nor, where the engine can, a stack.
type Handler interface {
	// Serve is called right after accept and later whenever the parked
	// connection has become readable, which includes its end. It may block in
	// this package's primitives as long as it likes, and says what comes next. The
	// read timeout is still that of the last Idle, or none.
	Serve(c *Conn) Next
	// Idle is called where a parked connection did not become readable: err is
	// ErrTimeout, or ErrAborted after Interrupt, or ErrClosed.
	Idle(c *Conn, err error) Next
}

// Next says what becomes of a connection when its handler has returned. The zero
// value closes it.
type Next struct {
	relay   *Relay
	park    bool
	timeout time.Duration
}

// Close closes the connection, if the handler has not done so.
func Close() Next { return Next{} }

// Idle parks the connection until it is readable, for at most timeout; zero sets
// no limit.
func Idle(timeout time.Duration) Next { return Next{park: true, timeout: timeout} }

// Tunnel runs r, calls its Done, and closes the connection.
func Tunnel(r *Relay) Next { return Next{relay: r} }

// Serve starts a task that runs h on c until the connection is closed. It returns
// at once. A panic in h aborts c, and nothing else.
func Serve(c *Conn, h Handler) { c.sock.serve(c, h, here()) }

// ServeAccepted is Serve for the function that a Listener hands the connection to, in
// the task in which it is called.
func ServeAccepted(c *Conn, h Handler) {
	at := c.acceptedBy()
	if at == nil {
		at = here()
	}
	c.sock.serve(c, h, at)
}

// serve is Serve for a task that keeps its stack.
func serve(c *Conn, h Handler) {
	if !guard(c, func() { handle(c, h) }) {
		c.Abort()
		return
	}
	c.Close()
}

func handle(c *Conn, h Handler) {
	next := h.Serve(c)
	for {
		switch {
		case next.relay != nil:
			next.relay.run()
			return
		case !next.park || c.Closed():
			return
		}
		c.SetReadTimeout(next.timeout)
		c.Shed()
		if err := c.WaitReadable(); err != nil {
			next = h.Idle(c, err)
		} else {
			next = h.Serve(c)
		}
	}
}
