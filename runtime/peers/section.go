package peers

import (
	"sync"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/sticktable"
)

// The times of the protocol.
const (
	heartbeatAfter = 3 * time.Second // of silence
	deadAfter      = 5 * time.Second // of silence on the other side
	retryAfter     = 5 * time.Second // a connection that could not be made
	resyncTimeout  = 5 * time.Second // for a lesson to begin
)

// Section is a "peers" section. Its exported fields are set before Start.
type Section struct {
	Name     string
	Disabled bool
	// Local is the name of this process among the peers.
	Local string
	// Peers are all of them, this process included.
	Peers []*Peer
	// Tables are the tables that the peers share.
	Tables []*Shared
	// MaxUpdates is how many entries are sent at a time, 0 for the default; BufSize
	// is how long a message may be.
	MaxUpdates, BufSize int
	// PID is what this process tells others of itself.
	PID int

	started  time.Time
	mu       sync.Mutex
	stopping bool
	resync   resync
	handing  sync.WaitGroup // the lesson of the process that comes next
}

// defaultMaxUpdates is how many entries are sent at a time where nothing is set
// ("tune.peers.max-updates-at-once").
const defaultMaxUpdates = 200

// Share adds a table, which peers know by that name. The table must not be open
// yet. Adding it twice does nothing.
func (s *Section) Share(t *sticktable.Table, name string) {
	for _, old := range s.Tables {
		if old.Table == t {
			return
		}
	}
	s.Tables = append(s.Tables, &Shared{Table: t, Name: name})
	t.Replicate(s.changed)
}

// changed wakes all writers: a table has changed. It is called with the lock of a
// part of the table held.
func (s *Section) changed() {
	for _, p := range s.Peers {
		if x := p.live.Load(); x != nil {
			x.wake.Signal()
		}
	}
}

// Start begins to talk to the peers. old says that there may be a process of
// before, which teaches this one; it goes first.
func (s *Section) Start(old bool) {
	s.started = time.Now()
	if s.Disabled {
		return
	}
	if s.MaxUpdates == 0 {
		s.MaxUpdates = defaultMaxUpdates
	}
	for i, t := range s.Tables {
		t.define(uint64(i + 1))
	}
	for _, p := range s.Peers {
		p.start(s)
	}
	s.resync.section = s
	s.resync.begin(old)
}

// connect has all peers dialled from now on.
func (s *Section) connect() {
	for _, p := range s.Peers {
		if !p.Local && !p.dialling.Swap(true) {
			conn.Go(p.connect)
		}
	}
}

// Stop ends all connections, and begins to teach the process that takes this one's
// place, if there is one. The listener must be closed by then.
func (s *Section) Stop() {
	if s.halt() {
		return
	}
	for _, p := range s.Peers {
		if p.Local && p.Dial != nil {
			s.handing.Add(1)
			conn.Go(func() {
				defer s.handing.Done()
				p.handOver()
			})
		}
	}
}

// halt ends all connections. It reports true where there is nothing to end.
func (s *Section) halt() bool {
	s.mu.Lock()
	was := s.stopping
	s.stopping = true
	s.mu.Unlock()
	if was || s.Disabled || s.started.IsZero() {
		return true
	}
	s.resync.stop()
	for _, p := range s.Peers {
		p.stop()
	}
	return false
}

// Wait waits until the next process has been taught, or is seen not to listen.
func (s *Section) Wait() { s.handing.Wait() }

// Kill ends everything at once.
func (s *Section) Kill() {
	s.halt()
	for _, p := range s.Peers {
		p.stop()
	}
}

// isStopping reports whether Stop was called.
func (s *Section) isStopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// find returns the peer of that name, nil without one.
func (s *Section) find(name string) *Peer {
	for _, p := range s.Peers {
		if p.Name == name {
			return p
		}
	}
	return nil
}
