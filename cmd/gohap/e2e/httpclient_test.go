package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestHTTPClient compares what the command "httpclient" of both programs shows and
// asks for, in clear and over TLS that is not verified: HAProxy compares no addresses
// with those in certificates.
func TestHTTPClient(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	seen := make(chan string, 16)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- fmt.Sprint(r.Method, r.RequestURI, r.Header, r.TransferEncoding, string(body))
		w.Header()["Date"] = nil
		switch r.URL.Path {
		case "/missing":
			w.WriteHeader(404)
		case "/chunks":
			for _, part := range []string{"one", "two"} {
				io.WriteString(w, part)
				w.(http.Flusher).Flush()
			}
			return
		}
		w.Header().Set("X-Path", r.URL.Path)
		io.WriteString(w, "hello")
	})
	plain, secure := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	for name, lines := range map[string]string{
		"unverified": "httpclient.ssl.verify none\n    httpclient.resolvers.prefer ipv4",
		"plain":      "",
	} {
		a, b := startHTTPClient(t, ref, lines), startHTTPClient(t, bin, lines)
		commands := []string{
			"httpclient GET " + plain.URL + "/", "expert-mode on;httpclient GET " + plain.URL + "/a?b=c",
			"expert-mode on;httpclient HEAD " + plain.URL + "/", "expert-mode on;httpclient DELETE " + plain.URL,
			"expert-mode on;httpclient GET " + plain.URL + "/missing", "expert-mode on;httpclient GET " + plain.URL + "/chunks",
			"expert-mode on;httpclient FOO " + plain.URL, "expert-mode on;httpclient GET", "expert-mode on;httpclient GET foo",
		}
		if name != "plain" {
			commands = []string{"expert-mode on;httpclient GET " + secure.URL + "/safe"}
		}
		for _, command := range commands {
			want, got := tell(t, a, command+"\n"), tell(t, b, command+"\n")
			if want != got {
				t.Errorf("%s: %s\ngot  %q\nwant %q", name, command, got, want)
			}
			if asked, sent := drain(seen), strings.Contains(want, "HTTP/1.1"); sent && (len(asked) != 2 || asked[0] != asked[1]) {
				t.Errorf("%s: %s: the server was asked\n%s", name, command, strings.Join(asked, "\n"))
			}
		}
	}
}

// drain takes what is in a channel.
func drain(c chan string) (all []string) {
	for {
		select {
		case s := <-c:
			all = append(all, s)
		default:
			return all
		}
	}
}

func startHTTPClient(t *testing.T, program, lines string) (socket string) {
	dir := t.TempDir()
	socket = filepath.Join(dir, "sock")
	addr := freeAddr(t)
	proc := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(`global
    stats socket %s level admin
    %s
defaults
    mode http
    timeout client 10s
frontend fe
    bind %s
`, socket, lines, addr)))
	if !within(10*time.Second, func() bool { return listening(addr) || !proc.running() }) || !proc.running() {
		t.Fatalf("%s does not start:\n%s", program, proc.stderr.String())
	}
	return socket
}
