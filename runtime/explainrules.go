package runtime

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/sample"
)

// Explanation tells what a request met.
type Explanation struct {
	Frontend string `json:"frontend"`
	Bind     string `json:"bind"`
	// Rules are those met, in order.
	Rules []MetRule `json:"rules"`
	// Backend and Server are what the request came to, "" for none.
	Backend string `json:"backend,omitempty"`
	Server  string `json:"server,omitempty"`
	// Sent is the head that the server received, Answer the one that the client
	// did; "" where there was none.
	Sent   string `json:"sent,omitempty"`
	Answer string `json:"answer,omitempty"`
	// Log is the log line, "" where the frontend has no format.
	Log string `json:"log,omitempty"`
}

// MetRule is a rule that a request met.
type MetRule struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Text is the line as it stands there, Proxy the section that it is in, and
	// Kind what it belongs to, such as "http-request".
	Text  string `json:"text"`
	Proxy string `json:"proxy"`
	Kind  string `json:"kind"`
	// Or are the alternatives of its condition that were looked at.
	Or [][]sample.Term `json:"conditions,omitempty"`
	// Applied says that the condition held, or that there is none; Waits that it
	// could not be told yet.
	Applied bool `json:"applied"`
	Waits   bool `json:"waits,omitempty"`
	// Result is what it decided, Changes what became of the message: lines that
	// are gone start with "-", new ones with "+".
	Result  string   `json:"result,omitempty"`
	Changes []string `json:"changes,omitempty"`
}

// recorder collects what rules report. It costs nothing where nobody asks: it is
// put into the rules of a graph that is to be explained, and of no other.
type recorder struct {
	files    map[string][]string
	src, dst netip.AddrPort
	vars     *core.VarNames

	mu  sync.Mutex
	out Explanation
	// logged is closed with the first log line, which comes last of all.
	logged chan struct{}
}

// watch has all rules of a graph report.
func (r *recorder) watch(g *core.Graph) {
	for _, p := range g.Proxies {
		for set := range p.Rules {
			p.Rules[set] = r.rules(p, core.Ruleset(set).String(), p.Rules[set])
		}
		p.Redirects = r.rules(p, "redirect", p.Redirects)
		p.MonitorFail = r.rules(p, "monitor fail", p.MonitorFail)
		if p.Stats != nil {
			p.Stats.Rules = r.rules(p, "stats http-request", p.Stats.Rules)
		}
		p.Switch = slices.Clone(p.Switch)
		for i := range p.Switch {
			b := &p.Switch[i]
			b.Cond = &watched{r: r, rule: r.describe(p, "use_backend", b.Pos), cond: b.Cond, result: "backend " + b.Name}
			if b.Dynamic != nil {
				b.Dynamic = &watchedName{b.Dynamic, r, b.ByName}
			}
		}
		p.UseServer = slices.Clone(p.UseServer)
		for i := range p.UseServer {
			u := &p.UseServer[i]
			u.Cond = &watched{r: r, rule: r.describe(p, "use-server", u.Pos), cond: u.Cond, result: "server " + u.Name}
		}
		if p.LogFormat != nil {
			p.LogFormat = &watchedLog{p.LogFormat, r}
		} else {
			p.LogFormat = &watchedLog{nil, r}
		}
	}
}

// describe is the rule at a place, before it was met.
func (r *recorder) describe(p *core.Proxy, kind string, at diag.Pos) MetRule {
	lines, ok := r.files[at.File]
	if !ok {
		text, _ := os.ReadFile(at.File)
		lines = strings.Split(string(text), "\n")
		r.files[at.File] = lines
	}
	m := MetRule{File: at.File, Line: at.Line, Proxy: p.Name, Kind: kind}
	if at.Line > 0 && at.Line <= len(lines) {
		m.Text = strings.TrimSpace(lines[at.Line-1])
	}
	return m
}

// rules has a copy of rules report.
func (r *recorder) rules(p *core.Proxy, kind string, rules []core.Rule) []core.Rule {
	all := slices.Clone(rules)
	for i := range all {
		rule := &all[i]
		met := r.describe(p, kind, rule.Pos)
		rule.Cond = &watched{r: r, rule: met, cond: rule.Cond}
		do := rule.Do
		rule.Do = func(s *core.Stream) core.Verdict {
			before := r.state(s)
			v := do(s)
			silent := s.LogLevel == core.LogSilent
			if silent {
				s.LogLevel = 0 // the log line is where the server is learnt
			}
			r.decided(v, s, append(difference(before, r.state(s)), quiet(silent)...))
			return v
		}
	}
	return all
}

func quiet(silent bool) []string {
	if silent {
		return []string{"+ not logged"}
	}
	return nil
}

