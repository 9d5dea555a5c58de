package core

import (
	"os"
	"runtime"
	"time"

	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/runtime/logs"
)

// Global is the compiled global section (configuration.txt 3). Several
// sections add up.
type Global struct {
	// Process (3.1).
	Daemon             bool
	MasterWorker       bool
	Chroot             string
	User, Group        string // as written, for messages; "" when given as number
	UID, GID           int    // 0: keep
	PidFile            string
	MaxConn            int // 0: computed from the descriptor limit
	UlimitN            int
	NbThread           int           // 0: one a usable core
	CPUMap             []conn.CPUSet // of each thread; nil: any
	ThreadGroup        uint64        // the threads of the only group, as written; 0: all
	NbProc             int           // what "nbproc" once asked for
	Node               string
	Description        string
	HardStopAfter      time.Duration
	CloseSpread        time.Duration
	Grace              time.Duration
	SpreadChecks       int // percent
	MaxSpreadChecks    time.Duration
	SetDumpable        bool
	InsecureSetUID     bool
	InsecureFork       bool
	StrictLimits       bool
	NoExitOnFailure    bool   // master-worker no-exit-on-failure
	MaxReloads         int    // mworker-max-reloads
	LocalPeer          string // -L or localpeer, "" for the machine's name
	LocalPeerFixed     bool   // by -L
	MaxPeerUpdates     int    // tune.peers.max-updates-at-once
	FDHardLimit        int
	NoReusePort        bool
	Quiet, ZeroWarning bool
	// Programs are the program sections (3.7), in the order of the configuration.
	Programs []*Program
	// Environ is the environment that the configuration has left, for them; nil
	// without any.
	Environ []string
	// NoMemoryTrimming keeps what traffic has left behind when it pauses.
	NoMemoryTrimming bool
	// Experimental allows keywords whose behaviour may change.
	Experimental  bool
	ExternalCheck bool
	// Profiling has tasks count the time that they take: "profiling.tasks".
	Profiling bool
	// ProfilingOff tells that it was said to be "off".
	ProfilingOff bool
	// NeverSendLocal has checks name their own addresses in PROXY headers, and
	// AcceptPayload lets GET, HEAD and DELETE of HTTP/1.0 have a payload.
	NeverSendLocal, AcceptPayload bool
	// IgnoreUnresolved is the -dr flag: a server whose name does not resolve
	// is down instead of an error.
	IgnoreUnresolved bool

	// Logging.
	Logs            []LogTarget
	LogTag          string
	LogSendHostname bool
	LogHostname     string // "" with LogSendHostname: the machine's name
	ServerStateBase string
	ServerStateFile string

	// Limits (3.2).
	MaxConnRate, MaxSessRate, MaxSSLConn, MaxSSLRate int
	MaxCompRate                                      int // kilobytes a second, 0: no bound
	MaxPipes                                         int
	Tune                                             Tune
	NoSplice, NoEpoll                                bool
	Scripts                                          ScriptSettings
	// BusyPolling, other polling-system switches and the like have no meaning on
	// Go's scheduler and are only noted under -dD.

	// Stats socket (3.1, 9.3).
	StatsSockets []*Listener
	StatsProxy   *Proxy // of these listeners, nil without any
	// StatsProxyIndex is how many proxies were read before it: HAProxy gives it
	// a number among theirs.
	StatsProxyIndex int
	StatsTimeout    time.Duration
	StatsMaxConn    int

	// NameCase is how header names are spelt for peers with an
	// h1-case-adjust-bogus option; nil for lower case.
	NameCase *http.NameCase

	SSL GlobalTLS
	// HTTPClient is the process's own.
	HTTPClient HTTPClient

	// SetVars are the set-var and set-var-fmt lines of the process scope.
	SetVars []Rule
}

// Threads is how many threads serve traffic: those configured, or one for each
// processor that the process may use.
func (g *Global) Threads() int {
	if g.NbThread > 0 {
		return g.NbThread
	}
	return min(runtime.GOMAXPROCS(0), value.MaxThreads)
}

// LocalName is the name of this process among its peers.
func (g *Global) LocalName() string {
	if g.LocalPeer != "" {
		return g.LocalPeer
	}
	name, _ := os.Hostname()
	return name
}

// Tune holds the tune.* settings that have a meaning here (3.2).
type Tune struct {
	BufSize                                                int // bytes of a stream's buffer, tune.bufsize
	MaxRewrite                                             int // bytes of it kept free for added headers
	MaxHeaders                                             int // tune.http.maxhdr
	LogURILen                                              int // bytes of a request line in logs, tune.http.logurilen
	CookieLen                                              int // tune.http.cookielen
	MaxAccept                                              int
	RcvBufClient, SndBufClient, RcvBufServer, SndBufServer int
	PoolLowFDRatio, PoolHighFDRatio                        int
	IdleTimer                                              time.Duration
	// H2TableSize, H2Window and H2FrameSize are tune.h2.header-table-size,
	// -initial-window-size and -max-frame-size, in bytes, 0 for the default;
	// H2Streams is tune.h2.max-concurrent-streams, 0 for no bound.
	H2TableSize, H2Window, H2FrameSize, H2Streams int
}

// DefaultTune returns HAProxy's defaults.
func DefaultTune() Tune {
	return Tune{
		BufSize: 16384, MaxRewrite: 1024, MaxHeaders: 101, LogURILen: 1023, CookieLen: 63,
		MaxAccept: 4, PoolLowFDRatio: 20, PoolHighFDRatio: 25, IdleTimer: time.Second,
		H2Streams: 100,
	}
}

// LogTarget is one "log" line (4.2).
type LogTarget struct {
	// Global stands for "log global": all targets of the global section.
	Global bool
	// Config says where lines go, and which.
	Config logs.Config
	// Profile is that of the line, nil without.
	Profile *LogProfile
	Pos     diag.Pos
}
