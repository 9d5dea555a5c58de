package conn

import (
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// armed is an epoll set, edge-triggered, of the connections whose watch outlived
// a tick. They stay in it until they are closed, so that a connection is added
// once in its life. It sits in the netpoller itself, and so costs no thread.
var armed struct {
	once sync.Once
	fd   int
	raw  syscall.RawConn

	sync.Mutex
	conns map[uint64]*Conn
	last  uint64
}

func startArmed() {
	a := &armed
	a.conns = make(map[uint64]*Conn)
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		a.fd = -1
		return
	}
	unix.SetNonblock(fd, true)
	a.fd = fd
	a.raw, _ = os.NewFile(uintptr(fd), "watch").SyscallConn()
	go readArmed()
}

// look hands a watch over to the epoll set.
func (s *watchShard) look(c *Conn) {
	a := &armed
	a.once.Do(startArmed)
	s.old.remove(c)
	c.watch.armed = true
	a.Lock()
	a.last++
	c.watch.id = a.last
	a.conns[a.last] = c
	a.Unlock()
	c.control(func(fd int) error {
		e := unix.EpollEvent{Events: unix.EPOLLRDHUP | unix.EPOLLET}
		e.Fd, e.Pad = int32(c.watch.id), int32(c.watch.id>>32)
		return unix.EpollCtl(a.fd, unix.EPOLL_CTL_ADD, fd, &e)
	})
}

// disarm forgets c; closing its socket takes it out of the set.
func disarm(c *Conn) {
	if !c.watch.armed {
		return
	}
	armed.Lock()
	delete(armed.conns, c.watch.id)
	armed.Unlock()
}

// readArmed hears what the epoll set has to say.
func readArmed() {
	var events [64]unix.EpollEvent
	armed.raw.Read(func(fd uintptr) bool {
		for {
			n, err := unix.EpollWait(int(fd), events[:], 0)
			if n <= 0 && err != unix.EINTR {
				return false
			}
			for i := range max(n, 0) {
				hear(&events[i])
			}
		}
	})
}

func hear(e *unix.EpollEvent) {
	armed.Lock()
	c := armed.conns[uint64(uint32(e.Fd))|uint64(uint32(e.Pad))<<32]
	armed.Unlock()
	if c == nil {
		return
	}
	what := WatchClose
	if e.Events&(unix.EPOLLHUP|unix.EPOLLERR) != 0 {
		what |= WatchReset
	}
	s := c.watchers()
	s.Lock()
	defer s.Unlock()
	c.happened(what)
}
