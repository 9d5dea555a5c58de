package e2e

import (
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// h2spec is the conformance test of HTTP/2 that both programs have to pass.
const h2spec = "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible"

// http2Config is a frontend that speaks HTTP/2 in clear text and answers by
// itself, as far as it does not ask $SERVER.
const http2Config = `
global
    stats socket $DIR/cli
    log $LOG local0
defaults
    mode http
    log global
    option httplog
    option dontlognull
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind $FRONT
    http-request return status 200 content-type text/plain lf-string "%[req.ver] %[fc_http_major] %[http_first_req] %[url] %[base] %[path] %[req.hdr(cookie)] %[var(sess.x)]" if { path /echo }
    http-request deny if { path /deny }
    http-request redirect location /elsewhere if { path /redirect }
    http-request set-header x-first 1 if { http_first_req }
    use_backend two if { path_beg /two }
    default_backend one
backend one
    server s $SERVER
backend two
    server s $SERVER2 proto h2
`

// startHTTP2 runs bin with http2Config and returns the frontend's address.
func startHTTP2(t testing.TB, bin string, values ...string) (addr string, sink *syslogSink) {
	t.Helper()
	dir, ip := t.TempDir(), loopback()
	sink = newSyslogSink(t)
	addr = net.JoinHostPort(ip, strconv.Itoa(freePort(t, ip)))
	refused := refusing(t)
	values = append(values, "$SERVER2", refused, "$SERVER", refused, "$FRONT", addr, "$LOG", sink.addr, "$DIR", dir)
	cfg := writeFile(t, filepath.Join(dir, "h2.cfg"), strings.NewReplacer(values...).Replace(http2Config))
	p := start(t, asHAProxy(t, bin), "-db", "-f", cfg)
	if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
		t.Fatalf("%s does not start:\n%s", bin, p.stderr.String())
	}
	return addr, sink
}

// TestH2Spec runs h2spec against both: what HAProxy passes, gohap passes.
func TestH2Spec(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	tool := filepath.Join(t.TempDir(), "h2spec")
	build := exec.Command("go", "install", h2spec)
	build.Env = append(os.Environ(), "GOBIN="+filepath.Dir(tool), "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		missing(t, "h2spec cannot be had: %s", out)
	}
	u := &upstream{got: make(chan string, 10_000)}
	server, _ := u.serve(t)
	// failures returns the names of the cases that fail.
	failures := func(t *testing.T, bin, path string) map[string]bool {
		addr, _ := startHTTP2(t, bin, "$SERVER2", server, "$SERVER", server)
		host, port, _ := net.SplitHostPort(addr)
		out, err := exec.Command(tool, "-h", host, "-p", port, "-o", "5", "-P", path).CombinedOutput()
		if _, failed := err.(*exec.ExitError); err != nil && !failed {
			t.Fatal(err)
		}
		head, list, _ := strings.Cut(string(out), "Failures:")
		if !strings.Contains(head+list, " tests, ") {
			t.Fatalf("h2spec did not run:\n%s", out)
		}
		all := map[string]bool{}
		section := ""
		for _, line := range strings.Split(list, "\n") {
			line = strings.TrimSpace(line)
			switch {
			case strings.HasPrefix(line, "×"):
				all[section+" "+line] = true
			case line != "" && line[0] >= '1' && line[0] <= '9':
				section, _, _ = strings.Cut(line, " ")
			}
		}
		return all
	}
	var known, more map[string]bool
	t.Run("programs", func(t *testing.T) { // most of their time is waiting
		t.Run("haproxy", func(t *testing.T) { t.Parallel(); known = failures(t, ref, "/slow") })
		t.Run("gohap", func(t *testing.T) { t.Parallel(); more = failures(t, bin, "/slow") })
	})
	// Some cases need the stream to be open still when their second frame comes, or
	// their hundredth, which a busy machine may spoil. What fails by design fails every
	// time, be the server as slow as it likes.
	maps.DeleteFunc(more, func(name string, _ bool) bool { return known[name] })
	for attempt := 1; attempt < attempts && len(more) > 0; attempt++ {
		again := failures(t, bin, "/slower")
		maps.DeleteFunc(more, func(name string, _ bool) bool { return !again[name] })
	}
	for name := range more {
		t.Errorf("HAProxy passes %s", name)
	}
	if len(known) > 10 {
		t.Errorf("HAProxy fails %d cases: something is wrong with this test", len(known))
	}
}
