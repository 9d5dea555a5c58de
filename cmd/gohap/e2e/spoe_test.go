package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestSPOE plays all cases with HAProxy and with gohap, each a process with a frontend
// for each case, and compares what agents get, what clients get, and the log.
func TestSPOE(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
		if c.held {
			r.agent.hold = make(chan struct{})
		}
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
	var lines []string
	var err error
	if r.talk != nil {
		lines, err = r.talk(r)
	} else {
		lines, err = client(r.addr)
	}
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
func spoeHello(addr string) ([]string, error) { return spoeSay(addr, nil, nil) }

// spoeAhead speaks before the agent answers.
func spoeAhead(r *spoeRun) ([]string, error) {
	return spoeSay(r.addr, nil, func() { close(r.agent.hold) })
}

// spoeBehind speaks once the agent's answer has been logged.
func spoeBehind(r *spoeRun) ([]string, error) {
	return spoeSay(r.addr, func() {
		r.sink.await(10*time.Second, func(all []string) bool { return len(all) > 0 })
	}, nil)
}

// spoeSay is spoeHello with something to do before the client speaks, and after.
func spoeSay(addr string, before, after func()) ([]string, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if before != nil {
		before()
	}
	fmt.Fprintf(c, "GET / HTTP/1.0\r\n\r\n")
	if after != nil {
		after()
	}
	text, _ := io.ReadAll(c)
	first, _, _ := strings.Cut(string(text), "\r\n")
	return []string{"client: " + first}, nil
}
