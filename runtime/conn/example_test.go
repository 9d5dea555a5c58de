package conn_test

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"gohap/runtime/conn"
)

// session forwards the connections of one listener to one server.
type session struct {
	dial    conn.DialOptions
	buffers *conn.Buffers
	relay   conn.Relay
	ended   chan conn.End // a real session would log instead
}

// Serve runs right after accept.
func (s *session) Serve(c *conn.Conn) conn.Next {
	s.dial.Shard = c.Shard()
	server, err := conn.Dial(&s.dial)
	if err != nil {
		return conn.Close()
	}
	s.relay.Client, s.relay.Server, s.relay.Buffers = c, server, s.buffers
	s.relay.ClientTimeout, s.relay.ServerTimeout = time.Minute, time.Minute
	s.relay.ToClient.Splice = conn.SpliceAuto
	s.relay.Done = func(r *conn.Relay, e conn.End) {
		r.Server.Close()
		s.ended <- e
	}
	return conn.Tunnel(&s.relay) // the stack is free from here on
}

// Idle is for handlers that return conn.Idle, between two requests.
func (s *session) Idle(c *conn.Conn, err error) conn.Next { return conn.Close() }

func Example() {
	server, _ := net.Listen("tcp", "127.0.0.1:0") // greets, and waits for the end
	defer server.Close()
	go func() {
		c, _ := server.Accept()
		io.WriteString(c, "welcome")
		io.Copy(io.Discard, c)
		c.Close()
	}()

	l, err := conn.Listen(&conn.ListenOptions{
		Addr:    netip.MustParseAddrPort("127.0.0.1:0"),
		Maxconn: 100,
	})
	if err != nil {
		fmt.Println(err) // cannot bind socket (…) for […]
		return
	}
	defer l.Stop()
	s := &session{buffers: conn.NewBuffers(0), ended: make(chan conn.End, 1)}
	s.dial = conn.DialOptions{Addr: server.Addr().(*net.TCPAddr).AddrPort(), Timeout: time.Second}
	conn.Go(func() {
		l.Serve(func(c *conn.Conn) { conn.ServeAccepted(c, s) })
	})

	client, err := conn.Dial(&conn.DialOptions{Addr: l.Addr(), Timeout: time.Second})
	if err != nil {
		fmt.Println(conn.Strerror(err)) // Connection refused
		return
	}
	greeting := make([]byte, 100)
	n, _ := client.Read(greeting)
	client.Close()
	e := <-s.ended
	fmt.Printf("%s, closed by the client first: %v, error: %v\n", greeting[:n], e.First == conn.ClientSide, e.Err)
	// Output: welcome, closed by the client first: true, error: <nil>
}
