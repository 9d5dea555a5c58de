package stats

// A Row holds what is known of one frontend, listener, server or backend at one
// moment: plain values, a field for each column of "show stat" and a few more
// for the page. The Fill methods of the counters set the figures; the [Source]
// sets the rest. Which fields a kind uses is written in [Columns]; others stay
// zero and are not printed.
type Row struct {
	Kind  Kind
	Proxy string // proxy name
	Name  string // FRONTEND, BACKEND, or the listener's or server's name
	Mode  string // tcp, http, or another "mode" setting
	IID   uint64 // the proxy's numeric id
	SID   uint64 // a listener's or server's numeric id within it; else 0

	// Status is the state in HAProxy's words: "OPEN", "FULL" or "STOP" for
	// frontends and listeners; "UP" or "DOWN" for backends; for servers
	// "no check", "UP", "UP 2/3" (failing), "DOWN", "DOWN 1/2" (recovering),
	// "NOLB", "DRAIN", "MAINT", "MAINT (via b/s)", "MAINT (resolution)", …
	Status string

	SessionLimit uint64 // maxconn or fullconn; a server's 0 means none
	QueueLimit   uint64 // maxqueue; 0 means none
	RateLimit    uint64 // "rate-limit sessions"

	Weight     uint64 // effective weight; a backend's is the sum over its usable servers
	UserWeight uint64 // configured or set weight, or the sum
	Active     uint64 // number of usable active servers; a server's is 1 or 0 by its role alone
	Backup     uint64 // the same for backup servers
	Throttle   uint64 // percentage of a slow start; 0 when there is none

	Addr    string // "192.0.2.1:80", "[2001:db8::1]:80" or "unix"; legends only
	Cookie  string // a backend's cookie name, a server's value; legends only
	Algo    string // a backend's balance algorithm; legends only
	Tracked string // "backend/server" that a server tracks

	Observe bool  // "observe" watches this server's traffic
	Check   Check // health check
	Agent   Check // agent check

	QueueCur, QueueMax       uint64
	SessionsCur, SessionsMax uint64
	Sessions                 uint64
	Connections              uint64
	Requests                 uint64
	Balanced                 uint64

	ConnRate, ConnRateMax       uint64
	SessRate, SessRateMax       uint64
	RequestRate, RequestRateMax uint64

	BytesIn, BytesOut                 uint64
	DeniedRequests, DeniedResponses   uint64
	DeniedConnections, DeniedSessions uint64
	RequestErrors                     uint64
	ConnectionErrors, ResponseErrors  uint64
	Retries, Redispatches             uint64
	ClientAborts, ServerAborts        uint64
	RewriteErrors, InternalErrors     uint64
	Intercepted                       uint64
	Responses                         [6]uint64 // by class; 0 is "other"
	CompIn, CompOut                   uint64
	CompBypassed, CompResponses       uint64
	CacheLookups, CacheHits           uint64
	Connects, Reuses                  uint64

	FailedChecks, Downs uint64
	ObservedErrors      uint64 // failures that "observe" found and "on-error" acted on
	LastChange          uint64 // seconds
	Downtime            uint64 // seconds
	LastSession         int64  // seconds ago; -1 for never

	Times TimesValue

	IdleUnsafe, IdleSafe   uint64
	ConnsUsed, ConnsNeeded uint64
	IdleLimit              uint64 // pool-max-conn; HasIdleLimit says whether it is set
	HasIdleLimit           bool

	TLSSessions, TLSReused, TLSFailed uint64

	H1 H1Values
	H2 H2Values
}

// Check is the part of a row that a server's health check or agent check fills.
type Check struct {
	Configured bool   // the server has such a check
	Paused     bool   // it is not run now: the server is in maintenance
	Status     string // "L4OK", "* L7STS", …: the latest result; "" before any
	HasCode    bool   // the latest check got an answer of layer 7
	Code       int    // its status code; 0 where the protocol has none
	Duration   int64  // milliseconds; negative when no check has ended
	Desc       string // what Status means: "Layer7 wrong status"
	Last       string // what the server said, or the system's error
	Rise, Fall uint64 // thresholds
	Health     uint64 // 0 to Rise+Fall-1
}

// H1Values are readings of [H1] and of what it has open.
type H1Values struct {
	OpenConnections, OpenStreams    uint64
	Connections, Streams            uint64
	BytesIn, BytesOut               uint64
	SplicedBytesIn, SplicedBytesOut uint64
}

// H2Values are readings of [H2] and of what it has open.
type H2Values struct {
	HeadersReceived, DataReceived     uint64
	SettingsReceived                  uint64
	RstStreamReceived, GoAwayReceived uint64
	ConnectionErrors, StreamErrors    uint64
	RstStreamSent, GoAwaySent         uint64
	OpenConnections, OpenStreams      uint64
	Connections, Streams              uint64
}

// http reports whether the row belongs to a proxy in HTTP mode.
func (r *Row) http() bool { return r.Mode == "http" }
