package e2e

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
)

// secretsOf are the lines that a peer writes itself.
type secretsOf struct {
	sync.Mutex
	bytes.Buffer
}

func (s *secretsOf) Write(p []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	return s.Buffer.Write(p)
}

func (s *secretsOf) lines() []string {
	s.Lock()
	defer s.Unlock()
	return sorted(s.String())
}

func sorted(text string) []string {
	lines := strings.Fields(strings.ReplaceAll(strings.ToLower(text), " ", "_"))
	slices.Sort(lines)
	return lines
}

// TestKeylogProfiles: log profiles, of HAProxy 3.1, give targets formats of their own;
// with those that it has for the purpose, rings hold the secrets of TLS that the
// peers know too.
func TestKeylogProfiles(t *testing.T) {
	t.Parallel()
	bin := needGohap(t)
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "site.pem"), filepath.Join(dir, "site.pem"))
	if err != nil {
		t.Fatal(err)
	}
	var client, server secretsOf
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, KeyLogWriter: &server})
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})}
	go web.Serve(l)
	t.Cleanup(func() { web.Close() })
	socket, addr := filepath.Join(dir, "sock"), freeAddr(t)
	p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(`global
    stats socket %s level admin
    tune.ssl.keylog on
ring fc
    maxlen 2048
    size 1M
ring bc
    maxlen 2048
    size 1M
ring other
    format rfc5424
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
log-profile fc
    on any format "${HAPROXY_KEYLOG_FC_LOG_FMT}"
log-profile bc
    on any format "${HAPROXY_KEYLOG_BC_LOG_FMT}"
log-profile other
    log-tag audit
    on close format "%%HU"
    on error format "bad from %%ci" sd "%%ST"
frontend f
    bind %s ssl crt %s/site.pem
    log ring@fc profile fc local0
    log ring@bc len 2048 format raw profile bc local0
    log ring@other profile other local0
    default_backend b
backend b
    server s %s ssl verify none
`, socket, addr, dir, l.Addr())))
	if !within(10*time.Second, func() bool { return present(socket) || !p.running() }) || !p.running() {
		t.Fatalf("it does not start:\n%s", p.stderr.String())
	}
	h := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, KeyLogWriter: &client}, DisableKeepAlives: true}}
	r, err := h.Get("https://" + addr + "/path")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	for ring, want := range map[string]*secretsOf{"fc": &client, "bc": &server} {
		var got []string
		if !within(5*time.Second, func() bool {
			got = sorted(tell(t, socket, "show events "+ring+"\n"))
			return slices.Equal(got, want.lines()) && len(got) == 4
		}) {
			t.Errorf("%s: got\n%s\nwant\n%s", ring, strings.Join(got, "\n"), strings.Join(want.lines(), "\n"))
		}
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "no TLS at all\n")
	var got string
	if !within(5*time.Second, func() bool {
		got = tell(t, socket, "show events other\n")
		return strings.Contains(got, " audit ") && strings.Contains(got, " - - /path\n") && strings.Contains(got, "bad from 127.0.0.1\n") && strings.Count(got, "\n") == 3
	}) {
		t.Errorf("the other ring has %q", got)
	}
}
