package health

import (
	"bufio"
	"fmt"
	"net"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// say is a server that waits for a request, answers, and closes.
func say(answer string) func(net.Conn) {
	return func(c net.Conn) {
		bufio.NewReader(c).ReadByte()
		c.Write([]byte(answer))
	}
}

// stay is a server that waits for a request, answers, and does not close.
func stay(answer string) func(net.Conn) {
	return func(c net.Conn) {
		say(answer)(c)
		bufio.NewReader(c).WriteTo(nothing{})
	}
}

// greet is a server that speaks first, and then answers each line with the next
// of its replies.
func greet(greeting string, replies ...string) func(net.Conn) {
	return func(c net.Conn) {
		c.Write([]byte(greeting))
		r := bufio.NewReader(c)
		for _, a := range replies {
			r.ReadString('\n')
			c.Write([]byte(a))
		}
		r.WriteTo(nothing{})
	}
}

type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }

// blackhole marks a server whose backlog is full.
func blackhole(net.Conn) {}

func serve(t *testing.T, f func(net.Conn)) string {
	t.Helper()
	if reflect.ValueOf(f).Pointer() == reflect.ValueOf(blackhole).Pointer() {
		return fullBacklog(t)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if f == nil {
		l.Close() // refuses from now on
		return l.Addr().String()
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				c.SetDeadline(time.Now().Add(5 * time.Second))
				f(c)
			}()
		}
	}()
	return l.Addr().String()
}

func tcp(steps ...Step) *Script { return &Script{Steps: steps, TCP: true} }

func httpchk(steps ...Step) *Script { return &Script{Steps: steps} }

func send(s string) *Send { return &Send{Data: []byte(s)} }

func expect(m Matcher) *Expect { return &Expect{Match: m, MinRecv: -1} }

func unexpect(m Matcher) *Expect { return &Expect{Match: m, MinRecv: -1, Negate: true} }

func content(m Matcher) *Response {
	return &Response{Content: true, MinRecv: -1, Judge: HTTPContent(m)}
}

const (
	ok200     = "HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello world"
	greeting  = "\x4a\x00\x00\x00\x0a5.7.29\x00\x01\x02\x03\x04saltsalt\x00\xff\xf7\x21\x02\x00\xff\x81\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00moresaltmore\x00mysql_native_password\x00"
	tcpCheck  = "option tcp-check\n "
	httpCheck = "option httpchk\n "
)

