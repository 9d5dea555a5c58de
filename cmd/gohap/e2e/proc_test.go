package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// stopLimit bounds how long a process may take to end once told to.
const stopLimit = 10 * time.Second

// lockedBuffer is a bytes.Buffer that one goroutine fills and others read.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// process is a program started by a test. It is killed when the test ends.
type process struct {
	cmd    *exec.Cmd
	stdout lockedBuffer
	stderr lockedBuffer
	done   chan struct{} // closed once the process was waited for
	err    error         // of Wait, valid after done
}

// start runs a command in the background.
func start(t testing.TB, name string, args ...string) *process {
	t.Helper()
	return startCmd(t, exec.Command(name, args...))
}

// startCmd runs a prepared command in the background.
func startCmd(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	mustNotServe(t, cmd.Args)
	p := &process{cmd: cmd, done: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout = &p.stdout
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &p.stderr
	}
	// A daemon that inherits the pipes must not keep Wait waiting.
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() { p.end(t) })
	return p
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// signal sends sig to the process.
func (p *process) signal(t testing.TB, sig os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatalf("signal %v to %s: %v", sig, p.cmd.Path, err)
	}
}

// running reports whether the process has not ended yet.
func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// wait returns the exit status once the process has ended: -1 for a signal.
func (p *process) wait(t testing.TB, limit time.Duration) int {
	t.Helper()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(limit):
		t.Fatalf("%s %s still runs after %v\n%s", p.cmd.Path, strings.Join(p.cmd.Args[1:], " "), limit, p.stderr.String())
		return 0
	}
}

// end asks the process to stop and kills it when it does not.
func (p *process) end(t testing.TB) {
	if !p.running() {
		return
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return
	case <-time.After(stopLimit):
	}
	t.Errorf("%s did not stop on SIGTERM", p.cmd.Path)
	p.cmd.Process.Kill()
	<-p.done
}

// output runs a command to its end and returns its exit status and what it
// printed on both channels.
//
// It has files for them: HAProxy throws away what a pipe that is full does not take
// at once, and says much of some configurations.
func output(t testing.TB, cmd *exec.Cmd) (rc int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) *os.File {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	out, errs := file("stdout"), file("stderr")
	defer out.Close()
	defer errs.Close()
	if cmd.Stdout == nil {
		cmd.Stdout = out
	}
	if cmd.Stderr == nil {
		cmd.Stderr = errs
	}
	p := startCmd(t, cmd)
	rc = p.wait(t, 30*time.Second)
	if p.err != nil && !errors.As(p.err, new(*exec.ExitError)) && !errors.Is(p.err, exec.ErrWaitDelay) {
		t.Fatalf("%s: %v", cmd.Path, p.err)
	}
	return rc, mustRead(t, out.Name()), mustRead(t, errs.Name())
}

// must runs a command that has to succeed and returns its output.
func must(t testing.TB, name string, args ...string) string {
	t.Helper()
	rc, out, errs := output(t, exec.Command(name, args...))
	if rc != 0 {
		t.Fatalf("%s %s: exit %d\n%s%s", name, strings.Join(args, " "), rc, out, errs)
	}
	return out
}

// writeFile writes a file below the test's folder and returns its path.
func writeFile(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// gone reports whether no process has this id, zombies counted as gone.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(filepath.Join("/proc", itoa(pid), "stat"))
	if err != nil {
		return true
	}
	after := stat[bytes.LastIndexByte(stat, ')')+1:]
	return bytes.HasPrefix(bytes.TrimSpace(after), []byte("Z"))
}

// endPID stops a process that is not our child, such as a daemon.
func endPID(t testing.TB, pid int) {
	t.Helper()
	if pid <= 1 || gone(pid) {
		return
	}
	syscall.Kill(pid, syscall.SIGTERM)
	if within(stopLimit, func() bool { return gone(pid) }) {
		// Whoever collects orphans here may need a moment.
		within(2*time.Second, func() bool { return syscall.Kill(pid, 0) != nil })
		return
	}
	t.Errorf("process %d did not stop on SIGTERM", pid)
	syscall.Kill(pid, syscall.SIGKILL)
}
