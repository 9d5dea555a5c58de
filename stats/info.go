package stats

import (
	"fmt"
	"strconv"
	"time"
)

// An Info describes the process: what "show info" prints and what stands at the
// top of the page. Rates are per second; what gohap has no equal of stays zero.
type Info struct {
	Name        string // "HAProxy", which scripts look for
	Version     string // as "haproxy -v" gives it
	ReleaseDate string // year/month/day
	BuildInfo   string
	Node        string // "node", or the host's name
	Description string // "description"; none if empty

	PID       uint64
	Threads   uint64
	StartTime time.Time
	Uptime    time.Duration
	Stopping  bool
	Tainted   uint64 // bits that say which experimental features were used

	MemMaxMB       uint64 // -m; 0 is unlimited
	PoolAllocBytes uint64 // memory taken from the system
	PoolUsedBytes  uint64 // memory in use
	PoolFailed     uint64 // failed allocations

	UlimitN     uint64
	MaxSock     uint64
	MaxConn     uint64
	HardMaxConn uint64
	MaxSSLConns uint64
	MaxPipes    uint64

	CurrConns    uint64
	CumConns     uint64
	CumReq       uint64
	CurrSSLConns uint64
	CumSSLConns  uint64
	PipesUsed    uint64
	PipesFree    uint64

	ConnRate      float64
	ConnRateLimit uint64
	MaxConnRate   uint64
	SessRate      float64
	SessRateLimit uint64
	MaxSessRate   uint64
	SSLRate       float64
	SSLRateLimit  uint64
	MaxSSLRate    uint64

	SSLFrontendKeyRate    float64 // full handshakes
	SSLFrontendMaxKeyRate uint64
	SSLFrontendReusePct   float64 // percentage of resumed handshakes
	SSLBackendKeyRate     float64
	SSLBackendMaxKeyRate  uint64
	SSLCacheLookups       uint64
	SSLCacheMisses        uint64

	CompressBpsIn        float64
	CompressBpsOut       float64
	CompressBpsRateLimit uint64

	Tasks           uint64
	RunQueue        uint64
	IdlePct         uint64
	Jobs            uint64
	UnstoppableJobs uint64
	Listeners       uint64
	ActivePeers     uint64
	ConnectedPeers  uint64
	BusyPolling     bool

	DroppedLogs          uint64
	FailedResolutions    uint64
	TotalBytesOut        uint64
	TotalSplicedBytesOut uint64
	BytesOutRate         uint64
	DebugCommands        uint64
	CumRecvLogs          uint64
}

// An InfoField is one field of "show info".
type InfoField struct {
	Name   string
	Doc    string
	Format Format
	// FloatFormat replaces Format under "show info float" where it is set.
	FloatFormat Format
	Get         func(*Info) Value
}

// Value returns the field's value and format: with its fraction if float is
// set and the field has one, else as a whole number. An absent value means that
// the field is not printed.
func (f *InfoField) Value(i *Info, float bool) (Value, Format) {
	v := f.Get(i)
	switch {
	case v.kind != floatValue:
		return v, f.Format
	case float:
		return v, f.FloatFormat
	}
	return Uint(uint64(max(v.flt, 0))), f.Format
}

// UptimeText returns the uptime as "0d 0h02m39s".
func (i *Info) UptimeText() string {
	s := uint64(i.Uptime / time.Second)
	return fmt.Sprintf("%dd %dh%02dm%02ds", s/86400, s/3600%24, s/60%60, s%60)
}

func (i *Info) tainted() string {
	if i.Tainted == 0 {
		return "0"
	}
	return "0x" + strconv.FormatUint(i.Tainted, 16)
}

// noInfo stands for a field that this build never prints.
func noInfo(*Info) Value { return Value{} }

func flag(b bool) Value {
	if b {
		return Uint(1)
	}
	return Uint(0)
}
