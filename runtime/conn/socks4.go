package conn

import (
	"encoding/binary"
	"io"
	"net/netip"
	"syscall"
)

// What may go wrong with a SOCKS proxy.
var (
	// ErrSOCKS4Write and ErrSOCKS4Read: the proxy went away.
	ErrSOCKS4Write error = &failure{text: "SOCKS4 Proxy write error during handshake", errno: syscall.ECONNRESET}
	ErrSOCKS4Read  error = &failure{text: "SOCKS4 Proxy read error during handshake", errno: syscall.ECONNRESET}
	// ErrSOCKS4Denied: it does not want to.
	ErrSOCKS4Denied error = &failure{text: "SOCKS4 Proxy deny the request", errno: syscall.ECONNREFUSED}
)

const (
	socks4Reply   = 8
	socks4Granted = 0x5a
)

// AppendSOCKS4 appends the request for a connection to an address, which has to be
// of IPv4.
func AppendSOCKS4(b []byte, to netip.AddrPort) []byte {
	ip := to.Addr().Unmap().As4()
	b = append(b, 4, 1)
	b = binary.BigEndian.AppendUint16(b, to.Port())
	b = append(b, ip[:]...)
	return append(b, "HAProxy\x00"...) // the user, as HAProxy has it
}

// SOCKS4 asks the SOCKS proxy that w leads to for a connection to an address, which
// has to be of IPv4. It reads not a byte more than the answer.
func SOCKS4(w io.ReadWriter, to netip.AddrPort) error {
	var b [32]byte
	if _, err := w.Write(AppendSOCKS4(b[:0], to)); err != nil {
		return socks4Error(err, ErrSOCKS4Write)
	}
	for n := 0; n < socks4Reply; {
		k, err := w.Read(b[n:socks4Reply])
		if err != nil {
			return socks4Error(err, ErrSOCKS4Read)
		}
		n += k
	}
	if b[1] != socks4Granted {
		return ErrSOCKS4Denied
	}
	return nil
}

// socks4Error leaves an error that is not the proxy's as it is.
func socks4Error(err, its error) error {
	if err == io.EOF || Cause(err) == ErrReset {
		return its
	}
	return err
}

// Tunnelled says that c, which is connected to a proxy, leads to an address behind.
func (c *Conn) Tunnelled(to netip.AddrPort) { c.remote = to }
