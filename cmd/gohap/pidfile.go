package main

import (
	"fmt"
	"os"

	"gohap/runtime/core"
)

// writePIDFile writes the pid of the process that is to be signalled: a
// master's, or that of a process in the background. One in front has no file,
// as with HAProxy.
func (p *process) writePIDFile(g *core.Global) bool {
	path := g.PidFile
	if p.opts.pidFile != "" {
		path = p.opts.pidFile
	}
	if path == "" || p.role.Kind == "" {
		return true
	}
	pid := os.Getpid()
	if p.role.Kind == workerRole {
		pid = p.role.Parent
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		p.say.mainAlert("Cannot create pidfile %s", path)
		return false
	}
	defer f.Close()
	fmt.Fprintf(f, "%d\n", pid)
	return true
}
