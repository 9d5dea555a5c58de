package health

import (
	"context"
	"io"
	"net"
	"time"
)

// Attempt is one run of a check, on connections that its probe opens and uses.
type Attempt struct {
	// Memory is what the steps of a script keep between them.
	Memory any

	server *Server
	check  *Check
	dialer Dialer
	ctx    context.Context
	begun  time.Time
	limit  time.Time // when the whole has taken too long
	answer time.Duration
	conn   net.Conn
	http2  *http2Conn // over conn, nil for none
	input  []byte     // received and not yet dropped
	closed bool       // the server has closed
}

// Input is what was received and not yet dropped. It is the attempt's own.
func (a *Attempt) Input() []byte { return a.input }

// maxInput bounds what a check reads of one answer, as HAProxy's buffer does.
const maxInput = 16384

// examine runs the health check of c's server.
func (c *checker) examine(ctx context.Context) Result {
	check, _ := c.server.checks()
	a := c.attempt(ctx, check)
	defer a.hangUp()
	probe := check.Probe
	if probe == nil {
		probe = defaultProbe
	}
	r := probe.Run(a)
	r.Duration = time.Since(a.begun)
	return r
}

var defaultProbe = &Script{}

// attempt prepares a run. Without `timeout check` the interval bounds the whole
// of it; with it, the shorter of `timeout connect` and the interval bounds the
// connection, and `timeout check` each wait for an answer.
func (c *checker) attempt(ctx context.Context, check *Check) *Attempt {
	s := c.server.backend.sched
	a := &Attempt{
		server: c.server, check: check, ctx: ctx, begun: time.Now(),
		dialer: s.options.Dialer, answer: check.Timeout,
	}
	if a.dialer == nil {
		a.dialer = plainDialer{}
	}
	patience := c.pace.Inter
	if check.Timeout > 0 && check.ConnectTimeout > 0 {
		patience = min(patience, check.ConnectTimeout)
	}
	a.limit = a.begun.Add(patience)
	return a
}

// deadline is when the wait for data that begins now ends.
func (a *Attempt) deadline() time.Time {
	if a.answer > 0 {
		return time.Now().Add(a.answer)
	}
	return a.limit
}

// hangUp closes the connection, in a way that leaves nothing waiting.
func (a *Attempt) hangUp() {
	if a.conn == nil {
		return
	}
	if t, ok := a.conn.(*net.TCPConn); ok {
		t.SetLinger(0)
	}
	a.conn.Close()
	a.conn, a.http2, a.input, a.closed = nil, nil, nil, false
}

// write sends data. A failure is left for the next read to find, as the answer
// may have come before the server closed.
func (a *Attempt) write(data []byte) error {
	a.conn.SetWriteDeadline(a.deadline())
	_, err := a.conn.Write(data)
	return err
}

// read waits for more input. It returns false once there will be none: the
// server has closed, or the time is over, and then timeout is true.
func (a *Attempt) read(deadline time.Time) (more, timeout bool) {
	if a.closed || len(a.input) >= maxInput {
		return false, false
	}
	if a.input == nil {
		a.input = make([]byte, 0, 1024)
	}
	if len(a.input) == cap(a.input) {
		a.input = append(a.input, 0)[:len(a.input)]
	}
	conn := a.conn
	conn.SetReadDeadline(deadline)
	stop := context.AfterFunc(a.ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
	from := io.Reader(conn)
	if a.http2 != nil {
		from = a.http2
	}
	n, err := from.Read(a.input[len(a.input):min(cap(a.input), maxInput)])
	stop()
	a.input = a.input[:len(a.input)+n]
	if err == nil || n > 0 {
		return true, false
	}
	if isTimeout(err) {
		return false, true
	}
	a.closed = true
	return false, false
}
