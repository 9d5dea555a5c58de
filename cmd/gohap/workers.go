package main

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// The environment through which a master tells itself, or the program that
// replaces it, about its processes. Names and form are HAProxy's: it may be
// HAProxy that reads them, or that wrote them.
const (
	reexecVariable    = "HAPROXY_MWORKER_REEXEC"
	waitVariable      = "HAPROXY_MWORKER_WAIT_ONLY"
	processesVariable = "HAPROXY_PROCESSES"
)

// child is a process that the master knows: a worker, or the master itself.
type child struct {
	kind    byte // 'w', 'm', or 'p' for a program section's
	pid     int
	fd      int // our end of a worker's pair, -1 without
	reloads int // since it was started
	failed  int // of these, failed
	started time.Time
	id      string
	version string
}

// old reports whether a newer worker has taken over.
func (c *child) old() bool { return c.reloads > c.failed }

// encodeChildren writes the list for HAPROXY_PROCESSES.
func encodeChildren(list []*child) string {
	var b strings.Builder
	for _, c := range list {
		b.WriteString("|type=" + string(c.kind))
		for _, f := range []struct {
			name  string
			value int
		}{{"fd", c.fd}, {"pid", c.pid}, {"reloads", c.reloads}, {"failedreloads", c.failed}, {"timestamp", int(c.started.Unix())}} {
			b.WriteString(";" + f.name + "=" + strconv.Itoa(f.value))
		}
		b.WriteString(";id=" + c.id + ";version=" + c.version)
	}
	return b.String()
}

// decodeChildren reads such a list; what makes no sense is left out.
func decodeChildren(text string) []*child {
	var list []*child
	for entry := range strings.SplitSeq(text, "|") {
		c := &child{fd: -1}
		for field := range strings.SplitSeq(entry, ";") {
			name, value, _ := strings.Cut(field, "=")
			n, _ := strconv.Atoi(value)
			switch name {
			case "type":
				if len(value) == 1 {
					c.kind = value[0]
				}
			case "fd":
				c.fd = n
			case "pid":
				c.pid = n
			case "reloads":
				c.reloads = n
			case "failedreloads":
				c.failed = n
			case "timestamp":
				c.started = time.Unix(int64(n), 0)
			case "id":
				c.id = value
			case "version":
				c.version = value
			}
		}
		if c.kind != 0 && c.pid > 0 {
			list = append(list, c)
		}
	}
	return list
}

// resumed reports whether this is a master that has executed itself anew.
func resumed() bool { return os.Getenv(reexecVariable) != "" }
