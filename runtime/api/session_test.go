package api

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gohap/runtime/core"
	"gohap/stats"
)

// small is a process without proxies.
type small struct {
	stats.Snapshot
	graph *core.Graph
}

func newSmall() *small { return &small{graph: core.NewGraph()} }

func (p *small) Graph() *core.Graph                            { return p.graph }
func (p *small) Version() string                               { return "2.6" }
func (p *small) SetMaxConn(n int) bool                         { return n <= 100 }
func (p *small) SetFrontendMaxConn(*core.Proxy, int)           {}
func (p *small) PauseFrontend(*core.Proxy) bool                { return false }
func (p *small) ResumeFrontend(*core.Proxy) bool               { return false }
func (p *small) StopFrontend(*core.Proxy) bool                 { return false }
func (p *small) Retarget(*core.Server)                         {}
func (p *small) Streams() []core.StreamInfo                    { return nil }
func (p *small) EndStream(uint64) bool                         { return false }
func (p *small) Captured() uint64                              { return 0 }
func (p *small) SetConnRate(int)                               {}
func (p *small) SetSessRate(int)                               {}
func (p *small) AddServer(*core.Proxy, string, []string) error { return nil }
func (p *small) DeleteServer(*core.Server) error               { return nil }
func (p *small) StartupLog() string                            { return "" }
func (p *small) Accepted() []uint64                            { return nil }
func (p *small) Descriptors() []core.FDInfo                    { return nil }
func (p *small) Profiling() string                             { return "on" }
func (p *small) SetProfiling(string)                           {}
func (p *small) Log(string)                                    {}
func (p *small) ClearMax()                                     {}

// pipe is a client over net.Pipe, which has no buffer: what nobody reads blocks
// the writer.
type pipe struct {
	net.Conn
	read, write time.Duration
}

func (c *pipe) SetReadTimeout(d time.Duration)  { c.read = d }
func (c *pipe) SetWriteTimeout(d time.Duration) { c.write = d }
func (*pipe) Interrupt()                        {}
func (*pipe) Resume()                           {}
func (c *pipe) Read(p []byte) (int, error) {
	c.SetReadDeadline(time.Now().Add(c.read))
	return c.Conn.Read(p)
}
func (c *pipe) Write(p []byte) (int, error) {
	c.SetWriteDeadline(time.Now().Add(c.write))
	return c.Conn.Write(p)
}

// text is a client that has sent everything and ended its half.
type text struct {
	io.Reader
	strings.Builder
}

func (*text) Interrupt() {}
func (*text) Resume()    {}

func (*text) SetReadTimeout(time.Duration)  {}
func (*text) SetWriteTimeout(time.Duration) {}

// ask returns what the API answers to all that a client sends at once.
func ask(sent string, o Options) string {
	c := &text{Reader: strings.NewReader(sent)}
	Serve(newSmall(), c, o)
	return c.String()
}

func TestConversation(t *testing.T) {
	for _, test := range []struct{ name, sent, want string }{
		{"one", "show version\n", "2.6\n\n"},
		{"carriage return", "show version\r\n", "2.6\n\n"},
		{"unfinished", "show version", ""},
		{"nothing", "", ""},
		{"several", "show version;show cli level\n", "2.6\n\nadmin\n\n"},
		{"lines at once", "show version\nshow cli level\n", "2.6\n\nadmin\n\n"},
		{"blanks", "  show   version  \n", "2.6\n\n"},
		{"more words", "show version and so on\n", "2.6\n\n"},
		{"quit", "show version;quit;show version\n", "2.6\n\n"},
		{"prompt", "prompt;show version\nquit\n", "\n> 2.6\n\n> "},
		{"prompt ends", "prompt\nshow version\nprompt\nshow version\n", "\n> 2.6\n\n> \n2.6\n\n"},
		{"prompt off", "prompt;show version;prompt;show version\n", "\n> 2.6\n\n> \n2.6\n\n"},
		{"payload", "prompt\nshow version <<\na\nb\n\n", "\n> + + + 2.6\n\n> "},
		{"payload without end", "show version <<\na\n", ""},
		{"lower level", "operator;show cli level;user;show cli level;operator\n", "\noperator\n\n\nuser\n\nPermission denied\n\n"},
		{"silently", "operator -;show cli level;user -;show cli level\n", "operator\n\nuser\n\n"},
		{"modes", "expert-mode;expert-mode on;expert-mode;experimental-mode on -;experimental-mode\n",
			"expert-mode is OFF\n\n\nexpert-mode is ON\n\nexperimental-mode is ON\n\n"},
		{"severity", "set severity-output number;show cli level;set timeout x;set severity-output string;show cli level;get weight\n",
			"\n[6]: admin\n\n[3]: 'set timeout' only supports 'cli'.\n\n\n[info]: admin\n\n[err]: Require 'backend/server'.\n\n"},
		{"escapes", "show env a\\;b\\ c\n", "Variable not found\n\n"},
	} {
		if got := ask(test.sent, Options{Level: core.Admin}); got != test.want {
			t.Errorf("%s: %q is answered by\n%q, want\n%q", test.name, test.sent, got, test.want)
		}
	}
}

