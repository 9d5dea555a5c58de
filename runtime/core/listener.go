package core

import (
	"strconv"

	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/ssl"
	"gohap/stats"
)

// Listener is one address of a "bind" line, or of "stats socket".
type Listener struct {
	Proxy *Proxy
	// Name is the "name" option, "" when not given: the stats page then
	// shows "sock-N".
	Name string
	ID   int
	Addr value.Addr
	Port int // one port of the line's range
	Pos  diag.Pos
	BindSettings
	// Stats are filled with "option socket-stats" only, else nil.
	Stats *stats.Listener
	// Live is the open socket, nil before binding.
	Live *conn.Listener
}

// BindSettings are the options of a bind line (5.1).
type BindSettings struct {
	// Text is the addresses as they are written.
	Text            string
	AcceptProxy     bool
	AcceptNetscaler int // magic number, 0: off
	Backlog         int
	MaxConn         int
	DeferAccept     bool
	ExposeFD        bool // expose-fd listeners
	Interface       string
	Namespace       string // network namespace, "" for the process's own
	MSS             int
	Mode            uint32 // unix socket's permissions, 0: as the umask says
	UID, GID        int    // unix socket's owner, -1: leave
	V4V6, V6Only    bool
	TFO             bool
	Transparent     bool
	UserTimeout     int // tcp-ut in milliseconds
	Level           Level
	SeverityOutput  string
	Nice            int
	Shards          string
	Threads         uint64    // that may have its connections, the lowest bit the first; 0: all
	GroupThreads    bool      // Threads are counted within the group
	SSL             *ssl.Bind // nil without a word about TLS
	Proto           string
}

// Level is what a client of the stats socket may do.
type Level uint8

// The levels of the stats socket.
const (
	Operator Level = iota
	User
	Admin
)

// Label is how logs and statistics call the listener: its name, or its number.
func (l *Listener) Label() string {
	if l.Name != "" {
		return l.Name
	}
	return strconv.Itoa(l.ID)
}
