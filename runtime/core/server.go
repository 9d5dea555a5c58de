package core

import (
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gohap/health"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/http2"
	"gohap/runtime/idle"
	"gohap/runtime/queue"
	"gohap/runtime/resolver"
	"gohap/stats"
)

// Server is one server of a backend.
type Server struct {
	ServerSettings
	Proxy *Proxy
	Name  string
	ID    int
	// Addr is the address as written.
	Addr value.Addr
	Pos  diag.Pos

	// Dial is where connections go; it changes with the address.
	Dial atomic.Pointer[Endpoint]
	made atomic.Pointer[madeCookie]
	// Index is the server's place in its backend's balancer.
	Index int
	// Dynamic says that the runtime API added the server, Pinned that something in
	// the configuration refers to it, so that it has to stay.
	Dynamic, Pinned bool
	// Deleted is set once the server is no longer in its backend.
	Deleted atomic.Bool
	// IDSet says that "id" gave the number.
	IDSet bool
	// Tracked is the server of "track", nil for none.
	Tracked *Server
	// Health decides whether the server may be used.
	Health *health.Server
	Stats  *stats.Server
	// Queue holds streams that wait for this server.
	Queue queue.Queue[*Server]
	// Idle keeps connections between requests.
	Idle idle.Pool
	// Shared are its connections with HTTP/2, which may carry several streams at a
	// time.
	Shared http2.Pool
	// Limit is maxconn, which an agent or the runtime API may change.
	Limit atomic.Int64
	// Streams are the running streams, for shutdown-sessions.
	Streams StreamSet
	// Mu guards changes of the address and, once traffic flows, the settings
	// CheckAddr, CheckPort and Agent.
	Mu sync.Mutex
	// Naming is what names have made of the server; under Mu.
	Naming Naming
	// Host follows the server's name in Section; nil without "resolvers".
	Host    *resolver.Host
	Section *resolver.Section
}

// Naming is the name of a server at run time, and its port where it has no
// address.
type Naming struct {
	// Name is what its address is looked up by, "" for none.
	Name string
	Port uint16
	// Renamed says that an SRV record has given it a name at some time.
	Renamed bool
	// Unresolved says that at some time there was no address.
	Unresolved bool
}

// SRV is the name whose SRV records the server stands for, "" for none.
func (s *Server) SRV() string {
	if s.Addr.Kind == value.Host && resolver.IsSRV(s.Addr.Host) {
		return s.Addr.Host
	}
	return ""
}

// Endpoint is a resolved server address, ready to dial.
type Endpoint struct {
	// Options are what to dial with; timeout, source and shard are the
	// stream's.
	Options conn.DialOptions
	// ClientPort says that the port is the one the client connected to, plus
	// PortOffset.
	ClientPort bool
	PortOffset int
	// ClientAddr says that the address is the one the client connected to, as
	// for a server at 0.0.0.0.
	ClientAddr bool
}

// LeadsTo tells connections to the endpoint from others; nil where any may be
// right.
func (e *Endpoint) LeadsTo() func(*conn.Conn) bool {
	if e.OfClient() {
		return nil
	}
	return func(c *conn.Conn) bool { return c.SocketRemote() == e.Options.Addr }
}

// OfClient reports whether the address depends on the client's.
func (e *Endpoint) OfClient() bool { return e.ClientAddr || e.ClientPort }

