package http2

import (
	"time"

	"gohap/runtime/conn"
	"gohap/stats"
)

// usualStreams is how many streams a server is asked to serve at a time, before
// it has said how many it takes.
const usualStreams = 100

// NewClient returns the end of a connection that asks. Run has it read.
func NewClient(c *conn.Conn, o *Options, counters *stats.H2, open *stats.Open) *Conn {
	p := newConn(c, o, counters, open)
	p.client = true
	p.next = 1
	p.out = append(p.out, Preface...)
	p.out = p.appendSettings(p.out)
	return p
}

// Run starts the task that reads a client's connection. The connection belongs
// to it from now on: it is closed when the server or an error ends it, or once
// it has had no stream for the time idle; zero sets no limit. gone is called then.
func (c *Conn) Run(idle time.Duration, gone func(*Conn)) {
	conn.Serve(c.sock, &reader{Conn: c, idle: idle, gone: gone})
}

// reader is the handler of a connection to a server.
type reader struct {
	*Conn
	idle time.Duration
	gone func(*Conn)
	// begun says that Serve was called before.
	begun bool
}

// Serve implements [conn.Handler]. When it is called first there is nothing to
// read yet: the server waits for the preface.
func (r *reader) Serve(*conn.Conn) conn.Next {
	if r.begun && r.Receive() != nil {
		return r.end()
	}
	r.begun = true
	return conn.Idle(r.idle)
}

// Idle implements [conn.Handler].
func (r *reader) Idle(c *conn.Conn, err error) conn.Next {
	if err != conn.ErrTimeout {
		r.sock.Resume() // for the farewell
		r.Leave()
		return r.end()
	}
	r.mu.Lock()
	unused := r.used() == 0 && conn.Now()-r.idleSince >= r.idle.Milliseconds()
	if unused {
		r.away = true // nobody opens a stream any more
	}
	r.mu.Unlock()
	if !unused {
		return conn.Idle(r.idle)
	}
	r.Leave()
	return r.end()
}

func (r *reader) end() conn.Next {
	r.gone(r.Conn)
	r.Close()
	return conn.Close()
}

// used is how many streams are open or reserved. The lock is held.
func (c *Conn) used() int { return len(c.streams) + c.reserved }

// Open reserves a stream. It gives nil where the connection takes no more, or,
// unless unused will do, where it has no other stream. The stream begins with
// the head that is sent first.
func (c *Conn) Open(unused bool) *Stream {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.used()
	if c.err != nil || c.away || c.leaving || n >= min(c.maxStreams, usualStreams) || n == 0 && !unused || c.next > maxID-2*usualStreams {
		return nil
	}
	c.reserved++
	c.ready()
	return newStream(c, 0)
}

// Unused reports whether the connection can be kept for later: it has no
// stream, and takes more.
func (c *Conn) Unused() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err == nil && !c.away && c.used() == 0
}

// Retire has no further stream opened; the connection ends with the last one.
func (c *Conn) Retire() {
	c.mu.Lock()
	c.away = true
	unused := c.used() == 0
	c.mu.Unlock()
	if unused {
		c.sock.Interrupt() // its reader looks what there is to do
	}
}

// Carried is how many streams the connection has carried so far.
func (c *Conn) Carried() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int(c.next / 2)
}

// begin numbers a stream, whose head goes out now. The lock is held.
func (c *Conn) begin(s *Stream, head []byte) {
	s.id = c.next
	c.next += 2
	c.reserved--
	c.add(s)
	for len(head) > 0 {
		n := headerLen + parseFrame(head).length
		putID(head, s.id)
		head = head[n:]
	}
}
