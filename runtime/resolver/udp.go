package resolver

import (
	"errors"
	"net"
	"time"
)

// open opens the way to a name server.
func (s *Section) open(n *nameserver) (link, error) {
	if n.TCP {
		return newTCP(n), nil
	}
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(n.Addr))
	if err != nil {
		return nil, err
	}
	u := &udp{c}
	s.readers.Go(func() { u.read(n) })
	return u, nil
}

// udp is a socket that is connected: the kernel lets in what comes from the name
// server alone.
type udp struct{ conn *net.UDPConn }

func (u *udp) send(msg []byte) error {
	_, err := u.conn.Write(msg)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		// An earlier message has met a closed port: the error is about that one.
		_, err = u.conn.Write(msg)
	}
	return err
}

func (u *udp) close() { u.conn.Close() }

// errorPause keeps a socket whose reads fail at once from keeping a core busy.
const errorPause = 10 * time.Millisecond

// read delivers what comes until the socket is closed.
func (u *udp) read(n *nameserver) {
	buf := make([]byte, n.section.PayloadSize+1) // one more tells what is too big
	for {
		size, err := u.conn.Read(buf)
		switch {
		case err == nil:
			n.deliver(buf[:size])
		case errors.Is(err, net.ErrClosed):
			return
		default:
			time.Sleep(errorPause)
		}
	}
}
