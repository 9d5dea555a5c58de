package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stepLimit bounds every wait of a script.
const stepLimit = 5 * time.Second

// result is what one run of a script showed, in comparable text.
type result struct {
	lines []string
	logs  int
}

// play runs a script on a variant. expectLogs is how many log lines are sure to
// come, 0 when not known.
func (v *variant) play(t testing.TB, s *script, expectLogs int) result {
	t.Helper()
	if s.exact && !within(stepLimit, func() bool { return v.stat("fe", "FRONTEND", "scur") == 0 }) {
		t.Errorf("%s: connections of earlier scripts are left", s.pos)
	}
	w := newWorld()
	v.mu.Lock()
	v.world = w
	v.mu.Unlock()
	p := &player{v: v, w: w, t: t}
	var failed string
	for _, st := range s.steps {
		if err := p.step(st); err != nil {
			failed = fmt.Sprintf("%s: %s %s %q: %v", st.pos, st.actor, st.verb, shorten(st.args), err)
			break
		}
	}
	p.settle()
	r := result{lines: append(p.finish(s.loose["body"]), p.answers...)}
	if failed != "" {
		r.lines = append(r.lines, "stopped at "+failed)
		expectLogs = 0
	}
	v.mu.Lock()
	v.world = nil
	v.mu.Unlock()
	// HAProxy may have been told of a connection's end, but not have got to it
	// yet, when it sees the first mark; by the second it has.
	p.logs = append(p.logs, v.mark(t, expectLogs-p.logged)...)
	p.logs = append(p.logs, v.mark(t, 0)...)
	for _, line := range p.logs {
		line = strings.ReplaceAll(normalLog(line, s.loose, s.exact), v.ip+":port", "<proxy>")
		r.lines = append(r.lines, "log "+strconv.Quote(line))
	}
	r.logs = len(p.logs)
	return r
}

func shorten(args []string) []string {
	var out []string
	for _, a := range args {
		if len(a) > 60 {
			a = a[:60] + "…"
		}
		out = append(out, a)
	}
	return out
}

// player walks through one script.
type player struct {
	v    *variant
	w    *world
	t    testing.TB
	to   string // where the next client connects, "" for the first frontend
	from string
	// answers are those of the stats socket.
	answers []string
	logs    []string
	logged  int
}

// step performs one step and returns an error when the script cannot go on.
func (p *player) step(st step) error {
	switch st.actor[0] {
	case 'p':
		return p.proxyStep(st)
	case 'c':
		return p.clientStep(st)
	}
	return p.serverStep(st)
}

func (p *player) proxyStep(st step) error {
	switch st.verb {
	case "barrier":
		p.settle()
		return nil
	case "cli":
		_, err := p.v.cli(st.args[0])
		return err
	case "ask":
		answer, err := p.v.cli(st.args[0])
		p.answers = append(p.answers, "p answered "+st.args[0]+":")
		p.answers = append(p.answers, readable(maskEntries([]byte(answer)))...)
		return err
	}
	n, err := strconv.Atoi(st.args[0])
	if err != nil {
		return err
	}
	switch st.verb {
	case "queued":
		if !within(stepLimit, func() bool { return p.v.stat("be", "s", "qcur")+p.v.stat("be", "BACKEND", "qcur") >= n }) {
			return fmt.Errorf("not queued")
		}
	case "sessions":
		if !within(stepLimit, func() bool { return p.v.stat("fe", "FRONTEND", "scur") == n }) {
			return fmt.Errorf("%d sessions", p.v.stat("fe", "FRONTEND", "scur"))
		}
	case "log":
		want := p.v.read + n - p.logged
		if _, ok := p.v.sink.await(stepLimit, func(all []string) bool { return len(all) >= want }); !ok {
			return fmt.Errorf("fewer log lines")
		}
	}
	return nil
}

func (p *player) clientStep(st step) error {
	switch st.verb {
	case "to":
		if st.args[0] != "front2" {
			return fmt.Errorf("no such frontend")
		}
		p.to = p.v.Front2
		return nil
	case "from":
		p.from = st.args[0]
		return nil
	}
	e := p.w.clients[st.actor]
	if e == nil {
		var err error
		if e, err = p.connect(st.actor); err != nil {
			return err
		}
	}
	switch st.verb {
	case "connect":
		return nil
	case "reply":
		return p.reply(e, false)
	case "bodyless":
		return p.reply(e, true)
	case "end":
		return p.end(e)
	case "open":
		return p.open(e)
	}
	return p.common(e, st)
}

// connect opens a client connection.
func (p *player) connect(name string) (*endpoint, error) {
	to := p.to
	if to == "" {
		to = p.v.Front
	}
	d := net.Dialer{Timeout: stepLimit}
	if p.from != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(p.from)}
	}
	c, err := d.Dial("tcp", to)
	var e *endpoint
	switch {
	case errors.Is(err, syscall.ECONNRESET): // by a proxy in a hurry
		e = p.w.newEndpoint(name, nil)
		e.end = "rst"
	case err != nil:
		return nil, err
	default:
		e = p.w.newEndpoint(name, c.(*net.TCPConn))
	}
	p.w.mu.Lock()
	p.w.clients[name] = e
	p.w.order = append(p.w.order, e)
	p.w.mu.Unlock()
	if e.conn != nil {
		go e.read()
	}
	return e, nil
}

