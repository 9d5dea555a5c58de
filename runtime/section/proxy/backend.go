package proxy

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "default_backend", Manual: "4.2", Usage: "<backend>", Doc: "The backend of what no use_backend rule takes.",
				OK: nil, Bad: []string{"default_backend", "default_backend no-such-backend"},
			},
			In: registry.Proxies, Compile: compileDefaultBackend,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "use_backend", Manual: "4.2", Usage: "<backend> [{if | unless} <condition>]",
				Doc: "Sends what meets the condition to the backend.",
				Bad: []string{"use_backend", "use_backend no-such-backend"},
			},
			In: registry.Proxies &^ registry.Defaults, Compile: compileUseBackend,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "use-server", Manual: "4.2", Usage: "<server> [{if | unless} <condition>]",
				Doc: "Sends what meets the condition to the server, without balancing.",
				Bad: []string{"use-server", "use-server no-such-server", "use-server s nonsense", "use-server %[foo] if TRUE"},
			},
			In: registry.Proxies &^ registry.Defaults, Compile: compileUseServer,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "option redispatch", Manual: "4.2", Usage: "[<interval>]",
				Doc: "Lets a retry choose another server.",
				OK:  []string{"option redispatch", "option redispatch 1", "no option redispatch"},
			},
			In: registry.Proxies, Side: core.Backend, No: true, Default: true, Compile: compileRedispatch,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "redispatch", Manual: "4.2", Doc: "The old form of \"option redispatch\".", OK: []string{"redispatch"},
			},
			In: registry.Proxies, Old: true, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				c.Upgrade(&st.Words[0], "    option redispatch", "keyword 'redispatch' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'.")
				c.Proxy.Redispatch = -1
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "http-reuse", Manual: "4.2", Usage: "{ never | safe | aggressive | always }",
				Doc: "When an idle server connection may carry another client's request.",
				OK:  []string{"http-reuse always"}, Bad: []string{"http-reuse", "http-reuse sometimes"},
			},
			In: registry.Proxies, Compile: compileReuse,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "retry-on", Manual: "4.2", Usage: "<cause>...", Doc: "For which failures a request is tried again.",
				OK: []string{"retry-on conn-failure 503", "retry-on all-retryable-errors", "retry-on none"}, Bad: []string{"retry-on", "retry-on 418"},
			},
			In: registry.Proxies, Compile: compileRetryOn,
		},
	)
}

func compileDefaultBackend(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Frontend, "default_backend")
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.Alert(&st.Words[0], "'default_backend' expects a backend name.")
		return
	}
	if !c.MaxArgs(st, 1, 1) {
		return
	}
	c.Proxy.DefaultBackend, c.Proxy.DefaultBackendPos = st.Words[1].Text, st.Words[1].Pos
}

func compileUseBackend(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Frontend, "use_backend")
	w, ok := c.Word(st, 1, 0, "a backend name.")
	if !ok {
		return
	}
	if x := word(st, 2); x.Text != "" && x.Text != "if" && x.Text != "unless" {
		c.Alert(x, "unexpected keyword '%s' after switching rule, only 'if' and 'unless' are allowed.", x.Text)
		return
	}
	cond, ok := sample.Condition(c, st.Words[2:], sample.Place{
		What: "switching rule", Error: "error detected while parsing switching rule", Where: registry.UseBackend,
	})
	if !ok {
		return
	}
	r := core.BackendRule{Name: w.Text, Cond: cond, Pos: w.Pos}
	p := c.Proxy
	at := len(p.Switch)
	if strings.Contains(w.Text, "%[") || strings.Contains(w.Text, "%{") {
		if r.Dynamic, ok = parseFormat(c, w, fmt.Sprintf("failed to parse use_backend rule '%s'", w.Text), registry.UseBackend); !ok {
			return
		}
		r.ByName = c.Graph.Backends
		p.Switch = append(p.Switch, r)
		return
	}
	p.Switch = append(p.Switch, r)
	c.Later(registry.Resolve, func() { p.Switch[at].Backend = findBackend(c, p, w.Text, w.Pos, "use_backend") })
}

// findBackend resolves the name that default_backend or use_backend of p gives.
func findBackend(c *registry.Compiler, p *core.Proxy, name string, at diag.Pos, what string) *core.Proxy {
	be := c.Graph.Backends[name]
	alert := func(format string, args ...any) *core.Proxy {
		c.Diags.Config(diag.Alert, format, args...).Pos = at
		return nil
	}
	rule := "in a 'use_backend' rule"
	if what == "default_backend" {
		rule = "as its default backend"
	}
	switch {
	case be == nil:
		return alert("Proxy '%s': unable to find required %s: '%s'.", p.Name, what, name)
	case be == p:
		return alert("Proxy '%s': loop detected for %s: '%s'.", p.Name, what, name)
	case p.Mode == core.HTTP && be.Mode == core.TCP:
		return alert("%s %s '%s' (%s:%d) tries to use incompatible %s %s '%s' (%s:%d) %s (see 'mode').",
			p.Mode, p, p.Name, p.Pos.File, p.Pos.Line, be.Mode, be, be.Name, be.Pos.File, be.Pos.Line, rule)
	}
	return be
}

