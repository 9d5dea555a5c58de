package proxy

import (
	"fmt"
	"maps"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "errorfile", Manual: "4.2", Usage: "<code> <file>", Doc: "Answers errors of a status with a file's content.",
				OK:  []string{"errorfile 503 /dev/null"},
				Bad: []string{"errorfile", "errorfile 503", "errorfile 999 /dev/null", "errorfile 503 /no/such/file"},
			},
			In: registry.Proxies, Compile: compileErrorFile,
		},
		errorLocation("errorloc", 302, "Answers errors of a status with a redirect."),
		errorLocation("errorloc302", 302, "Answers errors of a status with a redirect that keeps the method."),
		errorLocation("errorloc303", 303, "Answers errors of a status with a redirect to a GET."),
	)
}

func compileErrorFile(c *registry.Compiler, st *ast.Statement) {
	if word(st, 1).Text == "" || word(st, 2).Text == "" {
		c.Alert(word(st, 2), "errorfile : expects <status_code> and <file> as arguments.\n")
		return
	}
	status, ok := errorStatus(c, st)
	if !ok {
		return
	}
	page, warning, err := errorpage.Read(st.Words[2].Text, c.Global().Tune.BufSize)
	if err != nil {
		c.Alert(&st.Words[2], "errorfile : %s", err)
		return
	}
	if warning != "" {
		c.Warn(&st.Words[2], "errorfile : %s", warning)
	}
	setPage(c.Proxy, status, page)
}

// errorStatus reads the status whose page a line sets.
func errorStatus(c *registry.Compiler, st *ast.Statement) (int, bool) {
	status := value.Atoi(st.Words[1].Text)
	if errorpage.Builtin(status) == nil {
		c.Alert(&st.Words[1], "%s : status code '%d' not handled.", st.Keyword(), status)
		return 0, false
	}
	return status, true
}

// setPage leaves the map alone that a defaults section may share.
func setPage(p *core.Proxy, status int, page *errorpage.Page) {
	pages := maps.Clone(p.Errors)
	if pages == nil {
		pages = map[int]*errorpage.Page{}
	}
	pages[status] = page
	p.Errors = pages
}

func errorLocation(name string, status int, doc string) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<code> <url>", Doc: doc,
			OK:  []string{name + " 503 https://example.com/sorry"},
			Bad: []string{name, name + " 503", name + " 999 /sorry"},
		},
		In: registry.Proxies,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			url := word(st, 2)
			if word(st, 1).Text == "" || url.Text == "" {
				c.Alert(url, "%s : expects <status_code> and <url> as arguments.\n", name)
				return
			}
			of, ok := errorStatus(c, st)
			if !ok {
				return
			}
			page, err := errorpage.Parse(redirectPage(status, url.Text), c.Global().Tune.BufSize)
			if err != nil {
				c.Alert(url, "%s : %s", name, err)
				return
			}
			setPage(c.Proxy, of, page)
		},
	}
}

func redirectPage(status int, url string) []byte {
	reason := map[int]string{302: "Found", 303: "See Other"}[status]
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nCache-Control: no-cache\r\nContent-length: 0\r\nLocation: %s\r\n\r\n", status, reason, url)
}
