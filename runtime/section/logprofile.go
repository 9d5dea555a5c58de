package section

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/section/logline"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "log-tag", Manual: "3.10", Usage: "<string>", Doc: "What the lines of the profile call the process.",
				OK: []string{"log-tag audit"}, Bad: []string{"log-tag"},
			},
			In: registry.LogProfile, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 || st.Words[1].Text == "" {
					c.Alert(&st.Words[len(st.Words)-1], "'log-tag' expects a tag for use in syslog.")
					return
				}
				c.LogProfile.Tag = st.Words[1].Text
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "on", Manual: "3.10", Usage: "{ any | close | error } [drop] [format <format>] [sd <format>]",
				Doc: "The formats of lines about streams that have ended (close), that failed before their request (error), or of all others (any).",
				OK:  []string{`on any format "%ci"`, "on close drop", `on error format "%ci" sd "%ts"`},
				Bad: []string{"on", "on nonsense", "on any nonsense", "on any format", "on any format %nonsense", "on accept drop"},
			},
			In: registry.LogProfile, Dump: "-", Compile: compileOn,
		},
	)
}

// beginLogProfile starts a section of formats, which came with HAProxy 3.1.
func beginLogProfile(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	name, ok := sectionName(c, s)
	if !ok {
		return ignore
	}
	p := logline.Profile(c, name.Text)
	if p.Defined {
		c.Alert(name, "log-profile section '%s' already exists (declared at %s:%d).", p.Name, p.Pos.File, p.Pos.Line)
		return ignore
	}
	p.Defined, p.Pos = true, s.Header.Pos()
	c.LogProfile = p
	return Line
}

func compileOn(c *registry.Compiler, st *ast.Statement) {
	p := c.LogProfile
	if len(st.Words) < 2 {
		c.Alert(&st.Words[0], "'on' expects the step of a stream's life: 'any', 'close' or 'error'.")
		return
	}
	step := &core.LogStep{}
	switch w := &st.Words[1]; w.Text {
	case "any":
		p.Any = step
	case "close":
		p.Close = step
	case "error":
		p.Error = step
	case "accept", "request", "connect", "response", "http-req", "http-res", "http-after-res", "quic-init", "tcp-req-conn", "tcp-req-sess", "tcp-req-cont", "tcp-res-cont":
		c.Alert(w, "'on %s' is a HAProxy keyword that gohap does not support yet.", w.Text)
		return
	default:
		c.Alert(w, "'on' expects 'any', 'close' or 'error' but got '%s'.", w.Text)
		return
	}
	for i := 2; i < len(st.Words); i++ {
		w := &st.Words[i]
		var to *core.Format
		switch w.Text {
		case "drop":
			step.Drop = true
			continue
		case "format":
			to = &step.Format
		case "sd":
			to = &step.SD
		default:
			c.Alert(w, "'on %s' : unknown keyword '%s'.", st.Words[1].Text, w.Text)
			return
		}
		if i++; i == len(st.Words) {
			c.Alert(w, "'on %s' : '%s' expects a format.", st.Words[1].Text, w.Text)
			return
		}
		*to, _ = sample.Format(c, &st.Words[i], sample.Place{Error: "failed to parse the format", Where: registry.LogPlace})
	}
}
