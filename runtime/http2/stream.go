package http2

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/http"
)

// Stream is one request and its response. The methods that [conn.Conn] has too
// wait as those do; one task may read while another writes.
type Stream struct {
	c  *Conn
	id uint32

	rd, wr   conn.Event
	stopped  atomic.Bool
	headed   atomic.Bool  // the final response has come
	lastSent atomic.Int64 // when bytes went out
	// The timeouts belong to the task of their direction.
	readTimeout, writeTimeout atomic.Int64
	deadline                  int64
	lonely                    bool

	// The connection's lock guards the rest.
	window, granted  int64
	owed             int
	received, length int64
	queue            queue
	heads            []*http.Response
	trailers         *http.Response
	err              error // the stream is over
	gone             func()
	ended, sentEnd   bool // by the peer, by us
	resetByPeer      bool
	resetSent        bool
	bodyless         bool // the response has none, whatever it says
	waiting          bool // stands in Conn.blocked
}

var streams = sync.Pool{New: func() any { return new(Stream) }}

// newStream takes a stream that was used before, of this connection if there is
// one. The lock is held.
func newStream(c *Conn, id uint32) *Stream {
	var s *Stream
	if n := len(c.old); n > 0 {
		s = c.old[n-1]
		c.old = c.old[:n-1]
	} else {
		s = streams.Get().(*Stream)
	}
	s.c, s.id = c, id
	s.window, s.granted, s.length = c.peer.window, int64(c.o.Window), -1
	return s
}

var responses = sync.Pool{New: func() any { return new(http.Response) }}

func newResponse() *http.Response { return responses.Get().(*http.Response) }

func freeResponse(r *http.Response) {
	r.Reset()
	responses.Put(r)
}

// add makes a stream known. The lock is held.
func (c *Conn) add(s *Stream) {
	c.ready()
	c.streams[s.id] = s
	c.counters.Streams.Add(1)
	c.open.H2Streams.Add(1)
}

// ID is the stream's number.
func (s *Stream) ID() uint32 { return s.id }

// end lets the stream's operations fail with err. The lock is held.
func (s *Stream) end(err error) {
	if s.err == nil {
		s.err = err
	}
	s.rd.Signal()
	s.wr.Signal()
	if f := s.gone; f != nil {
		s.gone = nil
		f()
	}
}

// short reports whether less has come than was announced.
func (s *Stream) short() bool { return s.length >= 0 && s.received != s.length }

// Close ends the task's use of the stream. What is not complete by then is
// reset, with code or, when only the peer has more to say, NoError.
func (s *Stream) Close(code Code) {
	c := s.c
	c.mu.Lock()
	if s.id != 0 && c.err == nil && !s.resetByPeer && !s.resetSent && !(s.ended && s.sentEnd) {
		if s.sentEnd {
			code = NoError
			if c.client {
				code = Cancel
			}
		}
		c.counters.RstStreamSent.Add(1)
		c.out = appendReset(c.out, s.id, code)
		if !s.ended {
			c.cutOff(s.id)
		}
	}
	if s.err == nil {
		s.err = conn.ErrClosed
	}
	s.gone = nil
	c.grant(s.queue.drop(c.o.Buffers))
	c.remove(s)
	s.reset()
	if len(c.old) < keepStreams {
		c.old = append(c.old, s)
	} else {
		streams.Put(s)
	}
	if c.client && c.away && c.used() == 0 {
		c.mu.Unlock()
		c.flush()
		c.sock.Interrupt()
	} else {
		c.unlock()
	}
}

// keepStreams is how many streams a connection keeps for later, while it has any.
const keepStreams = 64

// reset makes s as new.
func (s *Stream) reset() {
	for _, r := range s.heads {
		freeResponse(r)
	}
	if s.trailers != nil {
		freeResponse(s.trailers)
	}
	clear(s.heads)
	s.rd.Reset()
	s.wr.Reset()
	if s.stopped.Load() {
		s.stopped.Store(false)
	}
	if s.headed.Load() {
		s.headed.Store(false)
	}
	s.lastSent.Store(0)
	s.SetReadTimeout(0)
	s.SetWriteTimeout(0)
	s.c, s.heads, s.trailers, s.err, s.gone = nil, s.heads[:0], nil, nil, nil
	s.deadline, s.owed, s.received = 0, 0, 0
	s.lonely, s.ended, s.sentEnd, s.resetByPeer, s.resetSent = false, false, false, false, false
	s.bodyless, s.waiting = false, false
}

// Read reads what is there of the message's body, at least one byte. It gives
// io.EOF at its end.
func (s *Stream) Read(p []byte) (int, error) {
	w := s.wait()
	c := s.c
	for {
		c.mu.Lock()
		if !s.queue.empty() && !s.stopped.Load() {
			n := s.queue.read(p, c.o.Buffers)
			c.grant(n)
			s.grant(n)
			c.unlock()
			return n, nil
		}
		err := s.readError()
		c.mu.Unlock()
		if err != nil {
			return 0, err
		}
		if err := w.read(s); err != nil {
			return 0, err
		}
	}
}

