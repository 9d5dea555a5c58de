package e2e

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
	"gohap/runtime/resolver/testdns"
)

// resolveConfig has servers whose addresses name servers tell. The times are
// short, but for that of missing answers, which come late on a busy machine; what
// is compared does not depend on them.
const resolveConfig = `global
    stats socket SOCKET level admin
    log SYSLOG local0
defaults
    mode http
    log global
    timeout client 5s
    timeout connect 5s
    timeout server 5s
    default-server init-addr none resolvers d resolve-prefer ipv4
resolvers d
    nameserver n1 DNS
    timeout resolve 100ms
    timeout retry 100ms
    resolve_retries 2
    hold nx 500ms
    hold refused 500ms
    hold timeout 5s
    hold other 500ms
    hold obsolete 300ms
resolvers both
    nameserver udp DNS
    nameserver tcp tcp@DNS
    timeout resolve 100ms
backend app
    server s app.example:80
backend two
    server-template t 2 two.example:80
backend srv
    server-template v 2 _http._tcp.example
backend big
    server b big.example:80 resolvers both
backend off
    server m app.example:80 disabled
backend fixed
    server f 192.0.2.7:8080
listen l
    bind BIND
`

// resolveZone is where the scenario begins.
const resolveZone = `
app.example A 127.0.0.2
two.example A 127.0.0.3
two.example A 127.0.0.4
_http._tcp.example SRV 1 10 8081 a.example
a.example A 127.0.0.11
b.example A 127.0.0.12
big.example TC
big.example A 127.0.0.5
`

// resolveStep is a change, and what both programs log about it.
type resolveStep struct {
	name string
	// swap replaces a text of the zone, and command is for the stats socket.
	old, new, command string
	logs              []string
}

const left = "0 sessions active, 0 requeued, 0 remaining in queue."

