package spoe

import (
	"fmt"
	"os"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	engine "gohap/runtime/spoe"
)

// Filter compiles a line "filter spoe [engine <name>] config <file>".
func Filter(c *registry.Compiler, st *ast.Statement) {
	name, file := "", ""
	for i := 2; i < len(st.Words); i++ {
		w := &st.Words[i]
		to := map[string]*string{"engine": &name, "config": &file}[w.Text]
		switch {
		case to == nil:
			fail(c, w, "unknown keyword '%s'", w.Text)
			return
		case i+1 == len(st.Words):
			fail(c, w, "'spoe' : '%s' option without value", w.Text)
			return
		}
		i++
		*to = st.Words[i].Text
	}
	if file == "" {
		fail(c, &st.Words[1], "'spoe' : missing config file")
		return
	}
	at := &st.Words[len(st.Words)-1]
	text, err := os.ReadFile(file)
	if err != nil {
		reason := err.Error()
		if e, ok := err.(*os.PathError); ok {
			reason = libcText(e.Err)
		}
		fail(c, at, "Could not open configuration file %s : %s", file, reason)
		return
	}
	f := &source{engine: name, file: file, messages: map[string]*message{}, groups: map[string]*group{}, used: map[string]bool{}}
	if !f.compile(c, string(text)) {
		fail(c, at, "Error(s) found in configuration file %s", file)
		return
	}
	a := f.agent
	switch {
	case a == nil:
		fail(c, at, "No SPOE agent found in file %s", file)
		return
	case f.backend == "":
		fail(c, at, "No backend declared for SPOE agent '%s' declared at %s:%d", a.Name, a.Pos.File, a.Pos.Line)
		return
	}
	if a.Engine = name; name == "" {
		a.Engine = a.Name
	}
	if why := f.link(c); why != "" {
		fail(c, at, "%s", why)
		return
	}
	f.register(c, at)
	c.Proxy.Filters = append(c.Proxy.Filters, a)
	f.later(c)
}

// fail reports an error in HAProxy's form for filters.
func fail(c *registry.Compiler, w *ast.Word, format string, args ...any) {
	c.Alert(w, "'filter' : '%s'", fmt.Sprintf(format, args...))
}

// warn reports a warning about the proxy.
func warn(c *registry.Compiler, format string, args ...any) {
	c.Diags.Config(diag.Warning, "Proxy '%s': "+format, append([]any{c.Proxy.Name}, args...)...).Pos = c.Statement.Pos()
}

// later looks names up once all sections have been read.
func (f *source) later(c *registry.Compiler) {
	a, p, pos := f.agent, c.Proxy, c.Statement.Pos()
	c.Later(registry.Check, func() {
		alert := func(format string, args ...any) { c.Diags.Config(diag.Alert, format, args...).Pos = pos }
		for _, o := range p.Filters {
			if o, ok := o.(*engine.Agent); ok && o != a && o.Engine == a.Engine {
				alert("Proxy %s : duplicated name for SPOE engine '%s'.", p.Name, a.Engine)
			}
		}
		be := c.Graph.Backends[f.backend]
		switch {
		case be == nil:
			alert("Proxy %s : unknown backend '%s' used by SPOE agent '%s' declared at %s:%d.", p.Name, f.backend, a.Name, a.Pos.File, a.Pos.Line)
		case be.Mode != core.TCP:
			alert("Proxy %s : backend '%s' used by SPOE agent '%s' declared at %s:%d does not support HTTP mode.", p.Name, f.backend, a.Name, a.Pos.File, a.Pos.Line)
		}
		a.Backend = be
	})
}
