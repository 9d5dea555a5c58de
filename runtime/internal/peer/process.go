package peer

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Process is a running program, in a process group of its own.
type Process struct {
	Stdout Lines // what it wrote on standard output
	Stderr Lines // what it wrote on standard error
	Output Lines // both, in the order of arrival

	cmd    *exec.Cmd
	exited chan struct{} // closed once the process was waited for
}

// Start starts the command, taking its output, and ends it with the test. Env
// and Dir of the command are the caller's; its group and outputs are not. Of a
// test that fails the output is logged.
func Start(t testing.TB, cmd *exec.Cmd) *Process {
	t.Helper()
	p := &Process{cmd: cmd, exited: make(chan struct{})}
	cmd.Stdout = tee{&p.Stdout, &p.Output}
	cmd.Stderr = tee{&p.Stderr, &p.Output}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// A grandchild that keeps the pipes open must not keep us waiting.
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", cmd.Path, err)
	}
	go func() {
		cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.end()
		if t.Failed() {
			t.Logf("output of %s:\n%s", cmd, p.Output.Text())
		}
	})
	return p
}

// Run starts a program with arguments; see [Start].
func Run(t testing.TB, program string, args ...string) *Process {
	t.Helper()
	return Start(t, exec.Command(program, args...))
}

// tee writes to both, without the lock-step errors of io.MultiWriter.
type tee struct{ one, both *Lines }

func (w tee) Write(p []byte) (int, error) {
	w.both.Write(p)
	return w.one.Write(p)
}

// PID is the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Exited is closed when the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Signal sends a signal to the process alone.
func (p *Process) Signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatalf("signal %v to %s: %v", s, p.cmd.Path, err)
	}
}

// Wait waits for the end of the process and returns its exit status: -1 when
// a signal ended it.
func (p *Process) Wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.exited:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(Patience):
		t.Fatalf("%s does not end", p.cmd)
		return -1
	}
}

// Stop asks the process to end with SIGTERM and returns its exit status.
func (p *Process) Stop(t testing.TB) int {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	return p.Wait(t)
}

// WaitLine waits for a line with that text on either output.
func (p *Process) WaitLine(t testing.TB, text string) string {
	t.Helper()
	line, ok := p.Output.find(p.exited, func(line string) bool { return strings.Contains(line, text) })
	if !ok {
		t.Fatalf("no line with %q from %s", text, p.cmd)
	}
	return line
}

// WaitPort waits until somebody listens on all the addresses, "ip:port" or
// paths of unix sockets. A TCP listener is not connected to where the system
// can be asked otherwise, so that nothing is counted or logged over there.
func (p *Process) WaitPort(t testing.TB, addrs ...string) {
	t.Helper()
	if !until(p.exited, func() bool {
		addrs = silent(addrs)
		return len(addrs) == 0
	}) {
		t.Fatalf("nobody listens on %v for %s", addrs, p.cmd)
	}
}

// end kills the whole process group and waits.
func (p *Process) end() {
	select {
	case <-p.exited:
	default:
		p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.exited:
		case <-time.After(2 * time.Second):
		}
	}
	syscall.Kill(-p.PID(), syscall.SIGKILL)
	<-p.exited
}

// Adopt waits for a pidfile, returns the process ids in it and makes sure that
// these processes are gone after the test. It is for daemons, which leave the
// process group of the command that started them.
func Adopt(t testing.TB, pidfile string) []int {
	t.Helper()
	var pids []int
	if !until(nil, func() bool {
		text, _ := os.ReadFile(pidfile)
		pids = pids[:0]
		for word := range strings.FieldsSeq(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil && pid > 1 {
				pids = append(pids, pid)
			}
		}
		return len(pids) > 0
	}) {
		t.Fatalf("no process id in %s", pidfile)
	}
	t.Cleanup(func() {
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	return pids
}

// WaitGone waits until no process of that id is left.
func WaitGone(t testing.TB, pid int) {
	t.Helper()
	if !until(nil, func() bool { return !alive(pid) }) {
		t.Fatalf("process %d does not end", pid)
	}
}
