package http2

import (
	"sync"
	"sync/atomic"

	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/stats"
)

// Handler is what runs the streams that a client opens.
type Handler interface {
	// Begin takes a stream whose request is complete up to its body. It is called
	// by the task that reads the connection, and must not wait.
	// The request is to be taken out of r, by exchanging it for an empty one.
	Begin(s *Stream, r *http.Request)
	// Quiet is called, by any task, when there is no stream any more and all that
	// they had to say was written.
	Quiet()
}

// Conn is a connection that speaks HTTP/2.
type Conn struct {
	// Beneath is what the owner wants to remember of the connection. It is set
	// before the connection is shared.
	Beneath any
	// Name is which server was asked for, where the same place has several: SNI.
	// It is set with Beneath.
	Name string

	sock     *conn.Conn
	o        *Options
	counters *stats.H2
	open     *stats.Open
	handler  Handler
	// client says that this end opens the streams.
	client bool

	// What follows belongs to the task that reads.
	in      []byte // in[r:w] is read and not consumed
	r, w    int
	preface int // bytes of it still to come
	settled bool
	block   *block
	request http.Request // where blocks are decoded
	head    heading
	data    bodyPart
	budget  budget
	gaps    bool // the peer has left out numbers of streams

	mu      sync.Mutex // for what follows, never held while waiting
	streams map[uint32]*Stream
	old     []*Stream // for later
	// reserved counts the streams to come whose head was not sent yet.
	reserved int
	// last is the highest stream that the peer opened, next the one that this
	// end opens next.
	last, next uint32
	out, spare []byte // frames to write, and the memory of those just written
	writing    bool
	planned    bool // the end of the turn will write
	turn       conn.Turn
	turnEnds   func() // bound once
	window     int64  // what may be sent
	granted    int64  // what the peer may send
	owed       int    // what was read of it and is not granted anew yet
	cut        cut
	blocked    []*Stream // waiting for window, or for room in out
	peer       peerSettings
	err        error // why nothing goes any more
	// away says that the peer said GOAWAY, leaving that this end did.
	away, leaving bool
	maxStreams    int   // of the peer
	idleSince     int64 // when the last stream ended
	drained       conn.Event
	reader        conn.Event
	waiting       bool // the reader waits for the peer to take frames

	frameSize atomic.Int32 // of the peer
}

type peerSettings struct {
	window    int64
	frameSize int
}

// windowConn is what all streams of a connection together may hold unread.
const windowConn = 1 << 20

// NewServer returns the end of a connection that answers requests. Nothing was
// read from c but early.
func NewServer(c *conn.Conn, early []byte, o *Options, counters *stats.H2, open *stats.Open, h Handler) *Conn {
	p := newConn(c, o, counters, open)
	p.handler = h
	p.preface = len(Preface)
	p.next = 2
	p.in = o.reads.Get()
	if len(p.in) < len(early) {
		p.in = make([]byte, len(early))
	}
	p.w = copy(p.in, early)
	p.out = p.appendSettings(p.out)
	return p
}

func newConn(c *conn.Conn, o *Options, counters *stats.H2, open *stats.Open) *Conn {
	p := &Conn{sock: c, o: o, counters: counters, open: open, streams: map[uint32]*Stream{}}
	p.turnEnds = p.turnEnd
	p.block = newBlock(o)
	p.window = defaultWindow
	p.granted = defaultWindow
	p.peer = peerSettings{window: defaultWindow, frameSize: defaultFrameSize}
	p.frameSize.Store(defaultFrameSize)
	p.maxStreams = maxID
	p.idleSince = conn.Now()
	p.ready()
	counters.Connections.Add(1)
	open.H2Connections.Add(1)
	return p
}

// appendSettings appends this end's settings, where they are not what the peer
// assumes anyway.
func (c *Conn) appendSettings(dst []byte) []byte {
	start := len(dst)
	dst = appendFrame(dst, 0, frameSettings, 0, 0)
	if c.client {
		dst = appendSetting(dst, settingPush, 0)
	} else {
		dst = appendSetting(dst, settingExtendedMethod, 1)
		if c.o.MaxStreams > 0 {
			dst = appendSetting(dst, settingMaxStreams, uint32(c.o.MaxStreams))
		}
	}
	if c.o.TableSize != defaultTableSize {
		dst = appendSetting(dst, settingTableSize, uint32(c.o.TableSize))
	}
	if c.o.Window != defaultWindow {
		dst = appendSetting(dst, settingWindow, uint32(c.o.Window))
	}
	if c.o.FrameSize != defaultFrameSize {
		dst = appendSetting(dst, settingFrameSize, uint32(c.o.FrameSize))
	}
	putLength(dst[start:], len(dst)-start-headerLen)
	dst = appendWindow(dst, 0, windowConn-defaultWindow)
	c.granted = windowConn
	return dst
}

// peerFrameSize may be asked by any task.
func (c *Conn) peerFrameSize() int { return int(c.frameSize.Load()) }

// IdleSince tells, on the clock of [conn.Now], since when there has been no
// stream; idle is false while there is one, or something to write.
func (c *Conn) IdleSince() (since int64, idle bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.idleSince, c.used() == 0 && len(c.out) == 0 && !c.writing
}

// Err returns why the connection is no longer of use, nil while it is.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *Conn) inUse() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used() > 0
}

// Leaving reports whether Leave was called.
func (c *Conn) Leaving() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leaving
}

// Leave tells the peer that no further streams are taken; those under way go on.
func (c *Conn) Leave() {
	c.mu.Lock()
	c.ready()
	if !c.leaving && c.err == nil {
		c.leaving = true
		c.goAway(NoError)
	}
	c.mu.Unlock()
	c.flush()
}

func (c *Conn) goAway(code Code) {
	c.counters.GoAwaySent.Add(1)
	c.out = appendGoAway(c.out, c.last, code)
}

// Close ends the connection: its streams fail, and it returns once their tasks
// have closed them. The caller closes the socket.
func (c *Conn) Close() {
	c.catchUp(0)
	c.mu.Lock()
	c.fail(conn.ErrClosed)
	c.mu.Unlock()
	for c.inUse() {
		c.drained.Wait(0)
	}
	c.mu.Lock()
	c.out = c.out[:0]
	c.freeOutput()
	c.mu.Unlock()
	c.freeInput()
	c.open.H2Connections.Add(-1)
}

// fail ends all streams. The lock is held.
func (c *Conn) fail(err error) {
	if c.err != nil {
		return
	}
	c.err = err
	for _, s := range c.streams {
		s.end(err)
	}
	c.wake()
	c.reader.Signal()
}

// remove forgets a stream whose task has closed it. The lock is held.
func (c *Conn) remove(s *Stream) {
	if s.id == 0 {
		c.reserved--
	} else {
		delete(c.streams, s.id)
		c.open.H2Streams.Add(-1)
	}
	if c.used() == 0 {
		c.idleSince = c.sock.Now()
		c.drained.Signal()
	}
}
