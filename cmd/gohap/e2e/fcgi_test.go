package e2e

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fcgiApp is a FastCGI application that keeps what it is asked, and answers with
// records that the path names.
type fcgiApp struct {
	addr string
	mu   sync.Mutex
	got  map[string][]string // what came, by path
}

// fcgiAnswers are what stands in the records of the standard output, and what follows.
var fcgiAnswers = map[string]struct {
	out []string
	err string
	// cut closes the connection without the end of the request.
	cut bool
}{
	"/404":      {out: []string{"Status: 404 Nope\r\nX-A: b\r\n\r\nnot"}},
	"/nostatus": {out: []string{"Content-Type: text/html\r\nX-A: b\r\n\r\nbody"}},
	"/location": {out: []string{"Location: http://x/\r\n\r\n"}},
	"/lf":       {out: []string{"Content-Type: text/html\n\nbody"}},
	"/204":      {out: []string{"Status: 204 No Content\r\n\r\n"}},
	"/http":     {out: []string{"HTTP/1.1 201 Created\r\nX-A: b\r\n\r\nq"}},
	"/error":    {err: "an error\nof two lines", out: []string{"Status: 200 OK\r\n\r\nafter"}},
	"/split":    {out: []string{"Sta", "tus: 200 OK\r\nX-", "Y: z\r\n\r\nbo", "dy"}},
	"/length":   {out: []string{"Status: 200 OK\r\nContent-Length: 4\r\n\r\nbody"}},
	"/close":    {cut: true},
	"/half":     {out: []string{"Status: 200 OK\r\n\r\npart"}, cut: true},
}

func startFCGIApp(t *testing.T) *fcgiApp {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	a := &fcgiApp{addr: l.Addr().String(), got: map[string][]string{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
			go a.serve(c)
		}
	}()
	return a
}

func fcgiRecord(kind byte, content string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{1, kind, 0, 1}, uint16(len(content)))
	return append(append(b, 3, 0), content+"pad"...)
}

func (a *fcgiApp) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	var params, body []byte
	flags := byte(0)
	for {
		var h [8]byte
		if _, err := io.ReadFull(r, h[:]); err != nil {
			return
		}
		content := make([]byte, int(binary.BigEndian.Uint16(h[4:]))+int(h[6]))
		if _, err := io.ReadFull(r, content); err != nil {
			return
		}
		content = content[:len(content)-int(h[6])]
		switch h[1] {
		case 1:
			params, body, flags = nil, nil, content[2]
		case 4:
			params = append(params, content...)
		case 5:
			if len(content) > 0 {
				body = append(body, content...)
				continue
			}
			path := a.note(params, body, flags)
			answer, known := fcgiAnswers[path]
			if !known {
				answer.out = []string{"Status: 200 OK\r\nContent-Type: text/plain\r\n\r\nhello"}
			}
			var b []byte
			if answer.err != "" {
				b = fcgiRecord(7, answer.err)
			}
			for _, out := range answer.out {
				b = append(b, fcgiRecord(6, out)...)
			}
			if !answer.cut {
				b = append(append(b, fcgiRecord(6, "")...), fcgiRecord(3, strings.Repeat("\x00", 8))...)
			}
			c.Write(b)
			if answer.cut || flags == 0 {
				return
			}
		}
	}
}

