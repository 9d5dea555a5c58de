package runtime_test

import (
	"bytes"
	"fmt"
	"net"
	"runtime/debug"
	"strings"
	"testing"

	"gohap/parser"
	"gohap/parser/diag"
	"gohap/runtime"
	"gohap/runtime/internal/peer"
)

// allocConfig has what a usual service does for each request: a log line, ACLs on
// the path and on headers, header changes, a cookie, and reuse of connections.
const allocConfig = `global
	log LOG local0
defaults
	mode http
	log global
	option httplog
	option forwardfor
	timeout connect 5s
	timeout client 5s
	timeout server 5s
	retries 0
frontend web
	bind FRONT
	acl static path_beg /static /images
	acl image path_end .png .jpg
	acl api hdr_dom(host) -i api.example.com
	acl phone hdr_sub(user-agent) -i phone
	acl inside src 127.0.0.0/8 10.0.0.0/8
	http-request set-header X-Proto http if inside
	http-request del-header X-Drop
	http-request set-var(txn.host) req.hdr(host),lower
	http-response set-header X-Host %[var(txn.host)]
	use_backend none if static or image
	use_backend none if api phone
	default_backend app
backend none
	http-request deny
backend app
	balance roundrobin
	cookie SRV insert indirect nocache
	server a SERVER cookie ca maxconn 100
	server b SERVER cookie cb
`

// trackConfig counts requests by address and by header, limits them, and keeps
// clients at their servers by a stick table.
const trackConfig = `global
	log LOG local0
defaults
	mode http
	log global
	option httplog
	timeout connect 5s
	timeout client 5s
	timeout server 5s
	retries 0
backend hosts
	stick-table type string len 20 size 1k expire 1h store http_req_rate(1h),gpc0
frontend web
	bind FRONT
	stick-table type ip size 1m expire 1h store http_req_rate(10s),conn_cur,gpc0,bytes_out_cnt
	tcp-request connection track-sc0 src
	http-request track-sc1 src,ipmask(24)
	http-request track-sc2 req.hdr(host) table hosts
	http-request sc-inc-gpc0(2)
	http-request deny if { sc_http_req_rate(0) gt 1000000000 } || { sc2_get_gpc0 lt 1 }
	http-request deny unless { src_conn_cur ge 1 } { req.hdr(host),in_table(hosts) }
	http-response set-header X-Rate %[sc0_http_req_rate(web)]
	default_backend app
backend app
	balance roundrobin
	stick-table type ip size 1k expire 1h
	stick on src
	server a SERVER
	server b SERVER
`

// cachedConfig answers all but the first request from a cache: later ones have no
// server.
const cachedConfig = `global
	log LOG local0
defaults
	mode http
	log global
	option httplog
	timeout connect 5s
	timeout client 5s
	timeout server 5s
	retries 0
frontend web
	bind FRONT
	compression algo gzip
	http-request cache-use small
	http-response set-header X-Hit %[res.cache_hit] if { res.cache_hit }
	default_backend app
backend app
	http-request deny if { var(proc.stored) -m int gt 0 }
	http-response set-header Cache-Control max-age=3600
	http-response set-var(proc.stored) int(1)
	http-request cache-use small
	http-response cache-store small
	server a SERVER
cache small
	total-max-size 1
	max-age 3600
	process-vary on
`

// TestRequestAllocs measures what a request costs in allocations on its way from
// a client through rules, a server and the log: nothing, once buffers and pools
// are warm. Client, server and log live in this process too and allocate nothing
// either.
func TestRequestAllocs(t *testing.T) {
	for name, config := range map[string]string{"usual": allocConfig, "tracking": trackConfig, "cached": cachedConfig} {
		t.Run(name, func(t *testing.T) { requestAllocs(t, config) })
	}
}

func requestAllocs(t *testing.T, config string) {
	if raceEnabled {
		t.Skip("the race detector drops pooled buffers at will")
	}
	exchange := exchanger(t, config)
	for range 200 {
		exchange()
	}
	// A collection would empty the pools.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	if n := testing.AllocsPerRun(500, exchange); n > 0 {
		t.Errorf("%v allocations a request", n)
	}
}

// BenchmarkRequest is the way of a request and its response, client, server and
// log included.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./runtime | tee new.txt
func BenchmarkRequest(b *testing.B) {
	for name, config := range map[string]string{"usual": allocConfig, "tracking": trackConfig, "cached": cachedConfig} {
		b.Run(name, func(b *testing.B) {
			exchange := exchanger(b, config)
			exchange()
			b.ReportAllocs()
			for b.Loop() {
				exchange()
			}
		})
	}
}

// exchanger starts a proxy, and returns what sends it a request and waits for the
// response.
func exchanger(t testing.TB, config string) func() {
	front := fmt.Sprintf("127.0.0.1:%d", peer.Port(t))
	cfg := strings.NewReplacer("FRONT", front, "SERVER", allocServer(t), "LOG", allocSink(t)).Replace(config)
	serveConfig(t, cfg)
	c, err := net.Dial("tcp", front)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	request := []byte("GET /some/path?x=1 HTTP/1.1\r\nHost: www.Example.com\r\nUser-Agent: test\r\nX-Drop: 1\r\nCookie: a=b; SRV=cb; c=d\r\n\r\n")
	buf := make([]byte, 4096)
	return func() {
		if _, err := c.Write(request); err != nil {
			t.Fatal(err)
		}
		for n := 0; ; {
			m, err := c.Read(buf[n:])
			if err != nil {
				t.Fatal(err)
			}
			n += m
			if bytes.HasSuffix(buf[:n], []byte("\r\n\r\nok")) {
				return
			}
		}
	}
}

// serveConfig runs an instance within the test.
func serveConfig(t testing.TB, cfg string) {
	t.Helper()
	d := &diag.List{}
	i := runtime.Load(&runtime.Options{
		Files: []string{peer.File(t, "gohap.cfg", cfg)}, Program: "gohap", ReleaseDate: "2026/01/01",
		Features: parser.Features{Version: "2.6.12"},
	}, d)
	if i == nil {
		t.Fatalf("%+v", d.All)
	}
	if errs := i.Bind(nil); errs != nil {
		t.Fatal(errs)
	}
	i.Start()
	t.Cleanup(func() {
		i.Stop()
		<-i.Done()
	})
}

// allocServer answers every request at once and allocates nothing for it.
func allocServer(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	answer := []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: test\r\n\r\nok")
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf := make([]byte, 4096)
				for n := 0; ; {
					m, err := c.Read(buf[n:])
					if err != nil {
						return
					}
					if n += m; bytes.HasSuffix(buf[:n], []byte("\r\n\r\n")) {
						n = 0
						c.Write(answer)
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

// allocSink takes log lines and forgets them.
func allocSink(t testing.TB) string {
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			if _, _, err := c.ReadFromUDPAddrPort(buf); err != nil {
				return
			}
		}
	}()
	return c.LocalAddr().String()
}
