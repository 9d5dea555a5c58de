// Package logs sends log lines where `log` lines of a configuration point:
// syslog daemons over UDP or a unix socket, file descriptors, and rings in memory
// (manual sections 3.1, 3.9 and 4.2, keyword "log").
//
// A [Config] is one `log` line. A [Store] belongs to a running process: it
// knows who the process is, holds one sender per [Target] and counts what was
// lost. [Store.Logger] turns the lines of one proxy into a [Logger], whose Log
// method puts the syslog header before a line and sends it.
//
// Logging never waits: a target that cannot take a line right now loses it,
// and [Store.Dropped] counts that. Log may be called from any number of
// goroutines at once; it allocates nothing and shares no lock between callers,
// except among writers to the same file descriptor.
package logs
