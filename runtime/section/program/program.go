// Package program holds the keywords of "program" sections (configuration.txt
// 3.7). Importing it registers them.
package program

import (
	"os/user"
	"slices"
	"strconv"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Begin starts the section of the given name, and reports whether there was none
// of it yet.
func Begin(c *registry.Compiler, name *ast.Word) bool {
	g := c.Global()
	if slices.ContainsFunc(g.Programs, func(p *core.Program) bool { return p.Name == name.Text }) {
		c.AlertTight(name, "'%s' program section already exists in the configuration.", name.Text)
		return false
	}
	c.Program = &core.Program{Name: name.Text, UID: -1, GID: -1}
	if g.Programs = append(g.Programs, c.Program); len(g.Programs) > 1 {
		return true
	}
	wrong := false
	c.Later(registry.Resolve, func() { wrong = c.Diags.Failed() })
	c.Later(registry.Build, func() {
		if wrong {
			return
		}
		for _, p := range g.Programs {
			if len(p.Command) == 0 {
				c.Diags.Config(diag.Alert, "The program section '%s' lacks a command to launch.", p.Name).Pos = name.Pos
			}
		}
		if !g.MasterWorker {
			c.Diags.Config(diag.Alert, "Can't use a 'program' section without master worker mode.").Pos = name.Pos
		}
	})
	return true
}

// keyword makes a record of a line of the section.
func keyword(name, usage, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "3.7", Usage: usage, Doc: doc, OK: ok, Bad: bad},
		In:      registry.Program, Dump: "-", Compile: compile,
	}
}

func init() {
	reload := keyword("option start-on-reload", "", "Has a reload start the program anew, which it does without the line too.",
		[]string{"option start-on-reload", "no option start-on-reload"}, []string{"option start-on-reload now"}, compileReload)
	reload.No, reload.Default = true, true
	registry.Directives.Add(
		keyword("command", "<command> [<argument>...]", "What to run.",
			[]string{"command sleep 3600"}, []string{"command", "command ''"}, compileCommand),
		keyword("user", "<name>", "The user to run it as.", []string{"user root"},
			[]string{"user", "user root wheel", "user no-such-user-here"}, compileUser),
		keyword("group", "<name>", "The group to run it as.", []string{"group root"},
			[]string{"group", "group root wheel", "group no-such-group-here"}, compileGroup),
		reload,
	)
}

func compileCommand(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.AlertTight(&st.Words[len(st.Words)-1], "'command' expects a command with optional arguments separated in words.")
		return
	}
	c.Program.Command = nil
	for _, w := range st.Words[1:] {
		c.Program.Command = append(c.Program.Command, w.Text)
	}
}

// name returns the only argument of "user" and "group".
func name(c *registry.Compiler, st *ast.Statement) *ast.Word {
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.AlertTight(&st.Words[len(st.Words)-1], "'%s' expects a %s name.", st.Keyword(), st.Keyword())
		return nil
	}
	if !c.MaxArgs(st, 1, 1) {
		return nil
	}
	return &st.Words[1]
}

func compileUser(c *registry.Compiler, st *ast.Statement) {
	w := name(c, st)
	if w == nil {
		return
	}
	u, err := user.Lookup(w.Text)
	if err != nil {
		c.Alert(w, "cannot find user id for '%s' (0:Success)", w.Text)
		return
	}
	c.Program.UID, _ = strconv.Atoi(u.Uid)
}

func compileGroup(c *registry.Compiler, st *ast.Statement) {
	w := name(c, st)
	if w == nil {
		return
	}
	g, err := user.LookupGroup(w.Text)
	if err != nil {
		c.Alert(w, "cannot find group id for '%s' (0:Success)", w.Text)
		return
	}
	c.Program.GID, _ = strconv.Atoi(g.Gid)
}

func compileReload(c *registry.Compiler, st *ast.Statement) {
	odd := 2
	if c.Defaulted {
		odd = 1 // HAProxy knows no default of it
	}
	if len(st.Words) > odd {
		c.Alert(&st.Words[odd], "'option start-on-reload' cannot handle unexpected argument '%s'.", st.Words[odd].Text)
		return
	}
	c.Program.Stays = c.Negated
}
