package api

import (
	"time"

	"gohap/runtime/core"
	"gohap/stats"
)

// Process is the running instance, as commands see and change it. All methods
// may be called from any number of clients at a time.
type Process interface {
	stats.Source

	// Graph is the configuration that runs.
	Graph() *core.Graph
	// Version is the one that "show version" tells.
	Version() string
	// SetMaxConn changes how many connections the process takes; zero or less
	// goes back to what the process was started for. It reports false for more
	// than that.
	SetMaxConn(n int) bool
	// SetFrontendMaxConn does so for one frontend; zero sets no limit.
	SetFrontendMaxConn(p *core.Proxy, n int)
	// PauseFrontend stops listening, ResumeFrontend goes on, StopFrontend ends
	// it for good. They report false when nothing changed.
	PauseFrontend(p *core.Proxy) bool
	ResumeFrontend(p *core.Proxy) bool
	StopFrontend(p *core.Proxy) bool
	// Streams describes the streams under way, and EndStream ends one of them; it
	// reports false without one of that ID.
	Streams() []core.StreamInfo
	EndStream(id uint64) bool
	// Captured counts the bad messages that were kept.
	Captured() uint64
	// SetConnRate and SetSessRate change how many connections and sessions a second
	// the process takes; zero sets no limit.
	SetConnRate(n int)
	SetSessRate(n int)
	// Retarget has a server's checks follow its address and settings, which the
	// caller holds locked.
	Retarget(s *core.Server)
	// AddServer adds a server to a backend, DeleteServer takes one out. The errors are
	// HAProxy's answers.
	AddServer(be *core.Proxy, name string, words []string) error
	DeleteServer(s *core.Server) error
	// StartupLog is what was said while the process started.
	StartupLog() string
	// Accepted counts the connections that each thread has accepted.
	Accepted() []uint64
	// Descriptors lists the sockets by number.
	Descriptors() []core.FDInfo
	// Profiling is "on", "off" or "auto", and SetProfiling changes that.
	Profiling() string
	SetProfiling(state string)
	// Log sends a line to the log targets of the global section.
	Log(text string)
	// ClearMax forgets the maxima of the process's own counters.
	ClearMax()
}

// Client is a connection to a client. *conn.Conn is one.
type Client interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	// The timeouts bound how long a read or a write may wait for the client.
	SetReadTimeout(d time.Duration)
	SetWriteTimeout(d time.Duration)
	// Interrupt has reads and writes fail until Resume, those under way too. It may
	// be called from any goroutine, and does not wait.
	Interrupt()
	Resume()
}

// DefaultTimeout is how long a client may be idle when "stats timeout" does not
// say.
const DefaultTimeout = 10 * time.Second