var resolveSteps = []resolveStep{
	{name: "start", logs: []string{
		"app/s changed its IP from (none) to 127.0.0.2 by d/n1.",
		"Server app/s ('app.example') is UP/READY (resolves again).",
		"Server app/s administratively READY thanks to valid DNS answer.",
		"off/m changed its IP from (none) to 127.0.0.2 by DNS cache.",
		"Server off/m ('app.example') resolves again but remains in maintenance.",
		"Server off/m administratively READY thanks to valid DNS answer.",
		"two/t1 changed its IP from (none) to 127.0.0.3 by d/n1.",
		"Server two/t1 ('two.example') is UP/READY (resolves again).",
		"Server two/t1 administratively READY thanks to valid DNS answer.",
		"two/t2 changed its IP from (none) to 127.0.0.4 by DNS cache.",
		"Server two/t2 ('two.example') is UP/READY (resolves again).",
		"Server two/t2 administratively READY thanks to valid DNS answer.",
		"srv/v1 changed its FQDN from (null) to a.example by 'SRV record'",
		"srv/v1 changed its IP from (none) to 127.0.0.11 by d/n1.",
		"Server srv/v1 ('a.example') is UP/READY (resolves again).",
		"Server srv/v1 administratively READY thanks to valid DNS answer.",
		"big/b changed its IP from (none) to 127.0.0.5 by both/tcp.",
		"Server big/b ('big.example') is UP/READY (resolves again).",
		"Server big/b administratively READY thanks to valid DNS answer.",
	}},
	{name: "another address", old: "app.example A 127.0.0.2", new: "app.example A 127.0.0.6", logs: []string{
		"app/s changed its IP from 127.0.0.2 to 127.0.0.6 by d/n1.",
		"off/m changed its IP from 127.0.0.2 to 127.0.0.6 by DNS cache.",
	}},
	{name: "no such name", old: "app.example A 127.0.0.6\n", new: "", logs: []string{
		"Server app/s is going DOWN for maintenance (DNS NX status). 0 active and 0 backup servers left. " + left,
		"backend app has no server available!",
	}},
	{name: "the name is back", old: "\n", new: "\napp.example A 127.0.0.7\n", logs: []string{
		"app/s changed its IP from (none) to 127.0.0.7 by d/n1.",
		"Server app/s ('app.example') is UP/READY (resolves again).",
		"Server app/s administratively READY thanks to valid DNS answer.",
		"off/m changed its IP from (none) to 127.0.0.7 by DNS cache.",
		"Server off/m ('app.example') resolves again but remains in maintenance.",
		"Server off/m administratively READY thanks to valid DNS answer.",
	}},
	{name: "refused", old: "app.example A 127.0.0.7", new: "app.example RCODE 5", logs: []string{
		"Server app/s is going DOWN for maintenance (DNS refused status). 0 active and 0 backup servers left. " + left,
		"backend app has no server available!",
	}},
	{name: "a service more", old: "a.example\n", new: "a.example\n_http._tcp.example SRV 1 300 8082 b.example\n", logs: []string{
		"srv/v2 changed its FQDN from (null) to b.example by 'SRV record'",
		"srv/v2 changed its IP from (none) to 127.0.0.12 by d/n1.",
		"Server srv/v2 ('b.example') is UP/READY (resolves again).",
		"Server srv/v2 administratively READY thanks to valid DNS answer.",
	}},
	{name: "another weight", old: "1 300 8082", new: "1 600 8082"},
	{name: "a service less", old: "_http._tcp.example SRV 1 10 8081 a.example\n", new: "", logs: []string{
		"Server srv/v1 is going DOWN for maintenance (entry removed from SRV record). 1 active and 0 backup servers left. " + left,
	}},
	{name: "no answers", old: "app.example RCODE 5", new: "app.example A 127.0.0.8\na.example DROP\nb.example DROP", logs: []string{
		"app/s changed its IP from (none) to 127.0.0.8 by d/n1.",
		"Server app/s ('app.example') is UP/READY (resolves again).",
		"Server app/s administratively READY thanks to valid DNS answer.",
		"off/m changed its IP from (none) to 127.0.0.8 by DNS cache.",
		"Server off/m ('app.example') resolves again but remains in maintenance.",
		"Server off/m administratively READY thanks to valid DNS answer.",
		"Server srv/v2 is going DOWN for maintenance (DNS timeout status). 0 active and 0 backup servers left. " + left,
		"backend srv has no server available!",
	}},
	{name: "one address for two", old: "two.example A 127.0.0.3\n", new: "", logs: []string{
		"Server two/t1 is going DOWN for maintenance (No IP for server ). 1 active and 0 backup servers left. " + left,
	}},
	{name: "another name", command: "set server fixed/f fqdn two.example", logs: []string{
		"fixed/f changed its IP from 192.0.2.7 to 127.0.0.4 by DNS cache.",
	}},
	{name: "out of maintenance", command: "set server off/m state ready", logs: []string{
		"Server off/m is UP/READY (leaving forced maintenance).",
	}},
}

// TestResolve has addresses change, go and come in the name server of HAProxy
// and of gohap: both log the same, and show the same states.
func TestResolve(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	a, b := startResolve(t, ref, resolveConfig, resolveZone), startResolve(t, bin, resolveConfig, resolveZone)
	for _, s := range resolveSteps {
		for _, l := range []*resolveLab{a, b} {
			l.step(t, &s)
		}
		for _, command := range []string{"show servers state", "show stat"} {
			want, got := a.show(t, command), b.show(t, command)
			if !slices.Equal(want, got) {
				t.Errorf("%s: %s: HAProxy (-) and gohap (+) differ:\n%s", s.name, command, lineDiff(want, got))
			}
		}
	}
	for _, command := range []string{"show resolvers nowhere", "set server app/s fqdn", "set server app/s fqdn a..b", "set server app/s fqdn a!", "set server app/s fqdn app.example",
		"set server srv/v1 fqdn app.example",
		"set server app/s addr 127.0.0.99", "set server srv/v1 addr 127.0.0.99", "set server fixed/f fqdn app.example"} {
		if want, got := tell(t, a.socket, command+"\n"), tell(t, b.socket, command+"\n"); want != got {
			t.Errorf("%s: HAProxy says %q, gohap %q", command, want, got)
		}
	}
	// The counters are not the same: HAProxy counts no timeouts, and how often
	// both ask in a time varies.
	number := regexp.MustCompile(`([ :,])\d+([,:\n}])`)
	for _, command := range []string{"show resolvers", "show resolvers d", "show stat domain resolvers", "show stat domain resolvers typed desc",
		"show stat domain resolvers json", "show stat domain resolver"} {
		var got [2]string
		for i, l := range []*resolveLab{a, b} {
			got[i] = tell(t, l.socket, command+"\n")
			got[i] = strings.ReplaceAll(got[i], "}}][{", "}}],[{") // HAProxy's is no JSON
			for range 2 {
				got[i] = number.ReplaceAllString(got[i], "${1}N$2")
			}
		}
		if got[0] != got[1] {
			t.Errorf("%s: HAProxy (-) and gohap (+) differ:\n%s", command, lineDiff(strings.Split(got[0], "\n"), strings.Split(got[1], "\n")))
		}
	}
}

