package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// load is wrk, sending requests until it is stopped.
type load struct {
	proc *process
}

// wrkReport is what wrk found.
type wrkReport struct {
	requests int
	failures string // "" for none
	text     string
}

// startLoad starts wrk with n connections. Close makes every request a
// connection of its own.
func startLoad(t testing.TB, url string, n int, close bool) *load {
	t.Helper()
	args := []string{"-t1", fmt.Sprintf("-c%d", n), "-d300s", "--timeout", "10s"}
	if close {
		args = append(args, "-H", "Connection: close")
	}
	return &load{start(t, needPeer(t, "wrk"), append(args, url)...)}
}

var (
	wrkRequests = regexp.MustCompile(`(\d+) requests in`)
	wrkErrors   = regexp.MustCompile(`Socket errors: .*|Non-2xx or 3xx responses: .*`)
)

// stop ends wrk, which prints its report on SIGINT.
func (l *load) stop(t testing.TB) wrkReport {
	t.Helper()
	l.proc.signal(t, syscall.SIGINT)
	l.proc.wait(t, 20*time.Second)
	r := wrkReport{text: l.proc.stdout.String()}
	m := wrkRequests.FindStringSubmatch(r.text)
	if m == nil {
		t.Fatalf("wrk says %s%s", r.text, l.proc.stderr.String())
	}
	r.requests, _ = strconv.Atoi(m[1])
	r.failures = wrkErrors.FindString(r.text)
	return r
}

// openFiles counts the file descriptors of a process.
func openFiles(t testing.TB, pid int) int {
	t.Helper()
	list, err := os.ReadDir(filepath.Join("/proc", itoa(pid), "fd"))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// hangingServer is this test program in a role of its own: it takes one
// connection, answers with half a response and waits to be killed.
const hangingServer = "GOHAP_E2E_HANG"

// hangMain is that role; addr is where to listen.
func hangMain(addr string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("listening")
	open := make(chan net.Conn, 1000) // they stay open until the process dies
	for {
		c, err := l.Accept()
		if err != nil {
			os.Exit(1)
		}
		open <- c
		if n, _ := c.Read(make([]byte, 4096)); n > 0 {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
		}
	}
}

// startHanging starts such a server.
func startHanging(t testing.TB, addr string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), hangingServer+"="+addr)
	p := startCmd(t, cmd)
	eventually(t, 10*time.Second, "the server listens", func() bool { return p.stdout.String() != "" })
	return p
}
