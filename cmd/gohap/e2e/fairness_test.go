package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// crowd is a number of clients that are a burden, each on a connection of its own.
type crowd struct {
	conns []net.Conn
	stop  chan struct{}
	all   sync.WaitGroup
}

func newCrowd(t testing.TB) *crowd {
	d := &crowd{stop: make(chan struct{})}
	t.Cleanup(func() {
		close(d.stop)
		for _, c := range d.conns {
			c.Close()
		}
		d.all.Wait()
	})
	return d
}

// join opens a connection, with little room for what it does not read.
func (d *crowd) join(t testing.TB, addr string) net.Conn {
	t.Helper()
	small := net.Dialer{Timeout: stepLimit, Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	c, err := small.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	d.conns = append(d.conns, c)
	return c
}

// every does f once a second, at a moment of its own, until the crowd leaves.
func (d *crowd) every(i int, f func() error) {
	d.all.Go(func() {
		wait := time.NewTimer(time.Duration(i*37%1000) * time.Millisecond)
		defer wait.Stop()
		for {
			select {
			case <-d.stop:
				return
			case <-wait.C:
			}
			if f() != nil {
				return
			}
			wait.Reset(time.Second)
		}
	})
}

// The crowd of the test: so many who read a byte a second, who send a byte a
// second, and who do nothing.
const (
	slowReaders = 100
	slowSenders = 100
	idleClients = 5000
)

// gather has the crowd come.
func (d *crowd) gather(t testing.TB, addr string) {
	t.Helper()
	for i := range slowReaders {
		c := d.join(t, addr)
		io.WriteString(c, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
		one := make([]byte, 1)
		d.every(i, func() error { _, err := c.Read(one); return err })
	}
	for i := range slowSenders {
		c := d.join(t, addr)
		text := "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
		if i%2 == 0 {
			text = "GET /" // a head that does not end
		}
		io.WriteString(c, text)
		d.every(i, func() error { _, err := c.Write([]byte("a")); return err })
	}
	answer := make([]byte, 4096)
	for i := range idleClients {
		c := d.join(t, addr)
		if i%10 == 0 {
			continue // has never asked anything
		}
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		if _, err := c.Read(answer); err != nil {
			t.Fatal(err)
		}
	}
}

// p99 gives the latency that one of a hundred requests exceeds.
func p99(t testing.TB, addr string) time.Duration {
	t.Helper()
	const clients, each = 4, 250
	var mu sync.Mutex
	var took []time.Duration
	var all sync.WaitGroup
	for range clients {
		a := newAsked(t, addr)
		all.Go(func() {
			defer a.c.Close()
			for range each {
				begun := time.Now()
				if err := a.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "small"); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				took = append(took, time.Since(begun))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(took) < clients*each {
		t.FailNow()
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}

// spent gives the CPU time of a process.
func spent(t testing.TB, pid int) time.Duration {
	t.Helper()
	var u, s int64
	fields := statFields(t, pid)
	fmt.Sscan(fields[11], &u)
	fmt.Sscan(fields[12], &s)
	return time.Duration(u+s) * 10 * time.Millisecond
}

// TestFairness: clients that read or send a byte a second, and thousands that do
// nothing, cost nothing while nothing happens, and others are served as before.
// What is compared are the best of several rounds, with much room between: a
// busy machine does not fail this, a proxy that goes over all its connections, or
// waits for one of them, does.
func TestFairness(t *testing.T) {
	bin, addr := needGohap(t), freeAddr(t)
	server := newLargeServer(t)
	cfg := writeFile(t, filepath.Join(t.TempDir(), "cfg"), fmt.Sprintf(`global
	nbthread 2
	maxconn 6000
defaults
	mode http
	timeout client 60s
	timeout server 60s
	timeout connect 5s
	timeout http-request 60s
	timeout http-keep-alive 60s
frontend fe
	bind %s
	default_backend be
backend be
	server s %s
`, addr, server))
	p := start(t, bin, "-db", "-f", cfg)
	eventually(t, stepLimit, "the listener", func() bool { return listening(addr) })
	best := func() time.Duration {
		least := time.Hour
		for range 5 {
			least = min(least, p99(t, addr))
		}
		return least
	}
	alone := best()
	newCrowd(t).gather(t, addr)
	crowded := best()
	if limit := 5*alone + 20*time.Millisecond; crowded > limit {
		t.Errorf("p99 is %v with the crowd, %v without", crowded, alone)
	}
	before := spent(t, p.pid())
	begun := time.Now()
	time.Sleep(3 * time.Second) // what a crowd costs that nobody else disturbs
	if d := spent(t, p.pid()) - before; d > time.Since(begun)/4 {
		t.Errorf("%v of CPU time in %v for clients that do next to nothing", d, time.Since(begun))
	}
	t.Logf("p99 %v alone, %v with the crowd", alone, crowded)
}

// newLargeServer answers /large with more than any buffer holds, and all else with
// little.
func newLargeServer(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", freeAddr(t))
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/large" {
			io.Copy(w, io.LimitReader(zeros{}, 64<<20))
			return
		}
		io.WriteString(w, "small")
	})}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

// zeros reads as zeros without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// statFields are the fields of /proc/PID/stat after the name.
func statFields(t testing.TB, pid int) []string {
	t.Helper()
	text := mustRead(t, filepath.Join("/proc", itoa(pid), "stat"))
	return strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
}
