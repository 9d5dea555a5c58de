package section_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gohap/parser"
	"gohap/parser/diag"
	_ "gohap/runtime/action"
	"gohap/runtime/certs/testpki"
	_ "gohap/runtime/converter"
	"gohap/runtime/core"
	_ "gohap/runtime/fetch"
	"gohap/runtime/internal/peer"
	_ "gohap/runtime/logtag"
	_ "gohap/runtime/match"
	"gohap/runtime/registry"
	"gohap/runtime/section"
	_ "gohap/runtime/section/bind"
	_ "gohap/runtime/section/global"
	_ "gohap/runtime/section/proxy"
	_ "gohap/runtime/section/server"
)

// example is a line of a record, and the configuration it stands in.
type example struct {
	keyword string
	line    string // the line to judge
	good    bool
	old     bool // HAProxy refuses it, gohap upgrades it
	config  string
	at      int // the line's number in config
}

func (e *example) String() string { return e.keyword + ": " + e.line }

// engine is what the files of engines have that rules send groups of.
const engine = `[engine]
spoe-agent agent
    groups group
    timeout hello 1s
    timeout idle 1s
    timeout processing 1s
    use-backend agents
spoe-message message
    args src
spoe-group group
    messages message
`

const beforeProxy = `global
    external-check
    insecure-fork-wanted
    log 127.0.0.1 local0
resolvers mydns
    nameserver first 127.0.0.1:53
cache static
    total-max-size 4
defaults named
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
backend agents from named
    mode tcp
    server agent 127.0.0.1:1
`

// inProxy puts a line into a listen section of its own. n tells sections apart.
func inProxy(e example, n int) example {
	before := beforeProxy
	if strings.HasPrefix(e.line, "email-alert ") {
		before = "mailers mymailers\n    mailer smtp1 127.0.0.1:25\n" + before
	}
	e.config = fmt.Sprintf("%slisten section%d from named\n    bind 127.0.0.1:%d\n    server first 127.0.0.1:8000\n    log global\n%s    %s\n",
		before, n, 10000+n%20000, prelude(e.line), e.line)
	return finish(e)
}

func inGlobal(e example) example {
	e.config = "global\n    " + e.line + "\ndefaults\n    timeout client 5s\nfrontend f\n    bind 127.0.0.1:8080\n" +
		"resolvers mydns\n    nameserver first 127.0.0.1:53\n"
	return finish(e)
}

func inResolvers(e example) example {
	e.config = "resolvers mydns\n    nameserver first 127.0.0.1:53\n    " + e.line + "\ndefaults\n    timeout client 5s\nfrontend f\n    bind 127.0.0.1:8080\n"
	return finish(e)
}

func inRing(e example) example {
	e.config = "ring r\n    timeout connect 1s\n    timeout server 1s\n    " + e.line + "\ndefaults\n    timeout client 5s\nfrontend f\n    bind 127.0.0.1:8080\n"
	return finish(e)
}

func inCache(e example) example {
	e.config = "cache static\n    total-max-size 4\n    " + e.line + "\ndefaults\n    timeout client 5s\nfrontend f\n    bind 127.0.0.1:8080\n"
	return finish(e)
}

// inPeers puts a line into a peers section that has this process already.
func inPeers(e example) example {
	e.config = "global\n    localpeer first\n    log 127.0.0.1 local0\npeers mypeers\n    peer first 127.0.0.1:10000\n    " + e.line +
		"\ndefaults\n    timeout client 5s\nfrontend f\n    bind 127.0.0.1:8080\n"
	return finish(e)
}

func inProgram(e example) example {
	e.config = "global\n    master-worker\nprogram p\n    command true\n    " + e.line + "\ndefaults\n    timeout client 5s\nfrontend f\n    bind 127.0.0.1:8080\n"
	return finish(e)
}

func inMailers(e example) example {
	e.config = "mailers mymailers\n    mailer smtp1 127.0.0.1:25\n    " + e.line + "\n" +
		"defaults\n    mode http\n    timeout client 5s\nfrontend f\n    bind 127.0.0.1:8080\n" +
		"    email-alert mailers mymailers\n    email-alert from a\n    email-alert to b\n"
	return finish(e)
}

func inLogForward(e example) example {
	e.config = "global\n    log 127.0.0.1 local0\nlog-forward logs\n    dgram-bind 127.0.0.1:10513\n    log 127.0.0.1 local0\n    " + e.line +
		"\ndefaults\n    timeout client 5s\nfrontend f\n    bind 127.0.0.1:8080\n"
	return finish(e)
}

