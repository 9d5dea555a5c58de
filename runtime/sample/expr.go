package sample

import (
	"errors"
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/expr"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// compiled is a sample expression ready to run.
type compiled struct {
	text  string
	fetch core.Fetch
	from  core.Type
	steps []step
	out   core.Type
	at    registry.Places
	name  string
	needs string
	// call is the fetch as written; head says that it looks at the heads of messages
	// only, and slot is where a stream remembers what it gives, 0 for nowhere.
	call string
	head bool
	slot uint8
	// own is the match that an ACL has to use, nil for any.
	own func(name string, p *registry.Patterns) registry.Matcher
}

// step is a converter and the type that it takes.
type step struct {
	in   core.Type
	conv core.Convert
	name string
}

// Output implements [core.Expr].
func (e *compiled) Output() core.Type { return e.out }

// NeedsContent reports whether an expression looks at what the client sends.
func NeedsContent(e core.Expr) bool {
	c, ok := e.(*compiled)
	return ok && c.at&registry.FeSession == 0
}

// Available reports whether an expression can be evaluated at one of the places, and
// what it looks at.
func Available(e core.Expr, where registry.Places) (needs string, ok bool) {
	c, is := e.(*compiled)
	if !is {
		return "", true
	}
	return c.data(), c.at&where != 0
}

// Text implements [core.Expr].
func (e *compiled) Text() string { return e.text }

// Eval implements [core.Expr].
func (e *compiled) Eval(s *core.Stream, t core.Type, p *core.Sample) bool {
	if !e.fetch(s, p) {
		return false
	}
	for i := range e.steps {
		st := &e.steps[i]
		if st.in != core.Any && p.Type != st.in && !Cast(s, p, st.in) {
			return false
		}
		if !st.conv(s, p) {
			return false
		}
	}
	return t == core.Any || Cast(s, p, t)
}

// fault is an error at a place within a word.
type fault struct {
	msg    string
	off, n int
	// argument is the number of the one to blame, where it is an argument.
	argument int
	// behind says that the fetch is right and something behind it is not.
	behind bool
}

// Expr compiles the expression in w. It reports errors itself.
func Expr(c *registry.Compiler, w *ast.Word, p Place) (core.Expr, bool) {
	s, err := expr.ParseSample(w.Text)
	e, f := compile(c, s, err, p)
	if f != nil {
		p.alert(c, w, f.off, f.n, f.msg)
		return nil, false
	}
	if f := e.usable(p); f != nil && p.Here != "" {
		c.Alert(w, "%s fetch method '%s' extracts information from '%s', none of which is available %s.", p.Error, e.name, e.data(), p.Here)
		return nil, false
	} else if f != nil {
		if p.Keyword != "" && strings.HasPrefix(p.What, "tcp-") {
			p.Error = "" // as HAProxy has it
		}
		p.alert(c, w, 0, len(w.Text), f.msg)
		return nil, false
	}
	return e, true
}

// compile compiles a parsed expression; perr is what the parser said.
func compile(c *registry.Compiler, s *expr.Sample, perr error, p Place) (*compiled, *fault) {
	if s == nil || s.Fetch.Name == "" {
		return nil, parseFault(perr)
	}
	f, ok := c.Fetch(s.Fetch.Name)
	if !ok {
		return nil, unknownFetch(&s.Fetch)
	}
	args, flt := arguments(c, s.Text, &s.Fetch, f.Args, f.Min, p.owner(s.Fetch.Name, ""))
	if flt != nil {
		flt.msg = fmt.Sprintf("fetch method '%s' : %s", s.Fetch.Name, flt.msg)
		return nil, flt
	}
	run, err := f.Compile(c, args)
	if err != nil {
		return nil, &fault{msg: fmt.Sprintf("invalid args in fetch method '%s' : %s", s.Fetch.Name, err), off: s.Fetch.Off, n: s.Fetch.End - s.Fetch.Off}
	}
	e := &compiled{text: s.Text[s.Start:s.End], fetch: run, from: f.Out, out: f.Out, at: f.At, name: s.Fetch.Name, needs: f.Needs,
		call: s.Fetch.Name + s.Text[s.Fetch.Off+len(fetchName(s.Text[s.Fetch.Off:s.Fetch.End])):s.Fetch.End], head: f.Head}
	if f.Match != nil {
		e.own = func(name string, p *registry.Patterns) registry.Matcher { return f.Match(c, name, args, p) }
	}
	for i := range s.Converters {
		if flt := e.add(c, s.Text, &s.Converters[i], p.owner(s.Fetch.Name, s.Converters[i].Name)); flt != nil {
			flt.behind = true
			return nil, flt
		}
	}
	if perr != nil {
		flt := parseFault(perr)
		flt.behind = true
		return nil, flt
	}
	return e, nil
}

// add appends a converter.
func (e *compiled) add(c *registry.Compiler, text string, call *expr.Call, owner string) *fault {
	cv, ok := c.Converter(call.Name)
	at := fault{off: call.Off, n: call.End - call.Off}
	if !ok {
		at.msg = fmt.Sprintf("unknown converter '%s'", call.Name)
		if registry.HAProxyHas('c', call.Name) {
			at.msg = fmt.Sprintf("'%s' is a HAProxy converter that gohap does not support yet", call.Name)
		}
		return &at
	}
	args, flt := arguments(c, text, call, cv.Args, cv.Min, owner)
	if flt != nil {
		flt.msg = fmt.Sprintf("invalid arg %d in converter '%s' : %s", flt.argument, call.Name, flt.msg)
		return flt
	}
	if !Castable(e.out, cv.In) {
		at.msg = fmt.Sprintf("converter '%s' cannot be applied", call.Name)
		return &at
	}
	run, err := cv.Compile(c, args)
	if err != nil {
		at.msg = fmt.Sprintf("invalid args in converter '%s' : %s", call.Name, err)
		return &at
	}
	e.steps = append(e.steps, step{in: cv.In, conv: run, name: call.Name})
	if cv.Out != core.Any {
		e.out = cv.Out
	}
	return nil
}

func unknownFetch(call *expr.Call) *fault {
	f := &fault{msg: fmt.Sprintf("unknown fetch method '%s'", call.Name), off: call.Off, n: len(call.Name)}
	if registry.HAProxyHas('f', call.Name) {
		f.msg = fmt.Sprintf("'%s' is a HAProxy fetch method that gohap does not support yet", call.Name)
	}
	return f
}

func parseFault(err error) *fault {
	var e *expr.Error
	if errors.As(err, &e) {
		return &fault{msg: e.Msg, off: e.Off, n: e.Len}
	}
	return &fault{msg: "missing fetch method", off: 0, n: 1}
}

// usable reports why the expression cannot be evaluated at p, nil when it can.
func (e *compiled) usable(p Place) *fault {
	if p.Where == 0 || e.at&p.Where != 0 {
		return nil
	}
	shown := e.text
	if p.Keyword != "" {
		shown = p.Keyword
	}
	return &fault{msg: fmt.Sprintf("fetch method '%s' extracts information from '%s', none of which is available here", shown, e.data())}
}

// looksAtBuffer reports whether the fetch looks at bytes as they come.
func (e *compiled) looksAtBuffer() bool { return strings.HasSuffix(e.needs, "buffer") }

// data names what the expression's fetch looks at.
func (e *compiled) data() string {
	if e.needs != "" {
		return e.needs
	}
	return needs(e.at)
}

// needs names what a fetch needs, from the places where it works.
func needs(at registry.Places) string {
	switch at {
	case registry.AnyData:
		return "HTTP request headers,HTTP response headers"
	case registry.InBackend:
		return "backend"
	case registry.WithServer:
		return "server"
	case registry.Responded:
		return "HTTP response"
	}
	switch {
	case at&registry.BeResponseHeader != 0 && at&registry.FeRequestHeader == 0:
		return "HTTP response headers"
	case at&registry.FeRequestHeader != 0 && at&registry.FeSession == 0:
		return "HTTP request headers"
	}
	return "other data"
}
