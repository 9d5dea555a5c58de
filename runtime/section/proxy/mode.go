package proxy

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "mode", Manual: "4.2", Usage: "{ tcp|http }", Doc: "Whether the proxy relays TCP or speaks HTTP.",
				OK: []string{"mode http", "mode tcp"}, Bad: []string{"mode", "mode htp"},
			},
			In: registry.Proxies, Compile: compileMode,
		},
		limit("maxconn", "How many connections the frontend takes at once.", core.Frontend, registry.FrontendSide,
			func(s *core.Settings) *int { return &s.MaxConn }),
		limit("fullconn", "At how many streams servers reach their maxconn.", core.Backend, registry.BackendSide,
			func(s *core.Settings) *int { return &s.FullConn }),
		limit("backlog", "The length of the kernel's queue of connections.", core.Frontend, registry.FrontendSide,
			func(s *core.Settings) *int { return &s.Backlog }),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "max-keep-alive-queue", Manual: "4.2", Usage: "<value>",
				Doc: "How long a server's queue may be for a client to stay on its connection.",
				OK:  []string{"max-keep-alive-queue 5", "max-keep-alive-queue -1"},
				Bad: []string{"max-keep-alive-queue", "max-keep-alive-queue x"},
			},
			In: registry.Proxies,
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if n, ok := strictInteger(c, st, 1, "max-keep-alive-queue", "expects an integer value (or -1 to disable)"); ok {
					warnUnused(c, &st.Words[0], core.Backend, "max-keep-alive-queue")
					c.Proxy.MaxKeepAliveQueue = n
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "rate-limit sessions", Manual: "4.2", Usage: "<rate>", Doc: "How many connections a second the frontend takes.",
				OK: []string{"rate-limit sessions 10"}, Bad: []string{"rate-limit sessions", "rate-limit sessions x"},
			},
			In: registry.Proxies, Dump: "rate-limit",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if n, ok := strictInteger(c, st, 2, "rate-limit sessions", "expects an integer value (in sessions/second)"); ok {
					warnUnused(c, &st.Words[0], core.Frontend, "rate-limit sessions")
					c.Proxy.SessionRate = n
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "retries", Manual: "4.2", Usage: "<value>", Doc: "How often a server is tried again.",
				OK: []string{"retries 3"}, Bad: []string{"retries"},
			},
			In: registry.BackendSide | registry.Frontend,
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnSide(c, st, core.Backend, "retries")
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				if w, ok := c.Word(st, 1, 0, "an integer argument (dispatch counts for one)."); ok {
					c.Proxy.Retries = int(value.Atol(w.Text))
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "rate-limit", Manual: "4.2", Usage: "sessions <rate>", Doc: "Limits of rates.", Bad: []string{"rate-limit", "rate-limit nonsense"},
			},
			In: registry.Proxies,
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				c.Alert(word(st, 1), "'rate-limit' only supports 'sessions' (got '%s')", word(st, 1).Text)
			},
		},
		switchState("disabled", "The proxy is neither bound nor used.", true),
		switchState("enabled", "Undoes an inherited \"disabled\".", false),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "id", Manual: "4.2", Usage: "<value>", Doc: "The proxy's number in statistics.",
				OK: []string{"id 2000"}, Bad: []string{"id", "id 0"},
			},
			In: registry.Proxies,
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if c.Section == registry.Defaults {
					c.AlertTight(&st.Words[0], "'id' not allowed in 'defaults' section.")
					return
				}
				if word(st, 1).Text == "" {
					c.AlertTight(word(st, 1), "'id' expects an integer argument.")
					return
				}
				n, ok := c.Integer(st)
				if !ok {
					return
				}
				if n <= 0 {
					c.AlertTight(&st.Words[1], "custom id has to be > 0.")
					return
				}
				setID(c, &st.Words[1], n)
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "description", Manual: "4.2", Usage: "<string>", Doc: "Free text shown in statistics.",
				OK: []string{"description our shop"}, Bad: []string{"description"},
			},
			In: registry.Proxies,
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if c.Section == registry.Defaults {
					c.AlertTight(&st.Words[0], "'description' not allowed in 'defaults' section.")
					return
				}
				if word(st, 1).Text == "" {
					c.AlertTight(word(st, 1), "'description' expects a string argument.")
					return
				}
				c.Proxy.Description = registry.Rest(st, 1)
			},
		},
	)
}

func compileMode(c *registry.Compiler, st *ast.Statement) {
	if !c.MaxArgs(st, 1, 1) {
		return
	}
	word := ""
	if len(st.Words) > 1 {
		word = st.Words[1].Text
	}
	w := &st.Words[len(st.Words)-1]
	switch word {
	case "tcp":
		c.Proxy.Mode = core.TCP
	case "http":
		c.Proxy.Mode = core.HTTP
	case "health":
		c.Alert(w, "'mode health' doesn't exist anymore. Please use 'http-request return status 200' instead.")
	default:
		c.Alert(w, "unknown proxy mode '%s'.", word)
	}
}

// limit makes a keyword with a number.
func limit(name, doc string, side core.Capability, in registry.Sections, field func(*core.Settings) *int) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<number>", Doc: doc,
			OK: []string{name + " 100"}, Bad: []string{name},
		},
		In: in | registry.Proxies,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			warnSide(c, st, side, name)
			if n, ok := c.Integer(st); ok {
				*field(&c.Proxy.Settings) = n
			}
		},
	}
}

func switchState(name, doc string, off bool) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "4.2", Doc: doc, OK: []string{name}, Bad: []string{name + " x"}},
		In:      registry.Proxies,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if c.MaxArgs(st, 1, 0) {
				c.Proxy.Disabled = off
			}
		},
	}
}

// strictInteger reads argument i as a number and nothing else. What follows it
// is ignored, as HAProxy does.
func strictInteger(c *registry.Compiler, st *ast.Statement, i int, name, usage string) (int, bool) {
	w := word(st, i)
	if w.Text == "" {
		c.Alert(w, "'%s' expects %s", name, usage)
		return 0, false
	}
	n, err := value.Int(w.Text)
	if err != nil {
		c.Alert(w, "'%s' : %s", name, err)
		return 0, false
	}
	return int(n), true
}

// setID gives the proxy a number of its own. Two proxies may not choose the
// same.
func setID(c *registry.Compiler, w *ast.Word, n int) {
	for _, p := range c.Graph.Proxies {
		if p != c.Proxy && p.IDSet && p.ID == n {
			c.AlertTight(w, "%s %s reuses same custom id as %s %s (declared at %s:%d).",
				c.Proxy, c.Proxy.Name, p, p.Name, p.Pos.File, p.Pos.Line)
			return
		}
	}
	c.Proxy.ID, c.Proxy.IDSet = n, true
}
