package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// spoeCase is a configuration with an engine, an agent, and what a client does.
type spoeCase struct {
	name  string
	agent spoeAgent
	// options are lines of the spoe-agent section, file what comes behind it; "" is
	// spoeMessages.
	options, file string
	// frontend are lines of that section, mode is its, "" for http.
	frontend, mode string
	// where is the section that has the filter: "" for the frontend, "backend" or
	// "listen", which is both.
	where string
	// dead says that nobody listens at the agent's address.
	dead bool
	// client does what it wants with the frontend at addr; nil sends one request.
	client func(addr string) ([]string, error)
	// settled is what the agent's last line starts with once all is over, "" for
	// nothing to wait for.
	settled string
	// loads says that HAProxy opens more connections than it needs: log lines are
	// compared without how many there are.
	loads bool
	// agentless does not look at the agent, which HAProxy greets even if it will not ask.
	agentless bool
}

const spoeMessages = `spoe-message first
    args ip=src
    event on-client-session
spoe-message second
    args path=path
    event on-frontend-http-request
`

const spoeAll = `spoe-message c
    args a=src dst port=src_port,mul(0) none=var(sess.px.none)
    event on-client-session
spoe-message fr
    event on-frontend-tcp-request
spoe-message br
    event on-backend-tcp-request
spoe-message fh
    args p=path m=method h=req.hdrs hb=req.hdrs_bin none=hdr(nope) t=always_true f=always_false neg=int(-5) big=int(5000000000)
    args v6=ipv6(::1) ip=ipv4(1.2.3.4) bin=bin(00ff) str(hello),upper x=int(300) v=var(txn.px.a)
    event on-frontend-http-request
spoe-message not
    event on-frontend-http-request if { path /nowhere }
spoe-message also
    acl root path /
    args empty=str()
    event on-frontend-http-request if root
spoe-message bh
    event on-backend-http-request
spoe-message ss
    args server=srv_name
    event on-server-session
spoe-message tr
    event on-tcp-response
spoe-message hr
    args st=status h=res.hdr(x-answer)
    event on-http-response
`

const spoeGroups = `spoe-message m1
    args p=path
spoe-message m2
    args z=str(zzz)
    event on-frontend-http-request if { path /a }
spoe-message m3
    args s=status
spoe-message m4
    args s=src
spoe-group g
    messages m1 m2
spoe-group g3
    messages m3
spoe-group g4
    messages m4
`

var spoeScopes = slices.Concat(
	spopSet(0, "a", 8, 4, 'p', 'r', 'o', 'c'), spopSet(1, "a", 2, 7), spopSet(2, "a", 3, 0xf0, 0), spopSet(3, "a", 4, 9), spopSet(4, "a", 5, 10),
	spopSet(2, "b", 0x11), spopSet(2, "c", 6, 1, 2, 3, 4), spopSet(2, "d", 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2),
	spopSet(2, "e", 9, 2, 0, 'A'), spopSet(2, "f", 8, 1, 'f'), spopSet(2, "nowhere", 8, 1, 'x'), spopSet(2, "f", 0), spopSet(2, "g", 8, 1, 'g'),
	spopUnset(2, "g"), spopSet(2, "h", 8, 1, 'h'), spopSet(2, "h", 15), spopSet(2, "i", 8, 1, 'i'), []byte{1, 2, 2, 1, 'i'}, spopSet(2, "j", 8, 1, 'j'))

const spoeShow = `    http-request set-header x-a %[var(proc.px.a)],%[var(sess.px.a)],%[var(txn.px.a)],%[var(req.px.a)],%[var(res.px.a)]
    http-request set-header x-b %[var(txn.px.b)],%[var(txn.px.c)],%[var(txn.px.d)],%[var(txn.px.e),hex],%[var(txn.px.f)],%[var(txn.px.g)],%[var(txn.px.h)],%[var(txn.px.i)],%[var(txn.px.j)]
    http-response set-header x-r %[var(res.px.a)],%[var(req.px.a)]
`

