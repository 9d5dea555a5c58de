package e2e

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startCompressing starts a program with an HTTP/2 connection between two of its
// proxies on each way that a message may take, and returns the addresses of those
// in front: one in front of HTTP/2, one that gets HTTP/2 from another.
func startCompressing(t *testing.T, program, lines, server string) (up, down string) {
	t.Helper()
	addr := [4]string{freeAddr(t), freeAddr(t), freeAddr(t), freeAddr(t)}
	cfg := "defaults\n mode http\n timeout connect 5s\n timeout client 20s\n timeout server 20s\n"
	for i, l := range []struct{ bind, server, lines string }{
		{"", addr[1] + " proto h2", lines}, {" proto h2", server, ""},
		{"", addr[3] + " proto h2", ""}, {" proto h2", server, lines},
	} {
		cfg += fmt.Sprintf("listen l%d\n bind %s%s\n server s %s\n%s", i, addr[i], l.bind, l.server, l.lines)
	}
	p := start(t, program, "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "h.cfg"), cfg))
	if !within(10*time.Second, func() bool { return listening(addr[3]) || !p.running() }) || !p.running() {
		t.Fatalf("%s does not start:\n%s", program, p.stderr.String())
	}
	return addr[0], addr[2]
}

// A body that crosses HTTP/2 on its way is compressed as well, and its length is
// forgotten then.
func TestCompressAcrossHTTP2(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Error(err)
				return
			}
			body = z
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
		w.Header().Set("Coding", r.Header.Get("Content-Encoding"))
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		w.Write(text)
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	text := strings.Repeat("hello ", 5000)
	// ask returns the head of the answer, and the body unpacked.
	ask := func(addr string) (head, body string) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(20 * time.Second))
		fmt.Fprintf(c, "POST / HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s", len(text), text)
		var seen strings.Builder
		r := bufio.NewReader(io.TeeReader(c, &seen))
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		from := io.Reader(res.Body)
		if res.Header.Get("Content-Encoding") == "gzip" {
			if from, err = gzip.NewReader(from); err != nil {
				t.Fatal(err)
			}
		}
		all, err := io.ReadAll(from)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
		}
		head, _, _ = strings.Cut(seen.String(), "\r\n\r\n")
		return head, string(all)
	}
	gohap := needGohap(t)
	t.Run("responses", func(t *testing.T) {
		var heads [2][2]string
		for i, program := range []string{needHAProxy(t), gohap} {
			up, down := startCompressing(t, program, " compression algo gzip\n", l.Addr().String())
			for j, addr := range []string{up, down} {
				head, body := ask(addr)
				if body != text {
					t.Errorf("%s: %d bytes, want %d", program, len(body), len(text))
				}
				heads[i][j] = head
			}
		}
		if heads[0] != heads[1] {
			t.Errorf("haproxy: %q\ngohap: %q", heads[0], heads[1])
		}
	})
	t.Run("requests", func(t *testing.T) {
		up, down := startCompressing(t, gohap, " compression algo-req gzip\n compression direction request\n", l.Addr().String())
		for _, addr := range []string{up, down} {
			if head, body := ask(addr); body != text || !strings.Contains(head, "\r\ncoding: gzip") {
				t.Errorf("%d bytes, want %d:\n%s", len(body), len(text), head)
			}
		}
	})
}