// note keeps a request and returns its path.
func (a *fcgiApp) note(params, body []byte, flags byte) (path string) {
	lines := []string{fmt.Sprintf("flags %d, %d bytes", flags, len(body))}
	take := func() int {
		if params[0] < 128 {
			n := int(params[0])
			params = params[1:]
			return n
		}
		n := int(binary.BigEndian.Uint32(params) &^ (1 << 31))
		params = params[4:]
		return n
	}
	for len(params) > 0 {
		n, v := take(), take()
		name, value := string(params[:n]), string(params[n:n+v])
		params = params[n+v:]
		switch name {
		case "REQUEST_URI":
			path, _, _ = strings.Cut(value, "?")
		case "REMOTE_PORT", "SERVER_PORT":
			value = "port"
		case "SERVER_SOFTWARE":
			value, _, _ = strings.Cut(value, " ")
		}
		lines = append(lines, name+"="+value)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.got[path] = lines
	return path
}

// TestFastCGI asks HAProxy and gohap for the same, and compares what the application and
// the client get, and the log.
func TestFastCGI(t *testing.T) {
	t.Parallel()
	var want, got []string
	t.Run("play", func(t *testing.T) {
		for bin, to := range map[string]*[]string{needHAProxy(t): &want, needGohap(t): &got} {
			t.Run(filepath.Base(bin), func(t *testing.T) {
				t.Parallel()
				*to = playFastCGI(t, bin)
			})
		}
	})
	if !t.Failed() && !slices.Equal(want, got) {
		t.Errorf("HAProxy (-) and gohap (+) differ:\n%s", lineDiff(want, got))
	}
}

// fcgiConfig is for a log, an address, a mode of the bind line, that of the servers, and
// a socket.
const fcgiConfig = `global
    log %[1]s local0
    nbthread 1
    stats socket %[4]s
defaults
    mode http
    log global
    option httplog
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind %[2]s
    use_backend plain if { path_beg /plain }
    default_backend be
backend be
    use-fcgi-app app
    http-request set-header x-root %%[fcgi.docroot],%%[fcgi.index]
    server s %[3]s proto fcgi
backend plain
    filter fcgi-app bare
    server s %[3]s proto fcgi
fcgi-app app
    docroot /var/www
    index index.php
    path-info ^(/.+\.php)(/.*)?$
    set-param A b
    set-param A c if { path /over.php }
    set-param HTTPS on if { path /never }
    set-param EMPTY %%[req.hdr(nope)]
    set-param http_x-foo "v w"
    set-param REQUEST_METHOD ODD if { path /over.php }
    pass-header Authorization if { path_beg /dir }
    log-stderr global
fcgi-app bare
    docroot /srv
    no option keep-conn
`

func playFastCGI(t *testing.T, program string) (lines []string) {
	app, sink, dir, addr := startFCGIApp(t), newSyslogSink(t), t.TempDir(), freeAddr(t)
	sock := filepath.Join(dir, "sock")
	p := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(fcgiConfig, sink.addr, addr, app.addr, sock)))
	if !within(20*time.Second, func() bool {
		_, err := os.Stat(sock)
		return err == nil || !p.running()
	}) || !p.running() {
		t.Fatalf("%s does not start:\n%s", program, p.stderr.String())
	}
	requests := []string{"GET /x.php/info%20a?q=1&r", "GET /x.php", "GET /dir/", "GET /", "GET /nophp", "GET /over.php", "POST /post", "EXPECT /expect", "CHUNKS /chunks", "GET /a%0ab.php", "GET /plain/x?", "GET /q?", "HEAD /204"}
	for path := range fcgiAnswers {
		requests = append(requests, "GET "+path)
	}
	slices.Sort(requests[13:])
	for _, r := range requests {
		method, target, _ := strings.Cut(r, " ")
		// The client has the end of an answer before the program is through with the
		// stream. That the next one is not counted beside it in the log, even with one
		// thread, is only sure where one loop does everything in order.
		eventually(t, 10*time.Second, "the streams end", func() bool {
			return statCell(sock, "be", "BACKEND", "scur") == 0 && statCell(sock, "plain", "BACKEND", "scur") == 0
		})
		lines = append(lines, "request: "+r)
		lines = append(lines, fcgiAsk(t, addr, method, target)...)
		path, _, _ := strings.Cut(target, "?")
		app.mu.Lock()
		for _, l := range app.got[path] {
			lines = append(lines, "app: "+strings.ReplaceAll(l, addr, "FRONT"))
		}
		app.mu.Unlock()
	}
	all, _ := sink.await(10*time.Second, func(all []string) bool {
		n := 0
		for _, l := range all {
			if strings.Contains(l, " fe ") {
				n++
			}
		}
		return n >= len(requests)
	})
	p.end(t)
	for _, l := range all {
		lines = append(lines, "log: "+normalLog(fcgiPID.ReplaceAllString(l, "haproxy["), nil, false))
	}
	return lines
}

var fcgiPID = regexp.MustCompile(`\bgohap[-\w]*\[`)

func fcgiAsk(t *testing.T, addr, method, target string) []string {
	var body io.Reader
	expect := false
	switch method {
	case "POST":
		body = strings.NewReader(strings.Repeat("b", 70000))
	case "EXPECT":
		method, body, expect = "PUT", strings.NewReader("later"), true
	case "CHUNKS":
		method, body = "PUT", io.MultiReader(strings.NewReader("two "), strings.NewReader("parts"))
	}
	r, err := http.NewRequest(method, "http://"+addr+target, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"User-Agent": {"test"}, "Content-Type": {"text/x"}, "Te": {"trailers"}, "Proxy": {"1"}, "X_y": {"1"}, "X-My": {"1"}, "Accept-Encoding": {"x"}}
	if method == "GET" {
		r.SetBasicAuth("bob", "pw")
		r.Header.Del("Content-Type")
	}
	if expect {
		r.Header.Set("Expect", "100-continue")
	}
	answer, err := (&http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: time.Minute}).RoundTrip(r)
	if err != nil {
		return []string{"client: " + "no answer"}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	lines := []string{fmt.Sprintf("client: %s %q, whole %v", answer.Status, text, err == nil)}
	for name, values := range answer.Header {
		if name == "Date" {
			values = []string{"now"}
		}
		lines = append(lines, fmt.Sprintf("client: %s: %s", name, values))
	}
	slices.Sort(lines[1:])
	return lines
}

// TestFastCGIServer has Go's own FastCGI answer, with large bodies both ways.
func TestFastCGIServer(t *testing.T) {
	t.Parallel()
	bin := needGohap(t)
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go fcgi.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		env := fcgi.ProcessEnv(r)
		w.Header().Set("X-Script", env["SCRIPT_FILENAME"])
		w.Header().Set("X-Method", r.Method)
		if r.URL.Path == "/slow" { // piece by piece
			for range 3 {
				io.WriteString(w, "piece")
				w.(http.Flusher).Flush()
			}
			return
		}
		io.Copy(w, r.Body)
	}))
	dir, addr := t.TempDir(), freeAddr(t)
	p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"),
		fmt.Sprintf(fcgiConfig, "127.0.0.1", addr, l.Addr(), filepath.Join(dir, "sock"))))
	if !within(20*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
		t.Fatalf("does not start:\n%s", p.stderr.String())
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			body := strings.Repeat(fmt.Sprint(i), 300_000)
			answer, err := http.Post("http://"+addr+"/x.php", "text/plain", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			text, err := io.ReadAll(answer.Body)
			if err != nil || string(text) != body || answer.Header.Get("X-Script") != "/var/www/x.php" {
				t.Errorf("%d bytes, %v, %v", len(text), answer.Header, err)
			}
			again, err := http.Get("http://" + addr + "/slow")
			if err != nil {
				t.Error(err)
				return
			}
			defer again.Body.Close()
			if text, err := io.ReadAll(again.Body); err != nil || string(text) != "piecepiecepiece" {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
	all.Wait()
	p.end(t)
	if out := p.stderr.String(); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic") {
		t.Errorf("it says\n%s", out)
	}
}
