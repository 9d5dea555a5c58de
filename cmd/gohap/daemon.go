package main

import (
	"encoding/json"
	"os"

	"golang.org/x/sys/unix"
)

// background starts this program anew as a daemon and waits until it serves, or
// fails: then its messages are on our stderr, and its exit status is ours.
func (p *process) background(told bool) int {
	pid, ready, err := p.spawn(role{Kind: daemonRole, Told: told, Pair: -1}, p.opts.argv, true)
	if err != nil {
		p.say.mainAlert("Cannot fork.")
		return 1
	}
	defer ready.Close()
	var r report
	if json.NewDecoder(ready).Decode(&r) == nil {
		return 0
	}
	var status unix.WaitStatus
	for {
		if _, err := unix.Wait4(pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	return max(exitCode(status), 1)
}

// exitCode is a process's status as a shell reports it.
func exitCode(s unix.WaitStatus) int {
	if s.Signaled() {
		return 128 + int(s.Signal())
	}
	return s.ExitStatus()
}

// leaveTerminal is the last step into the background: nothing is read from or
// written to where the program was started any more.
func leaveTerminal() {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		// Inside a chroot there may be none. Closed, the numbers would be given
		// to the next connections, which would then receive our messages.
		return
	}
	defer null.Close()
	for fd := range 3 {
		redirect(int(null.Fd()), fd)
	}
}
