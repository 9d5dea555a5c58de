package resolver

import (
	"net/netip"
	"slices"

	"golang.org/x/net/dns/dnsmessage"
)

// Server is what becomes of a server whose address a name gives. The methods are
// called with the section's lock held.
type Server interface {
	// Addr is where the server is; the zero value is nowhere.
	Addr() netip.Addr
	// Move has it be at another address, from which it was told by somebody.
	Move(to netip.Addr, by string)
	// Found tells that the name gives an address. Answer says that an answer
	// about the name itself does, rather than one that came along with another.
	Found(name string, answer bool)
	// Lost takes the server's address away, and says why.
	Lost(why string)
	// Rename gives a server of an SRV name the name of a record; "" when it has
	// none any more.
	Rename(name string)
	// Place gives it the port of a record, and a weight unless that is negative.
	Place(port uint16, weight int)
}

// Host is a server that follows a name. The fields in front belong to the caller
// until Follow.
type Host struct {
	Server Server
	// Group is what two hosts of one backend have in common.
	Group any
	// IPv4 says which family is preferred.
	IPv4 bool
	// Nets are networks whose addresses are preferred.
	Nets []netip.Prefix
	// AllowDup lets it have the address of another host of its group.
	AllowDup bool
	// IgnoreWeight keeps the weight of SRV records from it.
	IgnoreWeight bool

	// Under the lock of the section.
	name  string
	names *resolution // of the name
	at    *Record     // the address that it stays with
	set   *srvSet     // of an SRV name
	entry *Record     // the SRV record that it stands for
	port  uint16      // of an SRV record before this process
}

// Follow has the host follow a name, which may ask for SRV records. Of such a
// host, known and port are the name and port that it had in an earlier process,
// "" for none.
func (s *Section) Follow(h *Host, name, known string, port uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if IsSRV(name) {
		h.name, h.port = canonical(known), port
		s.enter(h, name)
		return
	}
	s.follow(h, name)
}

// SetName has a host that follows no SRV name follow another name. It keeps its
// address until that name gives one.
func (s *Section) SetName(h *Host, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h.unfollow()
	s.follow(h, name)
}

// Refresh looks the host's name up without waiting for its time.
func (s *Section) Refresh(h *Host) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := h.names; s.running && r != nil && !r.running {
		r.start()
	}
}

func (s *Section) follow(h *Host, name string) {
	h.name = canonical(name)
	h.names = s.join(h, h.name, family(h.IPv4))
}

func family(v4 bool) dnsmessage.Type {
	if v4 {
		return dnsmessage.TypeA
	}
	return dnsmessage.TypeAAAA
}

// unfollow ends the look-ups of the host's name.
func (h *Host) unfollow() {
	h.detach()
	if h.names != nil {
		h.names.leave(h)
		h.names = nil
	}
}

// detach leaves the record of the address.
func (h *Host) detach() {
	if h.at != nil {
		h.at.leave(h)
		h.at = nil
	}
}

func (k *Record) leave(h *Host) {
	if i := slices.Index(k.hosts, h); i >= 0 {
		k.hosts = slices.Delete(k.hosts, i, i+1)
	}
}

// lose is called when a record is no more. A host without an address looks for
// another at the answer that follows.
func (h *Host) lose(k *Record) {
	if h.at == k {
		h.at = nil
	}
	if h.entry == k {
		h.drop()
	}
}

// answered implements requester.
func (h *Host) answered(r *resolution, by *nameserver) {
	if h.at == nil {
		k := r.pick(h)
		if k == nil {
			h.Server.Lost("No IP for server ")
			return
		}
		h.at = k
		k.hosts = append(k.hosts, h)
		if k.ip != h.Server.Addr() {
			who := "DNS cache"
			if by != nil {
				by.stats.Update.Add(1)
				who = r.section.Name + "/" + by.Name
			}
			h.Server.Move(k.ip, who)
		}
	}
	h.Server.Found(h.name, true)
}

// failed implements requester.
func (h *Host) failed(r *resolution, s Status) {
	if r.held(s) {
		return
	}
	h.detach()
	switch s {
	case NX:
		h.Server.Lost("DNS NX status")
	case Refused:
		h.Server.Lost("DNS refused status")
	case Timeout:
		h.Server.Lost("DNS timeout status")
	default:
		h.Server.Lost("unspecified DNS error")
	}
}

// pick chooses an address for the host, nil without one: one of the preferred
// family rather than another, then one of a preferred network, then one that no
// other host of the group has, then the one that it has.
func (r *resolution) pick(h *Host) *Record {
	var best *Record
	most := -1
	now := h.Server.Addr()
	for _, k := range r.records {
		score, dup := 0, k.taken(h)
		if dup && !h.AllowDup {
			continue
		}
		if k.ip.Is4() == h.IPv4 {
			score += 8
		}
		if slices.ContainsFunc(h.Nets, func(n netip.Prefix) bool { return n.Contains(k.ip) }) {
			score += 4
		}
		if !dup {
			score += 2
		}
		if k.ip == now {
			score++
		}
		if score > most {
			best, most = k, score
		}
	}
	return best
}

// taken reports whether another host of h's group has the address.
func (k *Record) taken(h *Host) bool {
	return slices.ContainsFunc(k.hosts, func(o *Host) bool { return o != h && o.Group == h.Group })
}
