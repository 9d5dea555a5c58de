package proxy

import (
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Directives that HAProxy 2.6 refuses and tutorials still show. They are read
// as the lines that replaced them.
func init() {
	registry.Directives.Add(
		old("block", "{ if | unless } <condition>", "Refuses requests.", "block if { src 192.0.2.1 }",
			"The 'block' directive is not supported anymore since HAProxy 2.1. Use 'http-request deny' which uses the exact same syntax.",
			func(st *ast.Statement) ([]string, bool) {
				return append([]string{"http-request", "deny"}, texts(st.Words[1:])...), len(st.Words) > 1
			}),
		old("monitor-net", "<network>", "Answers a network's requests without a server.", "monitor-net 192.0.2.0/24",
			"'monitor-net' doesn't exist anymore. Please use 'http-request return status 200 if { src <network> }' instead.",
			func(st *ast.Statement) ([]string, bool) {
				return []string{"http-request", "return", "status", "200", "if", "{", "src", word(st, 1).Text, "}"}, len(st.Words) == 2
			}),
		gone("appsession", "<cookie> len <length> timeout <time>", "Persistence by an application's cookie.",
			"'appsession' is not supported anymore since HAProxy 1.6."),
		gone("option http_proxy", "", "Relays to the address in the request.",
			"option 'http_proxy' is not supported any more since HAProxy 2.5. This option stopped working in HAProxy 1.9 and usually had nasty "+
				"side effects. It can be more reliably implemented with combinations of 'http-request set-dst' and 'http-request set-uri', and even "+
				"'http-request do-resolve' if DNS resolution is desired."),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "grace", Manual: "4.2", Usage: "<time>", Doc: "How long a stopping proxy went on.", OK: []string{"grace 5s"},
			},
			In: registry.Proxies, Old: true, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnLine(c, &st.Words[0], "the 'grace' keyword is not supported any more since HAProxy version 2.5.")
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "bind-process", Manual: "4.2", Usage: "<processes>", Doc: "Which processes ran the proxy.",
				Bad: []string{"bind-process x", "bind-process 2", "bind-process 1-4", "bind-process 3-x"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				for i := 1; i < len(st.Words); i++ {
					if err := registry.ProcessSet(c, st.Words[i].Text); err != nil {
						c.Alert(&st.Words[i], "bind-process : %s", err)
						return
					}
				}
				warnLine(c, &st.Words[0], "'bind-process' has no effect, is deprecated, and will be removed in version 2.7.")
			},
		},
	)
}

// old makes the record of a directive that another line replaced. rewrite
// returns that line's words, or false where there is none.
func old(name, usage, doc, ok, message string, rewrite func(*ast.Statement) ([]string, bool)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "4.2", Usage: usage, Doc: doc, OK: []string{ok}, Bad: []string{name}},
		In:      registry.Proxies &^ registry.Defaults, Old: true, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			words, ok := rewrite(st)
			if !ok {
				c.Alert(&st.Words[0], "%s", message)
				return
			}
			compileInstead(c, st, words, message)
		},
	}
}

// gone makes the record of a directive without a successor that gohap has.
func gone(name, usage, doc, message string) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "4.2", Usage: usage, Doc: doc, Bad: []string{name + " x"}},
		In:      registry.Proxies, Old: true, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if st.Keyword() == "option" {
				c.AlertTight(&st.Words[1], "%s", message)
				return
			}
			c.Alert(&st.Words[0], "%s", message)
		},
	}
}

// compileInstead compiles words in place of st, with a warning that shows them
// as a line.
func compileInstead(c *registry.Compiler, st *ast.Statement, words []string, message string) {
	line := &ast.Statement{Source: st.Source}
	shown := "   "
	for i, text := range words {
		at := st.Words[min(i, len(st.Words)-1)].Pos
		line.Words = append(line.Words, ast.Word{Text: text, Pos: at, Quoted: true})
		shown += " " + quoted(text)
	}
	c.Upgrade(&st.Words[0], shown, "%s", message)
	if d, _ := registry.Directives.Find(line.Words, c.Section); d != nil {
		d.Compile(c, line)
	}
}

// quoted writes a word so that the configuration's reader gets it back.
func quoted(text string) string {
	if text != "" && !strings.ContainsAny(text, " \t#'\"\\$") {
		return text
	}
	if !strings.Contains(text, "'") {
		return "'" + text + "'"
	}
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte(" \t#'\"\\$", text[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// bothSides are the two families of old rules about headers.
var bothSides = []struct {
	prefix, rules string
	set           core.Ruleset
}{
	{"req", "http-request", core.HTTPRequest},
	{"rsp", "http-response", core.HTTPResponse},
}