// ServerSettings are the options of a server line (5.2); default-server fills
// them first.
type ServerSettings struct {
	Weight           int // 0..256, 1 unless given
	Backup           bool
	Disabled         bool
	Enabled          bool // "enabled" was said last
	MaxConn, MinConn int
	MaxQueue         int
	Cookie           string
	CookieSet        bool
	Redirect         string // redir prefix
	NonStick         bool
	TFO              bool
	UserTimeout      int

	Check                       bool
	CheckAddr                   value.Addr
	CheckPort                   int
	Inter, FastInter, DownInter time.Duration
	Rise, Fall                  int
	InitState                   string // "" for "up"
	SlowStart                   time.Duration
	Track                       string // "backend/server"
	CheckSendProxy              bool
	CheckSSL                    bool
	Observe                     string // "", "layer4", "layer7"
	ErrorLimit                  int
	OnError                     string
	OnMarkedDown, OnMarkedUp    string
	Agent                       Agent

	// SOCKS4 is the SOCKS proxy that connections go through, invalid for none. Checks
	// do with CheckViaSOCKS4 only.
	SOCKS4         netip.AddrPort
	CheckViaSOCKS4 bool
	SendProxy      int // 0 no, 1, 2
	ProxyV2Options []string
	Source         *Source
	PoolMaxConn    int // -1: no limit
	PoolLowConn    int
	PoolPurgeDelay time.Duration
	MaxReuse       int
	Proto          string
	// Namespace is the network namespace of connections, "" for the process's own,
	// "*" for the one that the client's PROXY header names.
	Namespace string
	// CheckProto is Proto for checks, "" for the same.
	CheckProto string
	// WS is the protocol of WebSockets: "h1", "h2" or "" for "auto".
	WS string
	// LogProto is "octet-count" for a ring's server whose messages carry their
	// length.
	LogProto string
	InitAddr string
	Resolve  Resolve
	SSL      ServerTLS
}

// Agent is the agent-check part of a server.
type Agent struct {
	Check bool
	Addr  value.Addr
	Port  int
	Inter time.Duration
	Send  string
}

// Resolve is how a server's name is looked up at run time (5.3).
type Resolve struct {
	// Section is the name of the "resolvers" section, "" for none; Asked says
	// that there is to be one.
	Section string
	Asked   bool
	// IPv4 is "resolve-prefer ipv4".
	IPv4 bool
	// Nets are those of "resolve-net".
	Nets []netip.Prefix
	// AllowDup and IgnoreWeight are "resolve-opts".
	AllowDup, IgnoreWeight bool
}

// Source is the "source" setting of a backend or server.
type Source struct {
	Addr          netip.Addr
	Port, PortEnd int
	Interface     string
	// Transparent is usesrc: "", "client", "clientip", "address" for that in
	// Foreign, or "hdr_ip" for the one that Header gives.
	Transparent string
	Foreign     netip.AddrPort
	Header      Expr
}

// DefaultServerSettings returns HAProxy's defaults.
func DefaultServerSettings() ServerSettings {
	return ServerSettings{
		Weight: 1, Inter: 2 * time.Second, Rise: 2, Fall: 3, ErrorLimit: 10,
		OnError: "fail-check", PoolMaxConn: -1, PoolPurgeDelay: 5 * time.Second, MaxReuse: -1,
	}
}

// DynamicServerSettings are those of a server that the runtime API adds. It keeps no
// idle connections unless it is told to.
func DynamicServerSettings() ServerSettings {
	s := DefaultServerSettings()
	s.PoolMaxConn, s.PoolPurgeDelay = 0, 0
	return s
}

// CheckSettings are the backend's health check settings (4.2 "option httpchk",
// "http-check", "tcp-check", …). They are turned into a [health.Probe] when the
// whole section has been read.
type CheckSettings struct {
	// Command and Path are of "external-check": the program, and its PATH.
	Command, Path string
	// Kind is the "option" that chose the probe: "" for a plain connection,
	// "httpchk", "tcp-check", "mysql-check", ….
	Kind string
	// Words are the option's arguments.
	Words []string
	// HTTP and TCP are the rules of http-check and tcp-check, in order. Those
	// that the option does not ask for are ignored.
	HTTP, TCP []health.Step
	// Inherited says that kind and rules are those of the defaults section.
	// The first rule of a proxy starts lists of its own.
	Inherited bool
	// TLS says that a connect rule asks for TLS.
	TLS bool
	// DisableOn404 and SendState are the http-check switches.
	DisableOn404, SendState bool
}

// Clone returns a copy for a section that inherits the settings.
func (s CheckSettings) Clone() CheckSettings {
	s.HTTP, s.TCP = slices.Clip(s.HTTP), slices.Clip(s.TCP)
	s.Inherited = true
	return s
}
