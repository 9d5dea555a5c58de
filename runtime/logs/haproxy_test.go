package logs

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"gohap/runtime/internal/peer"
)

// dates in either form, masked before lines are compared.
var dates = regexp.MustCompile(`[A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d`)

// mask replaces each digit and letter of dates, so that lengths still count.
func mask(line string) string {
	return dates.ReplaceAllStringFunc(line, func(date string) string { return strings.Repeat("D", len(date)) })
}

// request makes haproxy log once.
func request(t *testing.T, addr string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "GET / HTTP/1.0\r\n\r\n")
	io.Copy(io.Discard, c)
}

const base = `
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
`

// logAs logs one line under the `log` lines and tag to a fresh sink and
// returns what arrived.
func logAs(t *testing.T, id Identity, tag string, options []string, sd, text string) []string {
	t.Helper()
	sink := peer.SyslogUDP(t)
	store := NewStore(id, func(message string) { t.Error(message) })
	l := newLogger(t, store, tag, UDP(netip.MustParseAddrPort(sink.Addr)), options...)
	l.LogSD(Info, []byte(sd), []byte(text))
	return sink.WaitN(t, len(options))
}

func newLogger(t *testing.T, store *Store, tag string, target Target, options ...string) *Logger {
	t.Helper()
	var configs []Config
	for _, o := range options {
		c, err := ParseConfig(strings.Fields(o))
		if err != nil {
			t.Fatal(err)
		}
		c.Target = target
		configs = append(configs, c)
	}
	l, err := store.Logger(tag, configs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func compare(t *testing.T, name string, ours, theirs []string) {
	t.Helper()
	for i := range theirs {
		if mask(ours[i]) != mask(theirs[i]) {
			t.Errorf("%s, line %d\nhaproxy: %q\ngohap:   %q", name, i+1, theirs[i], ours[i])
		}
	}
}

// TestFormatsAsHAProxy compares lines of every format, byte for byte but for
// the digits of the date.
func TestFormatsAsHAProxy(t *testing.T) {
	options := []string{"local3", "user", "len 100 local0"}
	for _, format := range FormatNames() {
		options = append(options, "format "+format+" local0", "format "+format+" kern", "format "+format+" local7 debug err")
	}
	for _, c := range []struct{ global, host, tag, sd string }{
		{"", "", "haproxy", ""},
		{"log-send-hostname h.example", "h.example", "haproxy", `[ex@1 a="b"]`},
		{"log-tag app", "", "app", ""},
		{"log-tag \"a b\"\n log-send-hostname h", "h", "a b", "[x]"},
	} {
		sink, addr := peer.SyslogUDP(t), peer.Addr(t)
		var cfg strings.Builder
		fmt.Fprintf(&cfg, "global\n %s\n%s", c.global, base)
		for _, o := range options {
			fmt.Fprintf(&cfg, "    log %s %s\n", sink.Addr, o)
		}
		fmt.Fprintf(&cfg, "frontend f\n bind %s\n log-format \"text that goes on %%HM\"\n", addr)
		if c.sd != "" {
			fmt.Fprintf(&cfg, "    log-format-sd '%s'\n", c.sd)
		}
		p := peer.HAProxy(t, cfg.String())
		request(t, addr)
		theirs := sink.WaitN(t, len(options))
		ours := logAs(t, Identity{PID: p.PID(), Host: c.host}, c.tag, options, c.sd, "text that goes on GET")
		compare(t, c.global, ours, theirs)
	}
}

// TestCutsAsHAProxy compares where lines end whose header alone comes near
// the limit, with tags of all lengths around it.
func TestCutsAsHAProxy(t *testing.T) {
	options := []string{"len 80 local1", "len 80 format rfc5424 local1", "len 81 format rfc3164 local1",
		"len 80 format timed local1", "len 80 format iso kern", "len 80 format raw local1",
		"len 80 format short local1", "len 80 format priority local1"}
	sink := peer.SyslogUDP(t)
	type front struct{ addr, tag, sd, text string }
	var fronts []front
	var cfg strings.Builder
	for n := 1; n < 66; n++ {
		f := front{peer.Addr(t), strings.Repeat("t", n), "", strings.Repeat("m", n%3*40+1)}
		if n%2 == 0 {
			f.sd = strings.Repeat("s", n/2)
		}
		fronts = append(fronts, f)
	}
	for _, host := range []string{"", strings.Repeat("h", 10), strings.Repeat("h", 35), strings.Repeat("h", 36),
		strings.Repeat("h", 37), strings.Repeat("h", 38), strings.Repeat("h", 57), strings.Repeat("h", 60)} {
		cfg.Reset()
		cfg.WriteString("global\n")
		if host != "" {
			fmt.Fprintf(&cfg, "    log-send-hostname %s\n", host)
		}
		cfg.WriteString(base)
		for _, o := range options {
			fmt.Fprintf(&cfg, "    log %s %s\n", sink.Addr, o)
		}
		for i, f := range fronts {
			fmt.Fprintf(&cfg, "frontend f%d\n bind %s\n log-tag %s\n log-format %s\n", i, f.addr, f.tag, f.text)
			if f.sd != "" {
				fmt.Fprintf(&cfg, " log-format-sd %s\n", f.sd)
			}
		}
		p := peer.HAProxy(t, cfg.String())
		before := len(sink.All())
		for i, f := range fronts {
			if host != "" && i%4 != 0 {
				continue // the tags alone cover every length
			}
			request(t, f.addr)
			theirs := sink.WaitN(t, before+len(options))[before:]
			before += len(options)
			ours := logAs(t, Identity{PID: p.PID(), Host: host}, f.tag, options, f.sd, f.text)
			compare(t, fmt.Sprintf("host %q, tag %q, sd %q", host, f.tag, f.sd), ours, theirs)
		}
		p.Stop(t)
	}
}

// TestLongTextAsHAProxy compares lines far beyond all limits, on a descriptor
// too, and what becomes of line feeds.
func TestLongTextAsHAProxy(t *testing.T) {
	for _, c := range []struct{ expr, text string }{
		{strings.Repeat("x", 3000), strings.Repeat("x", 3000)},
		{"%[str(a%0Ab%0A),url_dec]", "a\nb\n"},
		{"%[str(a%0A%0A),url_dec]", "a\n\n"},
	} {
		options := []string{"local0", "format raw local0", "len 2000 local0", "len 80 format rfc5424 local0"}
		sink, addr := peer.SyslogUDP(t), peer.Addr(t)
		cfg := "global\n" + base
		// Standard output first: once the last datagram is here, so is all.
		for _, o := range options {
			cfg += fmt.Sprintf("    log stdout %s\n    log %s %s\n", o, sink.Addr, o)
		}
		cfg += fmt.Sprintf("frontend f\n bind %s\n log-format %s\n", addr, c.expr)
		p := peer.HAProxy(t, cfg)
		request(t, addr)
		theirs := sink.WaitN(t, len(options))
		p.Stop(t)
		id := Identity{PID: p.PID()}
		compare(t, c.text[:2], logAs(t, id, "haproxy", options, "", c.text), theirs)

		read, write := pipe(t, 1<<16)
		l := newLogger(t, NewStore(id, nil), "haproxy", FD(write), options...)
		l.Log(Info, []byte(c.text))
		if ours, theirs := drain(t, read), p.Stdout.Text(); mask(ours) != mask(theirs) {
			t.Errorf("on a descriptor\nhaproxy: %q\ngohap:   %q", theirs, ours)
		}
	}
}

// TestSampleAndLevelsAsHAProxy compares which of a run of lines are sent.
func TestSampleAndLevelsAsHAProxy(t *testing.T) {
	options := []string{"format raw sample 1:3 local0", "format raw sample 2-3:3 local0",
		"format raw sample 1,3-4:5 local0", "format raw local0 notice", "format short local0 debug notice"}
	theirs, addr := peer.SyslogUDP(t), peer.Addr(t)
	cfg := "global\n" + base
	for _, o := range options {
		cfg += fmt.Sprintf("    log %s %s\n", theirs.Addr, o)
	}
	peer.HAProxy(t, cfg+fmt.Sprintf("frontend f\n bind %s\n log-format %%rt\n", addr))
	ours := peer.SyslogUDP(t)
	l := newLogger(t, NewStore(Identity{}, nil), "x", UDP(netip.MustParseAddrPort(ours.Addr)), options...)
	const runs = 11
	for n := range runs {
		request(t, addr)
		l.Log(Info, fmt.Append(nil, n))
	}
	want := 4 + 7 + 7 + 0 + runs
	compare(t, "sampled", ours.WaitN(t, want), theirs.WaitN(t, want))
}