func spoeCases() []spoeCase {
	quick := "timeout processing 700ms"
	cases := []spoeCase{
		{name: "events", file: spoeAll, options: "timeout idle 400ms\n    messages c fr br fh not also bh ss tr hr", client: spoeTwice, settled: "1 disconnect"},
		{name: "tcp", file: spoeAll, options: "messages c fr br ss tr", mode: "tcp", client: spoeHello},
		{name: "variables", agent: spoeAgent{actions: spoeScopes}, frontend: spoeShow},
		{name: "forced", agent: spoeAgent{actions: spoeScopes}, frontend: spoeShow, options: "option force-set-var\n    messages first second"},
		{name: "final", file: spoeGroups, options: "groups g g3 g4", frontend: "    tcp-request content send-spoe-group e g4\n    http-request send-spoe-group e g\n", agentless: true},
		{name: "inspected", file: spoeGroups, options: "groups g g3 g4", frontend: "    tcp-request inspect-delay 5s\n    tcp-request content send-spoe-group e g4\n" +
			"    tcp-request content accept if { req.len gt 0 }\n", mode: "tcp", client: spoeHello},
		{name: "groups", file: spoeGroups, options: "groups g g3 g4", frontend: "    http-request send-spoe-group e g\n" +
			"    http-request set-header x-a %[var(txn.px.a)]\n    http-response send-spoe-group e g3\n", agent: spoeAgent{actions: spopSet(2, "a", 8, 1, 'v')}, client: spoePaths("/", "/a")},
		{name: "no frames", file: spoeAll, options: "messages not also", client: spoePaths("/x")},
		{name: "backend", where: "backend", file: spoeAll, options: "messages br bh ss tr hr"},
		{name: "listen", where: "listen", file: spoeAll, options: "messages c fr br fh bh ss tr hr"},
		{name: "dead", dead: true, options: quick + "\n    messages first"},
		{name: "idle", options: "timeout idle 300ms\n    messages first", agent: spoeAgent{delay: time.Second}},
		{name: "idle with pipelining", options: "timeout idle 300ms\n    messages first", agent: spoeAgent{delay: time.Second, capabilities: "pipelining"}},
		{name: "dontlog-normal", options: "option dontlog-normal\n    messages first second"},
		{name: "continue", options: quick + "\n    option continue-on-error\n    messages first second", agent: spoeAgent{ack: "nothing"}},
		{name: "stop", options: quick + "\n    messages first second\n    maxerrrate 1", agent: spoeAgent{ack: "nothing"}, client: spoePaths("/1", "/2")},
		{name: "late", options: quick + "\n    messages first", agent: spoeAgent{delay: 1100 * time.Millisecond}, client: spoeLate},
		{name: "unsent parts", options: "max-frame-size 256\n    no option send-frag-payload\n    messages second third", file: spoeLong, agent: spoeAgent{maxFrame: 256, capabilities: "fragmentation"}, client: spoePaths("/" + strings.Repeat("x", 300))},
		{name: "small agent", options: "messages second third", file: spoeLong, agent: spoeAgent{maxFrame: 256}, client: spoePaths("/" + strings.Repeat("x", 300))},
		{name: "parts", options: "max-frame-size 256\n    messages second third", file: spoeLong, agent: spoeAgent{maxFrame: 256, capabilities: "fragmentation", firstOnly: true},
			client: spoePaths("/" + strings.Repeat("x", 700)), loads: true},
	}
	for _, n := range []int{100, 189, 198, 203, 208, 215} { // about the size of a frame
		cases = append(cases, spoeCase{name: fmt.Sprint("parts ", n), options: "max-frame-size 256\n    messages second third", file: spoeLong,
			agent: spoeAgent{maxFrame: 256, capabilities: "fragmentation", firstOnly: true}, client: spoePaths("/" + strings.Repeat("x", n)), loads: true})
	}
	for _, capabilities := range []string{"", "pipelining", "pipelining,async"} {
		for _, ack := range []string{"nothing", "close", "disconnect", "parts", "other stream", "other type", "abort", "large", "empty", "rest"} {
			cases = append(cases, spoeCase{name: "ack " + ack + " " + capabilities, agent: spoeAgent{ack: ack, capabilities: capabilities}, options: quick + "\n    messages first second"})
		}
	}
	for _, a := range []spoeAgent{{hello: "nothing"}, {hello: "close"}, {hello: "disconnect"}, {hello: "parts"}, {hello: "other stream"}, {hello: "large"}, {version: "1.0"},
		{version: "2.1"}, {version: "-"}, {maxFrame: 255}, {maxFrame: 20000}, {maxFrame: -1}, {capabilities: "-"}} {
		a.firstOnly = true
		cases = append(cases, spoeCase{name: fmt.Sprintf("hello %s%s%d%s", a.hello, a.version, a.maxFrame, a.capabilities), agent: a, options: quick + "\n    timeout hello 300ms\n    messages first"})
	}
	return cases
}

