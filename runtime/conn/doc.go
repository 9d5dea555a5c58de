// Package conn is everything on which the code of a stream may wait: it accepts,
// dials, reads, writes, sleeps, starts tasks and relays bytes. Stream code reads
// top to bottom and blocks in these calls only, so that the scheduler beneath can
// be exchanged without touching a stream: it starts no goroutine, uses no channel,
// no time.Sleep and no mutex across I/O.
//
// # Engines
//
// On Linux each shard has a loop: a goroutine that keeps its thread, waits in
// epoll for the sockets of its connections, edge-triggered, and runs what is ready
// in coroutines (iter.Pull). A task that waits gives the thread back to its loop;
// a parked connection or a relay without traffic has no coroutine, so no stack. A
// socket is read only after an edge that has not been used up: a read that gets
// less than it could take has. Listeners are shared by all loops (EPOLLEXCLUSIVE),
// and a new connection goes to the loop that has clearly fewer.
//
// What a task does besides waiting here delays its loop: computing, a contended
// mutex, a file. A loop that is stuck for over a second is reported (OnStall).
// Handlers that must wait elsewhere belong to a listener with Apart.
//
// Where the system has io_uring (and GOHAP_ENGINE is not "epoll"), a loop has it do many
// operations in one call: it reads for the readers that an epoll_wait has woken, sends
// what its tasks have written in a turn, closes what they have closed and registers new
// sockets. The operations are those that never wait, so that nothing is under way in the
// kernel when the call comes back; all waiting is epoll's.
//
// Functions of this package may be called from goroutines, too: they block the
// goroutine while the loop does the work. The exception is a connection that a
// loop serves, or that one of its tasks has dialled: only tasks of that loop read
// and write it, and Move changes the loop.
//
// On other systems, and with Config.NoLoops ("noepoll", -de) or the environment
// variable GOHAP_ENGINE=portable, there is a goroutine for each connection, on
// Go's netpoller. The tests are to pass on both:
//
//	for e in '' epoll portable; do GOHAP_ENGINE=$e go test ./runtime/conn; done
//
// # A listener and a handler
//
//	l, err := conn.Listen(&conn.ListenOptions{Addr: addr, Maxconn: 1000})
//	…
//	conn.Go(func() {
//		l.Serve(func(c *conn.Conn) { conn.ServeAccepted(c, newSession(c)) })
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
