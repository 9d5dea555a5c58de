package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// sampleRequests are what the expressions in requests look at. Each is sent with
// a header more, X-Batch.
var sampleRequests = []string{
	"GET /p/a%20b?id=1&name=x+y%41&e=&id=2;z=9&v1=-7&v2=+8&v3=4294967299&v4=1.5&v5=-3000000000 HTTP/1.1\r\nHost: www.Ex.com:8080\r\nX-A: one, two ,three\r\nX-A: four\r\n" +
		"X-N: 42abc\r\nX-IP: 10.1.2.3, ::5, bad, 1.2.3.4:80, [::6], 1.2.3.4x\r\nX-V: \"12\", -7, +8, 4294967299, 1.5, 99999999999999999999, x\r\nX-B: aGVsbG8=\r\nX-J: a\"b\\c/d\t\xc3\xa9\xff\r\nX-Empty:\r\n" +
		"Cookie: A=1; B=two; A=3\r\nCookie: C=x; E=; D; v1=-7; v2=+8; v3=4294967299; v4=1.5; v5=2500000000\r\nX-Long: " + strings.Repeat("abcdefghij", 40) + "\r\n" +
		"Accept-Language: da, en-gb;q=0.8, en;q=0.7, fr;q=0\r\nX-Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\n\r\n",
	"POST http://u@1.2.3.4:81/x;y=1?a HTTP/1.0\r\nHost: 1.2.3.4:81\r\nContent-Length: 27\r\nCookie: A=\"q r\"\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\n\r\nid=7&name=b%20c&e=&id=8&x=y",
	"OPTIONS * HTTP/1.1\r\nHost: \r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nab\x00\xff\r\n3\r\ncde\r\n0\r\n\r\n",
	"FOO /?id HTTP/1.1\r\nHost: [::1]:8080\r\nX-A: ,, ,x,\r\nCookie: =v; A ; A = 5 ;B=\"a;b\"\r\nX-Empty: \r\nConnection: close\r\n\r\n",
}

// sampleResponses are the heads of the server's answers, picked by the header
// X-Response of a request; a length follows.
var sampleResponses = []string{
	"HTTP/1.1 200 OK\r\nX-A: one, two ,three\r\nX-A: four\r\nX-N: 42abc\r\nX-IP: 10.1.2.3, ::5\r\nX-Empty:\r\n" +
		"Set-Cookie: A=1; path=/\r\nSet-Cookie: B=two; domain=x\r\nSet-Cookie: C\r\n",
	"HTTP/1.1 404 Not Found\r\nSet-Cookie: A=x,y; HttpOnly\r\nServer: s\r\nX-A: \r\n",
	"HTTP/1.0 500 No\r\nX-N: -5\r\nSet-Cookie: q=1, r=2; m=3\r\nSet-Cookie: \r\nSet-Cookie: n = \"a;b\" ; n=4\r\n",
}

// TestSamples compares the values of sample expressions: products of inputs and
// converters, fetches of requests, and fetches of responses.
func TestSamples(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	requests, responses := sampleCases(t), sampleLines(t, "responses.txt")
	if len(requests) < 8000 {
		t.Errorf("only %d expressions", len(requests))
	}
	requests, responses = compileSamples(t, requests), compileSamples(t, responses)
	server := sampleServer(t)
	ip := loopback() // the same for both: it is a value, too
	want, got := startSamples(t, ref, ip, server, requests, responses), startSamples(t, bin, ip, server, requests, responses)
	var both sync.WaitGroup
	both.Go(func() { want.ask(t) })
	both.Go(func() { got.ask(t) })
	both.Wait()
	known := knownSamples(t)
	for i, e := range requests {
		judgeSample(t, known, "request", e, want.requests[i], got.requests[i])
	}
	for i, e := range responses {
		judgeSample(t, known, "response", e, want.responses[i], got.responses[i])
	}
}

// judgeSample fails the test when what the programs made of an expression
// differs, unless that is known, and when a known difference is gone. The first
// word of kind is what the list of known ones says.
func judgeSample(t *testing.T, known map[string]string, kind, e string, want, got []string) {
	t.Helper()
	class, _, _ := strings.Cut(kind, " ")
	reason, listed := known[class+" "+e]
	switch same := slices.Equal(want, got); {
	case same && listed && !selfCheck():
		t.Errorf("%s %s no longer differs, remove it from known.txt", kind, e)
	case !same && listed:
		t.Logf("%s %s: known difference: %s", kind, e, reason)
	case !same:
		t.Errorf("%s %s\n got %q\nwant %q", kind, e, got, want)
	}
}

// knownSamples reads the expressions that may differ.
func knownSamples(t *testing.T) map[string]string {
	known := map[string]string{}
	for _, line := range sampleLines(t, "known.txt") {
		i := strings.LastIndex(line, ": ")
		if i < 0 {
			t.Fatalf("known.txt: no reason in %q", line)
		}
		known[line[:i]] = line[i+2:]
	}
	return known
}