var probeCases = []struct {
	lines  string
	probe  Probe
	server func(net.Conn)
}{
	{"", nil, func(net.Conn) {}},
	{"", nil, nil},
	{tcpCheck, tcp(), nil},
	{tcpCheck + "tcp-check connect", tcp(&Connect{}), func(net.Conn) {}},
	{tcpCheck + "tcp-check connect port 1", tcp(&Connect{Port: 1}), nil},
	{tcpCheck + "tcp-check connect port 1 comment \"to one\"", tcp(&Connect{Port: 1, Remark: "to one"}), nil},
	{tcpCheck + "tcp-check connect\n tcp-check connect port 1", tcp(&Connect{}, &Connect{Port: 1}), func(net.Conn) {}},
	{tcpCheck + "tcp-check send PING\\r\\n\n tcp-check expect string +PONG", tcp(send("PING\r\n"), expect(MatchString("+PONG"))), say("+PONG\r\n")},
	{tcpCheck + "tcp-check send PING\\r\\n\n tcp-check expect string +PONG", tcp(send("PING\r\n"), expect(MatchString("+PONG"))), say("-ERR\r\n")},
	{tcpCheck + "tcp-check send PING\\r\\n\n tcp-check expect string +PONG", tcp(send("PING\r\n"), expect(MatchString("+PONG"))), say("")},
	{tcpCheck + "tcp-check send PING\\r\\n\n tcp-check expect string +PONG", tcp(send("PING\r\n"), expect(MatchString("+PONG"))), stay("-ERR")},
	{tcpCheck + "tcp-check comment a\n tcp-check send P\n tcp-check expect comment \"my step\" string +PONG", tcp(Comment("a"), send("P"), &Expect{Match: MatchString("+PONG"), MinRecv: -1, Remark: "my step"}), say("x")},
	{tcpCheck + "tcp-check send P\n tcp-check expect binary 2b50ff", tcp(send("P"), expect(MatchBinary([]byte("+P\xff")))), say("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect binary 2b50ff", tcp(send("P"), expect(MatchBinary([]byte("+P\xff")))), stay("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect rbinary 2B5F", tcp(send("P"), expect(MatchHexRegexp(regexp.MustCompile("2B5F")))), say("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect rbinary 2B50", tcp(send("P"), expect(MatchHexRegexp(regexp.MustCompile("2B50")))), say("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect rstring P.N", tcp(send("P"), expect(MatchRegexp(regexp.MustCompile("P.N")))), say("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect rstring P.Nx", tcp(send("P"), expect(MatchRegexp(regexp.MustCompile("P.Nx")))), say("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect comment foo rstring P.Nx", tcp(send("P"), &Expect{Match: MatchRegexp(regexp.MustCompile("P.Nx")), MinRecv: -1, Remark: "foo"}), stay("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect ! string PONG", tcp(send("P"), unexpect(MatchString("PONG"))), say("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect ! string ERR", tcp(send("P"), unexpect(MatchString("ERR"))), say("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect ! string ERR", tcp(send("P"), unexpect(MatchString("ERR"))), stay("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect min-recv 2 string +PONG", tcp(send("P"), &Expect{Match: MatchString("+PONG"), MinRecv: 2}), stay("-ERR")},
	{tcpCheck + "tcp-check send P\n tcp-check expect min-recv 20 string PONG", tcp(send("P"), &Expect{Match: MatchString("PONG"), MinRecv: 20}), stay("+PONG")},
	{tcpCheck + "tcp-check send P\n tcp-check expect min-recv 10 rstring PONG", tcp(send("P"), &Expect{Match: MatchRegexp(regexp.MustCompile("PONG")), MinRecv: 10}), stay("+PONG")},
	{tcpCheck + "tcp-check send a\n tcp-check expect rstring ^-E\n tcp-check send y\n tcp-check expect rstring ^-E", tcp(send("a"), expect(MatchRegexp(regexp.MustCompile("^-E"))), send("y"), expect(MatchRegexp(regexp.MustCompile("^-E")))), stay("-ERR")},

	{"", nil, blackhole},
	{tcpCheck, tcp(), blackhole},
	{tcpCheck + "tcp-check connect comment foo", tcp(&Connect{Remark: "foo"}), blackhole},
	{httpCheck, httpchk(&Request{}, &Response{}), blackhole},

	{httpCheck, httpchk(&Request{}, &Response{}), say(ok200)},
	{httpCheck, httpchk(&Request{}, &Response{}), say("HTTP/1.1 500 Internal Server Error\r\n\r\n")},
	{httpCheck, httpchk(&Request{}, &Response{}), say("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")},
	{httpCheck, httpchk(&Request{}, &Response{}), say("HTTP/1.1 404\r\n\r\n")},
	{httpCheck, httpchk(&Request{}, &Response{}), say("garbage here\r\n\r\n")},
	{httpCheck, httpchk(&Request{}, &Response{}), say("")},
	{httpCheck, httpchk(&Request{}, &Response{}), say("HTTP/1.1 200 OK\r\n")},
	{httpCheck, httpchk(&Request{}, &Response{}), stay("SSH-2.0-OpenSSH\r\n")},
	{httpCheck, httpchk(&Request{}, &Response{}), stay("")},
	{httpCheck, httpchk(&Request{}, &Response{}), stay("HTTP/1.1 200 OK\r\ncont")},
	{httpCheck, httpchk(&Request{}, &Response{}), nil},
	{httpCheck + "timeout check 300", httpchk(&Request{}, &Response{}), stay("")},
	{httpCheck + "http-check expect status 201", httpchk(&Request{}, &Response{Judge: HTTPStatuses(func(c int) bool { return c == 201 })}), say(ok200)},
	{httpCheck + "http-check expect ! status 200", httpchk(&Request{}, &Response{Negate: true, Judge: HTTPStatuses(func(c int) bool { return c == 200 })}), say(ok200)},
	{httpCheck + "http-check expect comment cc status 301", httpchk(&Request{}, &Response{Remark: "cc", Judge: HTTPStatuses(func(c int) bool { return c == 301 })}), say(ok200)},
	{httpCheck + "http-check expect string world", httpchk(&Request{}, content(MatchString("world"))), say(ok200)},
	{httpCheck + "http-check expect string nope", httpchk(&Request{}, content(MatchString("nope"))), say(ok200)},
	{httpCheck + "http-check expect ! string world", httpchk(&Request{}, &Response{Content: true, Negate: true, MinRecv: -1, Judge: HTTPContent(MatchString("world"))}), say(ok200)},
	{httpCheck + "http-check expect rstring w.rx", httpchk(&Request{}, content(MatchRegexp(regexp.MustCompile("w.rx")))), say(ok200)},
	{httpCheck + "http-check expect string abc", httpchk(&Request{}, content(MatchString("abc"))), stay("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc")},
	{httpCheck + "http-check expect string zzz", httpchk(&Request{}, content(MatchString("zzz"))), stay("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc")},
	{httpCheck + "http-check expect string zzz", httpchk(&Request{}, content(MatchString("zzz"))), stay("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc")},
	{httpCheck + "http-check expect string abc", httpchk(&Request{}, content(MatchString("abc"))), stay("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nxabcx\r\n0\r\n\r\n")},
	{httpCheck + "http-check expect string abc", httpchk(&Request{}, content(MatchString("abc"))), say("HTTP/1.1 503 Bad\r\ncontent-length: 3\r\n\r\nabc")},
	{httpCheck + "http-check expect hdr name server value x", httpchk(&Request{}, &Response{Judge: HTTPHeader("server", true, func(v string) bool { return v == "x" })}), say(ok200)},
	{httpCheck + "http-check expect hdr name server value y", httpchk(&Request{}, &Response{Judge: HTTPHeader("server", true, func(v string) bool { return v == "y" })}), say(ok200)},
	{httpCheck + "http-check disable-on-404", httpchk(&Request{}, &Response{DisableOn404: true}), say("HTTP/1.1 404 Nope\r\n\r\n")},

	{"option smtpchk", SMTP("", ""), greet("220 hi\r\n", "250 ok hello\r\n", "221 bye\r\n")},
	{"option smtpchk EHLO me.org", SMTP("EHLO", "me.org"), greet("220 hi\r\n", "250-a\r\n250 ok\r\n", "221 bye\r\n")},
	{"option smtpchk", SMTP("", ""), greet("220 hi\r\n", "500 no\r\n")},
	{"option smtpchk", SMTP("", ""), greet("554 go away\r\n")},
	{"option smtpchk", SMTP("", ""), greet("220-hi there\r\n220 more\r\n")},
	{"option smtpchk", SMTP("", ""), greet("220")},
	{"option redis-check", Redis(), say("+PONG\r\n")},
	{"option redis-check", Redis(), say("-ERR x\r\n")},
	{"option redis-check", Redis(), say("")},
	{"option mysql-check", MySQL("", false), greet(greeting)},
	{"option mysql-check", MySQL("", false), greet("\x12\x00\x00\x00\xff\x6a\x04Host is blocked")},
	{"option mysql-check user hap", MySQL("hap", false), stay(greeting + "\x07\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00")},
	{"option mysql-check user hap pre-41", MySQL("hap", true), stay(greeting + "\x07\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00")},
	{"option mysql-check user hap", MySQL("hap", false), stay(greeting + "\x16\x00\x00\x02\xff\x15\x04#28000Access denied")},
	{"option mysql-check user hap", MySQL("hap", false), stay(greeting)},
	{"option mysql-check user hap", MySQL("hap", false), say("")},
	{"option pgsql-check user bob", PgSQL("bob"), stay("R\x00\x00\x00\x08\x00\x00\x00\x03")},
	{"option pgsql-check user bob", PgSQL("bob"), stay("R\x00\x00\x00\x08\x00\x00\x00\x08")},
	{"option pgsql-check user bob", PgSQL("bob"), stay("E\x00\x00\x00\x50SFATAL\x00VFATAL\x00\x00")},
	{"option pgsql-check user bob", PgSQL("bob"), say("")},
	{"option pgsql-check user bob", PgSQL("bob"), say("X")},
	{"option ldap-check", LDAP(), say("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00")},
	{"option ldap-check", LDAP(), say("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x31\x04\x00\x04\x00")},
	{"option ldap-check", LDAP(), say("foo")},
	{"option ldap-check", LDAP(), stay("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01")},
	{"option ldap-check", LDAP(), stay("\x30\x84\x00\x00\x00\x10\x02\x01\x01\x61\x84\x00\x00\x00\x07\x0a\x01\x00\x04\x00\x04\x00")},
	{"option ssl-hello-chk", SSLHello(), say("\x16\x03\x00\x00\x4a\x02")},
	{"option ssl-hello-chk", SSLHello(), say("xyz")},
	{"option ssl-hello-chk", SSLHello(), say("")},
	{"option ssl-hello-chk", SSLHello(), stay("\x16")},
	{"option spop-check", SPOP(), stay("\x00\x00\x00\x36\x65\x00\x00\x00\x01\x00\x00\x07version\x08\x032.0\x0emax-frame-size\x03\xfc\xf0\x06\x0ccapabilities\x08\x00")},
	{"option spop-check", SPOP(), stay("\x00\x00\x00\x14\x65\x00\x00\x00\x01\x00\x00\x07version\x08\x039.0")},
	{"option spop-check", SPOP(), say("x")},
}

// TestProbesLikeHAProxy compares the lines of `option log-health-checks` about
// the first check of each server. A check has a second, which is not always enough
// for either program on a busy machine; so what differs is tried again.
func TestProbesLikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	const attempts = 3
	for attempt := 1; attempt <= attempts; attempt++ {
		want, got := firstChecks(t)
		same := true
		for i, c := range probeCases {
			name := fmt.Sprintf("b%d/s", i)
			if got[name] == want[name] {
				continue
			}
			same = false
			text := fmt.Sprintf("%q:\n got %s\nwant %s", c.lines, got[name], want[name])
			if attempt == attempts {
				t.Error(text)
			} else {
				t.Log(text)
			}
		}
		if same {
			return
		}
	}
}

// firstChecks has HAProxy and this package check servers of all cases, and returns
// what either says of the first check of each.
func firstChecks(t *testing.T) (haproxy, ours map[string]string) {
	t.Helper()
	events := make(journal, 1000)
	sched := New(Options{Notifier: events})
	var cfg strings.Builder
	for i, c := range probeCases {
		addr := serve(t, c.server)
		fmt.Fprintf(&cfg, "backend b%d\n option log-health-checks\n %s\n server s %s check inter 1s rise 1 fall 1\n", i, c.lines, addr)
		check := &Check{Probe: c.probe, Target: Target{Address: addr}, Pace: Pace{Inter: time.Second, Rise: 1, Fall: 1}}
		if strings.Contains(c.lines, "timeout check") {
			check.Timeout, check.ConnectTimeout = 300*time.Millisecond, 5*time.Second
		}
		b := sched.Backend(BackendConfig{Name: fmt.Sprint("b", i), LogHealthChecks: true})
		b.Server(ServerConfig{Name: "s", Weight: 1, Check: check}, nil)
	}
	h := startHAProxy(t, cfg.String())
	sched.Start()
	defer sched.Stop()
	haproxy = firstLogs(t, len(probeCases), h.log)
	ours = firstLogs(t, len(probeCases), func() string { return events.next(t) })
	return haproxy, ours
}

var checkLine = regexp.MustCompile(`^\d Health check for server (\S+) `)

// firstLogs reads lines until there is one about the check of each server.
func firstLogs(t *testing.T, n int, next func() string) map[string]string {
	t.Helper()
	lines := make(map[string]string)
	for len(lines) < n {
		l := next()
		if m := checkLine.FindStringSubmatch(l); m != nil && lines[m[1]] == "" {
			lines[m[1]] = l
		}
	}
	return lines
}
