package resolver

import (
	"net/netip"
	"time"
)

// Ask is a question of a stream for the address of a name. It can be used again
// once it is done, and must not be copied.
type Ask struct {
	// Done is called once the answer is there, or will not come. It must not
	// wait.
	Done func()

	section *Section
	v4      bool
	names   *resolution
	ip      netip.Addr
}

// Start asks for an address, preferably of a family. It reports false where
// there is nothing to wait for.
func (a *Ask) Start(s *Section, name string, v4 bool) bool {
	a.section, a.v4, a.ip = s, v4, netip.Addr{}
	if !ValidName(name) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.running {
		return false
	}
	k := key{canonical(name), family(v4)}
	if r := s.names[k]; r != nil && r.answered && time.Since(r.lastValid) < s.Hold.Valid {
		if a.ip = prefer(r.records, v4); a.ip.IsValid() {
			return false
		}
	}
	a.names = s.join(a, k.name, k.typ)
	return true
}

// Result is the address, and whether there is one.
func (a *Ask) Result() (netip.Addr, bool) {
	a.section.mu.Lock()
	defer a.section.mu.Unlock()
	return a.ip, a.ip.IsValid()
}

// answered implements requester.
func (a *Ask) answered(r *resolution, _ *nameserver) {
	a.ip = prefer(r.records, a.v4)
	a.finish()
}

// failed implements requester.
func (a *Ask) failed(*resolution, Status) { a.finish() }

func (a *Ask) finish() {
	if a.names != nil {
		a.names.leave(a)
		a.names = nil
		a.Done()
	}
}
