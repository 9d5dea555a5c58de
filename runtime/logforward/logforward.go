// Package logforward takes syslog messages over UDP and TCP and sends them on
// (configuration.txt 3.10).
package logforward

import (
	"bytes"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/logs"
)

// Section is a "log-forward" section. Its exported fields are set before traffic.
type Section struct {
	Name string
	// Logger is where messages go, nil for nowhere.
	Logger *logs.Logger
	// Timeout is how long a client may be silent, 0 for ever.
	Timeout time.Duration
	// BufSize is how long a message may be.
	BufSize int
	// Received is called for each message.
	Received func()

	stopping atomic.Bool
}

// forward sends a message on.
func (s *Section) forward(b []byte) {
	s.Received()
	m := logs.ParseMessage(b)
	s.Logger.Forward(&m)
}

// afterError is how long a socket that fails is left alone.
const afterError = 10 * time.Millisecond

// Take takes what comes at a socket until it is closed.
func (s *Section) Take(c net.PacketConn) {
	buf := make([]byte, max(s.BufSize, 1))
	for {
		n, _, err := c.ReadFrom(buf)
		if err == nil {
			s.forward(buf[:n])
			continue
		}
		if s.stopping.Load() || errors.Is(err, net.ErrClosed) {
			return
		}
		time.Sleep(afterError)
	}
}

// Stop says that sockets are being closed.
func (s *Section) Stop() { s.stopping.Store(true) }

// Serve takes the messages of a client until it leaves, or says what is none.
func (s *Section) Serve(c *conn.Conn) {
	buf := make([]byte, max(s.BufSize, 64))
	c.SetReadTimeout(s.Timeout)
	for n := 0; ; {
		for {
			m, rest, ok := next(buf[:n], len(buf))
			if !ok {
				return
			}
			if m == nil {
				break
			}
			s.forward(m)
			n = copy(buf, rest)
		}
		got, err := c.Read(buf[n:])
		if err != nil {
			return
		}
		n += got
	}
}

// next finds the message at the start of a stream, in either framing of RFC 6587:
// up to a line feed behind "<", or as long as a number says. It is nil where it is
// not all there; ok is false where there is none, or where it is too long.
func next(b []byte, most int) (m, rest []byte, ok bool) {
	switch {
	case len(b) == 0:
		return nil, b, true
	case b[0] == '<':
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			return nil, b, len(b) < most
		}
		return bytes.TrimSuffix(b[:i], []byte("\r")), b[i+1:], true
	case b[0] < '1' || b[0] > '9':
		return nil, b, false
	}
	n, i := 0, 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		if n = n*10 + int(b[i]-'0'); n > most {
			return nil, b, false
		}
	}
	switch {
	case i == len(b):
		return nil, b, true
	case b[i] != ' ' || n+i+1 > most:
		return nil, b, false
	case len(b) < n+i+1:
		return nil, b, true
	}
	return b[i+1 : i+1+n], b[i+1+n:], true
}
