package resolver

import (
	"crypto/rand"
	"encoding/binary"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// Section is a "resolvers" section at work. Its methods may be called from any
// goroutine.
type Section struct {
	Config

	mu      sync.Mutex
	servers []*nameserver
	names   map[key]*resolution
	srv     map[srvKey]*srvSet
	running bool
	count   uint64 // of resolutions made so far
	kept    int    // of those that nobody asks for
	readers sync.WaitGroup
	// dial opens the way to a name server.
	dial func(*nameserver) (link, error)
}

// New makes a section, which asks nobody before Start.
func New(c Config) *Section {
	s := &Section{Config: c, names: map[key]*resolution{}, srv: map[srvKey]*srvSet{}}
	s.dial = s.open
	for _, n := range c.Nameservers {
		s.Add(n)
	}
	return s
}

// Add adds a name server. It is for the time before Start.
func (s *Section) Add(n *Nameserver) {
	s.servers = append(s.servers, &nameserver{Nameserver: n, section: s, index: len(s.servers), pending: map[uint16]*resolution{}})
}

// Start begins to look up the names of all hosts.
func (s *Section) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running {
		return
	}
	s.running = true
	for _, r := range s.ordered() {
		r.start()
	}
}

// Close ends all look-ups, without a result for those who wait, and returns when
// nothing of them is left. Start may follow.
func (s *Section) Close() {
	s.mu.Lock()
	if !s.running {
		s.mu.Unlock()
		return
	}
	s.running = false
	for _, r := range s.ordered() {
		r.rest()
		if r.kept {
			r.end()
		}
		r.each(func(q requester) {
			if a, ok := q.(*Ask); ok {
				a.finish()
			}
		})
	}
	for _, n := range s.servers {
		n.hangUp()
	}
	s.mu.Unlock()
	s.readers.Wait()
}

// ordered lists the resolutions, the oldest first.
func (s *Section) ordered() []*resolution {
	var all []*resolution
	for _, r := range s.names {
		all = append(all, r)
	}
	sortByAge(all)
	return all
}

// Server is a name server's name and counters.
type ServerStats struct {
	Name     string
	Counters *Counters
}

// Stats lists the name servers in the order of the configuration.
func (s *Section) Stats() []ServerStats {
	var all []ServerStats
	for _, n := range s.servers {
		all = append(all, ServerStats{n.Name, &n.stats})
	}
	return all
}

// nameserver is a name server at work.
type nameserver struct {
	*Nameserver
	section *Section
	index   int
	stats   Counters

	// Under the section's lock.
	link    link                   // nil until there is something to send
	pending map[uint16]*resolution // the questions under way, by their number
}

// link is a way to send messages to a name server. Neither method waits.
type link interface {
	// send takes a message over, whose memory is not used again.
	send(msg []byte) error
	close()
}

// ask sends the question of r.
func (n *nameserver) ask(r *resolution) {
	id, ok := n.number()
	if !ok {
		n.stats.SendError.Add(1)
		return
	}
	msg, err := appendQuery(nil, id, r.name, r.asked, n.section.PayloadSize)
	if err != nil {
		return // no name server could answer that
	}
	if n.link == nil {
		if n.link, err = n.section.dial(n); err != nil {
			n.link = nil
			n.stats.SendError.Add(1)
			return
		}
	}
	if err := n.link.send(msg); err != nil {
		n.hangUp()
		n.stats.SendError.Add(1)
		return
	}
	n.stats.Sent.Add(1)
	n.pending[id] = r
	r.open[n] = id
}

// number finds a number that no question under way has. It cannot be guessed.
func (n *nameserver) number() (uint16, bool) {
	if len(n.pending) > 1<<15 {
		return 0, false
	}
	for {
		var b [2]byte
		rand.Read(b[:]) // never fails
		id := binary.BigEndian.Uint16(b[:])
		if n.pending[id] == nil {
			return id, true
		}
	}
}

// hangUp closes the link; the next question opens another one.
func (n *nameserver) hangUp() {
	if n.link != nil {
		n.link.close()
		n.link = nil
	}
}

// deliver takes a message from a name server.
func (n *nameserver) deliver(msg []byte) {
	s := n.section
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.running {
		return
	}
	id, ok := messageID(msg)
	if !ok {
		n.stats.Invalid.Add(1)
		return
	}
	r := n.pending[id]
	if r == nil {
		n.stats.Outdated.Add(1)
		return
	}
	if len(msg) > s.PayloadSize {
		n.stats.count(TooBig)
		return // as if there was none
	}
	a, status := parse(msg, r.name, r.asked)
	n.stats.count(status)
	if status == Invalid {
		// It may come from somebody else, and the right one may follow.
		r.failed, r.status = true, Invalid
		return
	}
	delete(n.pending, id)
	delete(r.open, n)
	r.take(n, a, status)
}

// key tells resolutions apart.
type key struct {
	name string
	typ  dnsmessage.Type
}
