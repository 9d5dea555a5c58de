package resolver

import (
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"
)

// srvKey tells sets apart: hosts of two backends do not share the records of a
// name.
type srvKey struct {
	group any
	name  string
}

// srvSet is the hosts of a group that follow an SRV name.
type srvSet struct {
	section *Section
	hosts   []*Host
	names   *resolution
}

// enter adds a host to the set of its group.
func (s *Section) enter(h *Host, name string) {
	k := srvKey{h.Group, canonical(name)}
	g := s.srv[k]
	if g == nil {
		g = &srvSet{section: s}
		s.srv[k] = g
		g.names = s.join(g, k.name, dnsmessage.TypeSRV)
	}
	g.hosts = append(g.hosts, h)
	h.set = g
}

// answered implements requester: each record has a host stand for it, as long
// as there are free ones.
func (g *srvSet) answered(r *resolution, _ *nameserver) {
	for _, k := range r.records {
		h := g.standing(k)
		if h == nil {
			if h = g.free(k); h == nil {
				continue
			}
			h.entry = k
			k.hosts = append(k.hosts, h)
		}
		h.stand()
	}
}

// standing is the host of the set that stands for a record.
func (g *srvSet) standing(k *Record) *Host {
	for _, h := range k.hosts {
		if h.set == g {
			return h
		}
	}
	return nil
}

// free is a host without a record: the one that has stood for it in an earlier
// process, or else the first.
func (g *srvSet) free(k *Record) *Host {
	var first *Host
	for _, h := range g.hosts {
		switch {
		case h.entry != nil:
		case h.name == k.target && h.port == k.port:
			return h
		case first == nil || first.name != "" && h.name == "":
			first = h
		}
	}
	return first
}

// failed implements requester.
func (g *srvSet) failed(r *resolution, s Status) {
	if r.held(s) {
		return
	}
	for _, k := range r.records {
		k.drop()
	}
	r.records = nil
}

// stand has the host be what its record says.
func (h *Host) stand() {
	k := h.entry
	weight := -1
	if !h.IgnoreWeight {
		weight = (int(k.weight) + 255) / 256
	}
	h.Server.Place(k.port, weight)
	if k.glue.IsValid() {
		h.unfollow()
		if k.glue != h.Server.Addr() {
			h.Server.Move(k.glue, "DNS additional record")
		}
	}
	if h.name != k.target || h.port != k.port {
		h.name, h.port = k.target, k.port
		h.unfollow()
		h.Server.Rename(k.target)
	}
	switch {
	case k.glue.IsValid():
		h.Server.Found(h.name, false)
	case h.names == nil:
		h.names = h.set.section.join(h, h.name, family(h.IPv4))
	}
}

// drop is called when the host's SRV record is no more.
func (h *Host) drop() {
	h.entry, h.name, h.port = nil, "", 0
	h.unfollow()
	h.Server.Lost("entry removed from SRV record")
	h.Server.Rename("")
	h.Server.Place(0, -1)
}

// prefer returns whichever address fits better.
func prefer(records []*Record, v4 bool) netip.Addr {
	var ip netip.Addr
	for _, k := range records {
		if !ip.IsValid() || k.ip.Is4() == v4 && ip.Is4() != v4 {
			ip = k.ip
		}
	}
	return ip
}
