package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lab is a network of its own: machines with namespaces for network, processes
// and mounts, joined by a bridge in the first one's network.
type lab struct {
	machines []*machine
}

// machine is one of them.
type machine struct {
	name string // of its network namespace
	ip   string
	init int // its process 1, as seen from outside
}

// newLab makes n machines with the addresses 10.77.0.1, 10.77.0.2 …
func newLab(t testing.TB, n int) *lab {
	t.Helper()
	needRoot(t)
	for _, tool := range []string{"ip", "unshare", "nsenter", "sysctl"} {
		needPeer(t, tool)
	}
	l := &lab{}
	for i := range n {
		m := &machine{name: fmt.Sprintf("gohap%d-%d", os.Getpid(), i), ip: fmt.Sprintf("10.77.0.%d", i+1)}
		if rc, _, errs := output(t, exec.Command("ip", "netns", "add", m.name)); rc != 0 {
			missing(t, "network namespaces do not work here: %s", errs)
		}
		t.Cleanup(func() { exec.Command("ip", "netns", "del", m.name).Run() })
		l.machines = append(l.machines, m)
		must(t, "ip", "-n", m.name, "link", "set", "lo", "up")
	}
	hub := l.machines[0]
	must(t, "ip", "-n", hub.name, "link", "add", "br0", "type", "bridge")
	must(t, "ip", "-n", hub.name, "addr", "add", hub.ip+"/24", "dev", "br0")
	must(t, "ip", "-n", hub.name, "link", "set", "br0", "up")
	for i, m := range l.machines[1:] {
		port := fmt.Sprintf("port%d", i)
		must(t, "ip", "-n", hub.name, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", m.name)
		must(t, "ip", "-n", hub.name, "link", "set", port, "master", "br0", "up")
		must(t, "ip", "-n", m.name, "addr", "add", m.ip+"/24", "dev", "eth0")
		must(t, "ip", "-n", m.name, "link", "set", "eth0", "up")
	}
	for _, m := range l.machines {
		m.boot(t)
	}
	return l
}

// boot starts the machine's process 1, whose end ends all of its processes.
func (m *machine) boot(t testing.TB) {
	t.Helper()
	// A shell also collects orphans.
	p := start(t, "ip", "netns", "exec", m.name, "unshare", "--pid", "--fork", "--mount", "--mount-proc", "--kill-child",
		"sh", "-c", "echo up; while :; do sleep 1; done")
	eventually(t, 10*time.Second, "machine "+m.name+" is up", func() bool {
		if !p.running() {
			t.Fatalf("namespaces: %s", p.stderr.String())
		}
		return strings.Contains(p.stdout.String(), "up")
	})
	children := mustRead(t, filepath.Join("/proc", itoa(p.pid()), "task", itoa(p.pid()), "children"))
	pid, err := strconv.Atoi(strings.TrimSpace(children))
	if err != nil {
		t.Fatalf("children of unshare: %q", children)
	}
	m.init = pid
	// unshare passes no signal on; with process 1 goes everything.
	t.Cleanup(func() {
		syscall.Kill(pid, syscall.SIGKILL)
		<-p.done
	})
}

// command prepares a command to run on the machine.
func (m *machine) command(name string, args ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"-t", itoa(m.init), "--net", "--pid", "--mount", "--", name}, args...)...)
}

// must runs a command on the machine that has to succeed.
func (m *machine) must(t testing.TB, name string, args ...string) string {
	t.Helper()
	rc, out, errs := output(t, m.command(name, args...))
	if rc != 0 {
		t.Fatalf("%s: %s %s: exit %d\n%s%s", m.name, name, strings.Join(args, " "), rc, out, errs)
	}
	return out
}

// askerURL makes this test program send requests instead of running tests: one
// after the other, a line for each answer, until its input ends.
const askerURL = "GOHAP_E2E_ASK"

// askMain is the program's other role, see askerURL.
func askMain(url string) {
	done := make(chan struct{})
	go func() {
		bufio.NewReader(os.Stdin).ReadString('\n')
		close(done)
	}()
	c := newClient()
	c.Timeout = 2 * time.Second
	for {
		select {
		case <-done:
			return
		default:
		}
		p, err := fetch(c, url)
		switch {
		case err != nil:
			if op := new(net.OpError); errors.As(err, &op) && op.Op == "dial" {
				time.Sleep(10 * time.Millisecond) // nobody there: do not spin
			}
			fmt.Println("error", strings.ReplaceAll(err.Error(), "\n", " "))
		default:
			fmt.Println(p.status, strings.TrimSpace(p.body))
		}
	}
}

// asker is such a process, and what it found.
type asker struct {
	proc *process
	in   interface{ Close() error }

	mu    sync.Mutex
	lines []string
}

// ask starts an asker on the machine.
func (m *machine) ask(t testing.TB, url string) *asker {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := m.command(exe)
	cmd.Env = append(os.Environ(), askerURL+"="+url)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	a := &asker{in: in}
	cmd.Stdout = lineWriter(func(line string) {
		a.mu.Lock()
		a.lines = append(a.lines, line)
		a.mu.Unlock()
	})
	a.proc = startCmd(t, cmd)
	return a
}

// since returns the answers after the first n.
func (a *asker) since(n int) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.lines[n:]...)
}

func (a *asker) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.lines)
}

// stop ends the asker.
func (a *asker) stop(t testing.TB) {
	t.Helper()
	a.in.Close()
	a.proc.wait(t, stopLimit)
}

// lineWriter returns a writer that calls f for each line.
func lineWriter(f func(string)) io.Writer { return &lineSplitter{f: f} }

type lineSplitter struct {
	f    func(string)
	rest string
}

func (w *lineSplitter) Write(p []byte) (int, error) {
	w.rest += string(p)
	for {
		line, rest, ok := strings.Cut(w.rest, "\n")
		if !ok {
			return len(p), nil
		}
		w.rest = rest
		w.f(line)
	}
}