// watched is a condition that reports; without cond it is that of a rule which
// always applies. result is what the rule decides by applying.
type watched struct {
	r      *recorder
	rule   MetRule
	cond   core.Condition
	result string
}

// Text implements [core.Condition].
func (w *watched) Text() string {
	if w.cond == nil {
		return ""
	}
	return w.cond.Text()
}

// Holds implements [core.Condition].
func (w *watched) Holds(s *core.Stream) bool {
	if !s.Session.Src.IsValid() {
		// Connection rules run before the address is told.
		s.Session.Src, s.Session.Dst = w.r.src, w.r.dst
	}
	met := w.rule
	met.Applied = true
	if w.cond != nil {
		met.Applied, met.Or = sample.Explain(w.cond, s)
		met.Waits = s.Wanting()
	}
	if met.Applied {
		met.Result = w.result
	}
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	w.r.out.Rules = append(w.r.out.Rules, met)
	return met.Applied
}

// decided notes what the rule that was met last came to.
func (r *recorder) decided(v core.Verdict, s *core.Stream, changes []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	met := &r.out.Rules[len(r.out.Rules)-1]
	met.Changes = append(met.Changes, changes...)
	met.Result = verdict(v, s)
}

func verdict(v core.Verdict, s *core.Stream) string {
	switch v {
	case core.Accept:
		return "no further rule"
	case core.Reply:
		if s.Reply.Silent {
			return "nothing is answered"
		}
		if s.Reply.Status == 0 {
			return "answered"
		}
		return fmt.Sprintf("answered with %d", s.Reply.Status)
	case core.Reject:
		return "connection closed"
	case core.Drop:
		return "connection forgotten"
	case core.Wait:
		return "waits"
	}
	return ""
}

// state is what rules may change, a string for each: the head of the message
// that they work on, variables and addresses.
func (r *recorder) state(s *core.Stream) []string {
	lines := []string{fmt.Sprintf("source %s", s.Session.Src), fmt.Sprintf("destination %s", s.Session.Dst)}
	switch {
	case s.Response && s.ResponseParsed:
		lines = appendFields(append(lines, fmt.Sprintf("status %d", s.Res.Status)), &s.Res.Fields)
	case s.RequestParsed:
		lines = appendFields(append(lines, fmt.Sprintf("%s %s", s.Req.Method, s.Req.Target)), &s.Req.Fields)
	}
	for _, name := range r.vars.All() {
		var value core.Sample
		if v, err := r.vars.Find(name); err == nil && v.Get(s, &value) {
			lines = append(lines, name+" = "+sample.Show(&value))
		}
	}
	return lines
}

func appendFields(lines []string, fields *http.Fields) []string {
	for i := range fields.Len() {
		f := fields.At(i)
		lines = append(lines, fmt.Sprintf("%s: %s", f.Name, f.Value))
	}
	return lines
}

// difference is what lines are gone and what lines are new.
func difference(before, after []string) (changes []string) {
	left := slices.Clone(after)
	for _, line := range before {
		if i := slices.Index(left, line); i >= 0 {
			left = slices.Delete(left, i, i+1)
		} else {
			changes = append(changes, "- "+line)
		}
	}
	for _, line := range left {
		changes = append(changes, "+ "+line)
	}
	return changes
}

// watchedName is the name of a backend that is computed.
type watchedName struct {
	core.Format
	r      *recorder
	byName map[string]*core.Proxy
}

// Append implements [core.Format].
func (w *watchedName) Append(dst []byte, s *core.Stream) []byte {
	n := len(dst)
	dst = w.Format.Append(dst, s)
	name := string(dst[n:])
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	met := &w.r.out.Rules[len(w.r.out.Rules)-1]
	met.Result = "backend " + name
	if w.byName[name] == nil {
		met.Result = fmt.Sprintf("there is no backend '%s'", name)
	}
	return dst
}

// watchedLog is a log format, nil for none: the line is written when all is known.
type watchedLog struct {
	format core.Format
	r      *recorder
}

// Text implements [core.Format].
func (w *watchedLog) Text() string { return "" }

// Append implements [core.Format].
func (w *watchedLog) Append(dst []byte, s *core.Stream) []byte {
	n := len(dst)
	if w.format != nil {
		dst = w.format.Append(dst, s)
	}
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	o := &w.r.out
	select {
	case <-w.r.logged:
		return dst // the request that there is not
	default:
		close(w.r.logged)
	}
	o.Log = string(dst[n:])
	if s.Backend != s.Frontend || s.Server != nil {
		o.Backend = s.Backend.Name
	}
	if s.Server != nil {
		o.Server = s.Server.Name
	}
	return dst
}

// received notes the head that a server was sent.
func (r *recorder) received(head string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Sent = head
}

// Base is the name of a file without its folder, for readers.
func (m *MetRule) Base() string { return filepath.Base(m.File) }
