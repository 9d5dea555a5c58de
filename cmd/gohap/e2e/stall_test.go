package e2e

import (
	"bufio"
	"crypto/sha512"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// stallConfig has a path whose rules compute for long: they digest a large body
// over and over. Everything else is answered at once.
func stallConfig(addr string, digests int) string {
	return fmt.Sprintf(`global
	nbthread 2
	tune.bufsize 4194304
defaults
	mode http
	timeout client 60s
	timeout server 60s
	timeout connect 5s
frontend fe
	bind %s
	http-request return status 200 content-type text/plain string quick unless { path /compute }
	http-request wait-for-body time 10s
%s	http-request return status 200 content-type text/plain string computed
`, addr, strings.Repeat("\thttp-request set-var(txn.d) req.body,sha2(512)\n", digests))
}

// digestsFor gives how many digests of n bytes take so long.
func digestsFor(d time.Duration, n int) int {
	body, best := make([]byte, n), time.Hour
	for range 5 {
		begun := time.Now()
		sha512.Sum512(body)
		best = min(best, time.Since(begun))
	}
	return int(d/best) + 1
}

// asked is a client on a connection of its own that stays open.
type asked struct {
	c net.Conn
	r *bufio.Reader
}

func newAsked(t testing.TB, addr string) *asked {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, stepLimit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(2 * time.Minute))
	return &asked{c, bufio.NewReader(c)}
}

// ask sends a request and takes the answer's body, which has to be want.
func (a *asked) ask(request, want string) error {
	if _, err := io.WriteString(a.c, request); err != nil {
		return err
	}
	return a.take(want)
}

func (a *asked) take(want string) error {
	length := 0
	for {
		line, err := a.r.ReadString('\n')
		if err != nil {
			return err
		}
		fmt.Sscanf(strings.ToLower(line), "content-length: %d", &length)
		if line == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(a.r, body); err != nil || string(body) != want {
		return fmt.Errorf("%q, %v", body, err)
	}
	return nil
}

const quickRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

// TestStall: a stream that computes for seconds is reported with its stack, and
// holds up those of its own thread only; whoever comes meanwhile is served. Go's
// scheduler, in place of loops, takes the processor away from who computes: nobody
// is held up at all, and there is nothing to report.
func TestStall(t *testing.T) {
	bin, addr := needGohap(t), freeAddr(t)
	const size = 4_000_000
	cfg := writeFile(t, filepath.Join(t.TempDir(), "cfg"), stallConfig(addr, digestsFor(4*time.Second, size)))
	p := start(t, bin, "-db", "-f", cfg)
	eventually(t, stepLimit, "the listener", func() bool { return listening(addr) })
	var before []*asked
	for range 16 {
		a := newAsked(t, addr)
		if err := a.ask(quickRequest, "quick"); err != nil {
			t.Fatal(err)
		}
		before = append(before, a)
	}
	busy := newAsked(t, addr)
	fmt.Fprintf(busy.c, "POST /compute HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", size, make([]byte, size))
	var computed atomic.Bool
	through := make(chan error, 1)
	go func() {
		err := busy.take("computed")
		computed.Store(true)
		through <- err
	}()
	const report = "has been busy with one thing for"
	if portable() {
		eventually(t, time.Minute, "the computing", func() bool { return spent(t, p.pid()) > time.Second })
	} else {
		eventually(t, time.Minute, "the report", func() bool { return strings.Contains(p.stderr.String(), report) })
	}
	if computed.Load() {
		t.Fatal("the report came when all was over")
	}
	// Those who come now.
	for range 16 {
		if err := newAsked(t, addr).ask(quickRequest, "quick"); err != nil {
			t.Fatal(err)
		}
	}
	if computed.Load() {
		t.Error("new clients were served only after the busy one")
	}
	// Those who were there.
	answers := make(chan error, len(before))
	var early atomic.Int32
	for _, a := range before {
		go func() {
			err := a.ask(quickRequest, "quick")
			if !computed.Load() {
				early.Add(1)
			}
			answers <- err
		}()
	}
	for range before {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	if err := <-through; err != nil {
		t.Error("the busy one:", err)
	}
	n, said := int(early.Load()), p.stderr.String()
	switch {
	case portable():
		if n < len(before) {
			t.Errorf("%d of %d clients were served meanwhile, want all", n, len(before))
		}
		if strings.Contains(said, report) {
			t.Errorf("reported, though no loop is stuck:\n%s", said)
		}
	case n < len(before)/4:
		t.Errorf("%d of %d clients were served meanwhile, want those of the other thread", n, len(before))
	case !strings.Contains(said, "sha512"):
		t.Errorf("reported without the stack:\n%s", said)
	}
}