// ResolveDefault finds the backend of what no rule takes. A listen section with
// servers, or with a statistics page, is its own.
func ResolveDefault(c *registry.Compiler, p *core.Proxy) {
	if p.DefaultBackend != "" {
		be := findBackend(c, p, p.DefaultBackend, p.DefaultBackendPos, "default_backend")
		if p.Has(core.Frontend) {
			p.Default = be
		}
		return
	}
	if p.Has(core.Frontend | core.Backend) {
		p.Default = p
	}
}

func compileUseServer(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Backend, "use-server")
	w, ok := c.Word(st, 1, 0, "a server name.")
	if !ok {
		return
	}
	if x := word(st, 2); x.Text != "if" && x.Text != "unless" {
		c.Alert(x, "'use-server' requires either 'if' or 'unless' followed by a condition.")
		return
	}
	cond, ok := sample.Condition(c, st.Words[2:], sample.Place{
		What: "use-server rule", Error: "error detected while parsing switching rule", Where: registry.BeSetServer,
	})
	if !ok {
		return
	}
	p := c.Proxy
	at := len(p.UseServer)
	r := core.ServerRule{Cond: cond, Name: w.Text, Pos: w.Pos}
	if strings.Contains(w.Text, "%[") {
		if r.Dynamic, ok = parseFormat(c, w, fmt.Sprintf("use-server rule failed to parse log-format '%s'", w.Text), registry.BeSetServer); !ok {
			return
		}
	}
	p.UseServer = append(p.UseServer, r)
	c.Later(registry.Resolve, func() {
		r := &p.UseServer[at]
		if r.Dynamic != nil {
			return // looked up for each stream
		}
		for _, s := range p.Servers {
			if s.Name == r.Name {
				r.Server, s.Pinned = s, true
				return
			}
		}
		c.Diags.Config(diag.Alert, "%s '%s' : unable to find server '%s' referenced in a 'use-server' rule.", p, p.Name, r.Name).Pos = r.Pos
	})
}

func compileRedispatch(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Backend, "redispatch")
	switch {
	case c.Negated, c.Defaulted:
		c.Proxy.Redispatch = 0
	case len(st.Words) > 2:
		c.Proxy.Redispatch = int(value.Atol(st.Words[2].Text))
	default:
		c.Proxy.Redispatch = -1
	}
}

func compileReuse(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Backend, "http-reuse")
	if !c.MaxArgs(st, min(2, len(st.Words)), 0) {
		return
	}
	switch word(st, 1).Text {
	case "never":
		c.Proxy.Reuse = core.ReuseNever
	case "safe":
		c.Proxy.Reuse = core.ReuseSafe
	case "aggressive":
		c.Proxy.Reuse = core.ReuseAggressive
	case "always":
		c.Proxy.Reuse = core.ReuseAlways
	default:
		c.Alert(word(st, 1), "'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'.")
	}
}

var retryCauses = map[string]core.RetryCause{
	"conn-failure": core.RetryConnFailure, "empty-response": core.RetryEmptyResponse,
	"junk-response": core.RetryJunkResponse, "response-timeout": core.RetryResponseTimeout,
	"0rtt-rejected": core.Retry0RTT, "401": core.Retry401, "403": core.Retry403, "404": core.Retry404,
	"408": core.Retry408, "425": core.Retry425, "500": core.Retry500, "501": core.Retry501,
	"502": core.Retry502, "503": core.Retry503, "504": core.Retry504,
	"all-retryable-errors": core.RetryConnFailure | core.RetryEmptyResponse | core.RetryJunkResponse |
		core.RetryResponseTimeout | core.Retry0RTT | core.Retry500 | core.Retry502 | core.Retry503 | core.Retry504,
}

func compileRetryOn(c *registry.Compiler, st *ast.Statement) {
	if word(st, 1).Text == "" {
		c.Alert(word(st, 1), "'retry-on' needs at least one keyword to specify when to retry")
		return
	}
	if !c.Proxy.Has(core.Backend) {
		c.Alert(&st.Words[0], "'retry-on' only available in backend or listen section")
		return
	}
	c.Proxy.RetryOn = 0
	for i := 1; i < len(st.Words); i++ {
		w := &st.Words[i]
		if w.Text == "none" {
			if len(st.Words) > 2 {
				c.Alert(w, "'retry-on' 'none' keyworld only usable alone")
			}
			return
		}
		cause, ok := retryCauses[w.Text]
		if !ok {
			c.Alert(w, "'retry-on': unknown keyword '%s'", w.Text)
			return
		}
		c.Proxy.RetryOn |= cause
	}
}
