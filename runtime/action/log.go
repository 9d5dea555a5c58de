package action

import (
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-log-level", Manual: "4.2", Usage: "<level>",
				Doc: "Sets the level of the stream's log line; with \"silent\" there is none.",
				OK:  []string{"http-request set-log-level silent if { path /ping }", "http-response set-log-level err"},
				Bad: []string{"http-request set-log-level", "http-request set-log-level loud", "http-request set-log-level err x"},
			},
			In: streamRules, Registered: true, Least: 1, Compile: compileLogLevel,
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-nice", Manual: "4.2", Usage: "<nice>",
				Doc: "Is read for compatibility: all streams are of the same priority here.",
				OK:  []string{"http-request set-nice 100"},
				Bad: []string{"http-request set-nice", "http-request set-nice 1 2"},
			},
			In: streamRules, Registered: true, Least: 1, Compile: compileNice,
		},
	)
}

func compileLogLevel(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !has(a, 1) {
		return a.Fail(c, 1, "expects exactly 1 argument (log level name or 'silent').")
	}
	level := uint8(core.LogSilent)
	if w := a.Words[1].Text; w != "silent" {
		l, ok := logs.ParseLevel(w)
		if !ok {
			return a.Fail(c, 1, "expects exactly 1 argument (log level name or 'silent').")
		}
		level = uint8(l) + 1
	}
	if !a.End(c, 2) {
		return nil
	}
	return func(s *core.Stream) core.Verdict {
		s.LogLevel = level
		return core.Continue
	}
}

func compileNice(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !has(a, 1) {
		return a.Fail(c, 1, "expects exactly 1 argument (integer value).")
	}
	if !a.End(c, 2) {
		return nil
	}
	c.Note(&a.Words[0], "'set-nice' has no effect: all streams are of the same priority.")
	return func(*core.Stream) core.Verdict { return core.Continue }
}