// readError tells why nothing will come, nil if something may. The lock is held.
func (s *Stream) readError() error {
	switch {
	case s.stopped.Load():
		return conn.ErrAborted
	case s.ended && s.err != ErrMalformed:
		return io.EOF
	case s.err == nil:
		return s.c.err
	}
	return s.err
}

// Over tells, without waiting, that all of the message was read: Read would give
// io.EOF.
func (s *Stream) Over() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.ended && s.err != ErrMalformed && s.queue.empty()
}

// Here tells, without waiting, that Read would give something or io.EOF.
func (s *Stream) Here() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return !s.stopped.Load() && (!s.queue.empty() || s.ended && s.err != ErrMalformed)
}

// ReadResponse waits for the next response head of a server and puts it into r.
func (s *Stream) ReadResponse(r *http.Response) error {
	w := s.wait()
	c := s.c
	for {
		c.mu.Lock()
		if len(s.heads) > 0 && !s.stopped.Load() {
			head := s.heads[0]
			k := copy(s.heads, s.heads[1:])
			s.heads = s.heads[:k]
			c.mu.Unlock()
			*r, *head = *head, *r
			freeResponse(head)
			return nil
		}
		err := s.readError()
		c.mu.Unlock()
		if err != nil {
			return err
		}
		if err := w.read(s); err != nil {
			return err
		}
	}
}

// Trailers returns what came after the body; nil where there was nothing. It is
// complete once Read gave io.EOF, and valid until Close.
func (s *Stream) Trailers() *http.Fields {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.trailers == nil {
		return nil
	}
	return &s.trailers.Fields
}

// waiter measures an operation's wait.
type waiter struct{ since int64 }

func (s *Stream) wait() waiter { return waiter{} }

// read waits for something to read, as long as timeout and deadline allow.
func (w *waiter) read(s *Stream) error {
	now := s.c.sock.Now()
	if w.since == 0 {
		w.since = now
	}
	due := s.deadline
	if t := s.readTimeout.Load(); t > 0 {
		since := w.since
		if !s.lonely {
			since = max(since, s.lastSent.Load())
		}
		if d := since + t; due == 0 || d < due {
			due = d
		}
	}
	return s.pause(&s.rd, now, due)
}

// write waits until something may be sent.
func (w *waiter) write(s *Stream) error {
	now := s.c.sock.Now()
	if w.since == 0 {
		w.since = now
	}
	due := int64(0)
	if t := s.writeTimeout.Load(); t > 0 {
		due = w.since + t
	}
	return s.pause(&s.wr, now, due)
}

func (s *Stream) pause(e *conn.Event, now, due int64) error {
	if due == 0 {
		e.WaitOn(s.c.sock, 0)
		return nil
	}
	if due <= now {
		return conn.ErrTimeout
	}
	e.WaitOn(s.c.sock, time.Duration(due-now)*time.Millisecond)
	return nil
}

// SetReadTimeout bounds each wait for something to read; bytes sent meanwhile
// restart it.
func (s *Stream) SetReadTimeout(d time.Duration) { set(&s.readTimeout, d) }

// SetWriteTimeout bounds each wait for the peer to take something.
func (s *Stream) SetWriteTimeout(d time.Duration) { set(&s.writeTimeout, d) }

// set stores a duration where it differs: looking costs less.
func set(t *atomic.Int64, d time.Duration) {
	if ms := d.Milliseconds(); t.Load() != ms {
		t.Store(ms)
	}
}

// SetReadDeadlineAt sets the moment, on the clock of [conn.Now], at which reads
// fail; zero takes it away.
func (s *Stream) SetReadDeadlineAt(ms int64) { s.deadline = ms }

// Independent has the read timeout disregard what is sent.
func (s *Stream) Independent(on bool) { s.lonely = on }

// Interrupt makes operations fail with [conn.ErrAborted] until Resume.
func (s *Stream) Interrupt() {
	s.stopped.Store(true)
	s.rd.Signal()
	s.wr.Signal()
}

// Resume ends an Interrupt.
func (s *Stream) Resume() { s.stopped.Store(false) }

// Watch has f run, once, when the peer gives up the stream or its connection. The
// end of a message is neither.
func (s *Stream) Watch(_ conn.WatchMode, f func()) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.err != nil {
		f()
		return
	}
	s.gone = f
}

// Unwatch ends a Watch; f does not run afterwards.
func (s *Stream) Unwatch() {
	s.c.mu.Lock()
	s.gone = nil
	s.c.mu.Unlock()
}

// Peek tells, without waiting, why the peer is gone; it never gives a byte.
func (s *Stream) Peek([]byte) (int, error) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return 0, s.err
}

// Conn is the connection that carries the stream.
func (s *Stream) Conn() *Conn { return s.c }

// Socket is what lies beneath the connection.
func (s *Stream) Socket() *conn.Conn { return s.c.sock }
