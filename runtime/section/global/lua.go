package global

import (
	"strconv"
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/lua"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		directive("lua-load", "3.1", "Runs a Lua file, with the arguments that follow, in the state that all threads share.",
			nil, []string{"lua-load", "lua-load /no/such/file.lua"},
			func(c *registry.Compiler, st *ast.Statement) {
				loadScript(c, st, "file name", (*lua.Program).Load)
			}),
		directive("lua-load-per-thread", "3.1", "Runs a Lua file in a state of its own for each thread.",
			nil, []string{"lua-load-per-thread", "lua-load-per-thread /no/such/file.lua"},
			func(c *registry.Compiler, st *ast.Statement) {
				loadScript(c, st, "file", (*lua.Program).LoadPerThread)
			}),
		directive("lua-prepend-path", "3.1", "Puts a pattern in front of those by which Lua's require finds files.",
			[]string{"lua-prepend-path /usr/share/haproxy-lua/?.lua", "lua-prepend-path /usr/lib/lua/?.so cpath"},
			[]string{"lua-prepend-path", "lua-prepend-path a b", "lua-prepend-path a path x"}, prependPath),
		directive("tune.lua.forced-yield", "3.2", "After how many instructions a Lua script gives way.",
			[]string{"tune.lua.forced-yield 5000"}, []string{"tune.lua.forced-yield x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 {
					return // HAProxy takes that for nothing said
				}
				n, ok := wholeNumber(st.Words[1].Text)
				if !ok {
					c.Alert(&st.Words[1], "%s: invalid number", st.Keyword())
					return
				}
				c.Global().Scripts.ForcedYield = int(n)
			}),
		directive("tune.lua.maxmem", "3.2", "How many megabytes Lua scripts may use, as far as the process's memory tells.",
			[]string{"tune.lua.maxmem 64"}, []string{"tune.lua.maxmem", "tune.lua.maxmem x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 || st.Words[1].Text == "" {
					c.Alert(&st.Words[0], "'%s' expects an integer argument (Lua memory size in MB).", st.Keyword())
					return
				}
				w := &st.Words[1]
				n, ok := wholeNumber(w.Text)
				if !ok {
					c.Alert(w, "%s: invalid number %s (error at '%s')", st.Keyword(), w.Text, strings.TrimLeft(w.Text, "0123456789"))
					return
				}
				c.Global().Scripts.MaxMemory = max(n, 0) << 20
			}),
		luaTime("session-timeout", "How long a Lua action, fetch or converter may compute.",
			func(s *core.ScriptSettings) *time.Duration { return &s.Session }),
		luaTime("service-timeout", "How long a Lua service may compute.",
			func(s *core.ScriptSettings) *time.Duration { return &s.Service }),
		luaTime("task-timeout", "How long a Lua task may compute.",
			func(s *core.ScriptSettings) *time.Duration { return &s.Task }),
		unlisted(luaTime("burst-timeout", "How long a Lua script may compute without giving way.",
			func(s *core.ScriptSettings) *time.Duration { return &s.Burst })),
		unlisted(luaChoice("bool-sample-conversion", "Whether Lua scripts see booleans of samples as such, or as numbers like before HAProxy 3.1.",
			map[string]func(*core.ScriptSettings){
				"normal":      func(s *core.ScriptSettings) { s.Bools = true },
				"pre-3.1-bug": func(s *core.ScriptSettings) { s.Bools = false },
			})),
		unlisted(luaChoice("log.loggers", "Whether what Lua scripts log goes where \"log\" lines point.",
			map[string]func(*core.ScriptSettings){
				"on":  func(s *core.ScriptSettings) { s.NoLoggers = false },
				"off": func(s *core.ScriptSettings) { s.NoLoggers = true },
			})),
		unlisted(luaChoice("log.stderr", "Whether what Lua scripts log goes to standard error; auto: where no \"log\" line takes it.",
			map[string]func(*core.ScriptSettings){
				"on":   func(s *core.ScriptSettings) { s.NoStderr, s.StderrAuto = false, false },
				"auto": func(s *core.ScriptSettings) { s.NoStderr, s.StderrAuto = false, true },
				"off":  func(s *core.ScriptSettings) { s.NoStderr, s.StderrAuto = true, false },
			})),
	)
}

// loadScript runs the file that a line names.
func loadScript(c *registry.Compiler, st *ast.Statement, what string, load func(*lua.Program, string, []string) error) {
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.Alert(&st.Words[0], "'%s' expects a %s as parameter.", st.Keyword(), what)
		return
	}
	args := make([]string, 0, len(st.Words)-2)
	for _, w := range st.Words[2:] {
		args = append(args, w.Text)
	}
	if err := load(lua.For(c), st.Words[1].Text, args); err != nil {
		c.Alert(&st.Words[1], "%s", err)
	}
}

func prependPath(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.Alert(&st.Words[0], "'%s' expects to receive a <path> as argument", st.Keyword())
		return
	}
	if !c.MaxArgs(st, 1, 2) {
		return
	}
	kind := "path"
	if len(st.Words) > 2 {
		if kind = st.Words[2].Text; kind != "path" && kind != "cpath" {
			c.Alert(&st.Words[2], "'%s' expects <type> to either be 'path' or 'cpath'", st.Keyword())
			return
		}
	}
	lua.For(c).Prepend(st.Words[1].Text, kind)
}

// luaTime makes one of the "tune.lua." times.
func luaTime(name, doc string, field func(*core.ScriptSettings) *time.Duration) *registry.Directive {
	name = "tune.lua." + name
	ok := []string{name + " 4s"}
	if !registry.HAProxyHas('g', name) {
		ok = nil // it is newer
	}
	return directive(name, "3.2", doc, ok, []string{name, name + " x", name + " 99999999999"},
		func(c *registry.Compiler, st *ast.Statement) {
			if len(st.Words) < 2 {
				c.Alert(&st.Words[0], "%s: invalid timeout", name)
				return
			}
			w := &st.Words[1]
			d, warning, err := value.Time(w.Text, time.Millisecond)
			switch {
			case err == nil:
			case strings.Contains(value.TimeMessage(err, name), "flow"):
				msg := strings.Replace(value.TimeMessage(err, name), "'"+w.Text+"' to '"+name+"'", "<"+w.Text+"> to <"+name+">", 1)
				c.Alert(w, "%s", msg)
				return
			default:
				c.Alert(w, "%s: invalid timeout", name)
				return
			}
			if warning != "" {
				c.WarnTime(w, warning)
			}
			*field(&c.Global().Scripts) = d
		})
}

// luaChoice makes one of the "tune.lua." settings of one word out of a few.
func luaChoice(name, doc string, words map[string]func(*core.ScriptSettings)) *registry.Directive {
	name = "tune.lua." + name
	return directive(name, "3.2", doc, nil, []string{name, name + " maybe", name + " on off"},
		func(c *registry.Compiler, st *ast.Statement) {
			w, given := c.Word(st, 1, 0, "one of its words.")
			if !given || !c.MaxArgs(st, 1, 1) {
				return
			}
			set, known := words[w.Text]
			if !known {
				c.Alert(w, "'%s' does not know '%s'.", name, w.Text)
				return
			}
			set(&c.Global().Scripts)
		})
}

func wholeNumber(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 32)
	return n, err == nil
}
