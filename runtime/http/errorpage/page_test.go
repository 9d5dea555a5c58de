package errorpage

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gohap/runtime/http"
	"gohap/runtime/http1"
	"gohap/runtime/internal/peer"
)

// print returns a page as a stream sends it in answer to a request.
func print(p *Page, request string) string {
	var req http.Request
	req.Reset()
	if _, err := http1.ParseRequest([]byte(request), &req, nil); err != nil {
		return err.Error()
	}
	var r http.Response
	r.Reset()
	p.Fill(&r)
	r.Conn = http1.ResponseConn(&req, &r, !p.Closes() && http1.ClientKeep(&req, &r))
	return string(http1.AppendResponse(nil, &r)) + string(p.Body)
}

// exchange sends a request and returns all that comes back.
func exchange(t *testing.T, addr, request string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, request)
	c.(*net.TCPConn).CloseWrite()
	var b bytes.Buffer
	b.ReadFrom(c) // a reset after the answer is no matter
	return b.String()
}

const oldRequest, closing = "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

func TestBuiltinAgainstHAProxy(t *testing.T) {
	var rules strings.Builder
	for _, s := range Statuses() {
		fmt.Fprintf(&rules, "\thttp-request return status %d default-errorfiles if { path /%d }\n", s, s)
	}
	addr := start(t, rules.String())
	for _, s := range Statuses() {
		for _, request := range []string{oldRequest, closing} {
			request = strings.Replace(request, "/", fmt.Sprintf("/%d", s), 1)
			if got, want := print(Builtin(s), request), exchange(t, addr, request); got != want {
				t.Errorf("%d:\n got %q\nwant %q", s, got, want)
			}
		}
	}
	for request, status := range map[string]int{
		"GET \x01": 400,
		"GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n": 422,
	} {
		if got, want := string(Builtin(status).Raw()), exchange(t, addr, request); got != want {
			t.Errorf("%q:\n got %q\nwant %q", request, got, want)
		}
	}
}

// start runs a haproxy whose frontend has these directives and returns its
// address.
func start(t *testing.T, directives string) string {
	t.Helper()
	addr := peer.Addr(t)
	peer.HAProxy(t, "defaults\n\tmode http\n\ttimeout client 5s\n\ttimeout server 5s\n\ttimeout connect 5s\nfrontend f\n\tbind "+addr+"\n"+directives)
	return addr
}

const (
	statusLine = "HTTP/1.0 503 Service Unavailable\r\n"
	someFields = "Cache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n"
	someBody   = "<html>x</html>\n"
)