const spoeLong = `spoe-message second
    args p=str(ab) bbb=path qqqqq=int(5000000) ddddd=str(defghijk)
    event on-frontend-http-request
spoe-message third
    args z=str(zzz) ip=ipv6(::1) b=path
    event on-frontend-http-request
`

// TestSPOE plays all cases with HAProxy and with gohap, each a process with a frontend
// for each case, and compares what agents get, what clients get, and the log.
func TestSPOE(t *testing.T) {
	ref, bin := needHAProxy(t), needGohap(t)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Answer", "yes")
		w.Header()["Date"] = nil
		for _, name := range []string{"X-A", "X-B"} {
			fmt.Fprintf(w, "%s=%s ", name, r.Header.Get(name))
		}
	}))
	t.Cleanup(web.Close)
	cases := spoeCases()
	var want, got [][]string
	t.Run("play", func(t *testing.T) {
		t.Run("haproxy", func(t *testing.T) {
			t.Parallel()
			want = playSPOE(t, ref, web.Listener.Addr().String(), cases)
		})
		t.Run("gohap", func(t *testing.T) {
			t.Parallel()
			got = playSPOE(t, bin, web.Listener.Addr().String(), cases)
		})
	})
	if t.Failed() {
		return
	}
	for i, c := range cases {
		if !slices.Equal(want[i], got[i]) {
			t.Errorf("%s: HAProxy (-) and gohap (+) differ:\n%s", c.name, lineDiff(want[i], got[i]))
		}
	}
}

// TestSPOEGivenUp has an agent give up what comes in parts. How many come before HAProxy
// sees that is a matter of luck, so that there is nothing to compare.
func TestSPOEGivenUp(t *testing.T) {
	c := spoeCase{options: "max-frame-size 256\n    messages second third", file: spoeLong,
		agent: spoeAgent{maxFrame: 256, capabilities: "fragmentation", ack: "abort parts"}, client: spoePaths("/" + strings.Repeat("x", 7000))}
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	told := playSPOE(t, needGohap(t), web.Listener.Addr().String(), []spoeCase{c})[0]
	if !slices.ContainsFunc(told, func(l string) bool { return strings.HasSuffix(l, "err=4 pt=N tt=N") }) {
		t.Errorf("got\n%s", strings.Join(told, "\n"))
	}
}

// spoeRun is a case under way.
type spoeRun struct {
	spoeCase
	agent spoeAgent
	sink  *syslogSink
	addr  string
	lines []string
}

// playSPOE runs the cases with a program and tells what happened in each.
func playSPOE(t *testing.T, program, server string, cases []spoeCase) [][]string {
	dir := t.TempDir()
	sock := filepath.Join(dir, "sock")
	conf := fmt.Sprintf("global\n    nbthread 1\n    stats socket %s\ndefaults\n    timeout client 10s\n    timeout server 30s\n    timeout connect 5s\n", sock)
	runs := make([]*spoeRun, len(cases))
	for i, c := range cases {
		r := &spoeRun{spoeCase: c, agent: c.agent, sink: newSyslogSink(t), addr: freeAddr(t)}
		startSPOEAgent(t, &r.agent)
		runs[i] = r
		conf += r.sections(t, dir, i, server)
	}
	p := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), conf))
	if !within(20*time.Second, func() bool {
		_, err := os.Stat(sock) // a connection would be a stream
		return err == nil || !p.running()
	}) || !p.running() {
		t.Fatalf("%s does not start:\n%s", program, p.stderr.String())
	}
	var all sync.WaitGroup
	for _, r := range runs {
		all.Go(func() { r.play(t) })
	}
	all.Wait()
	told := make([][]string, len(runs))
	for i, r := range runs {
		told[i] = r.result()
	}
	p.end(t)
	if out := p.stderr.String(); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic") {
		t.Errorf("%s says\n%s", program, out)
	}
	return told
}

