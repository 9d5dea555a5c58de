package action

import (
	"time"

	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "wait-for-body", Manual: "4.2", Usage: "time <time> [ at-least <bytes> ]",
			Doc: "Waits until the body, or so many bytes of it, is there for rules to look at.",
			OK:  []string{"http-request wait-for-body time 1s at-least 1k", "http-response wait-for-body time 10s"},
			Bad: []string{"http-request wait-for-body", "http-request wait-for-body time", "http-request wait-for-body time x",
				"http-request wait-for-body time 1s at-least", "http-request wait-for-body time 1s foo"},
		},
		In: messageRules, Registered: true, Valued: map[string]int{"time": 1, "at-least": 1}, Compile: compileWaitForBody,
	})
}

func compileWaitForBody(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	var d time.Duration
	var atLeast int64
	i, timed := 1, false
	for ; i < len(a.Words); i += 2 {
		word := a.Words[i].Text
		if word != "time" && word != "at-least" {
			break
		}
		if i+1 >= len(a.Words) || a.Words[i+1].Text == "" {
			return a.Fail(c, i, "missing argument for '%s'.", word)
		}
		v := a.Words[i+1].Text
		var err error
		if word == "time" {
			timed = true
			d, _, err = value.Time(v, time.Millisecond)
		} else {
			atLeast, err = value.Size(v)
		}
		if err != nil {
			return a.Fail(c, i+1, "%s.", err)
		}
	}
	if !timed {
		return a.Fail(c, 1, "expects time <time> [ at-least <bytes> ].")
	}
	if !a.End(c, i) {
		return nil
	}
	return func(s *core.Stream) core.Verdict {
		if s.Control == nil || s.Control.WaitForBody(d, int(atLeast)) {
			return core.Continue
		}
		return core.Reply
	}
}
