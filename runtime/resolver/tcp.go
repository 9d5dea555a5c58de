package resolver

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// pipelined is how many questions a connection carries at a time.
const pipelined = 4

// maxQueued bounds the questions that wait for a connection.
const maxQueued = 1024

// tcpIdle is how long a connection lives on which nothing comes.
const tcpIdle = 5 * time.Second

var errQueue = errors.New("too many questions wait for a connection")

// tcp is the connections to a name server. A question that is lost with a
// connection is asked again by the look-up that it belongs to.
type tcp struct {
	server *nameserver
	ctx    context.Context
	cancel context.CancelFunc

	mu     sync.Mutex
	conns  []*tcpConn
	queued [][]byte
}

// tcpConn is one connection.
type tcpConn struct {
	out  chan []byte // has room for all that are let in
	busy int         // questions under way
}

func newTCP(n *nameserver) *tcp {
	t := &tcp{server: n}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
}

func (t *tcp) close() { t.cancel() }

func (t *tcp) send(msg []byte) error {
	msg = append(binary.BigEndian.AppendUint16(nil, uint16(len(msg))), msg...)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.conns {
		if c.busy < pipelined {
			c.busy++
			c.out <- msg
			return nil
		}
	}
	if most := t.server.MaxConn; most > 0 && len(t.conns) >= most {
		if len(t.queued) >= maxQueued {
			return errQueue
		}
		t.queued = append(t.queued, msg)
		return nil
	}
	c := &tcpConn{out: make(chan []byte, pipelined), busy: 1}
	c.out <- msg
	t.conns = append(t.conns, c)
	t.server.section.readers.Go(func() { t.serve(c) })
	return nil
}

// next ends a question and lets one in that waits.
func (t *tcp) next(c *tcpConn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c.busy == 0 {
		return // nobody has asked for that answer
	}
	c.busy--
	if len(t.queued) > 0 {
		c.busy++
		c.out <- t.queued[0]
		t.queued = t.queued[1:]
	}
}

// gone takes a connection out. What waits needs another one.
func (t *tcp) gone(c *tcpConn) {
	t.mu.Lock()
	for i, o := range t.conns {
		if o == c {
			t.conns = append(t.conns[:i:i], t.conns[i+1:]...)
		}
	}
	var waiting [][]byte
	if len(t.conns) == 0 && t.ctx.Err() == nil {
		waiting, t.queued = t.queued, nil
	}
	t.mu.Unlock()
	for _, msg := range waiting {
		t.send(msg[2:])
	}
}

// serve runs a connection.
func (t *tcp) serve(c *tcpConn) {
	defer t.gone(c)
	conn, err := t.dial()
	if err != nil {
		t.server.stats.SendError.Add(1)
		return
	}
	ctx, end := context.WithCancel(t.ctx)
	defer end()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	var writer sync.WaitGroup
	writer.Go(func() {
		defer conn.Close()
		for {
			select {
			case msg := <-c.out:
				conn.SetDeadline(time.Now().Add(tcpIdle))
				if _, err := conn.Write(msg); err != nil {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	})
	t.read(conn, c)
	end()
	writer.Wait()
}

// dial connects, with TLS where that is asked for.
func (t *tcp) dial() (net.Conn, error) {
	ctx, cancel := context.WithTimeout(t.ctx, tcpIdle)
	defer cancel()
	var d net.Dialer
	if ip := t.server.Source; ip.IsValid() {
		d.LocalAddr = &net.TCPAddr{IP: ip.AsSlice()}
	}
	conn, err := d.DialContext(ctx, "tcp", t.server.Addr.String())
	if err != nil || t.server.Wrap == nil {
		return conn, err
	}
	wrapped, err := t.server.Wrap(ctx, conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return wrapped, nil
}

// read delivers what comes until the connection ends, or is idle for too long.
func (t *tcp) read(conn net.Conn, c *tcpConn) {
	buf := make([]byte, MaxPayload)
	conn.SetDeadline(time.Now().Add(tcpIdle))
	for {
		if _, err := io.ReadFull(conn, buf[:2]); err != nil {
			return
		}
		size := binary.BigEndian.Uint16(buf)
		if _, err := io.ReadFull(conn, buf[:size]); err != nil {
			return
		}
		conn.SetDeadline(time.Now().Add(tcpIdle))
		t.server.deliver(buf[:size])
		t.next(c)
	}
}
