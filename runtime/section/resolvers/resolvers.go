// Package resolvers holds the keywords of "resolvers" sections (configuration.txt
// 5.3.2). Importing it registers them.
package resolvers

import (
	"errors"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/resolver"
)

// Begin starts the section of the given name.
func Begin(c *registry.Compiler, name *ast.Word) {
	pos := c.Statement.Pos()
	c.Resolvers = &core.Resolvers{Section: resolver.New(resolver.DefaultConfig(name.Text)), Pos: pos, Named: map[string]diag.Pos{}}
	for _, r := range c.Graph.Resolvers {
		if r.Name == name.Text {
			c.Diags.Config(diag.Alert, "Parsing [%s:%d]: resolvers '%s' has same name as another resolvers (declared at %s:%d).",
				pos.File, pos.Line, name.Text, r.Pos.File, r.Pos.Line).Pos = name.Pos
			return
		}
	}
	c.Graph.Resolvers = append(c.Graph.Resolvers, c.Resolvers)
}

// End looks at the section as a whole, once all others have been read.
func End(c *registry.Compiler) {
	r := c.Resolvers
	if r == nil {
		return
	}
	c.Later(registry.Check, func() {
		if len(r.Stats()) == 0 && !c.Diags.Failed() {
			c.Diags.Config(diag.Warning, "resolvers '%s' [%s:%d] has no nameservers configured!", r.Name, r.Pos.File, r.Pos.Line).Pos = r.Pos
		}
	})
}

// keyword makes a record of a line of the section.
func keyword(name, usage, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "5.3.2", Usage: usage, Doc: doc, OK: ok, Bad: bad},
		In:      registry.Resolvers, Dump: "-", Compile: compile,
	}
}

// word is a word of the line, empty where it has none.
func word(st *ast.Statement, i int) *ast.Word {
	if i < len(st.Words) {
		return &st.Words[i]
	}
	return &ast.Word{Pos: st.Words[len(st.Words)-1].Pos}
}

func init() {
	registry.Directives.Add(
		keyword("accepted_payload_size", "<nb>", "How large an answer may be, in bytes; name servers are told so.",
			[]string{"accepted_payload_size 8192"}, []string{"accepted_payload_size", "accepted_payload_size 11", "accepted_payload_size 65536"},
			func(c *registry.Compiler, st *ast.Statement) {
				w := word(st, 1)
				n := value.Atoi(w.Text)
				switch {
				case w.Text == "":
					c.Alert(w, "'accepted_payload_size' expects <nb> as argument.")
				case n < resolver.MinPayload || n > resolver.MaxPayload:
					c.Alert(w, "'accepted_payload_size' must be between %d and %d inclusive (was %s).", resolver.MinPayload, resolver.MaxPayload, w.Text)
				default:
					c.Resolvers.PayloadSize = n
				}
			}),
		keyword("hold", "{ nx | refused | timeout | other | valid | obsolete } <time>",
			"For how long a good answer outweighs a failure, serves rules, or keeps a record that is no more.",
			[]string{"hold nx 30s", "hold valid 10s", "hold obsolete 0"}, []string{"hold", "hold nx", "hold nonsense 1s", "hold nx 5x"}, compileHold),
		keyword("resolve_retries", "<nb>", "How often a question is sent before the look-up has failed.",
			[]string{"resolve_retries 3"}, []string{"resolve_retries"},
			func(c *registry.Compiler, st *ast.Statement) {
				w := word(st, 1)
				if w.Text == "" {
					c.Alert(w, "'resolve_retries' expects <nb> as argument.")
					return
				}
				c.Resolvers.Retries = value.Atoi(w.Text)
			}),
		keyword("timeout", "{ resolve | retry } <time>", "The time between two look-ups of a name, or between two questions of one.",
			[]string{"timeout resolve 1s", "timeout retry 1s"}, []string{"timeout", "timeout nonsense 1s", "timeout retry", "timeout retry 5x"},
			compileTimeout),
		keyword("resolution_pool_size", "<nb>", "Was never in a release of HAProxy, and is refused.", nil, []string{"resolution_pool_size 5"},
			func(c *registry.Compiler, st *ast.Statement) {
				c.Alert(&st.Words[0], "'resolution_pool_size' directive is not supported anymore (it never appeared in a stable release).")
			}),
	)
}

func compileHold(c *registry.Compiler, st *ast.Statement) {
	event, w := word(st, 1), word(st, 2)
	if event.Text == "" || w.Text == "" {
		c.Alert(w, "'hold' expects an <event> and a <time> as arguments.")
		c.Diags.Config(diag.Alert, "<event> can be either 'valid', 'nx', 'refused', 'timeout', or 'other'").Pos = w.Pos
		return
	}
	d, ok := duration(c, w, event.Text, "hold")
	if !ok {
		return
	}
	h := &c.Resolvers.Hold
	switch event.Text {
	case "nx":
		h.NX = d
	case "refused":
		h.Refused = d
	case "timeout":
		h.Timeout = d
	case "other":
		h.Other = d
	case "valid":
		h.Valid = d
	case "obsolete":
		h.Obsolete = d
	default:
		c.Alert(event, "'hold' unknown <event>: '%s', expects either 'nx', 'timeout', 'valid', 'obsolete' or 'other'.", event.Text)
	}
}

func compileTimeout(c *registry.Compiler, st *ast.Statement) {
	event, w := word(st, 1), word(st, 2)
	var field *time.Duration
	switch event.Text {
	case "":
		c.Alert(event, "'timeout' expects 'retry' or 'resolve' and <time> as arguments.")
		return
	case "resolve":
		field = &c.Resolvers.Resolve
	case "retry":
		field = &c.Resolvers.Retry
	default:
		c.Alert(event, "'timeout' expects 'retry' or 'resolve' and <time> as arguments got '%s'.", event.Text)
		return
	}
	if w.Text == "" {
		c.Alert(w, "'timeout %s' expects <time> as argument.", event.Text)
		return
	}
	if d, ok := duration(c, w, event.Text, "timeout "+event.Text); ok {
		*field = d
	}
}

// duration reads a time in milliseconds, that of an event of a line.
func duration(c *registry.Compiler, w *ast.Word, event, line string) (time.Duration, bool) {
	d, warning, err := value.Time(w.Text, time.Millisecond)
	if err == nil {
		if warning != "" {
			c.WarnTime(w, warning)
		}
		return d, true
	}
	var e *value.TimeError
	if errors.As(err, &e) && e.Fault == value.TimeOverflow {
		c.AlertTight(w, "timer overflow in argument <%s> to <%s>, maximum value is 2147483647 ms (~24.8 days).", event, line)
	} else if errors.As(err, &e) {
		c.AlertTight(w, "unexpected character '%s' in argument to <%s>.", e.Char, line)
	}
	return 0, false
}
