package spoe

import (
	"syscall"

	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// directive compiles a line of a section.
func directive(c *registry.Compiler, st *ast.Statement) {
	if (c.Section == registry.SPOEAgent) && of(c).agent == nil {
		return // the section's first line was wrong
	}
	line := st
	if first := &st.Words[0]; first.Text == "no" || first.Text == "default" {
		if len(st.Words) == 1 || st.Words[1].Text != "option" && st.Words[1].Text != "log" {
			c.AlertTight(first, "negation/default currently supported only for options, log, busy-polling, "+
				"set-dumpable, strict-limits, insecure-fork-wanted and numa-cpu-mapping.")
			return
		}
		c.Negated = first.Text == "no"
		c.Defaulted = !c.Negated
		line = &ast.Statement{Words: st.Words[1:], Source: st.Source}
	}
	d, _ := registry.Directives.Find(line.Words, c.Section)
	switch {
	case d == nil:
		unknown(c, line)
	case c.Negated && !d.No || c.Defaulted:
		name := line.Words[0].Text
		if len(line.Words) > 1 {
			name = line.Words[1].Text
		}
		c.AlertTight(&st.Words[0], "negation is not supported for option '%s'.", name)
	default:
		d.Compile(c, line)
	}
}

// unknown reports a line that no directive takes.
func unknown(c *registry.Compiler, st *ast.Statement) {
	first := &st.Words[0]
	second := word(st, 1)
	switch {
	case c.Section == registry.SPOEMessage:
		// HAProxy says nothing, and does nothing.
		c.Warn(first, "unknown keyword '%s' in spoe-message section, ignored.", first.Text)
	case c.Section == registry.SPOEGroup:
		c.Alert(first, "unknown keyword '%s' in spoe-group section.", first.Text)
	case first.Text == "option" && second.Text == "":
		c.AlertTight(second, "'option' expects an option name.")
	case first.Text == "option" && (c.Negated || c.Defaulted):
		c.AlertTight(second, "negation is not supported for option '%s'.", second.Text)
	case first.Text == "option":
		c.AlertTight(second, "option '%s' is not supported.", second.Text)
	case first.Text == "timeout" && second.Text == "":
		c.Alert(second, "'timeout' expects 'hello', 'idle' and 'processing'.")
	case first.Text == "timeout":
		c.Alert(second, "'timeout' supports 'hello', 'idle' or 'processing' (got %s).", second.Text)
	default:
		c.Alert(first, "unknown keyword '%s' in spoe-agent section.", first.Text)
	}
}

// word returns word i of the line, or an empty one at its end.
func word(st *ast.Statement, i int) *ast.Word {
	if i < len(st.Words) {
		return &st.Words[i]
	}
	return &ast.Word{Pos: st.Words[len(st.Words)-1].Pos}
}

// most reports whether the line has at most n words; the first one too many is an
// error.
func most(c *registry.Compiler, st *ast.Statement, n int) bool {
	if len(st.Words) <= n {
		return true
	}
	c.Alert(&st.Words[n], "'%s' cannot handle unexpected argument '%s'.", st.Words[0].Text, st.Words[n].Text)
	return false
}

// libcText words an error of the system as C's library does.
func libcText(err error) string {
	switch err {
	case syscall.ENOENT:
		return "No such file or directory"
	case syscall.EACCES:
		return "Permission denied"
	case syscall.EISDIR:
		return "Is a directory"
	}
	return err.Error()
}
