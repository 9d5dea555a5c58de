package bind

import (
	"fmt"
	"math/bits"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Options that tie a listener to some of the threads.
func init() {
	registry.BindOptions.Add(
		option("thread", "Which threads may have connections from the listener.", 1,
			[]string{"thread 1-64", "thread 1/1-64", "thread all", "thread odd"}, []string{"thread", "thread x", "thread 0", "thread 2/1", "thread 1/1 thread 1"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) { thread(c, l, &w[1], w[1].Text) }),
		option("process", "An old word for thread; there is one process.", 1,
			[]string{"process 1", "process 1/1-64"}, []string{"process", "process 2", "process x", "process 1/x"}, process))
}

// thread adds the threads that a set means.
func thread(c *registry.Compiler, l *core.BindSettings, w *ast.Word, text string) {
	group, set, relative := strings.Cut(text, "/")
	if strings.Trim(group, "0123456789") != "" {
		relative = false
	}
	n := 0
	if relative {
		if n = int(value.Atol(group)); n != 1 {
			c.Option(w, "'%s' thread-group number must be between 1 and 1 (was %d)", text, n)
			return
		}
	} else {
		set = text
	}
	if l.Threads != 0 && (n == 1) != l.GroupThreads {
		c.Option(w, "'%s' multiple thread-groups are not supported", text)
		return
	}
	threads, err := value.ThreadSet(set, value.MaxThreads)
	if err != nil {
		c.Option(w, "'%s' : %s", set, err)
		return
	}
	l.Threads |= threads
	l.GroupThreads = n == 1
}

// process is what thread was called when there were several processes.
func process(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
	number, set, divided := strings.Cut(w[1].Text, "/")
	_, err := value.ThreadSet(number, 1)
	var threads uint64
	if err == nil && divided {
		threads, err = value.ThreadSet(set, value.MaxThreads)
	}
	if err != nil {
		c.Option(&w[1], "'process' : %s", err)
		return
	}
	hint := ""
	if divided {
		hint = fmt.Sprintf(" Please use 'thread %s' instead.", set)
	}
	prefix := strings.TrimSuffix(c.OptionError[0], c.OptionError[1])
	c.Warn(&w[0], "%s'process %s' on 'bind' lines is deprecated and will be removed in 2.7.%s", prefix, w[1].Text, hint)
	l.Threads |= threads
}

// checkThreads bounds the threads of a line's listeners to those that there are.
func checkThreads(c *registry.Compiler, ls []*core.Listener) {
	if len(ls) == 0 || ls[0].Threads == 0 {
		return
	}
	if c.Section == registry.Global {
		c.Note(&c.Statement.Words[0], "threads have no meaning for a stats socket, which runs beside them.")
	}
	c.Later(registry.Check, func() {
		l := ls[0]
		all := uint64(1)<<(c.Global().Threads()-1)<<1 - 1
		threads := l.Threads & all
		if threads == 0 {
			wrong := "contains threads that belong to no group"
			if l.GroupThreads {
				wrong = "only references threads not belonging to the group"
			}
			c.Diags.Config(diag.Alert, "Proxy '%s': 'thread' directive %s in 'bind %s' at [%s:%d].",
				l.Proxy.Name, wrong, l.Text, l.Pos.File, l.Pos.Line).Pos = l.Pos
			return
		}
		if bits.OnesCount64(threads) == c.Global().Threads() {
			threads = 0
		}
		for _, l := range ls {
			l.Threads = threads
		}
	})
}
