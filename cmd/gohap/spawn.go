package main

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// spawn starts this program in a role. Descriptors keep their numbers: those
// inherited from whoever started us, which the configuration may name, are not
// in the way of ours. The file is to be read for the child's report and ends
// without one when the child does.
func (p *process) spawn(r role, argv []string, detached bool) (pid int, ready *os.File, err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return 0, nil, err
	}
	defer write.Close()
	r.Parent = os.Getpid()
	r.Ready = int(write.Fd())
	attr := &syscall.ProcAttr{
		Dir:   p.dir,
		Env:   r.environ(os.Environ()),
		Files: []uintptr{0, 1, 2},
		Sys:   &syscall.SysProcAttr{Setsid: detached},
	}
	if detached {
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		if err != nil {
			return 0, nil, err
		}
		defer null.Close()
		attr.Files = []uintptr{null.Fd(), null.Fd(), 2}
	}
	defer keep(r.Ready)()
	if r.Pair >= 0 {
		defer keep(r.Pair)()
	}
	pid, err = syscall.ForkExec(absolute(p.dir, p.exe), argv, attr)
	if err != nil {
		read.Close()
		return 0, nil, err
	}
	return pid, read, nil
}

// keep lets a descriptor live through exec until the function it returns is
// called.
func keep(fd int) func() {
	unix.FcntlInt(uintptr(fd), unix.F_SETFD, 0)
	return func() { unix.CloseOnExec(fd) }
}
