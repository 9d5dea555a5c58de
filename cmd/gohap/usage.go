package main

import (
	"fmt"
	"io"
)

// printUsage says how the program is used, in HAProxy's order of options.
func printUsage(w io.Writer, name string) {
	fmt.Fprintf(w, `Usage : %s [-f <cfgfile|cfgdir>]* [ -vdVD ] [ -n <maxconn> ] [ -N <maxpconn> ]
        [ -p <pidfile> ] [ -m <max megs> ] [ -C <dir> ] [-- <cfgfile>*]
        -v shows the version ; -vv what it was built with.
        -d stays in front and tells more ; -db only stays in front.
        -dM[<byte>,help,...] is accepted: memory needs no debugging here
        -V tells more, whatever -q says.
        -D goes to the background ; -C changes to <dir> before reading files.
        -W has a master process watch the worker.
        -Ws is -W, and tells systemd about it.
        -q tells nothing
        -c only checks the configuration
        -cc evaluates a condition and leaves
        -n limits the connections of the process
        -m limits the memory that is used before it is tidied up (in MB)
        -N limits the connections of each proxy that has no limit of its own
        -L names this peer (default: the host's name)
        -p writes the pids into this file
        -de waits by means of Go's scheduler instead of epoll loops
        -dp, -dG are accepted, and change nothing
        -dS moves all bytes through memory instead of splicing
        -dR binds without SO_REUSEPORT
        -dL lists the objects loaded, after the configuration
        -dK{class[,...]} lists the keywords of these classes ('help' names them)
        -dr goes on when a server's name has no address yet
        -dV does not verify servers' certificates
        -dW fails on any warning
        -dD tells of traps in the configuration
        -sf/-st [pid ]* finishes/ends old processes
        -x <unix_socket> takes over the listening sockets of an old process
        -S <bind>[,<bind options>...] adds a socket for commands to the master

`, name)
}

// printMemoryHelp is -dMhelp.
func printMemoryHelp(w io.Writer) {
	fmt.Fprintf(w, "The words of -dM are about memory pools, which do not exist here. They are\n"+
		"accepted and change nothing ('*' marks how it is):\n\n"+
		"    set               clear            description\n"+
		"  -----------------+-----------------+-----------------------------------------\n")
	for _, f := range memoryFlags {
		fmt.Fprintf(w, "    %-15s|* %-15s| %s\n", f[0], f[1], f[2])
	}
}
