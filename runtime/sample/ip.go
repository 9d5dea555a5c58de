package sample

import "net/netip"

// ParseIP reads an address as HAProxy makes one of a string: what follows an
// IPv4 address does not matter unless it is a dot. The library's parser would
// allocate for each text.
func ParseIP(b []byte) (netip.Addr, bool) {
	if a, _, ok := LeadingIPv4(b); ok {
		return a, true
	}
	return ParseIPv6(b)
}

// LeadingIPv4 reads the IPv4 address that b starts with, and returns what
// follows it.
func LeadingIPv4(b []byte) (a netip.Addr, rest []byte, ok bool) {
	var ip [4]byte
	for i := range ip {
		n, used := 0, 0
		for used < len(b) && b[used] >= '0' && b[used] <= '9' {
			if n = n*10 + int(b[used]-'0'); n > 255 {
				return a, nil, false
			}
			used++
		}
		dot := used < len(b) && b[used] == '.'
		if used == 0 || dot != (i < 3) {
			return a, nil, false
		}
		ip[i] = byte(n)
		if b = b[used:]; dot {
			b = b[1:]
		}
	}
	return netip.AddrFrom4(ip), b, true
}

// ParseIPv6 reads an IPv6 address, which has to be all of b.
func ParseIPv6(b []byte) (netip.Addr, bool) {
	var ip [16]byte
	none := netip.Addr{}
	gap, n := -1, 0 // where zeros are left out, and the bytes so far
	if len(b) >= 2 && b[0] == ':' && b[1] == ':' {
		gap, b = 0, b[2:]
	}
	for n < len(ip) && len(b) > 0 {
		v, used := hexGroup(b)
		if used < len(b) && b[used] == '.' {
			v4, rest, ok := LeadingIPv4(b)
			if !ok || len(rest) > 0 || n > 12 {
				return none, false
			}
			four := v4.As4()
			copy(ip[n:], four[:])
			n, b = n+4, nil
			break
		}
		if used == 0 || used > 4 {
			return none, false
		}
		ip[n], ip[n+1] = byte(v>>8), byte(v)
		n, b = n+2, b[used:]
		if len(b) == 0 {
			break
		}
		if b[0] != ':' || len(b) == 1 {
			return none, false
		}
		if b = b[1:]; b[0] == ':' {
			if gap >= 0 {
				return none, false
			}
			gap, b = n, b[1:]
		}
	}
	switch {
	case len(b) > 0 || (gap >= 0) != (n < len(ip)):
		return none, false
	case gap >= 0:
		copy(ip[gap+len(ip)-n:], ip[gap:n])
		clear(ip[gap : gap+len(ip)-n])
	}
	return netip.AddrFrom16(ip), true
}

// hexGroup reads the hexadecimal digits that b starts with, no more than five.
func hexGroup(b []byte) (v uint32, used int) {
	for ; used < len(b) && used < 5; used++ {
		c := b[used]
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | uint32(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | uint32(c|0x20-'a'+10)
		default:
			return v, used
		}
	}
	return v, used
}
