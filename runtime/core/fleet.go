package core

import (
	"sync"

	"gohap/balance"
)

// Fleet is the servers of a backend at some time, and what chooses among them. It
// never changes: a server that comes or goes makes another one, and a stream that
// still looks at the old one does no harm, since a server that is taken out is in
// maintenance and has no streams. It is read without a lock.
type Fleet struct {
	// Servers are those of the configuration in its order, then those that the
	// runtime API added.
	Servers []*Server
	// LB chooses among them by their Index; nil for a backend that never had one.
	LB *balance.Balancer
	// seats are the servers by their Index, nil where one was taken out: a server
	// keeps its place among the balancer's for life.
	seats []*Server

	once  sync.Once
	names map[string]*Server // see Named
}

// noFleet is that of proxies without servers.
var noFleet = &Fleet{}

// Fleet is the backend's servers as of now.
func (p *Proxy) Fleet() *Fleet {
	if f := p.fleet.Load(); f != nil {
		return f
	}
	return noFleet
}

// At is the server that LB means by i.
func (f *Fleet) At(i int) *Server { return f.seats[i] }

// Find finds a server by its name, nil without one.
func (f *Fleet) Find(name string) *Server {
	for _, s := range f.Servers {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Named is Find for streams: it does not go through all servers.
func (f *Fleet) Named(name []byte) *Server {
	f.once.Do(f.index)
	return f.names[string(name)]
}

func (f *Fleet) index() {
	f.names = make(map[string]*Server, len(f.Servers))
	for _, s := range f.Servers {
		f.names[s.Name] = s
	}
}

// Assemble has the backend serve with the servers of its configuration. It is for
// the time before traffic.
func (p *Proxy) Assemble() { p.serve(p.Servers, p.Servers) }

// Join adds a server, Leave takes one out. Changes of a backend must not overlap.
func (p *Proxy) Join(s *Server) {
	old := p.Fleet()
	servers := append(old.Servers[:len(old.Servers):len(old.Servers)], s)
	seats := append([]*Server(nil), old.seats...)
	for s.Index = 0; s.Index < len(seats) && seats[s.Index] != nil; s.Index++ {
	}
	if s.Index == len(seats) {
		seats = append(seats, nil)
	}
	seats[s.Index] = s
	p.serve(servers, seats)
}

// Leave undoes Join.
func (p *Proxy) Leave(s *Server) {
	old := p.Fleet()
	var servers []*Server
	for _, o := range old.Servers {
		if o != s {
			servers = append(servers, o)
		}
	}
	seats := append([]*Server(nil), old.seats...)
	seats[s.Index] = nil
	p.serve(servers, seats)
}

// serve puts a fleet in the place of the one before. Its balancer goes on where
// that one's is, and looks at all servers once more when it is in charge: what
// changes meanwhile may have been told to the old one.
func (p *Proxy) serve(servers, seats []*Server) {
	f := &Fleet{Servers: servers, seats: seats}
	balanced := make([]balance.Server, len(seats))
	for i, s := range seats {
		if s == nil {
			balanced[i] = noServer{}
		} else {
			balanced[i] = Balanced{s}
		}
	}
	f.LB = balance.Follow(p.Fleet().LB, p.Balance, balanced)
	p.fleet.Store(f)
	for i := range seats {
		f.LB.Update(i)
		f.LB.Moved(i)
	}
}

// noServer is a free seat.
type noServer struct{}

func (noServer) ID() int       { return 0 }
func (noServer) Weight() int   { return 0 }
func (noServer) Usable() bool  { return false }
func (noServer) Backup() bool  { return false }
func (noServer) Served() int   { return 0 }
func (noServer) Queued() int   { return 0 }
func (noServer) MaxConn() int  { return 0 }
func (noServer) MaxQueue() int { return 0 }
