package value

import (
	"net/netip"
	"strconv"
	"strings"
)

// AddrUse says what a directive accepts as an address. Kinds and families of
// its address are otherwise for the caller to check.
type AddrUse uint16

const (
	// PortOK accepts a port.
	PortOK AddrUse = 1 << iota
	// PortNeeded refuses an IP address without a port, and port 0.
	PortNeeded
	// PortRange accepts "80-90".
	PortRange
	// PortOffset accepts "+80" and "-80".
	PortOffset
	// StreamOK accepts stream addresses.
	StreamOK
	// DatagramOK accepts datagram addresses.
	DatagramOK
	// DatagramDefault makes datagram the transport of an address whose prefix
	// does not tell.
	DatagramDefault
	// QUICOK accepts quic4@ and quic6@.
	QUICOK
	// FDOK accepts fd@.
	FDOK
)

// What the common directives accept.
const (
	ForBind       = PortOK | PortNeeded | PortRange | StreamOK | FDOK
	ForServer     = PortOK | PortOffset | StreamOK
	ForSource     = PortOK | StreamOK
	ForCheck      = PortOK | StreamOK
	ForLog        = PortOK | StreamOK | DatagramOK | DatagramDefault | FDOK
	ForNameserver = PortOK | PortNeeded | StreamOK | DatagramOK | DatagramDefault
	ForPeer       = PortOK | PortNeeded | StreamOK
	ForDgramBind  = PortOK | PortNeeded | PortRange | DatagramOK | DatagramDefault | FDOK
)

// Longest UNIX path and abstract name. A sockaddr_un has room for 107 bytes
// and a NUL; HAProxy keeps 10 of a path for the temporary name that a listener
// is bound to first.
const (
	maxUnixPath = 97
	maxAbstract = 107
)

// prefixes of addresses; see configuration.txt, sections 11.1 to 11.3. The
// transport is what the prefix forces.
var prefixes = [...]struct {
	text      string
	kind      Kind
	family    Family
	forced    bool
	transport Transport
}{
	{"unix@", Unix, AnyFamily, false, Stream},
	{"uxdg@", Unix, AnyFamily, true, Datagram},
	{"uxst@", Unix, AnyFamily, true, Stream},
	{"abns@", Abstract, AnyFamily, false, Stream},
	{"ip@", IP, AnyFamily, false, Stream},
	{"ipv4@", IP, IPv4, false, Stream},
	{"ipv6@", IP, IPv6, false, Stream},
	{"tcp@", IP, AnyFamily, true, Stream},
	{"tcp4@", IP, IPv4, true, Stream},
	{"tcp6@", IP, IPv6, true, Stream},
	{"udp@", IP, AnyFamily, true, Datagram},
	{"udp4@", IP, IPv4, true, Datagram},
	{"udp6@", IP, IPv6, true, Datagram},
	{"quic4@", IP, IPv4, true, QUIC},
	{"quic6@", IP, IPv6, true, QUIC},
	{"fd@", FD, AnyFamily, false, Stream},
	{"sockpair@", SockPair, AnyFamily, false, Stream},
}

// ParseAddr reads one address. Environment variables written without quotes,
// $NAME and ${NAME}, are looked up with env; nil leaves them as they are. A
// name is not resolved: it comes back as kind Host, and where resolving fails,
// [InvalidAddress] words that. The error is an [*Error] in HAProxy's words.
func ParseAddr(text string, use AddrUse, env func(name string) (string, bool)) (Addr, error) {
	s := text
	if env != nil {
		s = ExpandEnv(text, env)
	}
	if s == "" {
		return Addr{}, refuse(0, len(text), "'%s' resolves to an empty address (environment variable missing?)", text)
	}

	p := addrParser{text: text, use: use}
	p.prefix(&s)
	var err error
	switch p.addr.Kind {
	case Unix, Abstract:
		err = p.path(s)
	case FD, SockPair:
		err = p.descriptor(s)
	default:
		err = p.inet(s)
	}
	if err == nil {
		err = p.transport()
	}
	if err != nil {
		return Addr{}, err
	}
	return p.addr, nil
}

// InvalidAddress is the error for a name in text that does not resolve.
func InvalidAddress(host, text string) error {
	return refuse(max(strings.Index(text, host), 0), len(host), "invalid address: '%s' in '%s'", host, text)
}

// addrParser holds one address while it is read.
type addrParser struct {
	text string
	use  AddrUse
	addr Addr
}

// prefix takes the prefixes off s: a socket type, then a family or protocol.
func (p *addrParser) prefix(s *string) {
	forced := false
	if rest, ok := strings.CutPrefix(*s, "stream+"); ok {
		*s, forced = rest, true
	} else if rest, ok := strings.CutPrefix(*s, "dgram+"); ok {
		*s, forced = rest, true
		p.addr.Transport = Datagram
	}
	for i := range prefixes {
		x := &prefixes[i]
		rest, ok := strings.CutPrefix(*s, x.text)
		if !ok {
			continue
		}
		*s = rest
		p.addr.Kind, p.addr.Family = x.kind, x.family
		if x.forced {
			p.addr.Transport, forced = x.transport, true
		}
		break
	}
	if p.addr.Kind == IP && p.addr.Family == AnyFamily && strings.HasPrefix(*s, "/") {
		p.addr.Kind = Unix
	}
	if !forced && p.use&DatagramDefault != 0 {
		p.addr.Transport = Datagram
	}
}

// path reads the rest of a UNIX or abstract address.
func (p *addrParser) path(s string) error {
	shown, limit := s, maxUnixPath
	if p.addr.Kind == Abstract {
		shown, limit = "abns@"+s, maxAbstract
	}
	if len(s) > limit {
		return refuse(0, len(p.text), "socket path '%s' too long (max %d)", shown, limit)
	}
	p.addr.Path = s
	return nil
}

