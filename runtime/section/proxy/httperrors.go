package proxy

import (
	"maps"
	"slices"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/action"
	"gohap/runtime/core"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "errorfile", Manual: "3.8", Usage: "<code> <file>", Doc: "Makes a file's content the section's page for a status.",
				OK: []string{"errorfile 503 /dev/null"}, Bad: []string{"errorfile", "errorfile 999 /dev/null"},
			},
			In: registry.HTTPErrors, Dump: "-", Compile: compileSectionFile,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "errorfiles", Manual: "4.2", Usage: "<name> [<code>...]", Doc: "Takes pages from an http-errors section: all, or those of the given statuses.",
				Bad: []string{"errorfiles", "errorfiles pages 999"},
			},
			In: registry.Proxies, Compile: compileErrorFiles,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "http-error", Manual: "4.2", Usage: "status <code> [content-type <type>] [<source of the body>] [hdr <name> <fmt>]*",
				Doc: "Answers errors of a status so, as \"http-request return\" would.",
				OK:  []string{"http-error status 503", `http-error status 404 content-type text/plain lf-string "no %[path]" hdr x-a b`},
				Bad: []string{"http-error", "http-error status", "http-error status 999", "http-error status 503 nonsense", "http-error status 503 string a"},
			},
			In: registry.Proxies, Compile: compileHTTPError,
		},
	)
}

// compileSectionFile reads a line of an http-errors section.
func compileSectionFile(c *registry.Compiler, st *ast.Statement) {
	if word(st, 1).Text == "" || word(st, 2).Text == "" {
		c.Alert(word(st, 2), "errorfile: expects <status_code> and <file> as arguments.\n")
		return
	}
	if status, page := readErrorFile(c, st); page != nil {
		c.HTTPErrors.Pages[status] = page
	}
}

func compileErrorFiles(c *registry.Compiler, st *ast.Statement) {
	name := word(st, 1)
	if name.Text == "" {
		c.Alert(name, "errorfiles : expects <name> as argument.")
		return
	}
	var wanted []int
	for i := 2; i < len(st.Words); i++ {
		status, ok := errorStatus(c, st, i)
		if !ok {
			return
		}
		wanted = append(wanted, status)
	}
	p := c.Proxy
	if e := c.Graph.HTTPErrors[name.Text]; e != nil {
		takePages(c, e, name, wanted, p.SetPage)
		return
	}
	// The section may stand further below; lines of this one that come later go
	// before it.
	before, replies := maps.Clone(p.Errors), maps.Clone(p.ErrorReplies)
	c.Later(registry.Resolve, func() {
		e := c.Graph.HTTPErrors[name.Text]
		if e == nil {
			c.Diags.Config(diag.Alert, "proxy '%s': unknown http-errors section '%s' (at %s:%d).",
				p.Name, name.Text, name.Pos.File, name.Pos.Line).Pos = name.Pos
			return
		}
		takePages(c, e, name, wanted, func(status int, page *errorpage.Page) {
			if p.Errors[status] == before[status] && (p.ErrorReplies[status] == nil) == (replies[status] == nil) {
				p.SetPage(status, page)
			}
		})
	})
}

// takePages sets the wanted pages of a section, all when none is named.
func takePages(c *registry.Compiler, e *core.HTTPErrors, name *ast.Word, wanted []int, set func(int, *errorpage.Page)) {
	if wanted == nil {
		wanted = slices.Sorted(maps.Keys(e.Pages))
	}
	for _, status := range wanted {
		if page := e.Pages[status]; page != nil {
			set(status, page)
			continue
		}
		p := c.Proxy
		c.Later(registry.Check, func() {
			c.Diags.Config(diag.Warning, "config: proxy '%s' : status '%d' not declared in http-errors section '%s' (at %s:%d).",
				p.Name, status, e.Name, name.Pos.File, name.Pos.Line).Pos = name.Pos
		})
	}
}

func compileHTTPError(c *registry.Compiler, st *ast.Statement) {
	if !slices.ContainsFunc(st.Words, func(w ast.Word) bool { return w.Text == "status" }) {
		c.Alert(&st.Words[0], "http-error : expects at least a <status> as arguments.")
		return
	}
	status, reply, ok := action.ErrorReply(c, st)
	if !ok {
		return
	}
	if errorpage.Builtin(status) == nil {
		c.Alert(&st.Words[0], "http-error: status code '%d' not handled.", status)
		return
	}
	c.Proxy.SetErrorReply(status, reply)
}
