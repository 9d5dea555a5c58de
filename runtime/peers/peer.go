package peers

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/peers/wire"
)

// Peer is a process of the section. Its exported fields are set before Start.
type Peer struct {
	Name string
	// Local says that it is this process.
	Local bool
	// Addr is how "show peers" shows the address.
	Addr string
	// Dial connects, giving up where it is cancelled; nil where there is no address.
	Dial func(*conn.Cancel) (*conn.Conn, error)

	section  *Section
	flows    []*flow
	dialling atomic.Bool
	// live is the session that has got past the hello.
	live atomic.Pointer[session]
	// partial says that the peer was asked and did not know everything.
	partial atomic.Bool
	again   conn.Event // the connect loop is to look
	minor   int        // of the version to try

	// running is held by the session that uses the flows.
	running sync.Mutex
	mu      sync.Mutex
	// current is the session that counts, dialled or accepted.
	current *session
	next    int64 // when to dial again, on the clock of conn.Now; 0 for at once
	counts  counts
}

// counts are what "show peers" tells of a peer.
type counts struct {
	status                  string
	shook                   int64 // when the last hello was heard
	heartbeats, heard       int
	silent, conns, failures int
	collisions, unconfirmed int
}

func (p *Peer) start(s *Section) {
	p.section, p.minor = s, wire.Minor
	p.counts.status, p.counts.shook = "NONE", -1
	for _, t := range s.Tables {
		p.flows = append(p.flows, newFlow(t))
	}
}

// connect dials whenever there is no connection, until the section stops.
func (p *Peer) connect() {
	for {
		wait, ok := p.turn()
		if !ok {
			return
		}
		if wait != 0 {
			p.again.Wait(max(wait, 0))
			continue
		}
		x := newSession(p)
		if !p.install(x, false) {
			continue
		}
		p.dial(x)
		p.done(x)
	}
}

// turn tells how long to wait before dialling, negative for until told; false says
// that the section has stopped.
func (p *Peer) turn() (time.Duration, bool) {
	if p.section.isStopping() {
		return 0, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current != nil {
		return -1, true
	}
	return time.Duration(max(p.next-conn.Now(), 0)) * time.Millisecond, true
}

// dial opens a connection, says hello, and stays until it ends.
func (p *Peer) dial(x *session) (status wire.Status) {
	p.note(func(c *counts) { c.conns++; c.status, c.shook = "CONN", conn.Now() })
	c, err := p.Dial(&x.cancel)
	if err != nil {
		p.later(retryAfter)
		return 0
	}
	defer c.Close()
	if !x.connected(c) {
		return 0
	}
	p.note(func(c *counts) { c.status = "HSHK" })
	status, rest, err := x.sayHello()
	if err == nil {
		p.note(func(c *counts) { c.status, c.shook = statusName(status), conn.Now() })
	}
	if err != nil || status != wire.OK {
		if status == wire.BadVersion && p.minor > wire.MinMinor {
			p.minor--
		}
		p.later(retryAfter)
		return status
	}
	p.later(anyMoment())
	x.run(rest)
	p.later(anyMoment())
	return status
}

// anyMoment is a time after which to dial again: not the same on both sides.
func anyMoment() time.Duration {
	return 50*time.Millisecond + time.Duration(rand.IntN(2000))*time.Millisecond
}

// later sets when to dial again.
func (p *Peer) later(d time.Duration) {
	p.mu.Lock()
	p.next = conn.Now() + d.Milliseconds()
	p.mu.Unlock()
}

func (p *Peer) note(f func(*counts)) {
	p.mu.Lock()
	f(&p.counts)
	p.mu.Unlock()
}

// install makes x the session that counts. With over, it takes the place of one
// that there is. It reports false where x may not live.
func (p *Peer) install(x *session, over bool) bool {
	p.mu.Lock()
	old := p.current
	if old != nil && !over || p.section.isStopping() && !p.Local {
		p.mu.Unlock()
		return false
	}
	p.current = x
	if old != nil {
		p.counts.collisions++
	}
	p.mu.Unlock()
	if old != nil {
		old.kill()
	}
	return true
}

// done forgets x, unless another session has taken its place.
func (p *Peer) done(x *session) {
	p.mu.Lock()
	if p.current == x {
		p.current = nil
	}
	p.mu.Unlock()
	p.again.Signal()
}

// stop ends the peer's session, and the connect loop.
func (p *Peer) stop() {
	p.mu.Lock()
	x := p.current
	p.mu.Unlock()
	if x != nil {
		x.kill()
	}
	p.again.Signal()
}

// handOver teaches the process that has taken the place of this one, which listens
// where this one did.
func (p *Peer) handOver() {
	for range 5 {
		x := newSession(p)
		x.handing, x.lesson = true, true
		if !p.install(x, true) {
			return
		}
		status := p.dial(x)
		p.done(x)
		if status != wire.TryAgain {
			return
		}
		conn.Sleep(time.Second, nil)
	}
}

// statusName is what "show peers" calls the answer to a hello.
func statusName(s wire.Status) string {
	switch s {
	case wire.OK:
		return "ESTA"
	case wire.TryAgain:
		return "RETR"
	case wire.BadProtocol:
		return "PROT"
	case wire.BadVersion:
		return "VERS"
	case wire.UnknownRemote:
		return "NAME"
	case wire.UnknownLocal:
		return "UNKN"
	}
	return "NONE"
}
