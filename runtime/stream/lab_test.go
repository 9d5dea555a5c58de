package stream

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gohap/health"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/stats"
)

// lab is a graph of one listen section made by hand, and its engine.
type lab struct {
	*testing.T
	engine *Engine
	proxy  *core.Proxy
	addr   string
}

// newLab starts a proxy in front of servers. tune changes it before traffic.
func newLab(t *testing.T, mode core.Mode, servers []string, tune func(*core.Proxy)) *lab {
	t.Helper()
	g := core.NewGraph()
	g.Global.NbThread = 1
	p := &core.Proxy{Name: "p", ID: 2, Kind: "listen", Caps: core.Frontend | core.Backend}
	p.Settings = core.Settings{
		Mode: mode, Opt: core.OptKeepAlive, Retries: 1, RetryOn: core.RetryConnFailure,
		Timeout: core.Timeouts{Client: 5 * time.Second, Server: 5 * time.Second, Connect: 5 * time.Second},
	}
	p.FE, p.BE = stats.NewFrontend(1), stats.NewBackend(1)
	p.Default = p
	checks := health.New(health.Options{})
	p.Health = checks.Backend(health.BackendConfig{Name: "p"})
	for i, addr := range servers {
		s := &core.Server{Proxy: p, Name: "s", ID: i + 1, Index: i, ServerSettings: core.DefaultServerSettings()}
		s.Dial.Store(&core.Endpoint{Options: conn.DialOptions{Addr: netip.MustParseAddrPort(addr)}})
		s.Stats = stats.NewServer(1)
		s.Idle.Max = -1
		s.Health = p.Health.Server(health.ServerConfig{Name: s.Name, Weight: 1}, health.NoHooks{})
		p.Servers = append(p.Servers, s)
	}
	if tune != nil {
		tune(p)
	}
	if len(p.Servers) > 0 {
		p.Assemble()
	}
	g.Proxies = []*core.Proxy{p}
	e := New(g)
	e.Process = stats.NewProcess(1)
	l, err := conn.Listen(&conn.ListenOptions{Addr: netip.MustParseAddrPort("127.0.0.1:0")})
	if err != nil {
		t.Fatal(err)
	}
	ls := &core.Listener{Proxy: p, Live: l, ID: 1}
	p.Listeners = []*core.Listener{ls}
	go l.Serve(func(c *conn.Conn) { e.Accept(ls, c) })
	t.Cleanup(func() {
		l.Stop()
		e.Stop()
		e.Kill()
		e.Wait()
	})
	return &lab{T: t, engine: e, proxy: p, addr: l.Addr().String()}
}

// dial connects to the proxy.
func (l *lab) dial() net.Conn {
	l.Helper()
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		l.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(10 * time.Second))
	l.Cleanup(func() { c.Close() })
	return c
}

// site is a server that answers with its number and what it was sent.
func site(t *testing.T, name string, hits *atomic.Int64) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hits != nil {
			hits.Add(1)
		}
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Site", name)
		if r.URL.Path == "/big" {
			for range 64 {
				w.Write(make([]byte, 16<<10))
			}
			return
		}
		if r.URL.Path == "/stream" {
			for range 5 {
				io.WriteString(w, "part\n")
				w.(http.Flusher).Flush()
			}
			return
		}
		io.WriteString(w, name+":"+string(body))
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// ask sends a request over c and returns the response with its body read.
func ask(t *testing.T, c net.Conn, r *bufio.Reader, request string) (*http.Response, string) {
	t.Helper()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}