// sections are the case's parts of the configuration.
func (r *spoeRun) sections(t *testing.T, dir string, n int, server string) string {
	file, options, mode := r.file, r.options, r.mode
	if file == "" {
		file = spoeMessages
	}
	if options == "" {
		options = "messages first second"
	}
	if mode == "" {
		mode = "http"
	}
	conf := writeFile(t, filepath.Join(dir, fmt.Sprintf("engine%d.conf", n)), fmt.Sprintf(`[other]
spoe-agent other
[e]
spoe-agent agent
    log %s local0
    option var-prefix px
    option set-on-error err
    option set-process-time pt
    option set-total-time tt
    register-var-names a b c
    timeout hello 10s
    timeout idle 20s
    timeout processing 10s
    use-backend agents%d
    %s
%s`, r.sink.addr, n, options, file))
	agent := r.agent.addr
	if r.dead {
		agent = refusing(t)
	}
	filter, frontend, backend := "    filter spoe engine e config "+conf+"\n", r.frontend, ""
	switch r.where {
	case "":
		frontend = filter + frontend
	case "backend":
		backend = filter
	}
	kind, split := "frontend", fmt.Sprintf("    default_backend be%d\nbackend be%d\n    mode %s\n", n, n, mode)
	if r.where == "listen" {
		kind, split, frontend = "listen", "", filter+frontend
	}
	return fmt.Sprintf(`%s fe%d
    mode %s
    bind %s
    log %s local0
    log-format "done %%ST %%ts err=%%[var(txn.px.err)] pt=%%[var(txn.px.pt)] tt=%%[var(txn.px.tt)]"
%s%s%s    server s %s
backend agents%d
    mode tcp
    server a %s
`, kind, n, mode, r.addr, r.sink.addr, frontend, split, backend, server, n, agent)
}

// play does what the client does, and waits for the end.
func (r *spoeRun) play(t *testing.T) {
	client := r.client
	if client == nil {
		client = spoePaths("/")
	}
	lines, err := client(r.addr)
	if err != nil {
		t.Errorf("%s: %v", r.name, err)
		return
	}
	r.lines = lines
	r.sink.await(10*time.Second, func(all []string) bool {
		done := 0
		for _, l := range all {
			if strings.Contains(l, "done ") {
				done++
			}
		}
		return done >= len(lines)
	})
	if r.settled != "" && !within(10*time.Second, func() bool {
		return slices.ContainsFunc(r.agent.all(), func(l string) bool { return strings.HasPrefix(l, r.settled) })
	}) {
		t.Errorf("%s: the agent does not get %q", r.name, r.settled)
	}
}

// result tells what happened, without what differs from run to run. What comes over
// several connections is put in their order.
func (r *spoeRun) result() []string {
	lines := r.lines
	told := r.agent.all()
	slices.SortStableFunc(told, func(a, b string) int {
		return strings.Compare(a[:strings.IndexByte(a, ' ')], b[:strings.IndexByte(b, ' ')])
	})
	ids := map[string]string{}
	ip, _, _ := strings.Cut(r.addr, ":")
	for _, l := range told {
		if r.agentless {
			break
		}
		lines = append(lines, "agent: "+strings.ReplaceAll(l, ip, "FRONT"))
	}
	for _, l := range r.sink.all() {
		l = normalSPOE(l)
		if r.loads {
			l = spoeLoads.ReplaceAllString(l, " N/N N/N ")
		}
		lines = append(lines, "log: "+l)
	}
	// Streams are numbered in the order in which they were met.
	for i, l := range lines {
		lines[i] = spoeStream.ReplaceAllStringFunc(l, func(s string) string {
			id := s[strings.LastIndexAny(s, " =")+1:]
			if id == "0" && strings.Contains(l, "frame 0") {
				return s
			}
			if ids[id] == "" {
				ids[id] = fmt.Sprint("#", len(ids))
			}
			return "stream " + ids[id]
		})
	}
	return lines
}

var (
	spoeHead   = regexp.MustCompile(`^(<\d+>).*?\]: `)
	spoeTimes  = regexp.MustCompile(` (-?\d+)/(-?\d+)/(-?\d+)/(-?\d+)/(-?\d+) `)
	spoeTook   = regexp.MustCompile(`\b([pt]t)=\d+`)
	spoeLoads  = regexp.MustCompile(` \d+/\d+ \d+/\d+ `)
	spoeStream = regexp.MustCompile(`\b(stream |sid=)\d+`)
	spoeDigit  = regexp.MustCompile(`\d+`)
)

// normalSPOE takes out of a log line what differs from run to run.
func normalSPOE(l string) string {
	l = spoeHead.ReplaceAllString(l, "$1 ")
	l = spoeTimes.ReplaceAllStringFunc(l, func(s string) string {
		s = strings.ReplaceAll(s, "-1", "never")
		return spoeDigit.ReplaceAllString(s, "N")
	})
	return spoeTook.ReplaceAllString(l, "$1=N")
}

