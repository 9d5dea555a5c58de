package section

import (
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// Compile compiles the statements of s into whatever its header names. Errors
// go to the compiler's diagnostics; the statements after one are still read.
func Compile(c *registry.Compiler, s *ast.Section) {
	h, ok := headers[s.Keyword()]
	if !ok {
		c.Statement = s.Header
		c.Alert(&s.Header.Words[0], "unknown keyword '%s' out of section.", s.Keyword())
		return
	}
	c.Peers, c.LogForward = nil, nil
	c.Proxy, c.Inherited, c.Section, c.Statement = nil, nil, h.kind, s.Header
	body := h.begin(c, s)
	for _, st := range s.Body {
		c.Statement = st
		body(c, st)
	}
	if h.end != nil {
		c.Statement = s.Header
		h.end(c, s)
	}
}

// header is what starts a section.
type header struct {
	kind registry.Sections
	// begin reads the header and returns what compiles the body's lines.
	begin func(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement)
	// end is called after the last line; nil for nothing to do.
	end func(c *registry.Compiler, s *ast.Section)
}

var headers map[string]header

func init() {
	headers = map[string]header{
		"global":      {registry.Global, beginGlobal, nil},
		"defaults":    {registry.Defaults, beginDefaults, nil},
		"frontend":    {registry.Frontend, beginProxy, endProxy},
		"backend":     {registry.Backend, beginProxy, endProxy},
		"listen":      {registry.Listen, beginProxy, endProxy},
		"userlist":    {registry.Userlist, beginUserlist, nil},
		"peers":       {registry.Peers, beginPeers, nil},
		"resolvers":   {registry.Resolvers, beginResolvers, endResolvers},
		"mailers":     {registry.Mailers, beginMailers, nil},
		"cache":       {registry.Cache, beginCache, endCache},
		"http-errors": {registry.HTTPErrors, beginHTTPErrors, nil},
		"ring":        {registry.Ring, beginRing, endRing},
		"program":     {registry.Program, beginProgram, endProgram},
		"fcgi-app":    {registry.FCGIApp, beginFCGI, endFCGI},
		"log-forward": {registry.LogForward, beginLogForward, nil},
		"crt-store":   {registry.CrtStore, beginCrtStore, nil},
		"log-profile": {registry.LogProfile, beginLogProfile, nil},
	}
}

func beginGlobal(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	for i := range s.Args() {
		c.Alert(&s.Args()[i], "'%s' cannot handle unexpected argument '%s'.", s.Keyword(), s.Args()[i].Text)
		break
	}
	return Line
}

// Line compiles one statement of the compiler's current section.
func Line(c *registry.Compiler, st *ast.Statement) {
	c.Negated, c.Defaulted = false, false
	line := st
	if w := st.Keyword(); w == "no" || w == "default" {
		if len(st.Words) == 1 {
			refuseNegation(c, st, &registry.Directive{})
			return
		}
		if !negatable[st.Words[1].Text] {
			refuseNegation(c, st, &registry.Directive{})
			return
		}
		c.Negated, c.Defaulted = w == "no", w == "default"
		line = &ast.Statement{Words: st.Words[1:], Source: st.Source}
	}
	d, elsewhere := registry.Directives.Find(line.Words, c.Section)
	switch {
	case d == nil:
		unknown(c, line, elsewhere)
	case c.Negated && !d.No, c.Defaulted && !d.Default:
		refuseNegation(c, st, d)
	default:
		d.Compile(c, line)
	}
}

// negatable are the first words of the lines that "no" and "default" may stand
// in front of.
var negatable = map[string]bool{"option": true, "log": true, "busy-polling": true, "set-dumpable": true,
	"strict-limits": true, "insecure-fork-wanted": true, "numa-cpu-mapping": true}

// refuseNegation reports a "no" or "default" in front of what has neither.
func refuseNegation(c *registry.Compiler, st *ast.Statement, d *registry.Directive) {
	if name, ok := strings.CutPrefix(d.Name, "option "); ok {
		c.AlertTight(&st.Words[0], "negation/default is not supported for option '%s'.", name)
		return
	}
	c.AlertTight(&st.Words[0], "negation/default currently supported only for options, log, busy-polling, "+
		"set-dumpable, strict-limits, insecure-fork-wanted and numa-cpu-mapping.")
}
