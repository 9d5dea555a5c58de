package proxy

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/section/logline"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "log", Manual: "4.2", Usage: "{ global | <target> [len <len>] [format <format>] [sample <ranges>:<size>] <facility> [<level> [<minlevel>]] }",
				Doc: "Where log lines go.",
				OK:  []string{"log global", "log 127.0.0.1 local0 notice", "log stdout format raw daemon", "no log"},
				Bad: []string{"log", "log 127.0.0.1", "log 127.0.0.1 nonsense", "log 127.0.0.1 local0 nonsense", "no log global", "log global x"},
			},
			In: registry.Proxies, No: true, Dump: "-", Compile: compileLog,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "log-tag", Manual: "4.2", Usage: "<string>", Doc: "What log lines call the process.",
				OK: []string{"log-tag web"}, Bad: []string{"log-tag"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if w := word(st, 1); w.Text == "" {
					c.Alert(w, "'log-tag' expects a tag for use in syslog.")
				} else {
					c.Proxy.LogTag = w.Text
				}
			},
		},
		formatLine("log-format", "The format of log lines.", "log-format", true, func(s *core.Settings) *core.Format { return &s.LogFormat }),
		formatLine("error-log-format", "The format of log lines about connections that failed early.", "error-log-format", true,
			func(s *core.Settings) *core.Format { return &s.ErrorLogFormat }),
		formatLine("log-format-sd", "The structured data of log lines, for targets of format rfc5424.", "log-format-sd", true,
			func(s *core.Settings) *core.Format { return &s.LogFormatSD }),
		formatLine("unique-id-format", "The format of the identifier that each request gets.", "unique-id", false,
			func(s *core.Settings) *core.Format { return &s.UniqueID }),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "unique-id-header", Manual: "4.2", Usage: "<name>", Doc: "The request header that carries the unique id.",
				OK: []string{"unique-id-header X-Unique-ID"}, Bad: []string{"unique-id-header"},
			},
			In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if w := word(st, 1); w.Text == "" {
					c.Alert(w, "unique-id-header expects an argument.")
				} else {
					c.Proxy.UniqueIDHeader = w.Text
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "option httplog", Manual: "4.2", Usage: "[clf]", Doc: "Logs requests with their timers, states and headers.",
				OK: []string{"option httplog", "option httplog clf"}, Bad: []string{"option httplog nonsense", "option httplog clf x", "no option httplog"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				clf, text := "", sample.HTTPLog
				if len(st.Words) > 2 && st.Words[2].Text != "" {
					if st.Words[2].Text != "clf" {
						c.Alert(&st.Words[2], "keyword 'httplog' only supports option 'clf'.")
						return
					}
					if len(st.Words) > 3 {
						c.Alert(&st.Words[3], "'option httplog' cannot handle unexpected argument '%s'.", st.Words[3].Text)
						return
					}
					clf, text = " clf", sample.CLFLog
				}
				setLogOption(c, st, "option httplog", clf, text)
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "option httpslog", Manual: "4.2", Doc: "Logs requests as httplog does, and what is known of the client's TLS.",
				OK: []string{"option httpslog"}, Bad: []string{"no option httpslog"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				setLogOption(c, st, "option httpslog", "", sample.HTTPSLog)
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "option tcplog", Manual: "4.2", Doc: "Logs connections with their timers and states.",
				OK: []string{"option tcplog"}, Bad: []string{"option tcplog x", "no option tcplog"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if c.MaxArgs(st, 2, 0) {
					setLogOption(c, st, "option tcplog", "", sample.TCPLog)
				}
			},
		},
	)
}

func compileLog(c *registry.Compiler, st *ast.Statement) {
	p := c.Proxy
	switch {
	case c.Negated && len(st.Words) > 1 && st.Words[1].Text != "":
		c.Alert(&st.Words[1], "log : 'no log' does not expect arguments")
	case c.Negated:
		p.Logs = nil
	case len(st.Words) == 2 && st.Words[1].Text == "global":
		for _, l := range p.Logs {
			if l.Global {
				return
			}
		}
		p.Logs = append(p.Logs, core.LogTarget{Global: true, Pos: st.Pos()})
	case len(st.Words) < 3:
		c.Alert(word(st, 2), "log : expects <address> and <facility> or global as arguments")
	case st.Words[1].Text == "global":
		c.Alert(&st.Words[2], "log : unknown log facility '%s'", st.Words[2].Text)
	default:
		if t, ok := logline.Compile(c, st); ok {
			p.Logs = append(p.Logs, t)
		}
	}
}

