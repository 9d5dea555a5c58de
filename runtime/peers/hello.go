package peers

import (
	"gohap/runtime/conn"
	"gohap/runtime/peers/wire"
)

// sayHello introduces this process on a connection that it opened.
func (x *session) sayHello() (status wire.Status, rest []byte, err error) {
	p := x.peer
	x.minor = p.minor
	x.c.SetReadDeadlineAt(conn.Now() + deadAfter.Milliseconds())
	x.c.SetWriteTimeout(deadAfter)
	if _, err := x.c.Write(wire.AppendHello(nil, p.minor, p.Name, p.section.Local, p.section.PID)); err != nil {
		return 0, nil, err
	}
	buf := x.in
	for n := 0; ; {
		got, err := x.c.Read(buf[n:])
		if err != nil {
			return 0, nil, err
		}
		n += got
		status, rest, err = wire.ReadStatus(buf[:n])
		if err != wire.ErrShort {
			return status, rest, err
		}
	}
}

// Serve is for a connection that came in. It stays until it ends.
func (s *Section) Serve(c *conn.Conn) {
	defer c.Close()
	c.SetReadDeadlineAt(conn.Now() + deadAfter.Milliseconds())
	c.SetWriteTimeout(deadAfter)
	buf := make([]byte, wire.MaxHello)
	var h wire.Hello
	var rest []byte
	for n := 0; ; {
		got, err := c.Read(buf[n:])
		if err != nil {
			return
		}
		n += got
		var wrong wire.Status
		h, rest, wrong, err = wire.ReadHello(buf[:n])
		if err == wire.ErrShort {
			continue
		}
		if wrong != 0 {
			c.Write(wire.AppendStatus(nil, wrong))
			return
		}
		break
	}
	s.welcome(c, &h, rest)
}

// welcome answers a hello.
func (s *Section) welcome(c *conn.Conn, h *wire.Hello, rest []byte) {
	p := s.find(h.Local)
	answer := wire.OK
	switch {
	case h.Remote != s.Local:
		answer = wire.UnknownRemote
	case p == nil:
		answer = wire.UnknownLocal
	case s.isStopping():
		answer = wire.TryAgain
	}
	if answer != wire.OK {
		c.Write(wire.AppendStatus(nil, answer))
		return
	}
	x := newSession(p)
	x.minor = h.Minor
	x.c = c
	if !p.install(x, !p.Local) {
		c.Write(wire.AppendStatus(nil, wire.TryAgain))
		return
	}
	defer p.done(x)
	p.note(func(c *counts) { c.status, c.shook = "ESTA", conn.Now() })
	if _, err := c.Write(wire.AppendStatus(nil, wire.OK)); err != nil {
		return
	}
	x.run(rest)
	p.later(anyMoment())
}
