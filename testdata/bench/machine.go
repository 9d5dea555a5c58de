package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// cores are processors of the machine; none means all.
type cores []int

func (c cores) set() *unix.CPUSet {
	if len(c) == 0 {
		return nil
	}
	var s unix.CPUSet
	for _, n := range c {
		s.Set(n)
	}
	return &s
}

// spawn starts a program on some of the cores. A program inherits the cores of the
// thread that starts it.
func spawn(on cores, name string, args ...string) (*exec.Cmd, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if s := on.set(); s != nil {
		var before unix.CPUSet
		if err := unix.SchedGetaffinity(0, &before); err != nil {
			return nil, err
		}
		if err := unix.SchedSetaffinity(0, s); err != nil {
			return nil, err
		}
		defer unix.SchedSetaffinity(0, &before)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return cmd, nil
}

// move has all threads of this process, and what they start, run on some cores.
func move(to cores) error {
	s := to.set()
	if s == nil {
		return nil
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range threads {
		var id int
		fmt.Sscan(t.Name(), &id)
		if err := unix.SchedSetaffinity(id, s); err != nil && err != unix.ESRCH {
			return err
		}
	}
	return nil
}

// lastPort is the port that freePort gave last. It stays below those that the
// kernel gives to clients.
var lastPort = 10000 + os.Getpid()*37%18000

// freePort finds a port that nobody listens on.
func freePort() (int, error) {
	for range 2000 {
		lastPort++
		if lastPort > 31000 {
			lastPort = 10000
		}
		l, err := net.Listen("tcp", address(lastPort))
		if err == nil {
			l.Close()
			return lastPort, nil
		}
	}
	return 0, fmt.Errorf("no free port between 10000 and 31000")
}

func address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// waitPort waits until a port takes connections.
func waitPort(port int, limit time.Duration) error {
	for end := time.Now().Add(limit); ; {
		c, err := net.Dial("tcp", address(port))
		if err == nil {
			return c.Close()
		}
		if time.Now().After(end) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}