// pki is where the certificates are that stand in for those of the examples.
var pki string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "pki")
	if err != nil {
		panic(err)
	}
	if err := testpki.Write(dir); err != nil {
		panic(err)
	}
	pki = dir
	if err := os.WriteFile(dir+"/engine.conf", []byte(engine), 0o600); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func finish(e example) example {
	e.config = strings.ReplaceAll(e.config, "/etc/haproxy/", pki+"/")
	e.line = strings.ReplaceAll(e.line, "/etc/haproxy/", pki+"/")
	e.at = strings.Count(e.config[:strings.LastIndex(e.config, "    "+e.line+"\n")], "\n") + 1
	return e
}

// prelude is what a line needs before it to be without complaint.
func prelude(line string) string {
	switch {
	case strings.HasPrefix(line, "email-alert "):
		return "    email-alert mailers mymailers\n    email-alert from a@example.com\n    email-alert to b@example.com\n"
	case strings.HasPrefix(line, "http-check "):
		return "    option httpchk\n"
	case strings.HasPrefix(line, "external-check "):
		return "    option external-check\n    external-check command /bin/true\n"
	case line == "option external-check":
		return "    external-check command /bin/true\n"
	case strings.HasPrefix(line, "tcp-check "):
		return "    option tcp-check\n"
	case strings.Contains(line, "send-spoe-group"):
		return "    filter spoe engine engine config " + pki + "/engine.conf\n"
	case strings.HasPrefix(line, "server ") && strings.Contains(line, " tfo"):
		return "    retry-on conn-failure empty-response response-timeout\n"
	}
	return ""
}

// examples are all lines of all records.
func examples() []example {
	var all []example
	add := func(k *registry.Keyword, old, global bool, format string) {
		for good, lines := range map[bool][]string{true: k.OK, false: k.Bad} {
			for _, line := range lines {
				if format != "" {
					if strings.Contains(line, " ") && strings.HasPrefix(format, "http-request") {
						line = "'" + line + "'"
					}
					line = fmt.Sprintf(format, line)
				}
				e := example{keyword: k.Name, line: line, good: good, old: old}
				if global {
					all = append(all, inGlobal(e))
				} else {
					all = append(all, inProxy(e, len(all)))
				}
			}
		}
	}
	for _, d := range registry.Directives.All() {
		switch {
		case d.In&registry.Proxies != 0:
			add(&d.Keyword, d.Old, false, "")
		case d.In&registry.Global != 0:
			add(&d.Keyword, d.Old, true, "")
		case d.In&registry.Ring != 0:
			for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
				for _, line := range lines {
					all = append(all, inRing(example{keyword: d.Name, line: line, good: good}))
				}
			}
		case d.In&registry.Peers != 0:
			for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
				for _, line := range lines {
					all = append(all, inPeers(example{keyword: d.Name, line: line, good: good}))
				}
			}
		case d.In&registry.LogForward != 0:
			for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
				for _, line := range lines {
					all = append(all, inLogForward(example{keyword: d.Name, line: line, good: good}))
				}
			}
		case d.In&registry.Program != 0:
			for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
				for _, line := range lines {
					all = append(all, inProgram(example{keyword: d.Name, line: line, good: good}))
				}
			}
		case d.In&registry.Mailers != 0:
			for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
				for _, line := range lines {
					all = append(all, inMailers(example{keyword: d.Name, line: line, good: good}))
				}
			}
		case d.In&registry.Resolvers != 0:
			for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
				for _, line := range lines {
					all = append(all, inResolvers(example{keyword: d.Name, line: line, good: good}))
				}
			}
		case d.In&registry.Cache != 0:
			for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
				for _, line := range lines {
					all = append(all, inCache(example{keyword: d.Name, line: line, good: good}))
				}
			}
		}
	}
	for _, o := range registry.BindOptions.All() {
		add(&o.Keyword, false, false, "")
	}
	for _, o := range registry.ServerOptions.All() {
		add(&o.Keyword, false, false, "")
	}
	for _, a := range registry.Actions.All() {
		add(&a.Keyword, false, false, "")
	}
	for _, f := range registry.Fetches.All() {
		add(&f.Keyword, false, false, "acl test %s")
	}
	for _, a := range registry.Aliases.All() {
		add(&a.Keyword, false, false, "acl test %s")
	}
	for _, m := range registry.Matches.All() {
		add(&m.Keyword, false, false, "acl test %s")
	}
	for _, c := range registry.Converters.All() {
		add(&c.Keyword, false, false, "http-request set-var(txn.x) %s")
	}
	for _, l := range registry.LogTags.All() {
		add(&l.Keyword, false, false, "log-format '%s'")
	}
	return all
}

