package e2e

import (
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// payloads are what clients send to a TCP proxy before they close their side.
var payloads = []string{
	"GET /x?a=b HTTP/1.1\r\nHost: h\r\nCookie: A=1\r\n\r\n",
	"\x00\x05hello\xff\x00\x01xyz",
	"\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00Cookie: mstshash=eltons\r\n\x01\x00\x08\x00\x00\x00\x00\x00",
	"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00",
	clientHello("example.com", "\x02h2\x08http/1.1"),
	clientHello("", ""),
	"\x16\x03\x01\x00",
	"\x15\x03\x01\x00\x02\x01\x00",
	"DIST00000001ARGC00000002ARGV00000005helloARGV00000003-v1DOTI0000000aabcdefghijDONE00000000",
	"DIST00000001ARGC0000000",
	"",
}

// clientHello makes a TLS 1.2 hello with a name and protocols, each prefixed by
// its length, as far as they are given.
func clientHello(name, protocols string) string {
	with := func(n int, s string) string {
		return string([]byte{byte(len(s) >> 16), byte(len(s) >> 8), byte(len(s))}[3-n:]) + s
	}
	ext := func(kind byte, s string) string { return "\x00" + string(kind) + with(2, s) }
	var exts string
	if name != "" {
		exts += ext(0, with(2, "\x00"+with(2, name)))
	}
	if protocols != "" {
		exts += ext(16, with(2, protocols))
	}
	exts += ext(10, with(2, "\x00\x1d\x00\x17")) + ext(35, "")
	hello := "\x03\x03" + strings.Repeat("r", 32) + with(1, "") + with(2, "\x13\x01\xc0\x2f") + with(1, "\x00") + with(2, exts)
	return "\x16\x03\x01" + with(2, "\x01"+with(3, hello))
}

// TestSamplePayloads compares what expressions make of the first bytes of TCP
// sessions, after these have ended.
func TestSamplePayloads(t *testing.T) {
	t.Parallel()
	exprs := sampleLines(t, "payloads.txt")
	ip := loopback()
	ref, bin := needHAProxy(t), needGohap(t)
	var want, got [][]string
	var both sync.WaitGroup
	both.Go(func() { want = payloadValues(t, ref, ip, exprs) })
	both.Go(func() { got = payloadValues(t, bin, ip, exprs) })
	both.Wait()
	known := knownSamples(t)
	for i, e := range exprs {
		judgeSample(t, known, "payload", e, want[i], got[i])
	}
}

// payloadValues returns the values of each expression for each payload. They go
// to the log by way of variables.
func payloadValues(t *testing.T, program, ip string, exprs []string) [][]string {
	front := net.JoinHostPort(ip, itoa(freePort(t, ip)))
	var rules strings.Builder
	var names []string
	for i, e := range exprs {
		fmt.Fprintf(&rules, "    tcp-request content set-var(sess.v%d) \"%s\"\n", i, configQuote(e))
		names = append(names, fmt.Sprintf("%%[var(sess.v%d)]", i))
	}
	cfg := fmt.Sprintf(`global
    nbthread 1
    log stdout len 65535 format raw local0
defaults
    mode tcp
    log global
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind %s
    tcp-request inspect-delay 10s
    tcp-request content accept if !WAIT_END
%s    tcp-request content reject
    log-format "%s"
`, front, rules.String(), strings.Join(names, separator))
	p := start(t, asHAProxy(t, program), "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "payloads.cfg"), cfg))
	values := make([][]string, len(exprs))
	if !within(4*stepLimit, func() bool { return listening(front) || !p.running() }) || !p.running() {
		t.Errorf("%s does not start:\n%s", program, tail(p.stderr.String()))
		return values
	}
	eventually(t, 4*stepLimit, "the probe is logged", func() bool { return strings.Contains(p.stdout.String(), "\n") })
	seen := strings.Count(p.stdout.String(), "\n")
	for _, payload := range payloads {
		c, err := net.Dial("tcp", front)
		if err != nil {
			t.Error(err)
			return values
		}
		c.SetDeadline(time.Now().Add(4 * stepLimit))
		io.WriteString(c, payload)
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, c)
		c.Close()
		seen++
		eventually(t, 4*stepLimit, "the session is logged", func() bool { return strings.Count(p.stdout.String(), "\n") >= seen })
		for i, v := range strings.Split(strings.Split(p.stdout.String(), "\n")[seen-1], separator) {
			values[i] = append(values[i], v)
		}
	}
	return values
}
