package proxy

import (
	"strings"

	"gohap/health"
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		checkRule("http-check send", "[ meth <method> ] [ { uri <uri> | uri-lf <fmt> } ] [ ver <version> ] [ hdr <name> <value> ]* [ { body <text> | body-lf <fmt> } ] [ comment <text> ]",
			"Sends a request.",
			[]string{"http-check send meth GET uri /health ver HTTP/1.1 hdr Host example.com", "http-check send body hello comment greet",
				"http-check send uri-lf /%[srv_name] body-lf %[be_name] hdr X-Id %[uuid]", "http-check set-var(check.n) int(1)", "http-check unset-var(check.n)"},
			[]string{"http-check send meth", "http-check send uri", "http-check send hdr A", "http-check send body", "http-check send comment", "http-check send nonsense"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				if q, ok := checkSend(c, st); ok && maySend(c, st, s.HTTP) {
					s.HTTP = append(s.HTTP, q)
				}
			}),
		checkRule("http-check expect", "[!] <match> <pattern> [ <option> <value> ]*", "Waits for a response and judges it.",
			[]string{"http-check expect status 200-399", "http-check expect ! rstatus ^5", "http-check expect string OK",
				"http-check expect min-recv 10 rstring ^OK", "http-check expect hdr name X-State value -m beg up",
				"http-check expect ok-status L7OKC comment slow status 503"},
			[]string{"http-check expect", "http-check expect status", "http-check expect status x", "http-check expect status 300-200", "http-check expect nonsense",
				"http-check expect rstring (", "http-check expect hdr x", "http-check expect hdr name -m foo X", "http-check expect status 200 string x",
				"http-check expect ok-status FOO status 200", "http-check expect error-status FOO status 200",
				"http-check expect tout-status FOO status 200", "http-check expect ok-status L7OK", "http-check expect min-recv"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				if e, ok := httpExpect(c, st); ok {
					s.HTTP = append(s.HTTP, e)
				}
			}),
		checkRule("http-check connect", "[ port <port> ] [ addr <address> ] [ send-proxy ] [ default ] [ comment <text> ]", "Opens a connection.",
			[]string{"http-check connect", "http-check connect port 8080 addr 127.0.0.1 comment here"},
			[]string{"http-check connect port 0", "http-check connect addr", "http-check connect nonsense", "http-check connect comment"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				if k, ok := checkConnect(c, st); ok && firstConnect(c, st, s.HTTP) {
					s.HTTP = append(s.HTTP, k)
				}
			}),
		checkRule("http-check comment", "<text>", "A remark that messages show.", []string{"http-check comment first"}, []string{"http-check comment"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				if r, ok := checkComment(c, st); ok {
					s.HTTP = append(s.HTTP, r)
				}
			}),
		checkSwitch("disable-on-404", "Takes a server that answers 404 out of balancing, softly.", func(s *core.CheckSettings) *bool { return &s.DisableOn404 }),
		checkSwitch("send-state", "Tells servers how the proxy sees them.", func(s *core.CheckSettings) *bool { return &s.SendState }),
		checkFamily("http-check", "Rules of HTTP checks.",
			"'disable-on-404', 'send-state', 'comment', 'connect', 'send', 'expect', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'"),
	)
}

// checkRule makes the record of a rule of checks.
func checkRule(name, usage, doc string, ok, bad []string, add func(*registry.Compiler, *ast.Statement, *core.CheckSettings)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "4.2", Usage: usage, Doc: doc, OK: ok, Bad: bad},
		In:      registry.Proxies, Side: core.Backend, Dump: firstWord(name),
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			warnSide(c, st, core.Backend, st.Words[0].Text)
			ownRules(&c.Proxy.Check)
			add(c, st, &c.Proxy.Check)
		},
	}
}

// checkSwitch makes the record of a setting of HTTP checks that is on or off.
func checkSwitch(name, doc string, flag func(*core.CheckSettings) *bool) *registry.Directive {
	name = "http-check " + name
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "4.2", Doc: doc, OK: []string{name}, Bad: []string{name + " x"}},
		In:      registry.Proxies, Side: core.Backend, Dump: "http-check",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			warnSide(c, st, core.Backend, "http-check")
			if len(st.Words) > 2 {
				c.Alert(&st.Words[2], "'http-check' cannot handle unexpected argument '%s'.", st.Words[2].Text)
				return
			}
			*flag(&c.Proxy.Check) = true
		},
	}
}

// checkFamily answers a second word that names no rule.
func checkFamily(name, doc, words string) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<rule>", Doc: doc, Bad: []string{name, name + " nonsense"},
		},
		In: registry.Proxies, Side: core.Backend,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			warnSide(c, st, core.Backend, name)
			w := word(st, 1)
			check := &c.Proxy.Check
			steps := &check.HTTP
			if name == "tcp-check" {
				steps = &check.TCP
			}
			if checkVariable(c, name, st, func(s health.Step) {
				ownRules(check)
				*steps = append(*steps, s)
			}) {
				return
			}
			switch w.Text {
			case "set-var", "set-var-fmt", "unset-var":
				c.Alert(w, "'%s %s' : '%s' : invalid or incomplete action '%s'. Expects 'set-var(<var-name>)', 'set-var-fmt(<var-name>)' or 'unset-var(<var-name>)'.",
					name, w.Text, w.Text, w.Text)
				return
			}
			c.Alert(w, "'%s' only supports %s. but got '%s'", name, words, w.Text)
		},
	}
}

