package proxyproto

import (
	"bytes"
	"net/netip"
	"strconv"
)

// MaxV1 is the longest line of version 1, its CR LF included.
const MaxV1 = 107

// PrefixV1 is what a line of version 1 begins with.
const PrefixV1 = "PROXY "

// ParseV1 parses a whole line of version 1, its CR LF included.
func ParseV1(line []byte) (h Header, err error) {
	text, crlf := bytes.CutSuffix(line, []byte("\r\n"))
	if !bytes.HasPrefix(text, []byte(PrefixV1)) {
		return h, ErrNotProxy
	}
	if !crlf || len(line) > MaxV1 {
		return h, ErrInvalid
	}
	f := bytes.Split(text[len(PrefixV1):], []byte(" "))
	is4 := false
	switch string(f[0]) {
	case "UNKNOWN": // whatever follows is to be ignored
		return h, nil
	case "TCP4":
		is4 = true
	case "TCP6":
	default:
		return h, ErrProtocol
	}
	if len(f) != 5 {
		return h, ErrInvalid
	}
	src, ok1 := endpoint(f[1], f[3], is4)
	dst, ok2 := endpoint(f[2], f[4], is4)
	if !ok1 || !ok2 {
		return h, ErrInvalid
	}
	return Header{Src: src, Dst: dst}, nil
}

// endpoint parses an address of the announced family and a port.
func endpoint(ip, port []byte, is4 bool) (netip.AddrPort, bool) {
	a, err := netip.ParseAddr(string(ip))
	if err != nil || a.Is4() != is4 || a.Zone() != "" {
		return netip.AddrPort{}, false
	}
	p, err := strconv.ParseUint(string(port), 10, 16)
	return netip.AddrPortFrom(a, uint16(p)), err == nil
}

// AppendV1 appends the line for a connection from src to dst. Where one of them
// is zero, as on unix sockets, the line is UNKNOWN. Of two families the IPv4
// address is shown as an IPv6 one, as HAProxy does.
func AppendV1(b []byte, src, dst netip.AddrPort) []byte {
	if !src.IsValid() || !dst.IsValid() {
		return append(b, "PROXY UNKNOWN\r\n"...)
	}
	s, d := sameFamily(src.Addr(), dst.Addr())
	if s.Is4() {
		b = append(b, "PROXY TCP4 "...)
	} else {
		b = append(b, "PROXY TCP6 "...)
	}
	b = s.AppendTo(b)
	b = append(b, ' ')
	b = d.AppendTo(b)
	b = append(b, ' ')
	b = strconv.AppendUint(b, uint64(src.Port()), 10)
	b = append(b, ' ')
	b = strconv.AppendUint(b, uint64(dst.Port()), 10)
	return append(b, '\r', '\n')
}

// sameFamily maps an IPv4 address to IPv6 where the other is one, and takes
// zones, which mean nothing elsewhere, away.
func sameFamily(a, b netip.Addr) (netip.Addr, netip.Addr) {
	if a.Is4() != b.Is4() {
		a, b = netip.AddrFrom16(a.As16()), netip.AddrFrom16(b.As16())
	}
	return a.WithZone(""), b.WithZone("")
}
