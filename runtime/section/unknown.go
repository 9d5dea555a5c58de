package section

import (
	"slices"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// families are the first words that are no keyword by themselves, with what
// HAProxy says of an unknown second word; %s is that word. "stats" is one of the
// global section only.
var families = map[string]string{
	"timeout": "'timeout' supports 'client', 'server', 'connect', 'check', 'queue', 'http-keep-alive', " +
		"'http-request', 'tunnel', 'tarpit', 'client-fin' and 'server-fin' (got '%s')",
	"stats": "'stats' only supports 'socket', 'maxconn', 'bind-process' and 'timeout' (got '%s')",
}

// unknown reports a line whose keyword has no record in this section.
func unknown(c *registry.Compiler, st *ast.Statement, elsewhere *registry.Directive) {
	first := &st.Words[0]
	second := &ast.Word{Pos: first.Pos}
	if len(st.Words) > 1 {
		second = &st.Words[1]
	}
	group := byte('p')
	if c.Section == registry.Global {
		group = 'g'
	}
	family := families[first.Text]
	if (first.Text == "stats") != (group == 'g') {
		family = ""
	}
	switch {
	case c.Section == registry.Peers:
		c.Alert(first, "unknown keyword '%s' in 'peers' section", first.Text)
	case c.Section == registry.Mailers:
		c.Alert(first, "unknown keyword '%s' in 'mailers' section", first.Text)
	case c.Section == registry.LogForward:
		c.Alert(first, "unknown keyword '%s' in log-forward section.", first.Text)
	case c.Section == registry.Resolvers:
		c.Alert(first, "unknown keyword '%s' in 'resolvers' section", first.Text)
	case c.Section&(registry.FCGIApp|registry.Program) != 0 && first.Text == "option" && second.Text != "":
		c.Alert(second, "unknown option '%s'.", second.Text)
	case c.Section&(registry.FCGIApp|registry.Program) != 0 && first.Text == "option":
		c.AlertTight(first, "'option' expects an option name.")
	case c.Section == registry.FCGIApp:
		c.AlertTight(first, "unknown keyword '%s' in 'fcgi-app' section", first.Text)
	case c.Section == registry.Program:
		c.Alert(first, "unknown keyword '%s' in 'program' section", first.Text)
	case c.Section == registry.Ring && first.Text == "backing-file":
		c.Alert(first, "'backing-file' is a HAProxy keyword that gohap does not support yet.")
	case c.Section == registry.Ring:
		c.Alert(first, "unknown statement '%s'.", first.Text)
	case elsewhere != nil && group == 'p' && elsewhere.In&registry.Proxies != 0:
		c.Alert(first, "'%s' not allowed in '%s' section.", elsewhere.Name, kindName(c.Section))
	case second.Text != "" && registry.HAProxyHas(group, first.Text+" "+second.Text):
		c.Alert(second, "'%s %s' is a HAProxy keyword that gohap does not support yet.", first.Text, second.Text)
	case first.Text == "option" && group == 'p':
		unknownOption(c, first, second)
	case family != "":
		c.Alert(second, family, second.Text)
	case registry.HAProxyHas(group, first.Text):
		c.Alert(first, "'%s' is a HAProxy keyword that gohap does not support yet.", first.Text)
	case c.Section == registry.Userlist:
		c.AlertTight(first, "unknown keyword '%s' in 'users' section", first.Text)
	case c.Section == registry.HTTPErrors:
		c.Alert(first, "unknown keyword '%s' in 'http-errors' section", first.Text)
	default:
		c.Alert(first, "unknown keyword '%s' in '%s' section%s", first.Text, kindName(c.Section),
			registry.Suggestion(first.Text, candidates(group)))
	}
}

// candidates are the words that may start a line, for suggestions: the keywords
// of a group and what starts a section.
func candidates(group byte) []string {
	var words []string
	for name := range headers {
		words = append(words, name)
	}
	for _, name := range registry.HAProxyWords(group) {
		first, _, _ := strings.Cut(name, " ")
		words = append(words, first)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// unknownOption reports an "option" that HAProxy does not have.
func unknownOption(c *registry.Compiler, first, second *ast.Word) {
	if second.Text == "" {
		c.AlertTight(first, "'option' expects an option name.")
		return
	}
	if c.Negated || c.Defaulted {
		c.AlertTight(second, "negation/default is not supported for option '%s'.", second.Text)
		return
	}
	if near := registry.Suggestion(second.Text, registry.Directives.In(c.Section, "option ")); near != "" {
		c.Alert(second, "unknown option '%s'%s", second.Text, near)
		return
	}
	c.Alert(second, "unknown option '%s'.", second.Text)
}

// kindName returns the keyword of a section kind.
func kindName(k registry.Sections) string {
	for name, h := range headers {
		if h.kind == k {
			return name
		}
	}
	return "global"
}
