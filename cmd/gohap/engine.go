package main

import (
	"io"
	"net"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/reload"
)

// engine is the compiled configuration and, once started, what serves it. The
// process around it is this package's business: when to bind, to drop
// privileges, to stop.
type engine interface {
	// Settings is the global section. Limits that this package computes are
	// written into it before Bind.
	Settings() *core.Global
	// Listeners counts the addresses to listen on, the stats sockets included.
	Listeners() int
	// Descriptors estimates how many descriptors are needed whatever the
	// traffic: listeners, checks, log targets.
	Descriptors() int
	// Bind opens every listener that is not open yet, taking those that old
	// has. It may be called again after errors, which are HAProxy's texts.
	Bind(old *reload.Sockets) []error
	// StartupLogs has the engine remember what was said until now.
	StartupLogs(text string)
	// Start begins to accept, and to check servers.
	Start()
	// Pause and Resume are SIGTTOU and SIGTTIN.
	Pause()
	Resume()
	// SoftStop closes the listeners and lets sessions end; Stop ends them.
	SoftStop()
	Stop()
	// Done is closed once the last session has ended after either.
	Done() <-chan struct{}
	// Dump writes the servers' states as SIGHUP asks for.
	Dump(w io.Writer)
	// ServeAPI runs the runtime API on a connection with all rights, until
	// the other side closes. It answers reload.Command too.
	ServeAPI(c net.Conn)
}

// loader reads and compiles the configuration, with no effect on the world.
// What there is to say goes into the list; the engine is nil when that holds an
// Alert.
type loader func(o *options, files []string, say func(diag.Severity, string), list *diag.List) engine
