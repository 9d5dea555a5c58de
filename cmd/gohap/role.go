package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"

	"gohap/runtime/core"
)

// roleVariable carries a role to a process that this program starts as its own.
// Fork would do that for HAProxy; a Go program has to be executed anew.
const roleVariable = "GOHAP_ROLE"

// The kinds of role that a process may be started in.
const (
	workerRole  = "worker"  // started by a master
	daemonRole  = "daemon"  // started to run in the background
	programRole = "program" // started by a master to become a section's program
)

// role is what the parent wants of a process. The zero value is that of a
// process that somebody else has started.
type role struct {
	Kind string
	// Ready is the pipe to write to once everything listens; Pair is a
	// worker's end of the pair that its master talks through.
	Ready, Pair int
	// Told says that the parent has shown what there is to say about the
	// configuration.
	Told bool
	// Detached says that a worker's master is in the background.
	Detached bool
	// Parent is the parent's pid.
	Parent int
	// Program is what to become.
	Program *core.Program `json:",omitempty"`
}

// takeRole reads the role and removes it, so that no child inherits it.
func takeRole() (r role) {
	text, ok := os.LookupEnv(roleVariable)
	if !ok {
		return r
	}
	os.Unsetenv(roleVariable)
	if json.Unmarshal([]byte(text), &r) != nil || r.Parent != os.Getppid() {
		return role{} // somebody else's, passed on by accident
	}
	return r
}

// environ adds the role to the environment of a process.
func (r role) environ(env []string) []string {
	text, _ := json.Marshal(r)
	return append(slices.Clip(env), roleVariable+"="+string(text))
}

// report is what a process writes to the Ready pipe when it serves.
type report struct {
	NoExitOnFailure bool
	MaxReloads      int
	// Programs are what the master is to run, with the environment that the
	// configuration has made.
	Programs []*core.Program `json:",omitempty"`
	Environ  []string        `json:",omitempty"`
}

// ready tells the parent that everything listens.
func (r role) ready(what report) {
	if r.Kind == "" {
		return
	}
	f := os.NewFile(uintptr(r.Ready), "ready "+strconv.Itoa(r.Ready))
	json.NewEncoder(f).Encode(what)
	f.Close()
}
