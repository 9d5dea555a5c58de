package health

import (
	"sync/atomic"
	"time"
)

const weightScale = 16

// Server is the state of one server. Its methods may be called from any
// goroutine; those that read what a request needs take no lock.
type Server struct {
	backend *Backend
	config  ServerConfig
	hooks   Hooks

	usable atomic.Bool  // read by traffic
	weight atomic.Int32 // effective, read by traffic
	errors atomic.Int32 // consecutive errors observed on traffic

	// Under the scheduler's lock.
	state      State
	admin      Admin
	resolved   string // the name that gave an address last
	userWeight int    // `weight`, or what the administrator or the agent set
	check      *checker
	agent      *checker
	tracked    *Server
	trackers   []*Server // the newest first, as they are told
	changed    time.Time // when the operational state last changed
	downtime   time.Duration
	downs      int
	checkFails int
	hanaFails  int
	warmup     *time.Timer
	warmth     int // how far a slow start has come, in sixteenths
	removed    bool
}

// Name is the server's name.
func (s *Server) Name() string { return s.config.Name }

// Backend is the server's backend.
func (s *Server) Backend() *Backend { return s.backend }

// Usable says whether new sessions may be sent to the server.
func (s *Server) Usable() bool { return s.usable.Load() }

// Weight is the effective weight in sixteenths, with slow start; 0 to 4096.
func (s *Server) Weight() int { return int(s.weight.Load()) }

// State is the server's operational state.
func (s *Server) State() State {
	s.lock()
	defer s.unlock()
	return s.state
}

// Admin is the set of the server's administrative conditions.
func (s *Server) Admin() Admin {
	s.lock()
	defer s.unlock()
	return s.admin
}

// UserWeight is the weight without slow start: the configured one, or what the
// administrator or an agent has made of it.
func (s *Server) UserWeight() int {
	s.lock()
	defer s.unlock()
	return s.userWeight
}

func (s *Server) lock()   { s.backend.sched.mu.Lock() }
func (s *Server) unlock() { s.backend.sched.mu.Unlock() }

// root is the server at the end of the chain of tracked servers.
func (s *Server) root() *Server {
	for s.tracked != nil {
		s = s.tracked
	}
	return s
}
