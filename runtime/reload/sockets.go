package reload

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Sockets are the listening sockets that an old process has handed over. A nil
// *Sockets is empty. Its methods may be called from any goroutine.
type Sockets struct {
	mu   sync.Mutex
	left []inherited
}

// inherited is a received socket that nobody has taken yet.
type inherited struct {
	fd   int
	addr Address
}

// Take gives the socket that listens on a, once. The descriptor is the
// caller's from then on; it is closed on exec.
func (s *Sockets) Take(a Address) (fd int, ok bool) {
	if s == nil {
		return -1, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a = a.normal()
	for i := range s.left {
		if s.left[i].addr == a {
			fd = s.left[i].fd
			s.left = append(s.left[:i], s.left[i+1:]...)
			return fd, true
		}
	}
	return -1, false
}

// Len tells how many sockets are left.
func (s *Sockets) Len() int {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.left)
}

// Addresses lists what the sockets that are left listen on.
func (s *Sockets) Addresses() []Address {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Address, len(s.left))
	for i := range s.left {
		list[i] = s.left[i].addr
	}
	return list
}

// Close closes the sockets that nobody took: the new configuration does not
// listen there any more.
func (s *Sockets) Close() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.left {
		unix.Close(s.left[i].fd)
	}
	s.left = nil
}
