package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	traceStart   = regexp.MustCompile(`(?m)^\d+\.\d{6} (\[[^\]]+\]) (?:\[strm 0x[0-9a-f]+\((\d+)\)[^\]]*\] )?`)
	tracePayload = regexp.MustCompile(`trace_http_payload .* channel=(\S+) .* - forward=(\d+)`)
)

// TestTrace compares what the filter "trace" tells of a request with a body. Both
// name the same steps for each direction; only bodies come in other pieces.
func TestTrace(t *testing.T) {
	t.Parallel()
	server := cookieServer(t, "127.0.0.1:0")
	ref, bin := traced(t, needHAProxy(t), server, ""), traced(t, needGohap(t), server, "")
	for _, side := range []string{"REQUEST", "RESPONSE", ""} {
		want, got := traceLines(ref, side), traceLines(bin, side)
		if len(want) < 5 || strings.Join(want, "\n") != strings.Join(got, "\n") {
			t.Errorf("%q: HAProxy (-) and gohap (+) differ:\n%s", side, lineDiff(want, got))
		}
	}
	for side, want := range map[string]int{"REQUEST": 5, "RESPONSE": 0} {
		for name, out := range map[string]string{"HAProxy": ref, "gohap": bin} {
			if n := traceMoved(t, out, side); n != want {
				t.Errorf("%s: %s moves %d bytes, want %d", name, side, n, want)
			}
		}
	}
}

// TestTraceOptions looks at the options, one by one.
func TestTraceOptions(t *testing.T) {
	t.Parallel()
	server, bin := cookieServer(t, "127.0.0.1:0"), needGohap(t)
	if out := traced(t, bin, server, "quiet"); strings.Contains(out, "trace_") || strings.Contains(out, "initialized") {
		t.Errorf("quiet tells\n%s", out)
	}
	if out := traced(t, bin, server, "hexdump"); !strings.Contains(out, "\t0x000000: 68 65 6c 6c 6f                                      |hello|\n") {
		t.Errorf("no hexdump in\n%s", out)
	}
	if out := traced(t, bin, server, "random-forwarding name other"); traceMoved(t, out, "REQUEST") != 5 || !strings.Contains(out, "[other/fe            ]") {
		t.Errorf("random forwarding gives\n%s", out)
	}
}

// traced runs a program with the filter and gives what it wrote about a request.
func traced(t *testing.T, program, server, options string) string {
	addr, dir := freeAddr(t), t.TempDir()
	sock := filepath.Join(dir, "sock")
	p := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(`global
    nbthread 1
    stats socket %s
defaults
    mode http
    option httpclose
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind %s
    filter trace %s
    http-request set-header x-a b
    default_backend be
backend be
    filter trace name back quiet
    server s %s
`, sock, addr, options, server)))
	// To ask first whether there is anybody would be a stream, too, and its steps are
	// only in front of the other one's where one loop does everything in order.
	var answer *http.Response
	var err error
	if !within(10*time.Second, func() bool {
		if !present(sock) {
			return !p.running()
		}
		var r *http.Request
		if r, err = http.NewRequest("PUT", "http://"+addr+"/x", strings.NewReader("hello")); err != nil {
			return true
		}
		r.Header.Set("User-Agent", "test")
		r.Host = "host.example"
		answer, err = http.DefaultTransport.RoundTrip(r)
		return !errors.Is(err, syscall.ECONNREFUSED)
	}) || answer == nil {
		t.Fatalf("%s does not start or answer: %v\n%s", program, err, p.stderr.String())
	}
	answer.Body.Close()
	if answer.StatusCode != 200 {
		t.Fatalf("%s answers %s", program, answer.Status)
	}
	if !strings.Contains(options, "quiet") {
		eventually(t, 10*time.Second, "the end of the stream", func() bool {
			_, after, ok := strings.Cut(p.stderr.String(), "PUT /x")
			return ok && strings.Contains(after, "trace_detach")
		})
	}
	p.end(t)
	return p.stderr.String()
}

// traceLines are the lines of the stream with the request about a channel, or
// about none.
func traceLines(out, side string) (lines []string) {
	at := strings.LastIndex(out[:strings.Index(out, "PUT /x")], "trace_attach")
	for line := range strings.Lines(out[strings.LastIndexByte(out[:at], '\n')+1:]) {
		switch text := strings.TrimRight(traceStart.ReplaceAllString(line, "$1 $2 "), "\n"); {
		case strings.Contains(text, "date:"), strings.Contains(text, "_payload"), !strings.Contains(text, "["):
		case side == "" && !strings.Contains(text, "channel="), side != "" && strings.Contains(text, "channel="+side+" "):
			lines = append(lines, text)
		}
	}
	return lines
}

// traceMoved is how many bytes of bodies went that way.
func traceMoved(t *testing.T, out, side string) (n int) {
	for _, m := range tracePayload.FindAllStringSubmatch(out, -1) {
		if m[1] == side {
			k, err := strconv.Atoi(m[2])
			if err != nil {
				t.Fatal(err)
			}
			n += k
		}
	}
	return n
}