// checkSend reads the words after "http-check send".
func checkSend(c *registry.Compiler, st *ast.Statement) (*health.Request, bool) {
	q := &health.Request{}
	fail := func(w *ast.Word, format string, args ...any) (*health.Request, bool) {
		c.Alert(w, "'http-check send' : "+format+".", args...)
		return nil, false
	}
	fields := map[string]*string{"meth": &q.Method, "uri": &q.URI, "ver": &q.Version, "body": &q.Body, "comment": &q.Remark}
	for i := 2; i < len(st.Words); i++ {
		w, arg := &st.Words[i], word(st, i+1)
		to, ok := fields[w.Text]
		switch {
		case ok && arg.Text == "":
			return fail(arg, "'%s' expects a string as argument.", w.Text)
		case ok:
			*to = arg.Text
			switch w.Text {
			case "uri":
				q.BuildURI = nil
			case "body":
				q.BuildBody = nil
			}
			i++
		case w.Text == "hdr":
			v := word(st, i+2)
			if arg.Text == "" || v.Text == "" {
				return fail(v, "'hdr' expects <name> and <value> as arguments")
			}
			h := health.Header{Name: arg.Text, Value: v.Text}
			if !plainText(v.Text) {
				if h.Build, ok = checkFormat(c, "http-check send", v); !ok {
					return nil, false
				}
			}
			q.Headers = append(q.Headers, h)
			i += 2
		case w.Text == "uri-lf", w.Text == "body-lf":
			if arg.Text == "" {
				return fail(arg, "'%s' expects a string as argument.", w.Text)
			}
			text, ok := checkFormat(c, "http-check send", arg)
			if !ok {
				return nil, false
			}
			if w.Text == "uri-lf" {
				q.BuildURI, q.URI = text, ""
			} else {
				q.BuildBody, q.Body = text, ""
			}
			i++
		default:
			return fail(w, "expects 'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf' but got '%s' as argument.", w.Text)
		}
	}
	return q, true
}

// plainText reports whether a log-format string is its own value.
func plainText(s string) bool {
	for i := range s {
		if s[i] == '%' {
			return false
		}
	}
	return true
}

// maySend reports whether a request may follow steps: there is one request a
// connection.
func maySend(c *registry.Compiler, st *ast.Statement, steps []health.Step) bool {
	connects := false
	for i := len(steps) - 1; i >= 0; i-- {
		switch steps[i].(type) {
		case *health.Connect:
			return true
		case *health.Request, *health.Response:
			for _, s := range steps {
				if _, ok := s.(*health.Connect); ok {
					connects = true
				}
			}
			n := len(steps)
			if !connects {
				n++ // the request of the option counts
			}
			c.Alert(&st.Words[1], "'http-check send' : unable to add http-check send rule at step %d (missing connect rule)..", n)
			return false
		}
	}
	return true
}

// httpSteps makes the steps of an HTTP check: those of the rules, with the
// request of "option httpchk" merged into the first "send".
func httpSteps(s *core.CheckSettings, load func() health.Load) []health.Step {
	base := optionRequest(s.Words)
	base.SendState, base.Load = s.SendState, load
	var steps []health.Step
	sent, judged := false, false
	for _, step := range s.HTTP {
		switch x := step.(type) {
		case *health.Request:
			q := *x
			if !sent {
				q = merge(base, q)
			}
			q.SendState, q.Load = s.SendState, load
			sent = true
			step = &q
		case *health.Response:
			r := *x
			r.DisableOn404 = s.DisableOn404
			judged = true
			if !sent {
				steps = append(steps, &base)
				sent = true
			}
			step = &r
		}
		steps = append(steps, step)
	}
	if !sent {
		steps = append(steps, &base)
	}
	if !judged {
		steps = append(steps, &health.Response{MinRecv: -1, DisableOn404: s.DisableOn404})
	}
	return steps
}

// optionRequest reads the arguments of "option httpchk". What old
// configurations hide behind the version are header lines and, after an empty
// one, the body.
func optionRequest(words []string) health.Request {
	var q health.Request
	switch len(words) {
	case 0:
		return q
	case 1:
		q.URI = words[0]
		return q
	}
	q.Method, q.URI = words[0], words[1]
	if len(words) == 2 {
		return q
	}
	version, rest, _ := strings.Cut(words[2], "\r\n")
	q.Version = version
	for rest != "" {
		var line string
		if line, rest, _ = strings.Cut(rest, "\r\n"); line == "" {
			q.Body = rest
			break
		}
		name, v, _ := strings.Cut(line, ":")
		q.Headers = append(q.Headers, health.Header{Name: name, Value: strings.TrimSpace(v)})
	}
	return q
}

// merge completes a request with what the option said.
func merge(base, q health.Request) health.Request {
	if q.Method == "" {
		q.Method = base.Method
	}
	if q.URI == "" && q.BuildURI == nil {
		q.URI = base.URI
	}
	if q.Version == "" {
		q.Version = base.Version
	}
	if q.Headers == nil {
		q.Headers = base.Headers
	}
	if q.Body == "" && q.BuildBody == nil {
		q.Body = base.Body
	}
	return q
}
