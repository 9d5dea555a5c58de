package action

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// The bounds of what expressions give.
const (
	maxPriorityClass  = 2047
	maxPriorityOffset = 524287 // milliseconds
)

func init() {
	registry.Actions.Add(
		priority("set-priority-class", "Sets the class of the request in queues, in which lower classes go first, from -2047 to 2047.",
			maxPriorityClass, func(s *core.Stream, n int32) { s.PriorityClass = n }),
		priority("set-priority-offset", "Moves the request in queues as if it had come so many milliseconds later, or earlier if negative.",
			maxPriorityOffset, func(s *core.Stream, n int32) { s.PriorityOffset = n }),
	)
}

func priority(name, doc string, most int64, set func(*core.Stream, int32)) *registry.Action {
	return &registry.Action{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<expr>", Doc: doc,
			OK:  []string{"http-request " + name + " int(-5) if { path /slow }", "tcp-request content " + name + " src_port"},
			Bad: []string{"http-request " + name, "http-request " + name + " no-such-fetch", "http-request " + name + " int(1) x"},
		},
		In: requestRules | registry.InRulesets(core.TCPRequestContent), Registered: true, Least: 1,
		Compile: func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
			if !has(a, 1) {
				return a.Fail(c, 0, "missing fetch method.")
			}
			e, ok := sample.Expr(c, &a.Words[1], place(a))
			if !ok || !a.End(c, 2) {
				return nil
			}
			return func(s *core.Stream) core.Verdict {
				p := s.Borrow()
				if e.Eval(s, core.Sint, p) {
					set(s, int32(min(max(p.Int, -most), most)))
				}
				s.Return()
				return core.Continue
			}
		},
	}
}
