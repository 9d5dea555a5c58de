package pattern

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gaissmai/bart"
)

// networks finds the smallest network that an address is in. Masks with holes
// stand in a list.
type networks struct {
	table *bart.Table[[]*Entry]
	holes []holed
	owner *edit // of table
}

// holed is a mask that is no prefix's.
type holed struct {
	addr, mask uint32
	entry      *Entry
}

func newNetworks() networks { return networks{table: new(bart.Table[[]*Entry])} }

func (x networks) with(p *parsed, e *Entry, ed *edit) index {
	if p.holed {
		x.holes = append(x.holes, holed{p.addr, p.mask, e})
		return x
	}
	return x.change(p.prefix, ed, func(list []*Entry) []*Entry { return append(list[:len(list):len(list)], e) })
}

func (x networks) without(p *parsed, e *Entry, ed *edit) index {
	if p.holed {
		rest := make([]holed, 0, len(x.holes))
		for _, h := range x.holes {
			if h.entry != e {
				rest = append(rest, h)
			}
		}
		x.holes = rest
		return x
	}
	return x.change(p.prefix, ed, func(list []*Entry) []*Entry { return remove(list, e) })
}

// change replaces the entries of a network, in place where ed owns the table.
func (x networks) change(p netip.Prefix, ed *edit, f func([]*Entry) []*Entry) networks {
	if ed != nil && x.owner != ed {
		x.table, x.owner = x.table.Clone(), ed
	}
	modify := func(old []*Entry, _ bool) ([]*Entry, bool) {
		list := f(old)
		return list, len(list) == 0
	}
	if ed != nil {
		x.table.Modify(p, modify)
	} else {
		x.table = x.table.ModifyPersist(p, modify)
	}
	return x
}

// find looks for the address, and for the same address in the other family.
func (x networks) find(in Input) *Entry {
	a := in.Addr
	if e := x.lookup(a); e != nil {
		return e
	}
	if a.Is4() {
		return x.lookup(netip.AddrFrom16(a.As16()))
	}
	if v4, ok := embedded(a); ok {
		return x.lookup(v4)
	}
	return nil
}

func (x networks) lookup(a netip.Addr) *Entry {
	if list, ok := x.table.Lookup(a); ok {
		return first(list)
	}
	if len(x.holes) > 0 && a.Is4() {
		b := a.As4()
		n := binary.BigEndian.Uint32(b[:])
		for i := range x.holes {
			if h := &x.holes[i]; n&h.mask == h.addr {
				return h.entry
			}
		}
	}
	return nil
}

// embedded returns the IPv4 address in a mapped, compatible or 6to4 one.
func embedded(a netip.Addr) (netip.Addr, bool) {
	b := a.As16()
	if b[0] == 0x20 && b[1] == 0x02 {
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	for _, c := range b[:10] {
		if c != 0 {
			return a, false
		}
	}
	if b[10] == b[11] && (b[10] == 0 || b[10] == 0xff) {
		return netip.AddrFrom4([4]byte(b[12:])), true
	}
	return a, false
}

// parseNetwork reads an address, a network with a mask or its length, or a host
// name where names may be looked up, which is while the configuration is read.
func parseNetwork(t string, p *parsed, names bool) error {
	bad := fmt.Errorf("'%s' is not a valid IPv4 or IPv6 address", t)
	addr, mask, masked := strings.Cut(t, "/")
	ip, err := parseAddr(addr)
	switch {
	case err == nil && ip.Zone() == "":
	case !names || err == nil || strings.Contains(addr, ":"):
		return bad
	default:
		if ip, err = lookupHost(addr); err != nil {
			return bad
		}
	}
	bits := ip.BitLen()
	if masked {
		m, err := netip.ParseAddr(mask)
		if err == nil && m.Is4() && ip.Is4() {
			return p.setMask(ip.As4(), m.As4())
		}
		if bits = prefixLength(mask); bits < 0 || bits > ip.BitLen() {
			return bad
		}
	}
	p.prefix = netip.PrefixFrom(ip, bits).Masked()
	return nil
}

// setMask makes p the network of a dotted mask.
func (p *parsed) setMask(ip, mask [4]byte) error {
	if n, size := net.IPMask(mask[:]).Size(); size != 0 {
		p.prefix = netip.PrefixFrom(netip.AddrFrom4(ip), n).Masked()
		return nil
	}
	p.holed, p.mask = true, binary.BigEndian.Uint32(mask[:])
	p.addr = binary.BigEndian.Uint32(ip[:]) & p.mask
	return nil
}

// parseAddr reads an address. Those of IPv4 may be in the short forms of
// inet_aton(3), as in HAProxy: the last number fills what is left, so that 10.1 is
// 10.0.0.1, and a leading 0 makes a number octal.
func parseAddr(t string) (netip.Addr, error) {
	if strings.Trim(t, "0123456789.") != "" {
		return netip.ParseAddr(t)
	}
	parts := strings.Split(t, ".")
	if len(parts) > 4 {
		return netip.Addr{}, errAddress
	}
	var a uint32
	for i, part := range parts {
		base, bits := 10, 8
		if len(part) > 1 && part[0] == '0' {
			base = 8
		}
		if i == len(parts)-1 {
			bits = 8 * (4 - i)
		}
		n, err := strconv.ParseUint(part, base, bits)
		if err != nil {
			return netip.Addr{}, errAddress
		}
		if i == len(parts)-1 {
			a |= uint32(n)
		} else {
			a |= uint32(n) << (24 - 8*i)
		}
	}
	return netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}), nil
}

var errAddress = errors.New("not an address")

// prefixLength reads the length of a prefix, -1 for none.
func prefixLength(t string) int {
	n := 0
	for _, c := range t {
		if c < '0' || c > '9' {
			return -1
		}
		if n = n*10 + int(c-'0'); n > 128 {
			return -1
		}
	}
	if t == "" {
		return -1
	}
	return n
}

func lookupHost(host string) (netip.Addr, error) {
	ips, err := net.LookupIP(host)
	if err != nil || len(ips) == 0 {
		return netip.Addr{}, fmt.Errorf("no address")
	}
	ip, _ := netip.AddrFromSlice(ips[0])
	return ip.Unmap(), nil
}