// descriptor reads the number of fd@ and sockpair@. Whether it is an open
// socket of the right kind is for the caller to see.
func (p *addrParser) descriptor(s string) error {
	n, fits := 0, s != ""
	for i := 0; i < len(s) && fits; i++ {
		fits = '0' <= s[i] && s[i] <= '9'
	}
	if fits {
		var v int64
		v, fits = digits(s, 1<<31-1)
		n = int(v)
	}
	if !fits {
		return refuse(0, len(p.text), "file descriptor '%s' is not a valid integer in '%s'", s, p.text)
	}
	if p.addr.Kind == FD && p.use&FDOK == 0 {
		return refuse(0, len(p.text), "a file descriptor is not acceptable here in '%s'", p.text)
	}
	p.addr.FD = n
	return nil
}

// inet reads the rest of an IP address or host name with its port. The last
// colon that no bracket closes behind starts the port.
func (p *addrParser) inet(s string) error {
	host, port := s, ""
	if c := strings.LastIndexByte(s, ':'); c > strings.LastIndexByte(s, ']') {
		host, port = s[:c], s[c+1:]
	}
	if err := p.port(port); err != nil {
		return err
	}
	p.host(host)
	return nil
}

// port reads what follows the colon.
func (p *addrParser) port(s string) error {
	a := &p.addr
	at := max(len(p.text)-len(s), 0)
	switch {
	case s == "":
		if p.use&PortNeeded != 0 {
			return refuse(0, len(p.text), "missing port specification in '%s'", p.text)
		}
		return nil
	case p.use&PortOK == 0:
		return refuse(at, len(s), "port specification not permitted here in '%s'", p.text)
	case s[0] == '+' || s[0] == '-':
		if p.use&PortOffset == 0 {
			return refuse(at, len(s), "port offset not permitted here in '%s'", p.text)
		}
		// Beyond a port's 16 bits an offset has no meaning.
		a.Port, a.Offset = int(min(max(Atol(s), -65535), 65535)), true
	case s[0] < '0' || s[0] > '9':
		return refuse(at, 1, "invalid character '%s' in port number '%s' in '%s'", s[:1], s, p.text)
	default:
		first, last, ranged := strings.Cut(s, "-")
		if ranged && p.use&PortRange == 0 {
			return refuse(at, len(s), "port range not permitted here in '%s'", p.text)
		}
		var err error
		if a.Port, err = p.number(first, at); err != nil {
			return err
		}
		a.PortEnd = a.Port
		if ranged {
			if a.PortEnd, err = p.number(last, at+len(first)+1); err != nil {
				return err
			}
			if a.PortEnd < a.Port {
				return refuse(at, len(s), "invalid port range '%d-%d'", a.Port, a.PortEnd)
			}
		}
	}
	if a.Offset {
		a.PortEnd = a.Port
	}
	a.HasPort = true
	return nil
}

// number reads one port; like HAProxy it ignores what follows the digits.
func (p *addrParser) number(s string, at int) (int, error) {
	n := Atol(s)
	low := int64(0)
	if p.use&PortNeeded != 0 {
		low = 1
	}
	if n < low || n > 65535 {
		return 0, refuse(at, len(s), "invalid port '%s'", s)
	}
	return int(n), nil
}

// host reads what stands before the port.
func (p *addrParser) host(s string) {
	a := &p.addr
	bare := s
	if n := len(s); n > 2 && s[0] == '[' && s[n-1] == ']' {
		bare = s[1 : n-1]
	}
	ip, ok := netip.Addr{}, false
	switch {
	case s == "" || s == "*":
		ip, ok = netip.IPv4Unspecified(), true
		if a.Family == IPv6 {
			ip = netip.IPv6Unspecified()
		}
	default:
		ip, ok = literal(bare)
	}
	if ok && (a.Family == AnyFamily || (a.Family == IPv6) == ip.Is6()) {
		a.IP = ip
		return
	}
	a.Kind, a.Host = Host, s
}

// literal reads an IP address as inet_pton does, else as inet_aton does: one
// to four numbers, in decimal, octal or hexadecimal, the last one filling the
// bytes that remain.
func literal(s string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(s); err == nil {
		return ip, ip.Zone() == ""
	}
	if s == "" || s[0] < '0' || s[0] > '9' {
		return netip.Addr{}, false
	}
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var sum uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 0, 32)
		if err != nil || strings.ContainsAny(part, "_bBoO") {
			return netip.Addr{}, false
		}
		if i < len(parts)-1 {
			if n > 255 {
				return netip.Addr{}, false
			}
			sum |= n << (24 - 8*i)
			continue
		}
		if n >= 1<<(32-8*i) {
			return netip.Addr{}, false
		}
		sum |= n
	}
	return netip.AddrFrom4([4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}), true
}

// transport checks that the use allows the transport of the address.
func (p *addrParser) transport() error {
	a := &p.addr
	switch a.Transport {
	case Stream:
		if p.use&StreamOK == 0 {
			return refuse(0, len(p.text), "stream-type address not acceptable in '%s'", p.text)
		}
	case Datagram:
		if p.use&DatagramOK == 0 {
			return refuse(0, len(p.text), "dgram-type address not acceptable in '%s'", p.text)
		}
	case QUIC:
		if p.use&QUICOK == 0 {
			family := 2
			if a.Family == IPv6 {
				family = 10
			}
			return refuse(0, len(p.text), "unsupported stream protocol for datagram family %d address '%s'; "+
				"QUIC is not compiled in if this is what you were looking for.", family, p.text)
		}
	}
	return nil
}
