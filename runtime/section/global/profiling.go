package global

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
)

func init() {
	const name = "profiling.tasks"
	d := directive(name, "3.1", "Has streams keep the time that they take of their thread, for cpu_ns_tot and the like. \"auto\", the default, is \"off\" here.",
		[]string{name + " on", name + " off", name + " auto"}, []string{name, name + " x", name + " on x"},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) {
				return
			}
			w, arg := &st.Words[0], ""
			if len(st.Words) > 1 {
				w = &st.Words[1]
				arg = w.Text
			}
			switch arg {
			case "on":
				c.Global().Profiling, c.Global().ProfilingOff = true, false
			case "off", "auto":
				c.Global().Profiling, c.Global().ProfilingOff = false, arg == "off"
			default:
				c.Alert(w, "'%s' expects either 'on', 'auto', or 'off' but got '%s'.", name, arg)
			}
		})
	registry.Directives.Add(d)
}
