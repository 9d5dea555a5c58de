package runtime_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gohap/parser"
	"gohap/parser/diag"
	"gohap/runtime"
	"gohap/runtime/internal/peer"
	"gohap/runtime/reload"
)

// cliConfig has a socket of each level in DIR, checked servers at CHECK and an
// agent at AGENT.
const cliConfig = `
global
	stats socket DIR/admin mode 600 level admin expose-fd listeners
	stats socket DIR/operator level operator
	stats socket DIR/user level user severity-output number
	stats timeout 10s
	nbthread 2
	maxconn 500
	node n1
	description something to describe
defaults
	mode http
	timeout connect 1s
	timeout client 5s
	timeout server 5s
frontend web
	bind 127.0.0.1:WEB name w1
	option socket-stats
	maxconn 100
	default_backend app
backend app
	balance roundrobin
	cookie SRV insert
	server a CHECK check inter 1h cookie ca weight 10 maxconn 5
	server b 127.0.0.1:1 disabled weight 20 agent-check agent-addr 127.0.0.1 agent-port AGENT agent-inter 1h
	server c 127.0.0.1:1 backup
listen tcpl
	mode tcp
	id 77
	balance leastconn
	bind 127.0.0.1:TCPL
	server t1 127.0.0.1:1 id 9
	server t2 127.0.0.1:1 track app/a
backend still
	balance static-rr
	server s1 127.0.0.1:1 weight 5
	server u1 unix@DIR/server
`

// program is a process that has a runtime API, with its sockets in dir.
type program struct{ dir string }

// ask sends all of text at once to one of the sockets and reads to the end.
func (p program) ask(t testing.TB, socket, text string) string {
	t.Helper()
	c, err := net.Dial("unix", filepath.Join(p.dir, socket))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(peer.Patience))
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	c.(*net.UnixConn).CloseWrite()
	b, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("%q: %v after %q", text, err, b)
	}
	return string(b)
}

// answering starts a server that answers whoever connects, and gives its
// address.
func answering(t testing.TB, answer string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, answer)
			c.Close()
		}
	}()
	return l.Addr().String()
}

// configure fills in the addresses and returns the directory too.
func configure(t testing.TB) (cfg, dir string) {
	dir = peer.Dir(t)
	agent := answering(t, "up\n")
	_, port, _ := net.SplitHostPort(agent)
	return strings.NewReplacer("DIR", dir, "CHECK", answering(t, ""), "AGENT", port,
		"WEB", fmt.Sprint(peer.Port(t)), "TCPL", fmt.Sprint(peer.Port(t))).Replace(cliConfig), dir
}

// startGohap runs an instance within the test.
func startGohap(t testing.TB) (*runtime.Instance, program) {
	cfg, dir := configure(t)
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
	return i, program{dir}
}

func startHAProxy(t testing.TB) program {
	cfg, dir := configure(t)
	peer.HAProxy(t, cfg)
	return program{dir}
}