func TestLevels(t *testing.T) {
	for _, test := range []struct {
		command string
		level   core.Level
		denied  bool
	}{
		{"show version", core.User, false},
		{"show env PATH", core.User, true},
		{"show env PATH", core.Operator, false},
		{"clear counters", core.User, true},
		{"clear counters", core.Operator, false},
		{"clear counters all", core.Operator, true},
		{"clear counters all", core.Admin, false},
		{"set maxconn global 7", core.Operator, true},
		{"set maxconn global 7", core.Admin, false},
		{"disable server a/b", core.Operator, true},
		{"expert-mode on", core.Operator, true},
	} {
		got := ask(test.command+"\n", Options{Level: test.level})
		if denied := got == "Permission denied\n\n"; denied != test.denied {
			t.Errorf("%s for %s: %q", test.command, levelName(test.level), got)
		}
	}
}

func TestHelp(t *testing.T) {
	all := ask("help\n", Options{})
	lines := strings.Split(strings.TrimSuffix(all, "\n\n"), "\n")
	if lines[0] != "The following commands are valid at this level:" || len(lines) < 30 {
		t.Fatalf("help says\n%s", all)
	}
	last := strings.Join(lines[len(lines)-3:], "\n")
	for i, name := range []string{"  help [<command>]  ", "\n  prompt  ", "\n  quit  "} {
		if !strings.Contains("\n"+last, name) {
			t.Errorf("line %d from the end is not %q: %s", 3-i, name, last)
		}
	}
	for sent, want := range map[string]string{
		"help show servers":     "show servers conn, show servers state",
		"help set server a/b":   "set server",
		"show servers\n":        "show servers conn, show servers state",
		"shutdown sessions all": "shutdown sessions server",
		"help quit":             "",
		"sow version":           "show version",
	} {
		answer := ask(sent+"\n", Options{Level: core.Admin})
		if !strings.Contains(answer, strings.Split(want, ",")[0]) {
			t.Errorf("%q is answered by\n%s", sent, answer)
		}
		for name := range strings.SplitSeq(want, ", ") {
			if !strings.Contains(answer, name) {
				t.Errorf("%q: no %q in\n%s", sent, name, answer)
			}
		}
	}
	if got := ask("\n", Options{}); strings.Count(got, "\n") != len(lines)+1 {
		t.Errorf("an empty line is answered by\n%s", got)
	}
	if got := ask("show pools\n", Options{}); got != "'show pools' is a HAProxy command that gohap does not support yet.\n\n" {
		t.Errorf("show pools: %q", got)
	}
}

func TestLongLine(t *testing.T) {
	for _, sent := range []string{
		strings.Repeat("x", 200) + "\nshow version\n",
		"show version <<\n" + strings.Repeat("line of payload\n", 100) + "\n",
	} {
		if got := ask(sent, Options{BufSize: 100}); got != "" {
			t.Errorf("%.20s…: %q", sent, got)
		}
	}
}

// TestIdle proves that a client that says nothing, and one that reads nothing,
// are let go after the timeout.
func TestIdle(t *testing.T) {
	for _, test := range []struct {
		sent string
		want time.Duration
	}{
		{"", 10 * time.Second},
		{"prompt\n", 10 * time.Second},
		{"set timeout cli 3\nhelp\n", 10 * time.Second}, // the answer to the first line waits
	} {
		synctest.Test(t, func(t *testing.T) {
			here, there := net.Pipe()
			start := time.Now()
			go io.WriteString(here, test.sent)
			Serve(newSmall(), &pipe{Conn: there}, Options{})
			if d := time.Since(start); d > test.want || d < time.Second {
				t.Errorf("%q: over after %v", test.sent, d)
			}
			here.Close()
		})
	}
}

func TestTimeoutChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		start := time.Now()
		go io.WriteString(here, "prompt;set timeout cli 3m\n")
		go io.Copy(io.Discard, here)
		Serve(newSmall(), &pipe{Conn: there}, Options{Timeout: time.Second})
		if d := time.Since(start); d != 3*time.Minute {
			t.Errorf("over after %v", d)
		}
		there.Close()
	})
}

func TestSendSockets(t *testing.T) {
	called := 0
	got := ask("show version;_getsocks;show version\n", Options{SendSockets: func() error { called++; return nil }})
	if got != "2.6\n\n" || called != 1 {
		t.Errorf("called %d times, said %q", called, got)
	}
	if got := ask("_getsocks\n", Options{}); got != "" {
		t.Errorf("where that is not allowed: %q", got)
	}
}

// TestRecords checks what the registry does not.
func TestRecords(t *testing.T) {
	for _, c := range Commands.All() {
		words := strings.Fields(c.Name)
		if len(words) > maxWords || c.Run == nil || c.Manual == "" {
			t.Errorf("%s: incomplete", c.Name)
		}
		if lacking()[c.Name] {
			t.Errorf("%s is listed as unsupported", c.Name)
		}
		if got, n := find(append(words, "x")); got != c || n != len(words) {
			t.Errorf("%s is not found by its own name", c.Name)
		}
	}
}
