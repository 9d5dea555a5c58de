package action

import (
	"net/netip"
	"strings"
	"sync"

	"gohap/parser/diag"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/resolver"
	"gohap/runtime/sample"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "do-resolve", Manual: "4.2", Usage: "(<var-name>,<resolvers>[,ipv4|ipv6]) <expr>",
			Doc: "Looks up the name that an expression gives and sets a variable to its address; without one the variable is left alone.",
			OK:  []string{"http-request do-resolve(txn.ip,mydns,ipv4) hdr(host),host_only", "tcp-request content do-resolve(sess.ip,mydns) req.ssl_sni"},
			Bad: []string{"http-request do-resolve", "http-request do-resolve(txn.ip) hdr(host)", "http-request do-resolve(txn.ip,mydns,ipv5) hdr(host)",
				"http-request do-resolve(txn.ip,mydns)", "http-request do-resolve(txn.ip,mydns) nothing", "http-request do-resolve(txn.ip,nowhere) hdr(host)",
				"http-request do-resolve(txn.ip,mydns) hdr(host) x"},
		},
		In: requestRules | registry.InRulesets(core.TCPRequestContent), Prefix: true, Registered: true, Compile: compileDoResolve,
	})
}

func compileDoResolve(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	wrong := func(i int, text string) core.Action {
		return a.Fail(c, i, "Can't parse '%s'. Expects 'do-resolve(<varname>,<resolvers>[,<options>]) <expr>'. Available options are 'ipv4' and 'ipv6'.", text)
	}
	word := a.Words[0].Text
	in, closed := strings.CutSuffix(strings.TrimPrefix(word, "do-resolve("), ")")
	args := strings.Split(in, ",")
	if !closed || len(args) < 2 || len(args) > 3 {
		return wrong(0, word)
	}
	v4 := false
	if len(args) == 3 {
		switch args[2] {
		case "ipv4":
			v4 = true
		case "ipv6", "":
		default:
			return wrong(0, word)
		}
	}
	if !has(a, 1) {
		return wrong(1, after(a))
	}
	before := len(c.Diags.All)
	e, ok := sample.Expr(c, &a.Words[1], place(a))
	if !ok {
		c.Diags.All = c.Diags.All[:before] // HAProxy does not say what is wrong with it
		return wrong(1, a.Words[1].Text)
	}
	if !a.End(c, 2) {
		return nil
	}
	// A name that cannot be a variable's is taken, and never set.
	v, _ := c.Graph.Vars.Find(args[0])
	var section *resolver.Section
	pos := a.Words[0].Pos
	c.Later(registry.Resolve, func() {
		if section = c.Graph.Resolver(args[1]); section == nil {
			c.Diags.Config(diag.Alert, "Proxy '%s': Can't find resolvers section '%s' for do-resolve action.", c.Proxy.Name, args[1]).Pos = pos
		}
	})
	return func(s *core.Stream) core.Verdict {
		p := s.Borrow()
		ok := e.Eval(s, core.Str, p)
		name := string(p.Bytes)
		s.Return()
		if !ok {
			return core.Continue
		}
		if ip, ok := lookUp(section, name, v4); ok && v != nil {
			p := s.Borrow()
			p.SetIP(ip)
			v.Set(s, p)
			s.Return()
		}
		return core.Continue
	}
}

// after is the word behind an action without arguments, "" at the end of the line.
func after(a *registry.ActionArgs) string {
	words := a.Statement.Words
	for i := range words[:len(words)-1] {
		if words[i].Pos == a.Words[0].Pos {
			return words[i+1].Text
		}
	}
	return ""
}

// question is one look-up of a stream, which waits for it.
type question struct {
	resolver.Ask
	done conn.Event
}

var questions = sync.Pool{New: func() any {
	q := &question{}
	q.Done = q.done.Signal
	return q
}}

// lookUp waits for the address of a name. The section's times bound the wait.
func lookUp(section *resolver.Section, name string, v4 bool) (netip.Addr, bool) {
	q := questions.Get().(*question)
	if q.Start(section, name, v4) {
		q.done.Wait(0)
	}
	ip, ok := q.Result()
	questions.Put(q)
	return ip, ok
}