func (p *player) serverStep(st step) error {
	name, n := st.actor[:1], 1
	if len(st.actor) > 1 {
		n, _ = strconv.Atoi(st.actor[1:])
	}
	if st.verb == "auto" || st.verb == "autoclose" {
		a := &auto{responses: st.args, close: st.verb == "autoclose"}
		if len(a.responses) == 0 {
			a.responses = []string{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}
		}
		p.w.mu.Lock()
		p.w.autos[name] = a
		for _, e := range p.w.servers[name] {
			go e.serve(a)
		}
		p.w.mu.Unlock()
		return nil
	}
	var e *endpoint
	ok := p.w.await(stepLimit, func() bool {
		if list := p.w.servers[name]; len(list) >= n {
			e = list[n-1]
		}
		return e != nil
	})
	if !ok {
		return fmt.Errorf("no such connection came")
	}
	switch st.verb {
	case "accept":
		return nil
	case "request":
		return p.until(e, func(rest []byte) int { return requestLen(rest) })
	}
	return p.common(e, st)
}

// common are the steps that clients and servers share.
func (p *player) common(e *endpoint, st step) error {
	switch st.verb {
	case "send":
		e.send([]byte(st.args[0]))
	case "fin":
		e.fin()
	case "rst":
		e.shut(true)
	case "close":
		e.shut(false)
	case "head":
		return p.until(e, after("\r\n\r\n"))
	case "until":
		return p.until(e, after(st.args[0]))
	case "bytes":
		n, err := strconv.Atoi(st.args[0])
		if err != nil {
			return err
		}
		return p.until(e, func(rest []byte) int {
			if len(rest) < n {
				return 0
			}
			return n
		})
	case "eof":
		return p.eof(e)
	}
	return nil
}

func after(text string) func([]byte) int {
	return func(rest []byte) int {
		i := bytes.Index(rest, []byte(text))
		if i < 0 {
			return 0
		}
		return i + len(text)
	}
}

// until waits until full finds something complete at the start of what is not
// consumed yet, and consumes it.
func (p *player) until(e *endpoint, full func(rest []byte) int) error {
	n := 0
	p.w.await(stepLimit, func() bool {
		n = full(e.buf[e.seen:])
		return n > 0 || e.end != ""
	})
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if n == 0 {
		if e.end != "" {
			e.noticed = true
			return fmt.Errorf("connection ended (%s)", e.end)
		}
		return fmt.Errorf("did not come")
	}
	e.seen += n
	return nil
}

// eof waits for the proxy to end the connection.
func (p *player) eof(e *endpoint) error {
	if !p.w.await(stepLimit, func() bool { return e.end != "" }) {
		return fmt.Errorf("connection stays open")
	}
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	e.seen = len(e.buf)
	e.noticed = true
	return nil
}

// settle lets the proxy get to the end of what the script saw the last byte of.
// A client that closes before that may leave HAProxy with a session that lingers
// and is counted in the log lines of later scripts.
func (p *player) settle() {
	lines := p.v.mark(p.t, 0)
	p.logs = append(p.logs, lines...)
	p.logged += len(lines)
}

// finish ends all connections, in an order that leaves nothing to chance, and
// renders what they saw.
func (p *player) finish(noBodies bool) []string {
	w := p.w
	w.mu.Lock()
	clients := w.order
	w.mu.Unlock()
	for _, e := range clients {
		e.shut(false)
	}
	w.mu.Lock()
	w.closed = true
	var servers []*endpoint
	for _, name := range []string{"s", "t"} {
		servers = append(servers, w.servers[name]...)
	}
	w.changed.Broadcast()
	w.mu.Unlock()
	for _, e := range servers {
		e.fin()
	}
	for _, e := range servers {
		w.wait(stepLimit, false, func() bool { return e.end != "" })
		e.conn.Close()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	if noBodies {
		for _, e := range clients {
			if head, _, ok := bytes.Cut(e.buf, []byte("\r\n\r\n")); ok {
				e.buf = head
			}
		}
	}
	for _, e := range append(append([]*endpoint(nil), clients...), servers...) {
		for _, line := range e.describe() {
			out = append(out, strings.ReplaceAll(line, p.v.ip, "<ip of the proxy>"))
		}
	}
	return out
}

// describe renders what came in on a connection and how it ended.
func (e *endpoint) describe() []string {
	head := e.name + " received:"
	if e.noticed {
		head = fmt.Sprintf("%s received, then %s:", e.name, strings.ToUpper(e.end))
	}
	out := []string{head}
	out = append(out, readable(maskAges(maskCookieDates(maskProxyHeader(e.buf))))...)
	if e.usable {
		out = append(out, "  connection still usable")
	}
	return out
}
