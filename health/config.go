package health

import (
	"context"
	"net"
	"time"
)

// Options are the settings of a scheduler.
type Options struct {
	// SpreadChecks is `spread-checks`, 0 to 50 percent of noise on intervals.
	SpreadChecks int
	// MaxSpreadChecks is `max-spread-checks`, the longest time over which the
	// first checks of all servers are spread; 0 for no limit.
	MaxSpreadChecks time.Duration
	// Concurrency bounds the checks that run at once, 0 for a default of 1000.
	Concurrency int
	// Dialer opens the connections of checks, nil for plain sockets.
	Dialer Dialer
	// Notifier receives the messages, nil to drop them.
	Notifier Notifier
	// Node is `node`, sent by `http-check send-state`.
	Node string
}

// Dialer opens the connection of a check. The runtime's implementation binds
// sources, marks sockets, and dials what a plain socket cannot.
type Dialer interface {
	// Dial connects to the target before the context ends. An error should
	// wrap the syscall.Errno where there is one: its text is in the message.
	Dial(ctx context.Context, t Target) (net.Conn, error)
}

// Target is where a check connects to.
type Target struct {
	Network string // "tcp", "unix", or what the runtime's dialer knows
	Address string // host:port or path
	// Private belongs to the runtime's dialer: source address, interface, mark.
	Private any
}

// BackendConfig describes a backend.
type BackendConfig struct {
	Name string
	// Listen says that this is a `listen` section, "proxy" in messages.
	Listen bool
	// LogHealthChecks is `option log-health-checks`.
	LogHealthChecks bool
	// Static says that the balancing algorithm takes no weight changes, so
	// that slow start does not touch weights.
	Static bool
	// DisableOn404 is `http-check disable-on-404`: a NOLB server is named so.
	DisableOn404 bool
}

// ServerConfig describes a server. The zero value of a field is the default of
// HAProxy's keyword, unless said otherwise.
type ServerConfig struct {
	Name     string
	Backup   bool
	Disabled bool // `disabled`: starts in maintenance
	// Weight is `weight`, 0 to 256. There is no default: 1 must be given as 1.
	Weight int
	// SlowStart is `slowstart`.
	SlowStart time.Duration

	Check *Check // nil: not checked
	Agent *Agent // nil: no agent

	Observe    Observe
	ErrorLimit int // `error-limit`, 0 for 10
	OnError    OnError

	ShutdownSessions       bool // `on-marked-down shutdown-sessions`
	ShutdownBackupSessions bool // `on-marked-up shutdown-backup-sessions`
}

// Observe is which traffic a server's health learns from.
type Observe uint8

// The modes of `observe`.
const (
	ObserveNothing Observe = iota
	ObserveLayer4
	ObserveLayer7
)

// OnError is what happens when error-limit is reached.
type OnError uint8

// The modes of `on-error`.
const (
	FailCheck OnError = iota // the default
	FastInter
	SuddenDeath
	MarkDown
)

// Pace is how often a check runs and how many results change the state.
type Pace struct {
	Inter     time.Duration // `inter`, 0 for 2 s
	FastInter time.Duration // `fastinter`, 0 for Inter
	DownInter time.Duration // `downinter`, 0 for Inter
	Rise      int           // `rise`, 0 for 2 (1 for agents)
	Fall      int           // `fall`, 0 for 3 (1 for agents)
}

// InitState is the state in which a checked server begins, and begins anew when it
// leaves maintenance.
type InitState uint8

// The values of `init-state`.
const (
	InitUp        InitState = iota // up, and the first check may take it down
	InitFullyUp                    // up, as though all checks had passed
	InitDown                       // down, and the first check may bring it up
	InitFullyDown                  // down, as though all checks had failed
)

// Check is a server's health check.
type Check struct {
	Pace
	// Init is `init-state`.
	Init InitState
	// Probe is what is done on the connection; nil for connecting only.
	Probe Probe
	// Target is where to, after `addr` and `port`.
	Target Target
	// ConnectTimeout is `timeout connect`, Timeout is `timeout check`; 0 for
	// none. Without the latter a check ends when the next would start.
	ConnectTimeout, Timeout time.Duration
	// TLS wraps the connection (`check-ssl`), nil for none. Its errors are
	// those of layer 6.
	TLS Wrapper
	// Secure makes a wrapper for a `connect` rule with `ssl`, that asks for a name
	// and agrees on one of some protocols.
	Secure func(sni string, alpn []string) Wrapper
	// Proto is `check-proto`, or else `proto`: the protocol without negotiation,
	// "" for what TLS agrees on or HTTP/1.
	Proto string
	// Preamble returns what is sent first, as for `check-send-proxy`.
	Preamble func(net.Conn) []byte
}

// Agent is a server's agent check.
type Agent struct {
	Pace
	Target                  Target
	Send                    string // `agent-send`
	ConnectTimeout, Timeout time.Duration
}
