package proxyproto

import (
	"encoding/binary"
	"net/netip"
)

// FixedNS is how many bytes of a NetScaler header tell its length: a magic number,
// a length, and four bytes that tell the two forms of header apart.
const FixedNS = 12

// MaxNS bounds a NetScaler header: an IP and a TCP header with all the options
// that they can have fit well within.
const MaxNS = 1024

// Least sizes of what a NetScaler header carries.
const (
	ip4Size = 20
	ip6Size = 40
	tcpSize = 20
)

// LenNS gives the whole length of a NetScaler header that begins with b. In the
// legacy form an IP header follows the length; in the newer one a type and the
// length that counts.
func LenNS(b []byte, magic uint32) (int, error) {
	if len(b) >= 4 && binary.BigEndian.Uint32(b) != magic {
		return 0, ErrNSMagic
	}
	if len(b) < FixedNS {
		return 0, ErrNSTruncated
	}
	n := FixedNS + int64(binary.BigEndian.Uint16(b[10:]))
	if legacyNS(b) {
		n = 8 + int64(binary.BigEndian.Uint32(b[4:]))
	}
	if n < FixedNS || n > MaxNS {
		return 0, ErrNSTruncated
	}
	return int(n), nil
}

// legacyNS tells the two forms apart: an IP header begins with its version, the
// newer form's type is a small number.
func legacyNS(b []byte) bool {
	v := b[8] >> 4
	return v == 4 || v == 6
}

// ParseNS parses a whole NetScaler header.
func ParseNS(b []byte, magic uint32) (h Header, err error) {
	n, err := LenNS(b, magic)
	if err != nil {
		return h, err
	}
	if len(b) < n {
		return h, ErrNSTruncated
	}
	p := b[FixedNS:n]
	if legacyNS(b) {
		p = b[8:n]
	}
	if len(p) == 0 {
		return h, ErrNSTruncated
	}
	switch p[0] >> 4 {
	case 4:
		return ip4(p)
	case 6:
		return ip6(p)
	}
	return h, ErrNSProtocol
}

func ip4(p []byte) (h Header, err error) {
	if len(p) < ip4Size {
		return h, ErrNSTruncated
	}
	if p[9] != 6 { // TCP
		return h, ErrNSProtocol
	}
	src, dst := netip.AddrFrom4([4]byte(p[12:])), netip.AddrFrom4([4]byte(p[16:]))
	return ports(p, max(ip4Size, int(p[0]&15)*4), src, dst)
}

func ip6(p []byte) (h Header, err error) {
	if len(p) < ip6Size {
		return h, ErrNSTruncated
	}
	if p[6] != 6 { // TCP
		return h, ErrNSProtocol
	}
	src, dst := netip.AddrFrom16([16]byte(p[8:])), netip.AddrFrom16([16]byte(p[24:]))
	return ports(p, ip6Size, src, dst)
}

// ports takes the ports from the TCP header at p[at:].
func ports(p []byte, at int, src, dst netip.Addr) (h Header, err error) {
	if len(p) < at+tcpSize {
		return h, ErrNSTruncated
	}
	h.Src = netip.AddrPortFrom(src, binary.BigEndian.Uint16(p[at:]))
	h.Dst = netip.AddrPortFrom(dst, binary.BigEndian.Uint16(p[at+2:]))
	return h, nil
}
