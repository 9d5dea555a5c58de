package conn

import (
	"sync"
	"sync/atomic"
	"time"
)

// WatchMode says what a Watch looks out for.
type WatchMode uint8

const (
	// WatchReset: the connection is gone in both directions.
	WatchReset WatchMode = 1 << iota
	// WatchClose: the peer has shut down its side, or the connection is gone.
	WatchClose
	// WatchSilent is WatchClose for a peer that has sent nothing that lies unread:
	// who says something and closes its side waits to be heard.
	WatchSilent
)

// Watch has f run, once, when the peer of c goes away, while the stream waits
// for something else: a queue slot, a connect, a response. Bytes that lie unread
// do not hide it. f may run before Watch returns; it must not block, nor call
// Watch or Unwatch: it typically calls Interrupt on another connection, Signal or
// Cancel. After Unwatch it is not called any more. A connection has one Watch at
// a time; to watch and unwatch for a short wait costs next to nothing.
func (c *Conn) Watch(mode WatchMode, f func()) {
	s := c.watchers()
	s.Lock()
	defer s.Unlock()
	w := &c.watch
	if !w.used.Load() {
		w.used.Store(true)
	}
	if c.Closed() { // after used is set: either we see this or Close sees that
		return
	}
	lost, hears := c.sock.lost()
	w.gone |= lost
	w.mode, w.f = mode, f
	if c.left() {
		w.fire()
		return
	}
	if !hears && !w.armed {
		if w.listed == nil {
			w.listed = new(listed)
		}
		if w.list != nil {
			return
		}
		s.young.push(c)
		s.run()
	}
}

// Unwatch ends a Watch; f does not run afterwards. It does nothing where there
// is none.
func (c *Conn) Unwatch() {
	if !c.watch.used.Load() {
		return
	}
	s := c.watchers()
	s.Lock()
	defer s.Unlock()
	c.watch.stop(c)
}

// unwatch forgets a connection that is being closed.
func (c *Conn) unwatch() {
	if !c.watch.used.Load() {
		return
	}
	s := c.watchers()
	s.Lock()
	defer s.Unlock()
	c.watch.stop(c)
	disarm(c)
}

// watch is a connection's part in watching. The lock of its shard guards it.
type watch struct {
	used  atomic.Bool
	mode  WatchMode
	gone  WatchMode // what has happened
	armed bool      // the system tells us
	f     func()    // nil: not watched
	*listed
}

// listed is what watching takes where the engine does not hear by itself.
type listed struct {
	id         uint64 // what the system calls the connection
	list       *watchList
	prev, next *Conn
}

// left reports whether what has happened is what the watch is for.
func (c *Conn) left() bool {
	w := &c.watch
	switch {
	case w.gone&WatchReset != 0:
		return true
	case w.gone&WatchClose == 0 || w.mode == WatchReset:
		return false
	}
	return w.mode == WatchClose || !c.unread()
}

// unread reports whether bytes lie in the socket.
func (c *Conn) unread() (yes bool) {
	if c.hasAhead() {
		return true
	}
	c.sock.control(func(fd int) error {
		var b [1]byte
		n, _ := peek(fd, b[:])
		yes = n > 0
		return nil
	})
	return yes
}

func (w *watch) stop(c *Conn) {
	w.f = nil
	if w.listed != nil && w.list != nil {
		w.list.remove(c)
	}
}

func (w *watch) fire() {
	f := w.f
	if w.f = nil; f != nil {
		f()
	}
}

// happened records what the system told about c.
func (c *Conn) happened(what WatchMode) {
	if c.watch.gone |= what; c.left() {
		c.watch.fire()
	}
}

// watchTick is how long a watch rests before the system is bothered with it. Most
// waits are over by then.
const watchTick = 10 * time.Millisecond

// watchShard holds the watched connections of one shard. Its goroutine runs only
// while there are some.
type watchShard struct {
	sync.Mutex
	young, old watchList // since this tick, since the one before
	running    bool
}

var watchShards [64]watchShard

func (c *Conn) watchers() *watchShard { return &watchShards[uint32(c.shard)%64] }

func (s *watchShard) run() {
	if !s.running {
		s.running = true
		go s.loop()
	}
}

func (s *watchShard) loop() {
	for s.tick() {
		time.Sleep(watchTick)
	}
}

// tick has the system look after what is old enough, and gives false where
// nothing is left to do.
func (s *watchShard) tick() bool {
	s.Lock()
	defer s.Unlock()
	for c := s.old.first; c != nil; {
		next := c.watch.next
		s.look(c)
		c = next
	}
	for c := s.young.first; c != nil; c = s.young.first {
		s.young.remove(c)
		s.old.push(c)
	}
	s.running = s.old.first != nil
	return s.running
}

// watchList is a list of connections, threaded through them.
type watchList struct{ first *Conn }

func (l *watchList) push(c *Conn) {
	w := &c.watch
	w.list, w.prev, w.next = l, nil, l.first
	if l.first != nil {
		l.first.watch.prev = c
	}
	l.first = c
}

func (l *watchList) remove(c *Conn) {
	w := &c.watch
	if w.prev != nil {
		w.prev.watch.next = w.next
	} else {
		l.first = w.next
	}
	if w.next != nil {
		w.next.watch.prev = w.prev
	}
	w.list, w.prev, w.next = nil, nil, nil
}
