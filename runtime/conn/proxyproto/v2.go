package proxyproto

import (
	"encoding/binary"
	"hash/crc32"
	"net/netip"
)

// Signature is what a header of version 2 begins with.
const Signature = "\r\n\r\n\x00\r\nQUIT\n"

// FixedV2 is the size of the part of a version 2 header that tells the length of
// the rest.
const FixedV2 = 16

// The bytes after the signature.
const (
	localV2 = 0x20
	proxyV2 = 0x21
	unspec  = 0x00
	tcp4    = 0x11
	tcp6    = 0x21
	unixV2  = 0x31
)

// LenV2 gives the whole length of a header of which b is the fixed part.
func LenV2(b []byte) (int, error) {
	if len(b) < FixedV2 || string(b[:12]) != Signature || b[12]>>4 != 2 {
		return 0, ErrNotProxy
	}
	return FixedV2 + int(binary.BigEndian.Uint16(b[14:])), nil
}

// ParseV2 parses a whole header of version 2. A CRC32c in it is checked.
func ParseV2(b []byte) (h Header, err error) {
	n, err := LenV2(b)
	if err != nil {
		return h, err
	}
	if len(b) < n {
		return h, ErrTruncated
	}
	b = b[:n]
	switch b[12] {
	case localV2: // a health check of the proxy itself, for example
		return h, nil
	case proxyV2:
	default:
		return h, ErrInvalid
	}
	if h, err = parseAddrs(b[13], b[FixedV2:]); err != nil {
		return Header{}, err
	}
	if !wellFormed(h.TLVs) || !intact(b, h) {
		return Header{}, ErrInvalid
	}
	return h, nil
}

// parseAddrs splits what follows the fixed part.
func parseAddrs(family byte, b []byte) (h Header, err error) {
	n := addrSize(family)
	if n < 0 || len(b) < n {
		return h, ErrInvalid
	}
	switch family {
	case unspec: // the rest has no known shape
		return h, nil
	case tcp4:
		h.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b)), binary.BigEndian.Uint16(b[8:]))
		h.Dst = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:])), binary.BigEndian.Uint16(b[10:]))
	case tcp6:
		h.Src = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b)), binary.BigEndian.Uint16(b[32:]))
		h.Dst = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[16:])), binary.BigEndian.Uint16(b[34:]))
	}
	h.TLVs = b[n:]
	return h, nil
}

// addrSize is the size of a family's addresses, -1 where it is not known.
func addrSize(family byte) int {
	switch family {
	case unspec:
		return 0
	case tcp4:
		return 12
	case tcp6:
		return 36
	case unixV2:
		return 216
	}
	return -1
}

// wellFormed tells whether the lengths of the TLVs add up.
func wellFormed(b []byte) bool {
	for len(b) >= 3 {
		n := 3 + int(b[1])<<8 + int(b[2])
		if n > len(b) {
			return false
		}
		b = b[n:]
	}
	return len(b) == 0
}

// zeros stands for the checksum while it is computed.
var zeros [4]byte

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// intact checks the checksum of a header, where there is one.
func intact(b []byte, h Header) bool {
	at, n := find(h.TLVs, TypeCRC32C)
	if at < 0 {
		return true
	}
	at += len(b) - len(h.TLVs)
	return n == 4 && checksum(b, at) == binary.BigEndian.Uint32(b[at:])
}

// checksum is the CRC32c of a header, with zeros in place of the four bytes at
// which it stands.
func checksum(b []byte, at int) uint32 {
	crc := crc32.Update(0, castagnoli, b[:at])
	crc = crc32.Update(crc, castagnoli, zeros[:])
	return crc32.Update(crc, castagnoli, b[at+4:])
}

// Options says which TLVs AppendV2 adds, in this order.
type Options struct {
	CRC32C    bool
	Authority []byte // the name that the client asked for in TLS; nil: none
	UniqueID  []byte // nil: none
	// TLVs are further ones, complete with type and length.
	TLVs []byte
}

// AppendV2 appends the header for a connection from src to dst. Where one of them
// is zero, as on unix sockets, it is LOCAL without addresses, as HAProxy has it.
// A nil o adds no TLVs; ones that exceed the header's length field are all left
// out.
func AppendV2(b []byte, src, dst netip.AddrPort, o *Options) []byte {
	if !src.IsValid() || !dst.IsValid() {
		return AppendLocal(b)
	}
	start := len(b)
	b = append(b, Signature...)
	s, d := sameFamily(src.Addr(), dst.Addr())
	if s.Is4() {
		s4, d4 := s.As4(), d.As4()
		b = append(b, proxyV2, tcp4, 0, 0)
		b = append(append(b, s4[:]...), d4[:]...)
	} else {
		s16, d16 := s.As16(), d.As16()
		b = append(b, proxyV2, tcp6, 0, 0)
		b = append(append(b, s16[:]...), d16[:]...)
	}
	b = binary.BigEndian.AppendUint16(b, src.Port())
	b = binary.BigEndian.AppendUint16(b, dst.Port())
	bare := len(b)
	if o != nil {
		b = o.appendTo(b)
	}
	if len(b)-start-FixedV2 > 0xffff {
		b = b[:bare]
	}
	h := b[start:]
	binary.BigEndian.PutUint16(h[14:], uint16(len(h)-FixedV2))
	if o != nil && o.CRC32C && len(b) > bare {
		at := bare - start + 3
		binary.BigEndian.PutUint32(h[at:], checksum(h, at))
	}
	return b
}

// AppendLocal appends a header without addresses, for connections that no client
// caused.
func AppendLocal(b []byte) []byte {
	return append(append(b, Signature...), localV2, unspec, 0, 0)
}

// appendTo appends the TLVs, the checksum's first and still empty.
func (o *Options) appendTo(b []byte) []byte {
	if o.CRC32C {
		b = AppendTLV(b, TypeCRC32C, []byte{0, 0, 0, 0})
	}
	if o.UniqueID != nil {
		b = AppendTLV(b, TypeUniqueID, o.UniqueID)
	}
	if o.Authority != nil {
		b = AppendTLV(b, TypeAuthority, o.Authority)
	}
	return append(b, o.TLVs...)
}

// AppendTLV appends one TLV. A value that is too long is cut.
func AppendTLV(b []byte, kind byte, value []byte) []byte {
	value = value[:min(len(value), 0xffff)]
	b = append(b, kind, byte(len(value)>>8), byte(len(value)))
	return append(b, value...)
}
