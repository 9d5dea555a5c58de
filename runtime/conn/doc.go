// Package conn is everything on which the code of a stream may wait: it accepts,
// dials, reads, writes, sleeps, starts tasks and relays bytes. Stream code reads
// top to bottom and blocks in these calls only, so that the scheduler beneath can
// be exchanged without touching a stream: it starts no goroutine, uses no channel,
// no time.Sleep and no mutex across I/O. The engine here runs a goroutine for
// each connection on Go's netpoller, on every system.
//
// # A listener and a handler
//
//	l, err := conn.Listen(&conn.ListenOptions{Addr: addr, Maxconn: 1000})
//	…
//	conn.Go(func() {
//		l.Serve(func(c *conn.Conn) { conn.Serve(c, newSession(c)) })
//	})
//
// # A session of several requests
//
//	func (s *session) Serve(c *conn.Conn) conn.Next {
//		buf := buffers.Get()
//		defer buffers.Put(buf)
//		c.SetReadDeadlineAt(conn.Now() + 10_000) // timeout http-request
//		n, err := c.Read(buf)
//		…
//		server, err := conn.Dial(&s.server.dial)
//		switch conn.Cause(err) {
//		case conn.ErrRefused: …
//		}
//		s.body.Go(s.forwardRequest) // the second task
//		server.SetReadTimeout(s.timeoutServer)
//		…
//		c.Writev(head, body, nil)
//		s.body.Join()
//		return conn.Idle(s.timeoutKeepAlive) // back here when readable again
//	}
//
//	func (s *session) Idle(c *conn.Conn, err error) conn.Next {
//		return conn.Close()
//	}
//
// # A tunnel
//
//	s.relay = conn.Relay{Client: c, Server: server, Buffers: buffers,
//		ClientTimeout: …, ServerTimeout: …, Done: s.done}
//	s.relay.ToServer.Pending = alreadyRead
//	return conn.Tunnel(&s.relay)
//
// A handler that returns Idle or Tunnel gives up its stack: what it needs later
// belongs into the session.
//
// # Waiting for a slot
//
//	if !s.slot.Wait(timeoutQueue) { … } // an Event; whoever frees a slot signals
//
// While a stream waits for one connection, Watch tells it that the peer of
// another has gone.
//
// # Durations
//
// A zero or negative timeout is none, everywhere in this package.
package conn
