package e2e

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
)

// residentKB is how much memory a process has, in kB.
func residentKB(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("no /proc: ", err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// cpuTicks is how much time a process has had, in hundredths of a second.
func cpuTicks(t *testing.T, pid int) (n int) {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	for _, f := range strings.Fields(rest)[11:13] {
		k, _ := strconv.Atoi(f)
		n += k
	}
	return n
}

// TestTLSHalfOpen: ten thousand clients who begin a handshake and do not go on, or
// do not even begin, cost little, keep nobody else from being served, and are sent
// away when their time is up.
func TestTLSHalfOpen(t *testing.T) {
	t.Parallel()
	const (
		clients = 10_000
		// Measured are 2 kB for a silent client and 12 for the other kind;
		// HAProxy 2.6 takes 42 for either.
		maxKB = 30
		// Measured are 55 µs.
		maxMicros = 1000
	)
	bin := needGohap(t)
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	addr := freeAddr(t)
	p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf("global\n maxconn %d\n no strict-limits\n"+
		"defaults\n mode http\n timeout client 12s\nfrontend f\n bind %s ssl crt %s/site.pem\n http-request return status 200\n", clients+100, addr, dir)))
	if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
		t.Fatalf("does not start:\n%s", p.stderr.String())
	}
	hello := []byte(clientHello("site.test", ""))
	served := func() {
		t.Helper()
		tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
		res, err := (&http.Client{Transport: tr, Timeout: 15 * time.Second}).Get("https://" + addr)
		if err != nil || res.StatusCode != 200 {
			t.Fatal("not served: ", res, err)
		}
		res.Body.Close()
	}
	served()
	memory, ticks := residentKB(t, p.pid()), cpuTicks(t, p.pid())
	open := make([]net.Conn, 0, clients)
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	for i := range clients {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
		open = append(open, c)
		if i%2 == 0 {
			c.Write(hello[:len(hello)/2])
		}
		if i%1000 == 999 {
			served()
		}
	}
	if kb := (residentKB(t, p.pid()) - memory) / clients; kb > maxKB {
		t.Errorf("a client costs %d kB", kb)
	}
	if us := (cpuTicks(t, p.pid()) - ticks) * 10_000 / clients; us > maxMicros {
		t.Errorf("a client costs %d µs", us)
	}
	var sentAway sync.WaitGroup
	for _, c := range open {
		c.SetReadDeadline(time.Now().Add(2 * time.Minute))
		sentAway.Go(func() {
			if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
				t.Error("still there: ", c.LocalAddr())
			}
		})
	}
	sentAway.Wait()
	served()
}

// TestTLSRenegotiation: a client that wants to shake hands once more is refused.
func TestTLSRenegotiation(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	openssl := needPeer(t, "openssl")
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, bin := range []string{ref, bin} {
		addr := freeAddr(t)
		p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"),
			fmt.Sprintf("defaults\n mode http\n timeout client 20s\nfrontend f\n bind %s ssl crt %s/site.pem\n http-request return status 200\n", addr, dir)))
		if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
			t.Fatalf("%s does not start:\n%s", bin, p.stderr.String())
		}
		cmd := exec.Command(openssl, "s_client", "-tls1_2", "-legacy_renegotiation", "-connect", addr)
		in, out := &bytes.Buffer{}, &bytes.Buffer{}
		in.WriteString("R\n")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, out
		err := cmd.Run()
		// crypto/tls says that it does not expect a hello.
		text := out.String()
		refused := strings.Contains(text, "no renegotiation") || strings.Contains(text, "alert unexpected message")
		if err == nil || !strings.Contains(text, "RENEGOTIATING") || !refused {
			t.Errorf("%s: %v:\n%s", bin, err, text)
		}
	}
}