// files are contents of errorfiles, and what HAProxy says about the bad ones
// with FILE for the name.
var files = []struct{ name, content, message string }{
	{"usual", statusLine + someFields + someBody, ""},
	{"length", statusLine + "Content-Length: 15\r\n\r\n" + someBody, ""},
	{"short length", statusLine + "Content-Length: 5\r\n\r\n" + someBody, "'FILE': payload size does not match the announced content-length (15 != 5)"},
	{"long length", statusLine + "Content-Length: 50\r\n\r\n" + someBody, "'FILE': payload size does not match the announced content-length (15 != 50)"},
	{"two lengths", statusLine + "Content-Length: 15\r\nContent-Length: 16\r\n\r\n" + someBody, "'FILE': unable to parse headers (error offset: 70)"},
	{"bad length", statusLine + "Content-Length: x\r\n\r\n", "'FILE': unable to parse headers (error offset: 50)"},
	{"chunks", statusLine + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "'FILE': chunk-encoded payload not supported"},
	{"other coding", statusLine + "Transfer-Encoding: gzip\r\n\r\n" + someBody, ""},
	{"line feeds", "HTTP/1.1 503 Sorry\nA: b\n\nbody", ""},
	{"blank lines first", "\r\n\r\n" + statusLine + "\r\n" + someBody, ""},
	{"no blank line", statusLine + "A: b\r\n", "'FILE': unable to parse headers (error offset: -2)"},
	{"no HTTP", "hello\n", "'FILE': unable to parse headers (error offset: 0)"},
	{"nothing", "", ""},
	{"1.1", "HTTP/1.1 503 Sorry\r\nA: b\r\n\r\n" + someBody, ""},
	{"2.0", "HTTP/2.0 503 Sorry\r\nA: b\r\n\r\n" + someBody, ""},
	{"another status", "HTTP/1.0 200 Fine\r\n\r\n" + someBody, ""},
	{"204", "HTTP/1.0 204 Empty\r\n\r\n", ""},
	{"204 with body", "HTTP/1.0 204 Empty\r\n\r\n" + someBody, "'FILE': message payload not expected"},
	{"100", "HTTP/1.0 100 Go\r\n\r\n", "'FILE': invalid http status code for an error message (100)"},
	{"101", "HTTP/1.0 101 Go\r\n\r\n", ""},
	{"bad name", statusLine + "Cach e: b\r\n\r\n", "'FILE': unable to parse headers (error offset: 38)"},
	{"lone CR", statusLine + "A: b\rc\r\n\r\n", "'FILE': unable to parse headers (error offset: 39)"},
	{"no colon", statusLine + "Abc\r\n\r\n", "'FILE': unable to parse headers (error offset: 37)"},
	{"bad status", "HTTP/1.0 5x3 No\r\n\r\n", "'FILE': unable to parse headers (error offset: 10)"},
	{"bad version", "ICY 503 No\r\n\r\n", "'FILE': invalid http version (ICY)"},
	{"no reason", "HTTP/1.0 503\r\n\r\n" + someBody, ""},
	{"more tokens", statusLine + "Connection: keep-alive, foo\r\n\r\n" + someBody, ""},
	{"folded", statusLine + "A: b\r\n c\r\n\r\n" + someBody, ""},
	{"too many", statusLine + strings.Repeat("X: y\r\n", 101) + "\r\n", "'FILE': unable to parse headers (error offset: 642)"},
	{"large", "HTTP/1.0 503 X\r\n\r\n" + strings.Repeat("x", 16279), ""},
	{"too large", "HTTP/1.0 503 X\r\n\r\n" + strings.Repeat("x", 16280), "'FILE': unable to add payload into the HTX message"},
	{"much too large", "HTTP/1.0 503 X\r\n\r\n" + strings.Repeat("x", 20000), "'FILE': unable to add payload into the HTX message"},
}

// write puts a content into a file and returns its path.
func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.http")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	for _, f := range files {
		t.Run(f.name, func(t *testing.T) {
			path := write(t, f.content)
			p, warning, err := Read(path, 0)
			got := ""
			if err != nil {
				got = strings.ReplaceAll(err.Error(), path, "FILE")
			}
			if got != f.message {
				t.Errorf("got %q, want %q", got, f.message)
			}
			if (len(f.content) > 16384) != (warning != "") {
				t.Errorf("warning %q", warning)
			}
			if err == nil && p.Empty() != (f.content == "") {
				t.Error("Empty is wrong")
			}
		})
	}
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir + "/none": "error opening file '" + dir + "/none'.",
		dir:           "error reading file '" + dir + "'.",
	} {
		if _, _, err := Read(path, 0); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestReadAgainstHAProxy(t *testing.T) {
	program := peer.Need(t, "haproxy")
	for _, f := range files {
		t.Run(f.name, func(t *testing.T) {
			path := write(t, f.content)
			cfg := "defaults\n\tmode http\n\ttimeout client 5s\n\ttimeout server 5s\n\ttimeout connect 5s\nfrontend f\n\tbind 127.0.0.1:65001\n\terrorfile 503 " + path + "\n"
			if f.message != "" {
				_, _, stderr := peer.Check(t, program, cfg)
				if want := "errorfile : " + strings.ReplaceAll(f.message, "FILE", path) + "\n"; !strings.Contains(stderr, want) {
					t.Errorf("no %q in\n%s", want, stderr)
				}
				return
			}
			p, _, err := Read(path, 0)
			if err != nil {
				t.Fatal(err)
			}
			addr := start(t, "\terrorfile 503 "+path+"\n\thttp-request deny deny_status 503\n")
			for _, request := range []string{oldRequest, closing} {
				got, want := "", exchange(t, addr, request)
				if !p.Empty() {
					got = print(p, request)
				}
				if got != want {
					t.Errorf("\n got %.300q\nwant %.300q", got, want)
				}
			}
		})
	}
}
