package main

import (
	"syscall"
	"time"

	"gohap/runtime/reload"
)

// Binding is tried for about two seconds while old processes give up their
// addresses.
const (
	bindTries = 200
	bindPause = 10 * time.Millisecond
)

// bind opens all listeners. Where an address is taken, the old processes named
// on the command line are asked to pause, and to go on if that did not help.
func (p *process) bind(e engine) bool {
	if e.Listeners() == 0 {
		p.say.mainAlert("No enabled listener found (check for 'bind' directives) ! Exiting.")
		return false
	}
	old, ok := p.inherit()
	if !ok {
		return false
	}
	// What the new configuration does not listen on any more is closed.
	defer old.Close()
	errs := e.Bind(old)
	if len(errs) > 0 && len(p.opts.oldPIDs) > 0 {
		p.signalOld(syscall.SIGTTOU)
		for try := 0; len(errs) > 0 && try < bindTries; try++ {
			time.Sleep(bindPause)
			errs = e.Bind(old)
		}
		if len(errs) > 0 {
			p.signalOld(syscall.SIGTTIN)
		}
	}
	if len(errs) == 0 {
		return true
	}
	for _, err := range errs {
		p.say.alert("%s", err)
	}
	p.say.mainAlert("Some protocols failed to start their listeners! Exiting.")
	return false
}

// inherit is -x.
func (p *process) inherit() (*reload.Sockets, bool) {
	from := p.opts.oldSock
	if from == "" || from == "/dev/null" {
		return nil, true
	}
	old, err := reload.Fetch(from)
	if err != nil {
		p.say.warning("%s", err)
		p.say.alert("Failed to get the sockets from the old process!")
		return nil, false
	}
	return old, true
}

// signalOld sends a signal to the processes after -sf or -st.
func (p *process) signalOld(s syscall.Signal) {
	for _, pid := range p.opts.oldPIDs {
		syscall.Kill(pid, s)
	}
}