// doResolveConfig has rules that look names up. HAProxy keeps a good answer only
// for as long as somebody waits or a server has that name, gohap for "hold valid".
const doResolveConfig = `global
    stats socket SOCKET level admin
    log SYSLOG local0
defaults
    mode http
    log global
    option httplog
    timeout client 5s
    timeout connect 5s
    timeout server 5s
resolvers d
    nameserver n1 DNS
    timeout retry 500ms
    resolve_retries 2
    hold valid 0
frontend web
    bind BIND
    http-request do-resolve(txn.ip,d,ipv4) hdr(x-name),lower
    http-request do-resolve(txn.six,d,ipv6) hdr(x-six)
    http-request do-resolve(nowhere.x,d) hdr(x-six)
    http-request return status 200 content-type text/plain lf-string "%[var(txn.ip)] %[var(txn.six)]" if { hdr(x-show) -m found }
    http-request deny deny_status 403 unless { var(txn.ip) -m found }
    http-request set-dst var(txn.ip)
    http-request set-dst-port int(PORT)
    default_backend to
backend to
    server s 0.0.0.0:0
listen raw
    mode tcp
    option tcplog
    bind BIN2
    tcp-request inspect-delay 5s
    tcp-request content do-resolve(sess.ip,d,ipv4) req.payload(0,0),field(1,;) if { req.len gt 0 }
    tcp-request content reject if { req.len gt 0 } !{ var(sess.ip) -m found }
    tcp-request content set-dst var(sess.ip) if { req.len gt 0 }
    tcp-request content set-dst-port int(PORT) if { req.len gt 0 }
    tcp-request content accept if { req.len gt 0 }
    server s 0.0.0.0:0
`

