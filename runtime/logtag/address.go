package logtag

import (
	"net/netip"
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	add("ci", "The client's address.", registry.AnyMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		return appendClient(dst, s.Session.Src, f)
	})
	add("cp", "The client's port; the listener's number for a client on a unix socket.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			return appendClientPort(dst, s, s.Session.Src, f)
		})
	add("fi", "The address that the client connected to.", registry.AnyMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		return appendClient(dst, s.Session.Dst, f)
	})
	add("fp", "The port that the client connected to; the listener's number for a unix socket.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			return appendClientPort(dst, s, s.Session.Dst, f)
		})
	serverEnd("bi", "The address that the server connection comes from.", appendAddr, func(l *core.LogRecord) netip.AddrPort { return l.ServerLocal })
	serverEnd("bp", "The port that the server connection comes from.", appendPort, func(l *core.LogRecord) netip.AddrPort { return l.ServerLocal })
	serverEnd("si", "The server's address.", appendAddr, func(l *core.LogRecord) netip.AddrPort { return l.ServerRemote })
	serverEnd("sp", "The server's port.", appendPort, func(l *core.LogRecord) netip.AddrPort { return l.ServerRemote })
}

// serverEnd adds a variable for an end of the server connection, and has streams
// note them if a format uses it.
func serverEnd(name, doc string, form func([]byte, netip.AddrPort, registry.FormatFlags) []byte, of func(*core.LogRecord) netip.AddrPort) {
	add(name, doc, registry.AnyMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		return form(dst, of(&s.Log), f)
	})
	t, _ := registry.LogTags.Find(name)
	compile := t.Compile
	t.Compile = func(c *registry.Compiler, f registry.FormatFlags) registry.AppendFunc {
		c.Graph.LogsServerEnds = true
		return compile(c, f)
	}
}

// appendClient appends an address of the client's connection. What is no IP
// address is a unix socket.
func appendClient(dst []byte, a netip.AddrPort, f registry.FormatFlags) []byte {
	if !a.IsValid() {
		return appendText(dst, "unix", f)
	}
	return appendAddr(dst, a, f)
}

func appendClientPort(dst []byte, s *core.Stream, a netip.AddrPort, f registry.FormatFlags) []byte {
	if a.IsValid() {
		return appendPort(dst, a, f)
	}
	return strconv.AppendInt(dst, int64(s.Session.Listener.ID), 10)
}

func appendAddr(dst []byte, ap netip.AddrPort, f registry.FormatFlags) []byte {
	if !ap.IsValid() {
		return appendNothing(dst, f)
	}
	a := ap.Addr().Unmap()
	if f&registry.Hex != 0 {
		b := a.As16()
		bytes := b[:]
		if a.Is4() {
			bytes = b[12:]
		}
		for _, c := range bytes {
			dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
		}
		return dst
	}
	dst = quote(dst, f)
	dst = a.WithZone("").AppendTo(dst)
	return quote(dst, f)
}

func appendPort(dst []byte, a netip.AddrPort, f registry.FormatFlags) []byte {
	switch {
	case !a.IsValid():
		return appendNothing(dst, f)
	case f&registry.Hex != 0:
		return appendHex(dst, uint64(a.Port()), 4)
	}
	return strconv.AppendUint(dst, uint64(a.Port()), 10)
}