// formatLine makes a directive whose argument is a log-format string. what is
// its name in the messages about the format; lines says that only frontends
// have use for it.
func formatLine(name, doc, what string, lines bool, field func(*core.Settings) *core.Format) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<string>", Doc: doc,
			OK:  []string{name + ` "%ci:%cp"`},
			Bad: []string{name, name + " %ci %cp", name + " %nonsense", name + " %[no_such_fetch]"},
		},
		In: registry.Proxies, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			w := word(st, 1)
			switch {
			case w.Text == "":
				c.Alert(w, "%s expects an argument.", name)
				return
			case len(st.Words) > 2 && st.Words[2].Text != "":
				c.Alert(&st.Words[2], "%s expects only one argument, don't forget to escape spaces!", name)
				return
			case lines && ignoredInBackend(c, st, name):
				return
			}
			f, ok := parseFormat(c, w, "failed to parse "+what, formatPlaces(lines))
			if !ok {
				return
			}
			switch {
			case name == "log-format":
				nameFormat(c, st, name)
			case name == "error-log-format" && c.Proxy.ErrorLogFormat != nil:
				warnOverrides(c, st, name, name)
			}
			*field(&c.Proxy.Settings) = f
		},
	}
}

// parseFormat compiles a format. Its errors, not its warnings, have the form that
// HAProxy gives to what it looks at once all sections have been read.
func parseFormat(c *registry.Compiler, w *ast.Word, failed string, at registry.Places) (core.Format, bool) {
	before := len(c.Diags.All)
	f, ok := sample.Format(c, w, sample.Place{Error: failed, Where: at})
	early := fmt.Sprintf("config : parsing [%s:%d] : ", w.Pos.File, w.Pos.Line)
	for i := before; i < len(c.Diags.All); i++ {
		d := &c.Diags.All[i]
		if text, ok := strings.CutPrefix(d.Message, early); ok && d.Severity == diag.Alert {
			d.Message = fmt.Sprintf("config : Parsing [%s:%d]: %s", w.Pos.File, w.Pos.Line, text)
		}
	}
	return f, ok
}

func formatPlaces(lines bool) registry.Places {
	if lines {
		return registry.LogPlace
	}
	return registry.FeRequestHeader
}

// ignoredInBackend warns about a log format in a section that has no use for
// one.
func ignoredInBackend(c *registry.Compiler, st *ast.Statement, name string) bool {
	if c.Proxy.Caps != core.Backend {
		return false
	}
	c.Warn(&st.Words[0], "backend '%s' : '%s' directive is ignored in backends.", c.Proxy.Name, name)
	return true
}

// setLogOption chooses one of the formats that have a name, of which argument is
// a part.
func setLogOption(c *registry.Compiler, st *ast.Statement, name, argument, text string) {
	if ignoredInBackend(c, st, name) {
		return
	}
	nameFormat(c, st, name+argument)
	c.Proxy.LogFormat, _ = sample.FormatText(c, text, sample.Place{})
}

// nameFormat notes which directive chose the format.
func nameFormat(c *registry.Compiler, st *ast.Statement, name string) {
	if before := c.Proxy.LogFormatName; before != "" {
		warnOverrides(c, st, name, before)
	}
	c.Proxy.LogFormatName, c.Proxy.LogFormatPos = name, st.Pos()
}

// warnOverrides warns of the second format of a defaults section.
func warnOverrides(c *registry.Compiler, st *ast.Statement, name, before string) {
	if c.Section == registry.Defaults {
		warnLine(c, &st.Words[0], "'%s' overrides previous '%s' in 'defaults' section.", name, before)
	}
}

// FallBackLogFormat replaces a format that needs HTTP by tcplog in a frontend
// that relays TCP, with HAProxy's warning. It is called once all sections have
// been read.
func FallBackLogFormat(c *registry.Compiler, p *core.Proxy) {
	name := p.LogFormatName
	if strings.HasPrefix(name, "option httplog") {
		name = "option httplog"
	} else if name != "option httpslog" {
		return
	}
	c.Diags.Parsing(diag.Warning, p.LogFormatPos, "", "'%s' not usable with %s '%s' (needs 'mode http'). Falling back to 'option tcplog'.",
		name, p, p.Name)
	p.LogFormatName = "option tcplog"
	p.LogFormat, _ = sample.FormatText(c, sample.TCPLog, sample.Place{})
}

// HasLogTarget reports whether log lines of p go anywhere.
func HasLogTarget(c *registry.Compiler, p *core.Proxy) bool {
	for _, l := range p.Logs {
		if !l.Global || len(c.Global().Logs) > 0 {
			return true
		}
	}
	return false
}