// TestDoResolve sends requests for names: those with an address get there, the
// others are refused, in the same time as by HAProxy.
func TestDoResolve(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	app, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	go func() {
		for {
			c, err := app.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				c.Read(make([]byte, 4096))
				io.WriteString(c, "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\napp")
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(app.Addr().String())
	config := strings.ReplaceAll(doResolveConfig, "PORT", port)
	const zone = "app.example A 127.0.0.1\nwww.example CNAME app.example\nsix.example AAAA ::6\nslow.example DROP\nno.example RCODE 5\n"
	var labs []*resolveLab
	for _, bin := range []string{ref, bin} {
		labs = append(labs, startResolve(t, bin, config, zone))
	}
	for _, head := range []string{
		"x-name: app.example", "x-name: APP.example\r\nx-show: 1", "x-name: www.example", "x-name: nx.example", "x-name: no.example", "x-name: slow.example",
		"x-name: a..b", "x-name:", "x-show: 1", "x-show: 1\r\nx-six: six.example", "x-show: 1\r\nx-name: six.example\r\nx-six: app.example",
	} {
		var got [2]string
		for i, l := range labs {
			got[i] = say(t, l.bind, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"+head+"\r\n\r\n")
		}
		if got[0] != got[1] {
			t.Errorf("%q: HAProxy (-) and gohap (+) differ:\n%s", head, lineDiff(strings.Split(got[0], "\n"), strings.Split(got[1], "\n")))
		}
	}
	for _, text := range []string{"app.example;", "nx.example;"} {
		var got [2]string
		for i, l := range labs {
			got[i] = say(t, l.second, text)
		}
		if got[0] != got[1] {
			t.Errorf("%q: HAProxy answers %q, gohap %q", text, got[0], got[1])
		}
	}
	var logs [2][]string
	for i, l := range labs {
		const all = 13
		l.log.await(10*time.Second, func(lines []string) bool { return len(lines) >= all })
		for _, line := range l.log.all() {
			logs[i] = append(logs[i], normalLog(line, map[string]bool{"counts": true, "bytes": true}, true))
		}
		slices.Sort(logs[i])
	}
	if !slices.Equal(logs[0], logs[1]) {
		t.Errorf("log: HAProxy (-) and gohap (+) differ:\n%s", lineDiff(logs[0], logs[1]))
	}
	// Both ask the same, as often. HAProxy sends a question without a name, too,
	// where a name is none.
	var asked [2][]string
	for i, l := range labs {
		for _, q := range l.dns.Queries.All() {
			if !strings.HasSuffix(q, " ") {
				asked[i] = append(asked[i], q)
			}
		}
	}
	if !slices.Equal(asked[0], asked[1]) {
		t.Errorf("questions: HAProxy (-) and gohap (+) differ:\n%s", lineDiff(asked[0], asked[1]))
	}
}

// say sends a text and returns all that comes back.
func say(t *testing.T, addr, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(c, text)
	out, _ := io.ReadAll(c)
	return string(out)
}

// resolveStates is a state file of a process that knew where the servers are,
// while the name server says nothing any more.
const resolveStates = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
2 app 1 s 127.0.0.21 2 0 1 1 10 1 0 2 0 0 0 0 app.example 80 - 0 0 - - 0
4 srv 1 v1 127.0.0.31 2 64 7 1 10 1 0 0 0 0 0 0 a.example 8081 _http._tcp.example 0 0 - - 0
4 srv 2 v2 - 0 96 1 1 10 1 0 0 0 0 0 0 - 0 _http._tcp.example 0 0 - - 0
`

// TestResolveStateFile starts with the addresses of an earlier process: they
// hold until the name server knows others, and a server of an SRV name goes on
// to stand for the same record.
func TestResolveStateFile(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	states := writeFile(t, filepath.Join(publicDir(t), "states"), resolveStates)
	const quiet = "app.example DROP\ntwo.example DROP\n_http._tcp.example DROP\na.example DROP\nbig.example DROP\n"
	config := strings.NewReplacer("init-addr none", "init-addr last,none", "hold timeout 5s", "hold timeout 1h",
		"    log SYSLOG local0\n", "    log SYSLOG local0\n    server-state-file "+states+"\n",
		"    log global\n", "    log global\n    load-server-state-from-file global\n").Replace(resolveConfig)
	a, b := startResolve(t, ref, config, quiet), startResolve(t, bin, config, quiet)
	// HAProxy counts up the checks of servers without one when it reads the file.
	if want, got := a.show(t, "show servers state", 12), b.show(t, "show servers state", 12); !slices.Equal(want, got) {
		t.Errorf("HAProxy (-) and gohap (+) differ:\n%s", lineDiff(want, got))
	}
	for _, l := range []*resolveLab{a, b} {
		l.dns.Set("_http._tcp.example SRV 1 1 8081 a.example\n_http._tcp.example SRV 1 1 8082 b.example\na.example A 127.0.0.31\nb.example A 127.0.0.32\n")
		lines, ok := l.log.await(10*time.Second, func(lines []string) bool {
			return strings.Contains(strings.Join(lines, "\n"), "srv/v2 changed its IP from (none) to 127.0.0.32 by d/n1.")
		})
		if !ok || strings.Contains(strings.Join(lines, "\n"), "srv/v1") {
			t.Errorf("%s: srv/v1 should stay as it is, and srv/v2 stand for the other record:\n%s", l.name, strings.Join(lines, "\n"))
		}
	}
}

// TestResolveTLS asks name servers within TLS: one that shows a certificate for
// its name, and one that does not. (HAProxy 2.6.12 does the former, and mostly
// crashes on the latter.)
func TestResolveTLS(t *testing.T) {
	t.Parallel()
	bin := needGohap(t)
	if selfCheck() {
		t.Skip("HAProxy does otherwise")
	}
	dir := publicDir(t)
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "site.pem"), filepath.Join(dir, "site.pem"))
	if err != nil {
		t.Fatal(err)
	}
	config := `global
    stats socket SOCKET level admin
    log SYSLOG local0
defaults
    mode http
    log global
    default-server init-addr none resolve-prefer ipv4
resolvers right
    nameserver n tcp@TLS ssl verify required ca-file CA verifyhost site.test sni str(site.test)
    timeout resolve 100ms
resolvers wrong
    nameserver n tcp@TLS ssl verify required ca-file CA verifyhost other.test
    timeout resolve 100ms
    timeout retry 100ms
    resolve_retries 1
listen l
    bind BIND
    no log
    http-request do-resolve(txn.ip,wrong,ipv4) str(app.example)
    http-request return status 200 content-type text/plain lf-string "%[var(txn.ip)]."
backend b
    server s app.example:80 resolvers right
`
	dns := testdns.Start(t, "app.example A 127.0.0.2")
	outer, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { outer.Close() })
	go func() {
		for {
			c, err := outer.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				to, err := net.Dial("tcp", dns.Addr)
				if err != nil {
					return
				}
				defer to.Close()
				go io.Copy(c, to)
				io.Copy(to, c)
			}()
		}
	}()
	config = strings.NewReplacer("TLS", outer.Addr().String(), "CA", filepath.Join(dir, "ca.pem")).Replace(config)
	l := startResolve(t, bin, config, "")
	lines, ok := l.log.await(10*time.Second, func(lines []string) bool {
		return strings.Contains(strings.Join(lines, "\n"), "b/s changed its IP from (none) to 127.0.0.2 by right/n.")
	})
	if !ok {
		t.Errorf("%s: no answer over TLS:\n%s", l.name, strings.Join(lines, "\n"))
	}
	if text := say(t, l.bind, "GET / HTTP/1.0\r\n\r\n"); !strings.HasSuffix(text, "\r\n\r\n.") {
		t.Errorf("%s: an answer from a name server with a wrong certificate: %q", l.name, text)
	}
}

// TestResolveConnections has a server with open connections move: later requests
// go to where it is then, over HTTP/1 and HTTP/2. (HAProxy has a client that keeps
// its connection go on where it was.)
func TestResolveConnections(t *testing.T) {
	t.Parallel()
	bin := needGohap(t)
	if selfCheck() {
		t.Skip("HAProxy does otherwise")
	}
	port := ""
	for _, ip := range []string{"127.0.0.2", "127.0.0.3"} {
		l, err := net.Listen("tcp", net.JoinHostPort(ip, port))
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ = net.SplitHostPort(l.Addr().String())
		s := &http.Server{Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, ip+" "+r.Proto)
		})}
		s.Protocols.SetHTTP1(true)
		s.Protocols.SetUnencryptedHTTP2(true)
		go s.Serve(l)
		t.Cleanup(func() { s.Close() })
	}
	const config = `global
    stats socket SOCKET level admin
    log SYSLOG local0
defaults
    mode http
    log global
    http-reuse always
    timeout client 5s
    timeout connect 5s
    timeout server 5s
    default-server init-addr none resolvers d resolve-prefer ipv4
resolvers d
    nameserver n1 DNS
    timeout resolve 100ms
listen one
    bind BIND
    no log
    server s app.example:PORT
listen two
    bind BIN2
    no log
    server s app.example:PORT proto h2
backend three
    server s app.example:PORT
`
	l := startResolve(t, bin, strings.ReplaceAll(config, "PORT", port), "app.example A 127.0.0.2")
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for _, ip := range []string{"127.0.0.2", "127.0.0.3", "127.0.0.2"} {
		l.dns.Set("app.example A " + ip)
		l.log.await(10*time.Second, func(lines []string) bool {
			return len(lines) > 0 && strings.Contains(strings.Join(lines[max(len(lines)-3, 0):], "\n"), "to "+ip+" by")
		})
		for addr, proto := range map[string]string{l.bind: "HTTP/1.1", l.second: "HTTP/2.0"} {
			for range 3 {
				r, err := client.Get("http://" + addr + "/")
				if err != nil {
					t.Fatal(err)
				}
				text, _ := io.ReadAll(r.Body)
				r.Body.Close()
				if string(text) != ip+" "+proto {
					t.Errorf("%s: %q, want %s over %s", l.name, text, ip, proto)
				}
			}
		}
	}
}

// resolveLab is a program with a name server and a log daemon of its own.
type resolveLab struct {
	name   string
	dns    *testdns.DNS
	log    *syslogSink
	zone   string
	socket string
	bind   string
	second string // of the second bind line
	seen   int
}

func startResolve(t *testing.T, bin, config, zone string) *resolveLab {
	t.Helper()
	home := t.TempDir()
	l := &resolveLab{
		name: bin, dns: testdns.Start(t, zone), log: newSyslogSink(t), zone: zone,
		socket: filepath.Join(home, "sock"), bind: freeAddr(t), second: freeAddr(t),
	}
	config = strings.NewReplacer("SOCKET", l.socket, "SYSLOG", l.log.addr, "DNS", l.dns.Addr, "BIND", l.bind, "BIN2", l.second).Replace(config)
	p := start(t, asHAProxy(t, bin), "-db", "-f", writeFile(t, filepath.Join(home, "haproxy.cfg"), config))
	up := func() bool {
		c, err := net.Dial("unix", l.socket)
		if err == nil {
			c.Close()
		}
		return err == nil || !p.running()
	}
	if !within(10*time.Second, up) || !p.running() {
		t.Fatalf("%s does not start:\n%s", bin, p.stderr.String())
	}
	return l
}

var resolveHead = regexp.MustCompile(`^<\d+>.*?\[\d+\]: `)

// step makes a change and waits for all lines about it, and for no others.
func (l *resolveLab) step(t *testing.T, s *resolveStep) {
	t.Helper()
	if s.old != "" {
		l.zone = strings.Replace(l.zone, s.old, s.new, 1)
		l.dns.Set(l.zone)
	}
	if s.command != "" {
		tell(t, l.socket, s.command+"\n")
	}
	want := slices.Clone(s.logs)
	slices.Sort(want)
	var got []string
	l.log.await(30*time.Second, func(lines []string) bool {
		got = nil
		for _, line := range lines[l.seen:] {
			got = append(got, resolveHead.ReplaceAllString(line, ""))
		}
		return len(got) >= len(want)
	})
	l.seen += len(got)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Fatalf("%s: %s: missing (-) and unexpected (+) in the log:\n%s", l.name, s.name, lineDiff(want, got))
	}
}

// show returns what a command shows of servers, without times and counters, and
// without some columns of their states.
func (l *resolveLab) show(t *testing.T, command string, without ...int) []string {
	t.Helper()
	var all []string
	for line := range strings.Lines(tell(t, l.socket, command+"\n")) {
		if command == "show stat" {
			if c := strings.Split(line, ","); len(c) > 73 {
				all = append(all, fmt.Sprint(c[0], c[1], c[17], c[18], c[73]))
			}
			continue
		}
		if c := strings.Fields(line); len(c) > 20 && c[0] != "#" {
			c[9] = "" // the time since the last change
			for _, i := range without {
				c[i] = ""
			}
			all = append(all, strings.Join(c, " "))
		}
	}
	return all
}