// checked waits until the first check is done.
func (p program) checked(t testing.TB) {
	t.Helper()
	for end := time.Now().Add(peer.Patience); ; {
		text := p.ask(t, "admin", "show stat\n")
		if strings.Contains(text, ",L4OK,") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the check does not end:\n%s", text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// cliScript is run in order; a line may begin with the socket to use.
const cliScript = `
show version
show cli level
operator:show cli level
user:show cli level
show backend
show servers state
show servers state app
show servers state #77
show servers state nosuch
show servers state web
show servers conn nosuch
show env HOME
show env NO_SUCH_VARIABLE
user:show env HOME
set server
set server app
set server app/
set server app/zz
set server app/a
set server nosuch/a state ready
set server app/a foo
set server app/a state
set server app/a state foo
set server app/a state drain
show servers state app
set server app/a state maint
show servers state
set server app/a state ready
set server app/b state ready
show servers state app
set server app/b state maint
set server #77/#9 state drain
show servers state tcpl
set server tcpl/t1 state ready extra words
operator:set server app/a state drain
user:set server app/a state drain
set server app/a weight
set server app/a weight foo
set server app/a weight 300
set server app/a weight 256
set server app/a weight 257
set server app/a weight -1
set server app/a weight -5%
set server app/a weight %
set server app/a weight 7x
set server app/a weight 5.5
set server app/a weight 10%%
set server app/a weight +5
get weight app/a
set server app/a weight 50%
get weight app/a
set server app/a weight 1000%
get weight app/a
set server app/a weight 3000%
get weight app/a
get weight
get weight app
get weight nosuch/a
get weight app/nosuch
get weight #77/t1
user:get weight app/a
operator:set weight app/a 20
set weight app/a 20
get weight app/a
set weight app/a
set weight
set server still/s1 weight 3
set server still/s1 weight 0
get weight still/s1
set server still/s1 weight 5
set server still/s1 weight 50%
set server still/s1 weight 100%
set server app/a health
set server app/a health foo
set server app/a health down
show servers state app
set server app/a health stopping
show servers state app
set server app/a health up
set server tcpl/t2 health up
set server tcpl/t2 health foo
set server tcpl/t1 health down
set server tcpl/t1 health up
set server app/a agent
set server app/a agent up
set server app/b agent foo
set server app/b agent down
set server app/b agent up
set server app/a addr
set server app/a addr foo
set server app/a addr 127.0.0.2
show servers state app
set server app/a addr 127.0.0.2 port
set server app/a addr 127.0.0.1 port foo
set server app/a addr 127.0.0.1 foo
set server app/a addr 127.0.0.1 port +1
set server app/a addr ::1
set server app/a addr ::ffff:127.0.0.1
set server app/a addr 127.0.0.1:99
set server app/a addr localhost
set server app/a addr 0.0.0.0
set server app/a addr 127.0.0.1
set server app/c addr 127.0.0.1 port 70000
set server app/c addr 127.0.0.3 port 4464
set server app/c addr 127.0.0.1 port 0
set server app/c addr 127.0.0.1 port 1x
set server app/c addr 127.0.0.1 port +3
set server app/c addr 127.0.0.4 port +3
set server app/c addr 127.0.0.4
set server app/c addr 127.0.0.1
set server still/u1 addr 127.0.0.1
set server app/a check-port
set server app/a check-port foo
set server app/a check-port 70000
set server app/a check-port -1
set server app/a check-port 99
set server app/b check-port 99
set server app/a check-addr
set server app/a check-addr foo
set server app/a check-addr 127.0.0.1 port foo
set server app/a check-addr 127.0.0.1 port
set server app/a check-addr 127.0.0.1 foo 3
set server app/a check-addr 127.0.0.1 port 99
set server app/b check-addr 127.0.0.1
show servers state app
set server app/a check-port 0
set server app/a agent-addr 127.0.0.1
set server app/b agent-addr
set server app/b agent-addr foo
set server app/b agent-addr ::1 port 7
set server app/a agent-port 99
set server app/b agent-port
set server app/b agent-port foo
set server app/b agent-port 70000
set server app/b agent-port 99
set server app/a agent-send foo
set server app/b agent-send foo
set server app/b agent-send
show servers state app
set server app/a fqdn
set server app/a fqdn foo
set server app/a ssl
set server app/a ssl on
enable server
enable server app
enable server app/zz
disable server app/a
show servers state app
enable server app/a
operator:enable server app/a
enable health
enable health tcpl/t1
disable health tcpl/t1
disable health app/a
show servers state app
enable health app/a
enable agent app/a
disable agent app/a
disable agent app/b
show servers state app
enable agent app/b
enable frontend
enable frontend nosuch
enable frontend app
enable frontend web
disable frontend web
disable frontend web
enable frontend web
operator:disable frontend web
shutdown frontend
shutdown frontend nosuch
shutdown frontend tcpl
shutdown frontend tcpl
enable frontend tcpl
disable frontend tcpl
shutdown sessions server
shutdown sessions server app/zz
shutdown sessions server app/a
set maxconn server
set maxconn server app/a
set maxconn server app/a foo
set maxconn server app/a 7x
set maxconn server app/a 5%
set maxconn server app/zz 1
set maxconn server app/a 7
set maxconn frontend
set maxconn frontend web
set maxconn frontend web foo
set maxconn frontend web -1
set maxconn frontend nosuch 7
set maxconn frontend web 70
set maxconn global
set maxconn global 400
set maxconn global 500
set maxconn global 10000000
set maxconn global 0
operator:set maxconn global 100
clear counters
user:clear counters
operator:clear counters
operator:clear counters all
clear counters all
set timeout
set timeout cli
set timeout cli 20
set timeout cli 20s
set timeout cli foo
set timeout cli 20x
set timeout cli 0
set timeout cli 999999999999
set timeout foo 3
set severity-output
set severity-output foo
set severity-output number;set server app/a state;get weight app/a;show cli level;show version;set severity-output none;set server app/a state
set severity-output string;set server app/a weight foo;enable frontend web;help quit
user:set server app/a state ready
user:show cli level
user:show backend
experimental-mode
experimental-mode on;experimental-mode
expert-mode on -;expert-mode
operator:expert-mode on
show stat domain
show stat domain foo
show stat a b c
operator
user;show env
operator;show env HOME
operator;set server app/a state ready
user;operator;show cli level
operator -;show cli level
user -;show cli level
show version; show cli level
;show cli level
show cli level;;show version
 show version
show   version
show version extra
show version \
show version \\
show version; quit; show cli level
prompt; show version
prompt; show version; prompt; show version
set timeout cli 5 <<
enable foo
shutdown sessions
show servers foo
help set maxconn
_getsocks
quit
prompt
`

// usage is a line of help; what it says of a command is our own.
var usage = regexp.MustCompile(`(?m)^(  .{40}): .*$`)

// comparable makes answers of two processes comparable: addresses and versions
// differ, and the words of help.
func comparable(text string, p program) string {
	text = strings.ReplaceAll(text, p.dir, "DIR")
	text = usage.ReplaceAllString(text, "$1")
	text = regexp.MustCompile(`2\.6\.12\S*`).ReplaceAllString(text, "VERSION")
	text = regexp.MustCompile(`127\.0\.0\.1:\d{3,}`).ReplaceAllString(text, "127.0.0.1:PORT")
	// In a server's state: seconds since the last change, its port, the agent's,
	// and the count of a check that does not exist.
	text = regexp.MustCompile(`(?m)^(\d+ \S+ \d+ \S+ \S+ \d \d+ \d+ \d+ \d+ 1 0) \d ([08] )`).ReplaceAllString(text, "$1 NONE $2")
	text = regexp.MustCompile(`(?m)^(\d+ \S+ \d+ \S+ \S+ \d \d+ \d+ \d+) \d+ (.* )\d+ (- \d \d+ \S+ \S+) \d+$`).ReplaceAllString(text, "$1 SINCE $2 PORT $3 PORT")
	return text
}

func TestCLIAnswersAreHAProxys(t *testing.T) {
	theirs := startHAProxy(t)
	_, ours := startGohap(t)
	theirs.checked(t)
	ours.checked(t)
	for line := range strings.Lines(strings.TrimSpace(cliScript)) {
		line = strings.TrimRight(line, "\n")
		socket, command := "admin", line
		for _, s := range []string{"operator", "user"} {
			if rest, ok := strings.CutPrefix(line, s+":"); ok {
				socket, command = s, rest
			}
		}
		want := comparable(theirs.ask(t, socket, command+"\n"), theirs)
		got := comparable(ours.ask(t, socket, command+"\n"), ours)
		if strings.Contains(want, "nown command") || strings.Contains(want, "valid at this level") {
			compareHelp(t, line, got, want)
			continue
		}
		if got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

// compareHelp allows for commands that do not exist here, and those that are
// proposed in their place.
func compareHelp(t *testing.T, line, got, want string) {
	first, rest, _ := strings.Cut(got, "\n")
	wantFirst, _, _ := strings.Cut(want, "\n")
	if strings.HasPrefix(first, "  ") || first != wantFirst || !strings.HasSuffix(rest, "\n\n") {
		t.Errorf("%s\n got %q\nwant %q", line, got, want)
	}
	for l := range strings.Lines(got) {
		if !strings.Contains(want, l) {
			t.Errorf("%s: haproxy has no line %q", line, l)
		}
	}
}

// TestCLIStatistics compares the shape of what depends on time and traffic.
func TestCLIStatistics(t *testing.T) {
	theirs := startHAProxy(t)
	_, ours := startGohap(t)
	names := regexp.MustCompile(`(?m)^([^:\n]+):.*$`)
	agents := regexp.MustCompile(`(?m)^.*\.agent_duration\..*\n`) // depends on whether the first check was
	for _, command := range []string{
		"show info", "show info typed", "show info desc", "show info float", "show info typed desc",
		"show info json", "show info json typed", "show info typed json", "show info nothing",
		"show stat typed", "show stat app -1 -1 typed", "show stat 3 4 1 typed", "show stat domain proxy app 4 2 typed",
		"show stat -1 1 -1 typed", "show stat -1 8 -1 typed", "show stat 3 0 -1 typed", "show stat typed up", "show stat typed no-maint",
		"show stat typed desc", "show stat json typed",
	} {
		want, got := theirs.ask(t, "admin", command+"\n"), ours.ask(t, "admin", command+"\n")
		if strings.HasSuffix(command, "json") {
			if !strings.HasPrefix(got, `[{"field":{"pos":0,"name":"Name"}`) || !strings.HasSuffix(got, "}]\n\n") {
				t.Errorf("%s: %.200s", command, got)
			}
			continue
		}
		want, got = agents.ReplaceAllString(want, ""), agents.ReplaceAllString(got, "")
		want, got = names.ReplaceAllString(want, "$1"), names.ReplaceAllString(got, "$1")
		if got != want {
			t.Errorf("%s: names differ:\n%s", command, difference(got, want))
		}
	}
	for _, command := range []string{"show stat", "show stat up", "show stat no-maint", "show stat nothing", "show stat web 1 -1",
		"show stat app 4 2", "show stat app 6 2", "show stat 77 7 -1", "show stat web 8 1", "show stat 99 4 1", "show stat app 4 foo"} {
		want, got := theirs.ask(t, "admin", command+"\n"), ours.ask(t, "admin", command+"\n")
		if got, want := rows(got), rows(want); got != want {
			t.Errorf("%s\n got %s\nwant %s", command, got, want)
		}
	}
}

// rows are the first two columns of CSV, and the number of the others.
func rows(csv string) string {
	var b strings.Builder
	for line := range strings.Lines(csv) {
		cells := strings.Split(line, ",")
		fmt.Fprintf(&b, "%s %d; ", strings.Join(cells[:min(2, len(cells))], "/"), len(cells))
	}
	return b.String()
}

// difference lists the lines that only one side has.
func difference(got, want string) string {
	var b strings.Builder
	for line := range strings.Lines(got) {
		if !strings.Contains("\n"+want, "\n"+line) {
			fmt.Fprintf(&b, "+%s", line)
		}
	}
	for line := range strings.Lines(want) {
		if !strings.Contains("\n"+got, "\n"+line) {
			fmt.Fprintf(&b, "-%s", line)
		}
	}
	return b.String()
}

// TestCLIClients proves that clients in parallel, clients that write byte by
// byte and one that does not read leave each other alone.
func TestCLIClients(t *testing.T) {
	_, ours := startGohap(t)
	idle, err := net.Dial("unix", filepath.Join(ours.dir, "admin"))
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	io.WriteString(idle, "prompt\n"+strings.Repeat("show stat typed desc\n", 200)) // and reads nothing
	var clients sync.WaitGroup
	for n := range 8 {
		clients.Go(func() {
			for range 20 {
				want := "2.6.12\n\nadmin\n\n"
				if n%2 == 0 {
					if got := ours.ask(t, "admin", "show version;show cli level\n"); got != want {
						t.Errorf("%q", got)
					}
					continue
				}
				c, err := net.Dial("unix", filepath.Join(ours.dir, "admin"))
				if err != nil {
					t.Error(err)
					return
				}
				for _, b := range []byte("show version;show cli level\n") {
					c.Write([]byte{b})
				}
				if got, _ := io.ReadAll(c); string(got) != want {
					t.Errorf("byte by byte: %q", got)
				}
				c.Close()
			}
		})
	}
	clients.Wait()
}

// TestServeAPI proves that a master gets answers and the listening sockets.
func TestServeAPI(t *testing.T) {
	i, ours := startGohap(t)
	here, there := net.Pipe()
	go func() {
		defer there.Close()
		i.ServeAPI(there)
	}()
	io.WriteString(here, "operator -;show cli level\n")
	if got, _ := io.ReadAll(here); string(got) != "operator\n\n" {
		t.Errorf("a master is answered %q", got)
	}
	got, err := reload.Fetch(filepath.Join(ours.dir, "admin"))
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if got.Len() != 5 {
		t.Errorf("%d sockets: %v", got.Len(), got.Addresses())
	}
	if s, err := reload.Fetch(filepath.Join(ours.dir, "operator")); err == nil {
		s.Close()
		t.Error("a socket without expose-fd gives listeners away")
	}
}

// TestCLICounters proves that clearing reaches what traffic has counted.
func TestCLICounters(t *testing.T) {
	i, ours := startGohap(t)
	for _, l := range i.Graph().Frontends["web"].Listeners {
		c, err := net.Dial("tcp", l.Live.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, "GET / HTTP/1.0\r\n\r\n")
		if b, _ := io.ReadAll(c); !bytes.HasPrefix(b, []byte("HTTP/1.1 5")) {
			t.Errorf("%q", b)
		}
		c.Close()
	}
	total := func() string {
		for line := range strings.Lines(ours.ask(t, "admin", "show stat web 1 -1\n")) {
			if cells := strings.Split(line, ","); cells[0] == "web" {
				return cells[5] + " " + cells[7]
			}
		}
		return ""
	}
	if got := total(); got != "1 1" {
		t.Errorf("before: smax and stot %s", got)
	}
	ours.ask(t, "admin", "clear counters\n")
	if got := total(); got != "0 1" {
		t.Errorf("after clear counters: %s", got)
	}
	ours.ask(t, "admin", "clear counters all\n")
	if got := total(); got != "0 0" {
		t.Errorf("after clear counters all: %s", got)
	}
}

// TestCLIFrontend compares what a frontend says of itself while commands change
// it.
func TestCLIFrontend(t *testing.T) {
	theirs := startHAProxy(t)
	_, ours := startGohap(t)
	row := func(p program, name string) string {
		cells := strings.Split(strings.Split(p.ask(t, "admin", "show stat "+name+" 1 -1\n"), "\n")[1], ",")
		return cells[6] + " " + cells[17]
	}
	for _, command := range []string{
		"", "disable frontend web", "set maxconn frontend web 9", "enable frontend web", "set maxconn frontend tcpl 0",
		"set maxconn global 50", "set maxconn global 0", "shutdown frontend web",
	} {
		var seen [2]string
		for n, p := range []program{theirs, ours} {
			if command != "" {
				p.ask(t, "admin", command+"\n")
			}
			info := p.ask(t, "admin", "show info\n")
			limit := info[strings.Index(info, "\nMaxconn")+1:]
			seen[n] = row(p, "web") + ", " + row(p, "tcpl") + ", " + limit[:strings.Index(limit, "\nCurr")]
		}
		if seen[0] != seen[1] {
			t.Errorf("after %q\n got %s\nwant %s", command, seen[1], seen[0])
		}
	}
}

// TestCLIAddress proves that traffic and checks follow a server that moves, and
// that no connection to its old address is used again.
func TestCLIAddress(t *testing.T) {
	i, ours := startGohap(t)
	web := i.Graph().Frontends["web"].Listeners[0].Live.Addr().String()
	answer := func(body string) string {
		return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + body
	}
	c, err := net.Dial("tcp", web) // reuse is for clients that ask again
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := bufio.NewReader(c)
	get := func() string {
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(answer.Body)
		return string(b)
	}
	for _, body := range []string{"one", "two", "one"} {
		host, port, _ := net.SplitHostPort(serving(t, answer(body)))
		said := ours.ask(t, "admin", "set server app/a addr "+host+" port "+port+"\n")
		if !strings.Contains(said, "port changed") {
			t.Fatal(said)
		}
		for range 3 {
			if got := get(); got != body {
				t.Errorf("%q from a server that says %q", got, body)
			}
		}
	}
}

// serving starts a server that answers every request on a connection.
func serving(t testing.TB, answer string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for r := bufio.NewReader(c); ; {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					if line == "\r\n" {
						io.WriteString(c, answer)
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}
