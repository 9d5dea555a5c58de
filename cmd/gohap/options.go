package main

import "syscall"

// options are what the command line asks for (management.txt 3).
type options struct {
	argv []string // as given, the program's name first

	files []string // of -f and --, directories not yet expanded
	chdir string   // -C

	check bool    // -c
	cond  *string // -cc

	verbose  bool // -V
	quiet    bool // -q
	debug    bool // -d: as -db, and more to tell
	inFront  bool // -db
	daemon   bool // -D
	master   bool // -W, -Ws
	systemd  bool // -Ws
	diagMode bool // -dD

	zeroWarning  bool // -dW
	resolveLater bool // -dr
	noVerify     bool // -dV
	noReusePort  bool // -dR
	noSplice     bool // -dS
	noEpoll      bool // -de
	listObjects  bool // -dL
	keywords     *string

	maxConn     int // -n; 0: as configured
	maxPerProxy int // -N
	memMB       int // -m
	localPeer   string
	pidFile     string

	oldPIDs []int          // of -sf or -st
	oldSig  syscall.Signal // what ends them
	oldSock string         // -x
	cliAddr []string       // -S
}

// name is what messages call the program.
func (o *options) name() string { return o.argv[0] }

// stays reports whether the process must not go to the background.
func (o *options) stays() bool { return o.inFront || o.debug || o.check || o.systemd }
