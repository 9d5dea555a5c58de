package global

import (
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// HAProxy 2.6 has one thread group, of all threads; so have we. What says so is
// checked, and needs nothing done.
func init() {
	registry.Directives.Add(
		directive("thread-groups", "3.1", "How many groups the threads form; only one is possible.",
			[]string{"thread-groups 1"}, []string{"thread-groups", "thread-groups x", "thread-groups 2"}, threadGroups),
		directive("thread-group", "3.1", "Which threads form a group; the only one needs all of them.",
			[]string{"thread-group 1 1-64", "thread-group 1"},
			[]string{"thread-group", "thread-group x", "thread-group 2 1", "thread-group 1 0", "thread-group 1 1-65"}, threadGroup))
}

// groupNumber reads an argument that counts or names groups. what is between the
// directive and what is said of the number.
func groupNumber(c *registry.Compiler, st *ast.Statement, what string) bool {
	w, text := &st.Words[0], ""
	if len(st.Words) > 1 {
		w, text = &st.Words[1], st.Words[1].Text
	}
	n, err := value.Int(text)
	switch {
	case err != nil:
		c.Alert(w, "'%s' passed a missing or unparsable integer value in '%s'", st.Words[0].Text, text)
		return false
	case n != 1:
		c.Alert(w, "'%s' %s must be between 1 and 1 (was %d)", st.Words[0].Text, what, n)
		return false
	}
	return true
}

func threadGroups(c *registry.Compiler, st *ast.Statement) {
	if c.MaxArgs(st, 1, 1) {
		groupNumber(c, st, "value")
	}
}

func threadGroup(c *registry.Compiler, st *ast.Statement) {
	if !groupNumber(c, st, "thread-group number") {
		return
	}
	g := c.Global()
	first := g.ThreadGroup == 0
	if !first {
		c.Warn(&st.Words[1], "'thread-group 1' was already defined and will be overridden.")
	}
	for i := range st.Words[2:] {
		w := &st.Words[2+i]
		low, high, ok := threadRange(w.Text)
		if !ok {
			c.Alert(w, "'thread-group 1' passed an unparsable or invalid thread number '%s' (valid range is 1 to 64)", w.Text)
			return
		}
		for t := low; t <= high; t++ {
			if g.ThreadGroup&(1<<(t-1)) != 0 {
				c.Warn(w, "'thread-group 1': thread %d assigned more than once on the same line.", t)
			}
			g.ThreadGroup |= 1 << (t - 1)
		}
	}
	if !first || g.ThreadGroup == 0 {
		return
	}
	c.Later(registry.Check, func() {
		missing := 0
		for t := range g.Threads() {
			if g.ThreadGroup&(1<<t) == 0 {
				missing++
			}
		}
		if missing > 0 {
			c.Diags.Config(diag.Alert, "Remaining unassigned threads found (%d) because all groups are in use. "+
				"Please increase 'thread-groups', reduce 'nbthreads' or remove or extend 'thread-group' enumerations.", missing)
		}
	})
}

// threadRange reads a thread's number, or two.
func threadRange(text string) (low, high int, ok bool) {
	from, to, ranged := strings.Cut(text, "-")
	a, err := value.Int(from)
	b := a
	if err == nil && ranged {
		b, err = value.Int(to)
	}
	low, high = int(min(a, b)), int(max(a, b))
	return low, high, err == nil && low >= 1 && high <= value.MaxThreads
}
