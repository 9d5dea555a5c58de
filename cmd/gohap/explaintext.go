package main

import (
	"fmt"
	"io"
	"strings"

	"gohap/runtime"
	"gohap/runtime/sample"
)

// printExplanation writes an explanation for readers; names says to name the
// file of each rule.
func printExplanation(w io.Writer, e *runtime.Explanation, names bool) {
	fmt.Fprintf(w, "frontend %s (%s)\n", e.Frontend, e.Bind)
	proxy := e.Frontend
	for i := range e.Rules {
		m := &e.Rules[i]
		if m.Proxy != proxy {
			proxy = m.Proxy
			fmt.Fprintf(w, "\nin %s\n", proxy)
		}
		where := fmt.Sprintf("%5d", m.Line)
		if names {
			where = m.Base() + ":" + strings.TrimSpace(where)
		}
		fmt.Fprintf(w, "%s  %s\n", where, m.Text)
		for n, group := range m.Or {
			for k := range group {
				or := "  "
				if n > 0 && k == 0 {
					or = "or"
				}
				printTerm(w, or, &group[k])
			}
		}
		fmt.Fprintf(w, "       => %s\n", decision(m))
		for _, change := range m.Changes {
			fmt.Fprintf(w, "          %s\n", change)
		}
	}
	fmt.Fprintln(w)
	printHead(w, "backend", e.Backend)
	printHead(w, "server", e.Server)
	printHead(w, "the server gets", e.Sent)
	printHead(w, "the client gets", e.Answer)
	printHead(w, "log", e.Log)
}

func decision(m *runtime.MetRule) string {
	switch {
	case m.Waits:
		return "waits for more data"
	case !m.Applied:
		return "does not apply"
	case m.Result == "":
		return "applies"
	}
	return "applies: " + m.Result
}

// printTerm writes what an ACL came to, and the values that it looked at.
func printTerm(w io.Writer, or string, t *sample.Term) {
	name := t.ACL
	if t.Negated {
		name = "!" + name
	}
	var values []string
	for i := range t.Values {
		v := &t.Values[i]
		if len(v.Steps) == 0 {
			values = append(values, v.Expression+" has no value")
		} else {
			values = append(values, v.Expression+" = "+strings.Join(v.Steps, " -> "))
		}
	}
	fmt.Fprintf(w, "       %s %s is %t: %s\n", or, name, t.Held != t.Negated, strings.Join(values, "; "))
}

// printHead writes a title and a text, the lines of a longer one below it.
func printHead(w io.Writer, title, text string) {
	switch {
	case text == "":
	case strings.Contains(text, "\n"):
		fmt.Fprintf(w, "%s:\n    %s\n", title, strings.ReplaceAll(text, "\n", "\n    "))
	default:
		fmt.Fprintf(w, "%s: %s\n", title, text)
	}
}
