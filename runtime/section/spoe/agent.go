package spoe

import (
	"fmt"
	"time"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/logline"
	engine "gohap/runtime/spoe"
	"gohap/runtime/spop"
)

func init() {
	registry.Directives.Add(
		names("messages", registry.SPOEAgent, "Messages that are sent at the moments that they name.", func(f *source) (*[]string, string) { return &f.order, "spoe-message" }),
		names("groups", registry.SPOEAgent, "Groups of messages that rules can send.", func(f *source) (*[]string, string) { return &f.groupOrder, "spoe-group" }),
		integer("maxconnrate", "The most connections to the agent a second.", func(a *engine.Agent, n int) string { a.MaxConnRate = n; return "" }),
		integer("maxerrrate", "The most errors a second, after which nothing is asked for the rest of it.", func(a *engine.Agent, n int) string { a.MaxErrRate = n; return "" }),
		integer("max-waiting-frames", "How many frames a connection carries whose answer is to come.", func(a *engine.Agent, n int) string {
			if n == 0 {
				return "expects a positive integer argument."
			}
			a.MaxWaiting = n
			if n < 0 { // HAProxy takes it for a large one
				a.MaxWaiting = 1 << 30
			}
			return ""
		}),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "max-frame-size", Manual: "9.3", Usage: "<number>", Doc: "The size of the largest frame, in bytes.",
				OK: []string{"max-frame-size 1024"}, Bad: []string{"max-frame-size", "max-frame-size 255", "max-frame-size 1000000"},
			},
			In: registry.SPOEAgent, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				n, ok := number(c, st)
				largest := c.Global().Tune.BufSize - spop.PrefixSize
				switch {
				case !ok:
				case n < spop.MinFrame || n > largest:
					c.Alert(&st.Words[1], "'%s' expects a positive integer argument in the range [%d, %d].", st.Words[0].Text, spop.MinFrame, largest)
				default:
					of(c).agent.MaxFrame = n
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "use-backend", Manual: "9.3", Usage: "<backend>", Doc: "The backend that has the agent's servers.",
				OK: []string{"use-backend agents"}, Bad: []string{"use-backend", "use-backend a b"},
			},
			In: registry.SPOEAgent, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if w := word(st, 1); w.Text == "" {
					c.Alert(w, "'use-backend' expects a backend name.")
				} else if most(c, st, 2) {
					of(c).backend = w.Text
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "register-var-names", Manual: "9.3", Usage: "<name>...", Doc: "Variables that the agent may set though nothing else names them.",
				OK: []string{"register-var-names score user.id"}, Bad: []string{"register-var-names"},
			},
			In: registry.SPOEAgent, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 {
					c.Alert(&st.Words[0], "'register-var-names' expects one or more variable names.")
					return
				}
				for _, w := range st.Words[1:] {
					of(c).registered = append(of(c).registered, w.Text)
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "log", Manual: "9.3", Usage: "{ global | <target> [len <len>] [format <format>] <facility> [<level> [<minlevel>]] }",
				Doc: "Where the engine's log lines go.", OK: []string{"log global", "log 127.0.0.1 local0 notice", "no log"}, Bad: []string{"log", "log 127.0.0.1", "no log x"},
			},
			In: registry.SPOEAgent, No: true, Dump: "-", Compile: compileLog,
		},
		timeout("hello", "How long the agent may take for its first frame.", func(a *engine.Agent) *time.Duration { return &a.Hello }),
		timeout("idle", "How long a connection may be silent.", func(a *engine.Agent) *time.Duration { return &a.Idle }),
		timeout("processing", "How long a stream waits for the agent.", func(a *engine.Agent) *time.Duration { return &a.Processing }),
	)
}

// names makes a directive that lists sections of the file.
func names(name string, in registry.Sections, doc string, list func(f *source) (*[]string, string)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "9.3", Usage: "<name>...", Doc: doc, OK: []string{name + " a b"}, Bad: []string{name + " a a"}},
		In:      in, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			to, what := list(of(c))
			if to == nil {
				return
			}
			for i := range st.Words[1:] {
				w := &st.Words[1+i]
				for _, old := range *to {
					if old == w.Text {
						c.AlertTight(w, "%s '%s' already used.", what, w.Text)
						return
					}
				}
				*to = append(*to, w.Text)
			}
		},
	}
}

func number(c *registry.Compiler, st *ast.Statement) (int, bool) {
	w := word(st, 1)
	if w.Text == "" {
		c.Alert(w, "'%s' expects an integer argument.", st.Words[0].Text)
		return 0, false
	}
	return int(value.Atol(w.Text)), most(c, st, 2)
}

// integer makes a directive with a number. set says what is wrong with it.
func integer(name, doc string, set func(a *engine.Agent, n int) string) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "9.3", Usage: "<number>", Doc: doc, OK: []string{name + " 10"}, Bad: []string{name, name + " 1 2"}},
		In:      registry.SPOEAgent, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if n, ok := number(c, st); ok {
				if why := set(of(c).agent, n); why != "" {
					c.Alert(&st.Words[1], "'%s' %s", name, why)
				}
			}
		},
	}
}

func timeout(word2, doc string, field func(a *engine.Agent) *time.Duration) *registry.Directive {
	name := "timeout " + word2
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "9.3", Usage: "<timeout>", Doc: doc, OK: []string{name + " 5s"}, Bad: []string{name, name + " 5x", name + " 5s 6s"}},
		In:      registry.SPOEAgent, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			w := word(st, 2)
			if w.Text == "" {
				c.Alert(w, "'%s' expects an integer value (in milliseconds).", name)
				return
			}
			d, warning, err := value.Time(w.Text, time.Millisecond)
			if e, ok := err.(*value.TimeError); ok && e.Fault == value.TimeOverflow {
				c.AlertTight(w, "timer overflow in argument <%s> to <%s>, maximum value is 2147483647 ms (~24.8 days).", w.Text, name)
				return
			} else if err != nil {
				c.Alert(w, "%s.", value.TimeMessage(err, name))
				return
			}
			if warning != "" {
				c.WarnTime(w, warning)
			}
			if most(c, st, 3) {
				*field(of(c).agent) = d
			}
		},
	}
}

func compileLog(c *registry.Compiler, st *ast.Statement) {
	a := of(c).agent
	switch {
	case c.Negated && len(st.Words) > 1:
		c.Alert(&st.Words[1], "log : 'no log' does not expect arguments")
	case c.Negated:
		a.Logs = nil
	case len(st.Words) == 2 && st.Words[1].Text == "global":
		a.Logs = append(a.Logs, core.LogTarget{Global: true, Pos: st.Pos()})
	case len(st.Words) < 3:
		c.Alert(&st.Words[0], "log : expects <address> and <facility> or global as arguments")
	default:
		if t, ok := logline.Compile(c, st); ok {
			a.Logs = append(a.Logs, t)
		}
	}
}

// message words an agent's place.
func declared(a *engine.Agent) string { return fmt.Sprintf("%s:%d", a.Pos.File, a.Pos.Line) }
