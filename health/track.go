package health

import (
	"errors"
	"time"
)

// Track makes the server follow the state of another one (`track`), which may
// itself track a third. It is called once, before the scheduler starts.
func (s *Server) Track(t *Server) error {
	s.lock()
	defer s.unlock()
	for x := t; x != nil; x = x.tracked {
		if x == s {
			return errors.New("tracking loop")
		}
	}
	s.tracked = t
	t.trackers = append([]*Server{s}, t.trackers...)
	s.follow()
	return nil
}

// follow takes over the state of the tracked server without a word.
func (s *Server) follow() {
	s.admin = s.inherited(s.tracked)
	s.state = s.root().state
	if s.admin&Maint != 0 {
		s.state = Stopped
	} else if s.state == Starting {
		s.state = Running
	}
	s.changed = time.Now()
	s.reweigh()
	for _, t := range s.trackers {
		t.follow()
	}
}