// compile reads a configuration text as far as it goes without traffic.
func compile(text string) (*core.Graph, *diag.List) { return read(text, true) }

// read reads a configuration text; finish says whether to look at the whole
// afterwards.
func read(text string, finish bool) (*core.Graph, *diag.List) {
	env := parser.NewEnv(os.Environ())
	files, list := parser.Parse([]string{"test.cfg"}, env, parser.Options{
		ReadFile: func(string) ([]byte, error) { return []byte(text), nil },
	})
	c := &registry.Compiler{Diags: list, Graph: core.NewGraph(), Env: env.Lookup}
	for _, f := range files {
		for _, s := range f.Sections {
			section.Compile(c, s)
		}
	}
	if finish {
		c.Finish()
	}
	return c.Graph, list
}

// TestExamples compiles the example lines of every record: good ones without a
// word, bad ones with an error that points into the line.
func TestExamples(t *testing.T) {
	for _, e := range examples() {
		_, list := compile(e.config)
		hit := false
		for i := range list.All {
			d := &list.All[i]
			switch {
			case d.Severity == diag.Diag:
			case e.good && d.Severity == diag.Warning && (e.old || strings.Contains(d.Message, "has no effect") || strings.Contains(d.Message, "deprecated")):
				hit = true
			case e.good:
				t.Errorf("%s\n\tis told %s: %s", &e, d.Severity, d.Message)
			case d.Severity == diag.Alert && d.Pos.Line == e.at:
				hit = true
				if width := len(e.line) + 4; d.Pos.Col < 1 || d.Pos.Col > width+1 {
					t.Errorf("%s\n\tpoints at column %d of %d: %s", &e, d.Pos.Col, width, d.Message)
				}
			}
		}
		if !hit && (!e.good || e.old) {
			t.Errorf("%s\n\tis taken without a word, said are %v", &e, list.All)
		}
	}
}

// settled are lines that HAProxy and gohap judge differently, each for a reason.
var settled = map[string]string{
	"compression direction response":              "new in 2.8 and later",
	"compression direction request":               "new in 2.8 and later",
	"compression direction both":                  "new in 2.8 and later",
	"compression minsize-req 256":                 "new in 2.8 and later",
	"compression minsize-res 1k":                  "new in 2.8 and later",
	"compression type-req text/ application/json": "new in 2.8 and later",
	"compression type-res text/":                  "new in 2.8 and later",
	"compression algo-req gzip":                   "new in 2.8 and later",
	"compression algo-res gzip":                   "new in 2.8 and later",
	"server s 127.0.0.1:80 init-state fully-up":   "new in 3.1",
	"server s 127.0.0.1:80 init-state up":         "new in 3.1",
	"server s 127.0.0.1:80 init-state down":       "new in 3.1",
	"server s 127.0.0.1:80 init-state fully-down": "new in 3.1",
	"size 1m": "a unit came with later releases",
	"acl test ssl_bc_client_handshake_traffic_secret -m found": "new in 3.x",
	"acl test ssl_bc_server_handshake_traffic_secret -m found": "new in 3.x",
	"acl test ssl_bc_client_traffic_secret_0 -m found":         "new in 3.x",
	"acl test ssl_bc_server_traffic_secret_0 -m found":         "new in 3.x",
	"hash-preserve-affinity always":                            "new in 3.0",
	"hash-preserve-affinity maxconn":                           "new in 3.0",
	"hash-preserve-affinity maxqueue":                          "new in 3.0",
	"httpclient.retries 0":                                     "new in 2.8",
	"httpclient.retries 3":                                     "new in 2.8",
	"httpclient.timeout.connect 3s":                            "new in 2.8",
	"httpclient.resolvers.disabled on":                         "new in 2.7",
	"httpclient.resolvers.disabled off":                        "new in 2.7",
	"tune.fd.edge-triggered on":                                "an experiment in HAProxy, nothing here",
	"tune.h2.header-table-size 100":                            "the bounds come with HTTP/2",
	"tune.h2.max-frame-size 100":                               "the bounds come with HTTP/2",
	"tune.memory.hot-size 524288":                              "of a later release",
	"tune.quic.frontend.conn-tx-buffers.limit 100":             "of a build with QUIC",
	"tune.quic.frontend.max-streams-bidi 100":                  "of a build with QUIC",
	"tune.quic.frontend.max-idle-timeout 100":                  "of a build with QUIC",
	"tune.quic.retry-threshold 100":                            "of a build with QUIC",
	"tune.zlib.memlevel 8":                                     "of a build with zlib",
	"tune.zlib.windowsize 15":                                  "of a build with zlib",
	"gid x":                                                    "a warning in HAProxy, which then runs as root",
	"uid x":                                                    "a warning in HAProxy, which then runs as root",
	"log-send-hostname a b":                                    "HAProxy ignores the second word",
	"mworker-max-reloads":                                      "HAProxy says what is wrong and goes on",
	"mworker-max-reloads 1 2":                                  "HAProxy says what is wrong and goes on",
	"tune.h2.initial-window-size":                              "HAProxy reads nothing as 0",
	"tune.h2.max-concurrent-streams":                           "HAProxy reads nothing as 0",
	"tune.lua.forced-yield":                                    "HAProxy reads nothing as 0",
	"tune.http.cookielen 0":                                    "HAProxy takes sizes that cannot work",
	"tune.http.logurilen 0":                                    "HAProxy takes sizes that cannot work",
	"tune.maxrewrite 0":                                        "HAProxy takes sizes that cannot work",
	"tune.rcvbuf.client 0":                                     "HAProxy takes 0 as the default",
	"tune.rcvbuf.server 0":                                     "HAProxy takes 0 as the default",
	"tune.sndbuf.client 0":                                     "HAProxy takes 0 as the default",
	"tune.sndbuf.server 0":                                     "HAProxy takes 0 as the default",
	"acl test payload(-1,1) -m found":                          "HAProxy reads -1 as a huge offset",
	"acl test req.payload(-1,1) -m found":                      "HAProxy reads -1 as a huge offset",
	"acl test res.payload(-1,1) -m found":                      "HAProxy reads -1 as a huge offset",
	"acl test urlp(id,;;) 1":                                   "HAProxy ignores all but the first delimiter",
	"acl test urlp_val(id,;;) 1":                               "HAProxy ignores all but the first delimiter",
	"acl test url_param(id,;;) 1":                              "HAProxy ignores all but the first delimiter",
}

