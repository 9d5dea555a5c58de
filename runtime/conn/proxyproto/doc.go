// Package proxyproto reads and writes the headers with which a proxy tells the
// next one whose connection it forwards: the PROXY protocol, versions 1 and 2,
// and NetScaler's client IP insertion. It works on bytes; AcceptProxy and
// AcceptNetScaler of package conn fetch them from a connection.
package proxyproto

import "net/netip"

// Header is what a PROXY header says.
type Header struct {
	// Src is the client's address and Dst the one that it connected to. Both are
	// zero where the header names none: LOCAL, UNKNOWN, unix sockets. The
	// connection's own addresses count then.
	Src, Dst netip.AddrPort
	// TLVs is what follows the addresses in version 2, unparsed but checked to be
	// well-formed. It lies in the bytes that were parsed.
	TLVs []byte
}

// Types of the TLVs that HAProxy sends and understands.
const (
	TypeALPN      = 0x01
	TypeAuthority = 0x02
	TypeCRC32C    = 0x03
	TypeNoop      = 0x04
	TypeUniqueID  = 0x05
	TypeSSL       = 0x20
	TypeNetNS     = 0x30
)

// TLV gives the value of the first TLV of a type, and whether there is one. The
// value lies in h.TLVs.
func (h *Header) TLV(kind byte) ([]byte, bool) {
	at, n := find(h.TLVs, kind)
	if at < 0 {
		return nil, false
	}
	return h.TLVs[at : at+n], true
}

// find gives where the value of the first TLV of a type lies, -1 for nowhere.
func find(tlvs []byte, kind byte) (at, n int) {
	for i := 0; i+3 <= len(tlvs); i += 3 + n {
		n = int(tlvs[i+1])<<8 | int(tlvs[i+2])
		if tlvs[i] == kind {
			return i + 3, n
		}
	}
	return -1, 0
}

// Error is a header's fault, worded as HAProxy logs it.
type Error string

func (e Error) Error() string { return string(e) }

// The faults of a header. Their texts are what follows the client's address and
// the listener's name in HAProxy's log.
var (
	ErrTruncated   error = Error("Truncated PROXY protocol header received")
	ErrNotProxy    error = Error("Received something which does not look like a PROXY protocol header")
	ErrInvalid     error = Error("Received an invalid PROXY protocol header")
	ErrProtocol    error = Error("Received an unhandled protocol in the PROXY protocol header")
	ErrTimeout     error = Error("Timeout while waiting for PROXY protocol header")
	ErrClosed      error = Error("Connection closed while waiting for PROXY protocol header")
	ErrBroken      error = Error("Connection error while waiting for PROXY protocol header")
	ErrNSTruncated error = Error("Truncated NetScaler Client IP header received")
	ErrNSMagic     error = Error("Received an invalid NetScaler Client IP magic number")
	ErrNSProtocol  error = Error("Received an unhandled protocol in the NetScaler Client IP header")
	ErrNSTimeout   error = Error("Timeout while waiting for a NetScaler Client IP header")
	ErrNSClosed    error = Error("Connection closed while waiting for NetScaler Client IP header")
	ErrNSBroken    error = Error("Connection error while waiting for NetScaler Client IP header")
)
