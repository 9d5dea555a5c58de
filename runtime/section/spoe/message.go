package spoe

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/expr"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	engine "gohap/runtime/spoe"
)

func init() {
	registry.Directives.Add(
		names("messages", registry.SPOEGroup, "The group's messages.", func(f *source) (*[]string, string) {
			if f.group == nil {
				return nil, ""
			}
			return &f.group.messages, "spoe-message"
		}),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "acl", Manual: "9.3", Usage: "<name> <criterion> [<flags>] [<operator>] <value>...", Doc: "Names a test for the message's condition.",
				OK: []string{"acl local src 127.0.0.1"}, Bad: []string{"acl x", "acl x nonsense"},
			},
			In: registry.SPOEMessage, Dump: "-", Compile: sample.ACL,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "args", Manual: "9.3", Usage: "[<name>=]<sample>...", Doc: "The message's arguments.",
				OK: []string{"args ip=src dst"}, Bad: []string{"args ip=", "args ip=nonsense"},
			},
			In: registry.SPOEMessage, Dump: "-", Compile: compileArgs,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "event", Manual: "9.3", Usage: "<name> [ { if | unless } <condition> ]", Doc: "The moment at which the message is sent.",
				OK: []string{"event on-client-session", "event on-http-response if { status 200 }"}, Bad: []string{"event", "event nonsense", "event on-client-session if nonsense"},
			},
			In: registry.SPOEMessage, Dump: "-", Compile: compileEvent,
		},
	)
}

// mostArgs is how many arguments a message has room for.
const mostArgs = 255

func compileArgs(c *registry.Compiler, st *ast.Statement) {
	m := of(c).message
	for i := range st.Words[1:] {
		w := st.Words[1+i]
		name := ""
		// What stands before an equals sign that is not in a list of arguments.
		if at := strings.IndexAny(w.Text, "=("); at >= 0 && w.Text[at] == '=' {
			name = w.Text[:at]
			w = rest(w, at+1)
		}
		e, ok := sample.Expr(c, &w, sample.Place{Error: "'args':"})
		if !ok {
			return
		}
		if len(m.Args) == mostArgs {
			c.Alert(&st.Words[1+i], "too many arguments for a message.")
			return
		}
		m.Args = append(m.Args, engine.Arg{Name: name, Expr: e})
	}
}

// rest is what follows the first n bytes of a word.
func rest(w ast.Word, n int) ast.Word {
	tail := w
	tail.Text = w.Text[n:]
	tail.Pos = w.At(n, len(tail.Text))
	return tail
}

func compileEvent(c *registry.Compiler, st *ast.Statement) {
	m := of(c).message
	w := word(st, 1)
	if w.Text == "" {
		c.Alert(w, "missing event name.")
		return
	}
	event := core.NoEvent
	for e := core.NoEvent + 1; e < core.FilterEvents; e++ {
		if e.String() == w.Text {
			event = e
		}
	}
	if event == core.NoEvent {
		c.Alert(w, "unknown event '%s'.", w.Text)
		return
	}
	m.event, m.Cond = event, nil
	if len(st.Words) < 3 || st.Words[2].Text == "" {
		return
	}
	if !expr.IsCondition(st.Words[2].Text) {
		c.AlertTight(&st.Words[2], "'event %s' expects either 'if' or 'unless' followed by a condition but found '%s'.", w.Text, st.Words[2].Text)
		return
	}
	cond, ok := sample.Condition(c, st.Words[2:], sample.Place{Error: fmt.Sprintf("error detected while parsing an 'event %s' condition", w.Text)})
	if ok {
		m.Cond = cond
	}
}
