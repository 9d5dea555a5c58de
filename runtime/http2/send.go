package http2

import (
	"gohap/runtime/conn"
	"gohap/runtime/http"
)

// Write sends a head that AppendResponse or AppendRequest has made.
func (s *Stream) Write(head []byte) (int, error) { return s.Writev(head, nil, nil) }

// Writev sends a head, unless it is empty, and data of the body. It returns once
// all of it is on its way. The third piece is not used: it is there so that the
// method is that of [conn.Conn].
func (s *Stream) Writev(head, data, _ []byte) (int, error) {
	n := len(head) + len(data)
	if err := s.send(head, data, false); err != nil {
		return 0, err
	}
	return n, nil
}

// Finish sends what Writev does, and after it the end of the message, with
// trailers where there are any.
func (s *Stream) Finish(head, data []byte, trailers *http.Fields) error {
	if trailers == nil || trailers.Len() == 0 {
		return s.send(head, data, true)
	}
	if err := s.send(head, data, false); err != nil {
		return err
	}
	s.c.mu.Lock()
	err := s.writeError()
	if err == nil {
		s.sentEnd = true
		s.c.out = s.appendTrailers(s.c.out, trailers)
	}
	s.c.unlock()
	return err
}

// writeError tells why nothing can be sent. The lock is held.
func (s *Stream) writeError() error {
	switch {
	case s.stopped.Load():
		return conn.ErrAborted
	case s.err == ErrGone, s.err == conn.ErrClosed:
		return s.err
	case s.err != nil, s.c.err != nil:
		return conn.ErrReset
	}
	return nil
}

// send queues head and data as frames, as fast as the windows and the room for
// frames allow.
func (s *Stream) send(head, data []byte, end bool) error {
	w := s.wait()
	c := s.c
	for {
		c.mu.Lock()
		if err := s.writeError(); err != nil {
			c.mu.Unlock()
			return err
		}
		if len(head) > 0 && c.room() >= len(head) {
			if s.id == 0 {
				if c.away || c.leaving {
					s.end(ErrGone)
					c.mu.Unlock()
					return ErrGone
				}
				c.begin(s, head)
			}
			at := len(c.out)
			c.out = append(c.out, head...)
			if head = nil; end && len(data) == 0 {
				c.out[at+4] |= flagEndStream
				s.sentEnd = true
			}
			w.since = 0
		}
		for len(head) == 0 && len(data) > 0 {
			n := min(len(data), c.peer.frameSize, int(min(s.window, c.window)), c.room()-headerLen)
			if n <= 0 {
				break
			}
			flags := uint8(0)
			if end && n == len(data) {
				flags, s.sentEnd = flagEndStream, true
			}
			c.out = append(appendFrame(c.out, n, frameData, flags, s.id), data[:n]...)
			data = data[n:]
			s.window -= int64(n)
			c.window -= int64(n)
			w.since = 0
		}
		if len(head)+len(data) == 0 {
			if end && !s.sentEnd {
				c.out = appendFrame(c.out, 0, frameData, flagEndStream, s.id)
				s.sentEnd = true
			}
			s.lastSent.Store(c.sock.Now())
			c.unlock()
			return nil
		}
		if len(c.out) > 0 && !c.writing {
			c.mu.Unlock()
			c.flush()
			continue
		}
		if !s.waiting {
			s.waiting = true
			c.blocked = append(c.blocked, s)
		}
		c.mu.Unlock()
		if err := w.write(s); err != nil {
			return err
		}
	}
}

// room is how much more may wait to be written. A head is taken by an empty
// buffer, whatever its size.
func (c *Conn) room() int {
	if len(c.out) == 0 {
		return 1 << 20
	}
	return writeSize - len(c.out)
}

// wake has the streams look again that wait for window or room. The lock is held.
func (c *Conn) wake() {
	for i, s := range c.blocked {
		s.waiting = false
		s.wr.Signal()
		c.blocked[i] = nil
	}
	c.blocked = c.blocked[:0]
}

// enough is how many bytes are written at once; fewer wait for the end of the
// loop's turn, for what other streams add.
const enough = 32 << 10

// unlock has what is queued written, soon, and lets go of the lock.
func (c *Conn) unlock() {
	switch {
	case len(c.out) == 0 || c.writing:
	case len(c.out) < enough && (c.planned || c.sock.AtTurnEnd(&c.turn, c.turnEnds)):
		c.planned = true
	default:
		c.mu.Unlock()
		c.flush()
		return
	}
	c.mu.Unlock()
}

// turnEnd is what turnEnds calls.
func (c *Conn) turnEnd() {
	c.mu.Lock()
	c.planned = false
	c.mu.Unlock()
	c.flush()
}

// flush writes out what is queued, unless another task is at it: that one takes
// it along.
func (c *Conn) flush() {
	c.mu.Lock()
	if c.writing || len(c.out) == 0 {
		c.mu.Unlock()
		return
	}
	c.writing = true
	for len(c.out) > 0 && c.err == nil {
		c.write()
	}
	c.writing = false
	c.freeOutput()
	quiet := c.handler != nil && c.used() == 0
	c.mu.Unlock()
	if quiet {
		c.handler.Quiet()
	}
}

// write writes what is queued by now. The lock is held, but not meanwhile.
func (c *Conn) write() {
	b := c.out
	if c.out = c.spare; c.out == nil {
		c.out = c.o.writes.Get()[:0]
	}
	c.spare = nil
	c.mu.Unlock()
	_, err := c.sock.Write(b)
	c.mu.Lock()
	c.spare = c.recycle(b)
	if err != nil {
		c.fail(err)
	}
	c.wake()
	if c.waiting {
		c.waiting = false
		c.reader.Signal()
	}
}

// recycle empties a buffer for the next frames; one that had to grow is dropped.
func (c *Conn) recycle(b []byte) []byte {
	if cap(b) != writeSize {
		return nil
	}
	return b[:0]
}

// ready sees to it that there is memory for frames: there is while streams are
// open, and while the reader acts. The lock is held.
func (c *Conn) ready() {
	if c.out == nil {
		c.out = c.o.writes.Get()[:0]
	}
}

// freeOutput gives that memory back while nobody needs it. The lock is held.
func (c *Conn) freeOutput() {
	if c.used() > 0 {
		return
	}
	for len(c.old) > 1 {
		streams.Put(c.old[len(c.old)-1])
		c.old[len(c.old)-1] = nil
		c.old = c.old[:len(c.old)-1]
	}
	if cap(c.spare) == writeSize {
		c.o.writes.Put(c.spare)
	}
	c.spare = nil
	if len(c.out) == 0 && cap(c.out) == writeSize {
		c.o.writes.Put(c.out)
		c.out = nil
	}
}

// catchUp holds the reader up while more than limit bytes wait for the peer to
// take them.
func (c *Conn) catchUp(limit int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for (len(c.out) > limit || limit == 0 && c.writing) && c.err == nil {
		writing := c.writing
		c.waiting = writing
		c.mu.Unlock()
		if writing {
			c.reader.Wait(0)
		} else {
			c.flush()
		}
		c.mu.Lock()
	}
}
