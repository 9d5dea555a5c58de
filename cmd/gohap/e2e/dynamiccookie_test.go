package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDynamicCookies compares the cookies that both programs make of the addresses
// of the same servers, while commands change keys and addresses.
func TestDynamicCookies(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	servers := []string{cookieServer(t, "127.0.0.1:0"), cookieServer(t, "127.0.0.1:0"), cookieServer(t, "[::1]:0")}
	a, b := startCookies(t, ref, servers), startCookies(t, bin, servers)
	host, port, _ := strings.Cut(servers[1], ":")
	for _, command := range []string{
		"", "disable dynamic-cookie backend one", "set dynamic-cookie-key backend one other", "enable dynamic-cookie backend one",
		"set server one/s addr " + host + " port " + port, "set dynamic-cookie-key backend one third", "set dynamic-cookie-key backend one",
		"enable dynamic-cookie backend plain", "set dynamic-cookie-key backend plain key", "enable dynamic-cookie backend bare",
		"set dynamic-cookie-key backend bare key", "disable dynamic-cookie backend plain", "enable dynamic-cookie backend",
		"enable dynamic-cookie backend none", "set dynamic-cookie-key backend none key", "disable dynamic-cookie backend fe",
	} {
		if command != "" {
			if want, got := tell(t, a.socket, command+"\n"), tell(t, b.socket, command+"\n"); want != got {
				t.Errorf("%s: got %q, want %q", command, got, want)
			}
		}
		for _, path := range []string{"one", "six", "own", "plain", "bare"} {
			want, got := a.cookie(t, path, ""), b.cookie(t, path, "")
			if want != got {
				t.Errorf("%q: %s gives %q, want %q", command, path, got, want)
			}
			if path == "one" && command == "" && len(want) < 16 {
				t.Errorf("no cookie: %q", want)
			}
			value, _, _ := strings.Cut(want, ";")
			if want, got := a.cookie(t, path, value), b.cookie(t, path, value); want != got {
				t.Errorf("%q: %s with %q gives %q, want %q", command, path, value, got, want)
			}
		}
	}
}

// cookieServer is a server of HTTP.
func cookieServer(t *testing.T, addr string) string {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		missing(t, "%v", err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Cookie", r.Header.Get("Cookie"))
	})}}
	s.Start()
	t.Cleanup(s.Close)
	return l.Addr().String()
}

type cookieProxy struct{ addr, socket string }

func startCookies(t *testing.T, program string, servers []string) cookieProxy {
	dir := t.TempDir()
	p := cookieProxy{freeAddr(t), filepath.Join(dir, "sock")}
	six := servers[2][strings.LastIndexByte(servers[2], ':'):]
	proc := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(`global
    stats socket %s level admin
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind %s
    use_backend %%[path,field(2,/)]
backend one
    cookie SRV insert dynamic indirect
    dynamic-cookie-key secret
    server s %[3]s
backend six
    cookie SRV insert preserve dynamic
    dynamic-cookie-key secret
    server s ::1%[4]s
backend own
    cookie SRV insert dynamic
    dynamic-cookie-key secret
    server s %[3]s cookie mine
backend plain
    cookie SRV insert
    server s %[3]s
backend bare
    server s %[3]s
`, p.socket, p.addr, servers[0], six)))
	if !within(10*time.Second, func() bool { return listening(p.addr) || !proc.running() }) || !proc.running() {
		t.Fatalf("%s does not start:\n%s", program, proc.stderr.String())
	}
	return p
}

// cookie is what a request gets as set-cookie, and what its server saw.
func (p cookieProxy) cookie(t *testing.T, path, value string) string {
	r, err := http.NewRequest("GET", "http://"+p.addr+"/"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if value != "" {
		r.Header.Set("Cookie", value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header.Get("Set-Cookie") + " " + answer.Header.Get("X-Cookie")
}