var alerted = regexp.MustCompile(`(?m)^\[ALERT\].*?\[\S+:(\d+)\]`)

// TestExamplesHAProxy holds the example lines against HAProxy: it takes the good
// ones and refuses the bad ones, but for the old directives that only gohap
// upgrades.
func TestExamplesHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	haproxy := peer.Need(t, "haproxy")
	var good, bad, one []*example // one: to be looked at one by one
	all := examples()
	for i := range all {
		e := &all[i]
		switch {
		case e.old:
		case !strings.HasPrefix(e.config, beforeProxy):
			one = append(one, e)
		case e.good:
			good = append(good, e)
		default:
			bad = append(bad, e)
		}
	}
	// All good lines at once, less those that HAProxy names.
	for len(good) > 0 {
		out, err := check(t, haproxy, join(good))
		if err == nil {
			break
		}
		rest := unnamed(good, out)
		if len(rest) == len(good) {
			one, rest = append(one, good...), nil
		}
		for _, e := range good {
			if !slices.Contains(rest, e) {
				one = append(one, e)
			}
		}
		good = rest
	}
	out, _ := check(t, haproxy, join(bad))
	one = append(one, unnamed(bad, out)...)
	work := make(chan *example)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for e := range work {
				out, err := check(t, haproxy, e.config)
				var exit *exec.ExitError
				if errors.As(err, &exit) && exit.ExitCode() == 2 {
					err = nil // right, but without a listener
				}
				if _, ok := settled[e.line]; !ok && (err == nil) != e.good {
					t.Errorf("%s\n\tgood: %v, haproxy says:\n%s", e, e.good, out)
				}
			}
		})
	}
	for _, e := range one {
		work <- e
	}
	close(work)
	wait.Wait()
}

// join puts examples into one configuration.
func join(es []*example) string {
	var b strings.Builder
	b.WriteString(beforeProxy)
	for _, e := range es {
		b.WriteString(strings.TrimPrefix(e.config, beforeProxy))
	}
	return b.String()
}

// unnamed returns the examples of a joined configuration whose lines are in no
// alert of out.
func unnamed(es []*example, out string) (rest []*example) {
	named := map[string]bool{}
	for _, m := range alerted.FindAllStringSubmatch(out, -1) {
		named[m[1]] = true
	}
	header := strings.Count(beforeProxy, "\n")
	at := header
	for _, e := range es {
		if !named[strconv.Itoa(at+e.at-header)] {
			rest = append(rest, e)
		}
		at += strings.Count(e.config, "\n") - header
	}
	return rest
}

func check(t *testing.T, haproxy, config string) (string, error) {
	out, err := exec.Command(haproxy, "-c", "-f", peer.File(t, "haproxy.cfg", config)).CombinedOutput()
	return string(out), err
}