// TestSPOECrowd has many clients ask at a time, with agents of each kind: each gets the
// answer to its own question, and no connection or question is left.
func TestSPOECrowd(t *testing.T) {
	bin := needGohap(t)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Header.Get("X-A")) }))
	t.Cleanup(web.Close)
	for _, engine := range []string{"", "portable"} {
		for _, capabilities := range []string{"", "pipelining", "pipelining,async"} {
			t.Run(strings.ReplaceAll(engine+" "+capabilities, ",", " "), func(t *testing.T) {
				t.Parallel()
				spoeCrowd(t, bin, engine, capabilities, web.Listener.Addr().String())
			})
		}
	}
}

func spoeCrowd(t *testing.T, bin, engine, capabilities, server string) {
	a := &spoeAgent{capabilities: capabilities, delay: time.Millisecond, actionsFor: func(messages []byte) []byte {
		// [second path=<text>]: the path becomes the variable.
		size, b := spopNumber(messages)
		b = b[size+1:]
		size, b = spopNumber(b)
		return spopSet(2, "a", b[size:]...)
	}}
	startSPOEAgent(t, a)
	dir, addr := t.TempDir(), freeAddr(t)
	sock := filepath.Join(dir, "sock")
	conf := writeFile(t, filepath.Join(dir, "engine.conf"), `[e]
spoe-agent agent
    option var-prefix px
    messages second
    timeout hello 10s
    timeout idle 1500ms
    timeout processing 10s
    use-backend agents
spoe-message second
    args path=path
    event on-frontend-http-request
`)
	cmd := exec.Command(bin, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(`global
    nbthread 2
    stats socket %s
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind %s
    filter spoe engine e config %s
    http-request set-header x-a %%[var(txn.px.a)]
    default_backend be
backend be
    server s %s
backend agents
    mode tcp
    server a %s
`, sock, addr, conf, server, a.addr)))
	cmd.Env = append(os.Environ(), "GOHAP_ENGINE="+engine)
	p := startCmd(t, cmd)
	if !within(20*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
		t.Fatalf("does not start:\n%s", p.stderr.String())
	}
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			tr := &http.Transport{}
			defer tr.CloseIdleConnections()
			for i := range 10 {
				path := fmt.Sprintf("/%d/%d", n, i)
				got, err := spoeAsk(tr, addr, path)
				if err != nil || got != "client: 200  "+path {
					t.Errorf("%s gets %q, %v", path, got, err)
				}
			}
		})
	}
	all.Wait()
	eventually(t, 10*time.Second, "all connections to the agent to end", func() bool {
		ends := 0
		for _, l := range a.all() {
			if strings.Contains(l, " disconnect ") {
				ends++
			}
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		return ends == a.conns
	})
	p.end(t)
	if out := p.stderr.String(); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic") {
		t.Errorf("it says\n%s", out)
	}
}

// spoePaths asks for paths, each over a connection of its own.
func spoePaths(paths ...string) func(string) ([]string, error) {
	return func(addr string) (lines []string, err error) {
		for _, path := range paths {
			line, err := spoeAsk(&http.Transport{DisableKeepAlives: true}, addr, path)
			if err != nil {
				return nil, err
			}
			lines = append(lines, line)
		}
		return lines, nil
	}
}

// spoeTwice asks twice over a connection.
func spoeTwice(addr string) ([]string, error) {
	tr := &http.Transport{}
	defer tr.CloseIdleConnections()
	one, err := spoeAsk(tr, addr, "/")
	if err != nil {
		return nil, err
	}
	two, err := spoeAsk(tr, addr, "/second")
	return []string{one, two}, err
}

// spoeLate asks, waits until after the answer that came too late, and asks again.
func spoeLate(addr string) ([]string, error) {
	one, err := spoePaths("/1")(addr)
	if err != nil {
		return nil, err
	}
	time.Sleep(700 * time.Millisecond)
	two, err := spoePaths("/2")(addr)
	return append(one, two...), err
}

func spoeAsk(tr *http.Transport, addr, path string) (string, error) {
	r, err := http.NewRequest("GET", "http://"+addr+path, nil)
	if err != nil {
		return "", err
	}
	r.Host = "host.example"
	r.Header.Set("User-Agent", "test")
	answer, err := tr.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return fmt.Sprintf("client: %d %s %s", answer.StatusCode, answer.Header.Get("X-R"), body), nil
}

// spoeHello speaks HTTP/1.0 through a TCP proxy.
func spoeHello(addr string) ([]string, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	fmt.Fprintf(c, "GET / HTTP/1.0\r\n\r\n")
	text, _ := io.ReadAll(c)
	first, _, _ := strings.Cut(string(text), "\r\n")
	return []string{"client: " + first}, nil
}