// sampleLines reads a file of testdata/samples: a case a line.
func sampleLines(t testing.TB, name string) []string {
	t.Helper()
	dir, err := filepath.Abs(testdata("samples"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(mustRead(t, filepath.Join(dir, name))) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			all = append(all, strings.ReplaceAll(line, "DIR", dir))
		}
	}
	return all
}

// sampleCases are the expressions of http-request rules: every call on every
// input, and whole chains.
func sampleCases(t testing.TB) []string {
	var all []string
	calls := sampleLines(t, "calls.txt")
	for _, input := range sampleLines(t, "inputs.txt") {
		all = append(all, input)
		for _, call := range calls {
			all = append(all, input+","+call)
		}
	}
	return append(all, sampleLines(t, "chains.txt")...)
}

// sampleRun is a proxy that evaluates expressions, and the values that they had,
// one for each message.
type sampleRun struct {
	addr                string
	batches             int
	requests, responses [][]string
}

// perBackend is how many expressions a request has evaluated.
const perBackend = 500

// startSamples starts a proxy whose backends, which requests choose by their
// header x-batch, have a share of the expressions in their rules.
func startSamples(t *testing.T, program, ip, server string, requests, responses []string) *sampleRun {
	t.Helper()
	r := &sampleRun{addr: net.JoinHostPort(ip, itoa(freePort(t, ip))), requests: make([][]string, len(requests)), responses: make([][]string, len(responses))}
	var b strings.Builder
	fmt.Fprintf(&b, `global
    nbthread 1
    tune.bufsize 1000000
    tune.maxrewrite 500000
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind %s name sock1
    option http-buffer-request
    unique-id-format uid-%%ci
    capture request header Host len 10
    capture response header X-A len 8
    http-request set-var(txn.s) str(vv)
    http-request set-var(txn.n) int(5)
    http-request set-var(txn.b64) str(a2V5)
    http-request set-var(txn.ip) src
    use_backend b%%[req.hdr(x-batch)]
backend be
    server srv %s
`, r.addr, server)
	for ; r.batches == 0 || r.batches*perBackend < max(len(requests), len(responses)); r.batches++ {
		fmt.Fprintf(&b, "backend b%d\n    server srv %s\n", r.batches, server)
		for i := r.batches * perBackend; i < (r.batches+1)*perBackend; i++ {
			if i < len(requests) {
				fmt.Fprintf(&b, "    http-request set-header ZZ-%d \"<%%[%s]>\"\n", i, configQuote(requests[i]))
			}
			if i < len(responses) {
				fmt.Fprintf(&b, "    http-response set-header ZZ-%d \"<%%[%s]>\"\n", i, configQuote(responses[i]))
			}
		}
	}
	p := start(t, asHAProxy(t, program), "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "samples.cfg"), b.String()))
	if !within(stepLimit*4, func() bool { return listening(r.addr) || !p.running() }) || !p.running() {
		t.Fatalf("%s does not start:\n%s", program, tail(p.stderr.String()))
	}
	return r
}

// configQuote protects what means something between double quotes.
func configQuote(e string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(e)
}

// ask sends all requests to all backends and keeps what they made of them.
func (r *sampleRun) ask(t *testing.T) {
	for batch := range r.batches {
		for i, request := range sampleRequests {
			line, rest, _ := strings.Cut(request, "\r\n")
			answer := exchange(t, r.addr, fmt.Sprintf("%s\r\nX-Batch: %d\r\nX-Response: %d\r\n%s", line, batch, i%len(sampleResponses), rest))
			head, body, _ := strings.Cut(answer, "\r\n\r\n")
			if !strings.Contains(body, "\r\n") {
				t.Errorf("batch %d, request %d: answer %q", batch, i, answer)
				return
			}
			keepValues(r.responses, head)
			keepValues(r.requests, body)
		}
	}
}

// keepValues adds the values in the headers of a message to those of others.
func keepValues(all [][]string, head string) {
	for line := range strings.SplitSeq(head, "\r\n") {
		name, value, _ := strings.Cut(line, ": ")
		number, ok := strings.CutPrefix(name, "zz-")
		if i, err := strconv.Atoi(number); ok && err == nil {
			all[i] = append(all[i], value)
		}
	}
}

// sampleServer answers each request with one of [sampleResponses] and, as its
// body, the head of the request.
func sampleServer(t *testing.T) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				echoHead(c)
			}()
		}
	}()
	return l.Addr().String()
}

func echoHead(c net.Conn) {
	in := bufio.NewReaderSize(c, 1<<20)
	var head strings.Builder
	which, length, chunked := 0, int64(0), false
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if line == "\r\n" {
			break
		}
		head.WriteString(line)
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "x-response":
			which, _ = strconv.Atoi(value)
		case "content-length":
			length, _ = strconv.ParseInt(value, 10, 64)
		case "transfer-encoding":
			chunked = true
		}
	}
	io.CopyN(io.Discard, in, length)
	for chunked {
		line, err := in.ReadString('\n')
		chunked = err == nil && line != "0\r\n"
	}
	fmt.Fprintf(c, "%sContent-Length: %d\r\nConnection: close\r\n\r\n%s", sampleResponses[which], head.Len(), head.String())
}
