package resolver

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Config is what the lines of a section say.
type Config struct {
	Name        string
	Nameservers []*Nameserver
	// Retries is how often a question is sent before the look-up has failed.
	Retries int
	// Resolve is the time between two look-ups of a name, Retry that between two
	// questions of a look-up.
	Resolve, Retry time.Duration
	Hold           Hold
	// PayloadSize is how large an answer may be.
	PayloadSize int
}

// Hold says for how long the last good answer outweighs a failure of each kind.
type Hold struct {
	NX, Refused, Timeout, Other time.Duration
	// Valid is for how long an answer serves an [Ask].
	Valid time.Duration
	// Obsolete is for how long a record lives that answers do not hold any more.
	Obsolete time.Duration
}

// The bounds and the default of Config.PayloadSize.
const (
	MinPayload     = 12
	DefaultPayload = 512
	MaxPayload     = 65535
)

// DefaultConfig returns HAProxy's defaults.
func DefaultConfig(name string) Config {
	return Config{
		Name: name, Retries: 3, Resolve: time.Second, Retry: time.Second, PayloadSize: DefaultPayload,
		Hold: Hold{
			NX: 30 * time.Second, Refused: 30 * time.Second, Timeout: 30 * time.Second, Other: 30 * time.Second,
			Valid: 10 * time.Second,
		},
	}
}

// Nameserver is one name server of a section.
type Nameserver struct {
	Name string
	Addr netip.AddrPort
	// TCP says that questions go over TCP.
	TCP bool
	// MaxConn bounds the connections over TCP, 0 for no bound.
	MaxConn int
	// Source is where connections come from, Wrap adds TLS to them; both are of
	// TCP and may be missing.
	Source netip.Addr
	Wrap   func(context.Context, net.Conn) (net.Conn, error)
}

// maxName is how long a name may be, as text.
const maxName = 253

// ValidName reports whether HAProxy would look the name up: it has no empty label
// and is not too long. What else is wrong with it, name servers will tell.
func ValidName(name string) bool {
	name = strings.TrimSuffix(name, ".")
	return name != "" && len(name) <= maxName && name[0] != '.' && name[len(name)-1] != '.' && !strings.Contains(name, "..")
}

// IsSRV reports whether a server's name asks for SRV records.
func IsSRV(name string) bool { return strings.HasPrefix(name, "_") }

// canonical is how names are compared and asked for.
func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }
