package core

import (
	"net/netip"
	"sync/atomic"
	"time"

	"gohap/balance"
	"gohap/health"
	"gohap/parser/diag"
	"gohap/runtime/conn"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/logs"
	"gohap/runtime/queue"
	"gohap/stats"
)

// Mode is a proxy's mode (4.2 "mode").
type Mode uint8

// The modes. CLI is that of the stats socket.
const (
	TCP Mode = iota
	HTTP
	CLI
)

// String returns the word of the configuration.
func (m Mode) String() string {
	switch m {
	case HTTP:
		return "http"
	case CLI:
		return "cli"
	}
	return "tcp"
}

// Capability tells what a proxy can do.
type Capability uint8

// A frontend accepts clients, a backend has servers; "listen" has both, and
// so has a defaults section.
const (
	Frontend Capability = 1 << iota
	Backend
	Defaults
)

// Proxy is a compiled frontend, backend, listen or defaults section. All of
// it but Runtime state is immutable while traffic flows.
type Proxy struct {
	Settings
	Name string
	// ID is the number shown as iid: 1-based unless set by "id".
	ID int
	// IDSet says that "id" gave the number.
	IDSet bool
	// Kind is the section's keyword.
	Kind string
	Caps Capability
	Pos  diag.Pos
	// Disabled proxies are checked and shown, but neither bound nor used.
	Disabled bool

	cookieKey atomic.Pointer[string] // of dynamic cookies, nil without them
	// Traces are the "filter trace" lines.
	Traces []Trace
	// FilterLines are all "filter" lines, for checks of the configuration only.
	FilterLines []FilterLine
	// FCGI is the application that servers with "proto fcgi" run, nil without.
	FCGI *FCGIApp
	// Filters are the other filters that streams meet, in the order of the lines.
	Filters []Filter
	// Description is shown on the stats page, "" for none.
	Description string

	Listeners []*Listener
	// Servers are those of the configuration; while traffic flows, ask for the
	// Fleet.
	Servers []*Server
	// Default is the backend of streams that no use_backend rule takes; the
	// proxy itself in a listen section with servers.
	Default *Proxy
	// UseServer picks a server before balancing.
	UseServer []ServerRule
	// Persist are the force-persist and ignore-persist rules.
	Persist []PersistRule
	// Stick are the "stick" rules of requests, StickResponse those of responses.
	Stick, StickResponse []StickRule
	// ACLs are the named ACLs, for lint and reference while compiling only.
	ACLs map[string]any

	// FE and BE are the counters of the two sides, nil for a side that the
	// proxy lacks.
	FE *stats.Frontend
	BE *stats.Backend
	// Direct stands for what streams go to in place of servers, as "dispatch" or
	// "option transparent" says; nil elsewhere.
	Direct *Server
	// fleet is what Fleet gives.
	fleet atomic.Pointer[Fleet]
	// BalanceKey extracts what a keyed algorithm hashes; nil for the others.
	// The bytes are valid until the stream waits.
	BalanceKey func(s *Stream) []byte
	// Queue holds streams that wait for any of the servers.
	Queue queue.Queue[*Server]
	// Health is the backend's part of the check scheduler; nil without servers.
	Health *health.Backend
	// Logger sends the proxy's log lines; nil without targets.
	Logger *logs.Logger
	// Profiled are its targets with a profile, whose lines differ.
	Profiled []ProfiledLog
	// State is what may change while traffic flows.
	State ProxyState
}

// Has reports whether p has every capability of c.
func (p *Proxy) Has(c Capability) bool { return p.Caps&c == c }

// String returns HAProxy's words for the proxy in messages: "frontend",
// "backend" or "proxy" as its capabilities say.
func (p *Proxy) String() string {
	switch {
	case p.Kind == "defaults":
		return "defaults"
	case p.Has(Frontend | Backend):
		return "proxy"
	case p.Has(Frontend):
		return "frontend"
	}
	return "backend"
}

// Settings are the values that a proxy inherits from its defaults section.
// Slices and maps are shared with the section they came from and must be
// copied before they change.
type Settings struct {
	Mode Mode
	// Email is what "email-alert" says.
	Email EmailAlert
	// Opt holds the "option" flags that are plain switches; OptSet those
	// that the section itself or its defaults named, on or off.
	Opt, OptSet Option

	MaxConn  int // 0: the global one
	FullConn int // 0: 10 % of the sum of maxconn of the frontends that use it
	Backlog  int
	// SessionRate is "rate-limit sessions", 0 for none.
	SessionRate int

	Timeout Timeouts
	Retries int
	// RetryOn is the set of causes of "retry-on", RetryConnFailure unless set.
	RetryOn RetryCause
	// Redispatch is the number of "option redispatch": 0 never, -1 on the
	// last retry, N every N retries, -N N before the last.
	Redispatch int

	Balance balance.Config
	// BalanceSet says that there is a "balance" line.
	BalanceSet bool
	// BalanceArgs are the words after the algorithm's name.
	BalanceArgs []string
	Reuse       ReuseMode
	Cookie      *Cookie
	// DynamicCookie has servers without a cookie get one made with
	// DynamicCookieKey; see [Server.Persistence].
	DynamicCookie    bool
	DynamicCookieKey string
	ForwardFor       *ForwardFor
	OriginalTo       *ForwardFor
	Source           *Source
	// Errors are the answers of errorfile, errorloc and the like, by status.
	Errors map[int]*errorpage.Page
	// ErrorReplies are those of http-error, which are made for each stream.
	ErrorReplies map[int]Action
	Stats        *StatsPage
	Check        CheckSettings

	// LoadState says where the servers' states before the start come from, and
	// StateFile names the backend's own file, "" for the backend's name.
	LoadState StateSource
	StateFile string

	// DefaultServer is what server lines start from.
	DefaultServer ServerSettings

	Logs []LogTarget
	// LogTag overrides the global one.
	LogTag string
	// LogFormat is that of the proxy's lines; nil is the default format.
	LogFormat Format
	// ErrorLogFormat is that of connections that fail before a request.
	ErrorLogFormat Format
	// LogFormatSD is that of the lines' structured data, nil for none.
	LogFormatSD Format
	// LogFormatName is the directive that chose the format, "" for none, and
	// LogFormatPos where it stands.
	LogFormatName  string
	LogFormatPos   diag.Pos
	UniqueID       Format
	UniqueIDHeader string

	Rules [Rulesets][]Rule
	// CacheNames are the caches that rules name, for checks of the configuration only.
	CacheNames []string
	// SwitchesMode says that a rule may make HTTP of the sessions of a frontend in
	// mode tcp.
	SwitchesMode bool
	// InspectDelay bounds the wait of tcp-request and tcp-response content.
	InspectRequest, InspectResponse time.Duration
	// Switch are the use_backend rules.
	Switch []BackendRule
	// DefaultBackend is the name of default_backend, "" for none.
	DefaultBackend    string
	DefaultBackendPos diag.Pos
	// Redirects are the redirect rules. They are run after those of
	// HTTPRequest, even if one of these accepted the request.
	Redirects []Rule

	// Compression is what "compression" lines say, nil without.
	Compression *Compression

	// MonitorURI answers 200 without going further; MonitorFail turns that
	// into 503.
	MonitorURI  string
	MonitorFail []Rule

	// RequestCaptures and ResponseCaptures are "capture header" lines in
	// order of declaration.
	RequestCaptures, ResponseCaptures []Capture
	CookieCapture                     *Capture

	// MaxKeepAliveQueue bounds the queue of a server for clients that would like
	// to stay with it, -1 for no bound.
	MaxKeepAliveQueue int
	// NameHeader is the request header that tells a server its name
	// ("http-send-name-header"), lower case, "" for none.
	NameHeader string
	// OddNames is what happens to request headers whose names have other
	// characters than letters, digits and hyphens ("option
	// http-restrict-req-hdr-names").
	OddNames OddNames
	// HashBalance is hash-balance-factor in percent, 0 for none.
	HashBalance        int
	ClientKA, ServerKA conn.KeepAlive
}

// Timeouts of a proxy; 0 is none.
type Timeouts struct {
	Client, ClientFin, Server, ServerFin, Connect, Queue, Check, Tunnel time.Duration
	HTTPRequest, HTTPKeepAlive, Tarpit, ClientHS                        time.Duration
}

// ProxyState is the part of a proxy that changes while traffic flows.
type ProxyState struct {
	Stopped atomic.Bool
	Paused  atomic.Bool
	// Logged counts the frontend's log lines.
	Logged atomic.Uint64
	// BadRequest and BadResponse are the last ones that were refused.
	BadRequest, BadResponse atomic.Pointer[BadMessage]
}

// Option is a set of "option" switches.
type Option uint64

// The option switches, named as in the configuration.
const (
	OptAbortOnClose Option = 1 << iota
	OptAcceptInvalidRequest
	OptAcceptInvalidResponse
	OptAllBackups
	OptCheckCache
	OptClientTCPKA
	OptContStats
	OptDontLogNormal
	OptDontLogNull
	OptHTTPClose
	OptServerClose
	OptKeepAlive
	OptBufferRequest
	OptIgnoreProbes
	OptNoDelay
	OptPretendKeepAlive
	OptUseProxyHeader
	OptIdleCloseOnResponse
	OptIndependentStreams
	OptLogHealthChecks
	OptLogSeparateErrors
	OptLogASAP
	OptNoLinger
	OptPersist
	OptPreferLastServer
	OptSocketStats
	OptSpliceAuto
	OptSpliceRequest
	OptSpliceResponse
	OptServerTCPKA
	OptTCPSmartAccept
	OptTCPSmartConnect
	OptTransparent
	OptH1CaseAdjustClient
	OptH1CaseAdjustServer
	OptDisableH2Upgrade
)

// Is reports whether the option o is on.
func (s *Settings) Is(o Option) bool { return s.Opt&o != 0 }

// RetryCause is a set of reasons to try a request again (4.2 "retry-on").
type RetryCause uint32

// The causes of retry-on. A status code has a bit of its own.
const (
	RetryConnFailure RetryCause = 1 << iota
	RetryEmptyResponse
	RetryJunkResponse
	RetryResponseTimeout
	Retry0RTT
	Retry401
	Retry403
	Retry404
	Retry408
	Retry425
	Retry500
	Retry501
	Retry502
	Retry503
	Retry504
)

// ReuseMode is http-reuse (4.2).
type ReuseMode uint8

// The modes of http-reuse; HAProxy's default is safe.
const (
	ReuseSafe ReuseMode = iota
	ReuseNever
	ReuseAggressive
	ReuseAlways
)

// BackendRule is one use_backend line.
type BackendRule struct {
	Cond Condition
	// Backend is the target, nil while Dynamic names it for each stream.
	Backend *Proxy
	// Name is the backend's name as written.
	Name string
	// Dynamic is a log-format that gives the name; a name that is no
	// backend goes on with the next rule.
	Dynamic Format
	// ByName is the index used with Dynamic, shared by all rules.
	ByName map[string]*Proxy
	Pos    diag.Pos
}

// ServerRule is one use-server line.
type ServerRule struct {
	Cond   Condition
	Server *Server
	// Dynamic gives the server's name in place of Server.
	Dynamic Format
	Name    string
	Pos     diag.Pos
}

// PersistRule is a force-persist or ignore-persist line: the cookie's server is
// used even when it is down, or the cookie is not looked at.
type PersistRule struct {
	Cond   Condition
	Ignore bool
}

// OddNames is what becomes of request headers with odd names.
type OddNames uint8

// The words of "option http-restrict-req-hdr-names".
const (
	PreserveOddNames OddNames = iota
	DeleteOddNames
	RejectOddNames
)

// ForwardFor is "option forwardfor" or "option originalto".
type ForwardFor struct {
	Header string       // lower case
	Except netip.Prefix // the zero value excepts nobody
	IfNone bool
}

// Capture is a "capture request|response header" or "capture cookie" line.
type Capture struct {
	Name string // lower case for headers
	Len  int
}
