package peers

import (
	"sync"
	"sync/atomic"

	"gohap/runtime/conn"
	"gohap/runtime/peers/wire"
)

// session is a connection with a peer.
type session struct {
	peer  *Peer
	c     *conn.Conn
	minor int // of the version that the peer speaks
	// handing says that it is to teach the process that comes after this one, and
	// no more.
	handing bool
	in      []byte
	cancel  conn.Cancel // of the dial
	writer  conn.Task
	wake    conn.Event
	heard   atomic.Int64 // when the last message came

	// What the reader, and others, have the writer do.
	mu        sync.Mutex
	killed    bool
	over      bool  // the reader has ended
	failure   error // with which the connection ends
	request   bool  // ask for a lesson
	confirm   int   // lessons to confirm
	lesson    bool  // teach
	confirmed bool  // the peer has confirmed the lesson
	owing     bool  // there are entries to confirm

	// The reader's.
	remote   map[uint64]*flow // by the peer's number of the table
	current  *flow            // the table that entries are of, nil for one unknown
	gotNames gotNames
	// The writer's.
	sentNames sentNames
	scratch   []byte
	teaching  *teaching
	awaits    bool  // confirmation of a lesson
	spoke     int64 // when something was sent last
}

// minBuffer is the least room for what comes in, messageRoom how much of it a
// message needs beside its body.
const (
	minBuffer   = 4096
	messageRoom = 16
)

func newSession(p *Peer) *session {
	return &session{peer: p, in: make([]byte, max(p.section.BufSize, minBuffer)), remote: map[uint64]*flow{}}
}

// connected gives the session its connection. It reports false where the session
// was killed meanwhile.
func (x *session) connected(c *conn.Conn) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.c = c
	return !x.killed
}

// kill ends the session, from any task.
func (x *session) kill() {
	x.mu.Lock()
	x.killed = true
	c := x.c
	x.cancel.Cancel()
	x.mu.Unlock()
	if c != nil {
		c.Interrupt()
	}
	x.wake.Signal()
}

// tell has the writer do what f notes.
func (x *session) tell(f func()) {
	x.mu.Lock()
	f()
	x.mu.Unlock()
	x.wake.Signal()
}

// run serves the connection until it ends. rest came with the hello.
func (x *session) run(rest []byte) {
	p, r := x.peer, &x.peer.section.resync
	p.running.Lock() // until the session of before has ended
	defer p.running.Unlock()
	for _, f := range p.flows {
		f.begin()
	}
	now := conn.Now()
	x.heard.Store(now)
	x.c.Independent(true) // what is sent says nothing of the peer
	x.c.SetReadDeadlineAt(0)
	x.c.SetReadTimeout(deadAfter)
	x.spoke = now
	if !p.live.CompareAndSwap(nil, x) {
		return
	}
	x.writer.Go(x.write)
	r.began(x)
	err := x.read(rest)
	p.live.Store(nil)
	r.ended(x)
	p.note(func(c *counts) {
		switch {
		case err == wire.ErrProtocol || err == wire.ErrSize:
			c.failures++
		case conn.Cause(err) == conn.ErrTimeout:
			c.silent++
		}
	})
	x.tell(func() { x.over, x.failure = true, err })
	if wire.AppendFailure(nil, err) == nil {
		x.c.Interrupt()
	}
	x.writer.Join()
	if x.teaching != nil {
		x.teaching.close()
	}
	x.c.Close()
}

// read handles messages until the connection ends.
func (x *session) read(rest []byte) error {
	n := copy(x.in, rest)
	most := len(x.in) - messageRoom
	for {
		b := x.in[:n]
		for {
			m, after, err := wire.Next(b, most)
			if err == wire.ErrShort {
				break
			}
			if err == nil {
				err = x.handle(m)
			}
			if err != nil {
				return err
			}
			b = after
		}
		n = copy(x.in, b)
		x.pay()
		got, err := x.c.Read(x.in[n:])
		if err != nil {
			return err
		}
		n += got
		x.heard.Store(conn.Now())
	}
}

// pay has the writer confirm what has come.
func (x *session) pay() {
	for _, f := range x.peer.flows {
		if f.got != f.gotBefore {
			x.tell(func() { f.gotBefore, f.owed, x.owing = f.got, true, true })
		}
	}
}
