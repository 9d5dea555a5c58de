package proxy

import (
	"fmt"

	"gohap/parser/ast"
	"gohap/parser/value"
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
	if status, page := readErrorFile(c, st); page != nil {
		c.Proxy.SetPage(status, page)
	}
}

// readErrorFile reads status and file of an errorfile line; the page is nil when
// either is wrong.
func readErrorFile(c *registry.Compiler, st *ast.Statement) (int, *errorpage.Page) {
	status, ok := errorStatus(c, st, 1)
	if !ok {
		return 0, nil
	}
	page, warning, err := errorpage.Read(st.Words[2].Text, c.Global().Tune.BufSize)
	if err != nil {
		c.Alert(&st.Words[2], "errorfile : %s", err)
		return 0, nil
	}
	if warning != "" {
		c.Warn(&st.Words[2], "errorfile : %s", warning)
	}
	return status, page
}

// errorStatus reads a status whose page a line sets, which is word i.
func errorStatus(c *registry.Compiler, st *ast.Statement, i int) (int, bool) {
	status := value.Atoi(st.Words[i].Text)
	if errorpage.Builtin(status) == nil {
		c.Alert(&st.Words[i], "%s : status code '%d' not handled.", st.Keyword(), status)
		return 0, false
	}
	return status, true
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
			of, ok := errorStatus(c, st, 1)
			if !ok {
				return
			}
			page, err := errorpage.Parse(redirectPage(status, url.Text), c.Global().Tune.BufSize)
			if err != nil {
				c.Alert(url, "%s : %s", name, err)
				return
			}
			c.Proxy.SetPage(of, page)
		},
	}
}

func redirectPage(status int, url string) []byte {
	reason := map[int]string{302: "Found", 303: "See Other"}[status]
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nCache-Control: no-cache\r\nContent-length: 0\r\nLocation: %s\r\n\r\n", status, reason, url)
}
