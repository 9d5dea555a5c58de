package lua

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// action is a registered action in a ruleset.
type action struct {
	p     *Program
	fn    *function
	nargs int
}

// compile makes the rule's action of its words.
func (a *action) compile(c *registry.Compiler, args *registry.ActionArgs) core.Action {
	if len(args.Words) <= a.nargs {
		return args.Fail(c, len(args.Words), "expect %d arguments.", a.nargs)
	}
	if !args.End(c, a.nargs+1) {
		return nil
	}
	words := make([]lua.LValue, a.nargs)
	for i := range words {
		words[i] = lua.LString(args.Words[i+1].Text)
	}
	set := args.Ruleset
	return func(s *core.Stream) core.Verdict { return a.do(s, set, words) }
}

// do runs the action, again where it says so.
func (a *action) do(s *core.Stream, set core.Ruleset, words []lua.LValue) core.Verdict {
	for {
		result, reply, wake := a.call(s, set, words)
		if reply {
			return core.Reply
		}
		if result != actYield {
			return verdict(s, set, result)
		}
		if set.TCP() && !s.Complete {
			return core.Wait
		}
		d := wake
		if d <= 0 {
			if d = s.Timeout.Client; d <= 0 {
				d = time.Minute
			}
		}
		conn.Sleep(d, nil)
		if wake <= 0 {
			return core.Reject
		}
	}
}

// call runs the function once.
func (a *action) call(s *core.Stream, set core.Ruleset, words []lua.LValue) (result actResult, reply bool, wake time.Duration) {
	p := a.p
	st, fn := a.fn.of(p, s.Session.Shard)
	if fn == nil {
		return actContinue, false, 0
	}
	r := &run{stream: s, waits: true, limit: p.graph.Global.Scripts.Session}
	defer r.closeAll()
	t := &txn{s: s, set: set, http: !set.TCP(), action: true}
	fail := st.call(r, fn, func(*lua.LState) []lua.LValue {
		return append([]lua.LValue{st.newTXN(t)}, words...)
	}, func(_ *lua.LState, results []lua.LValue) {
		if t.over {
			return
		}
		if len(results) > 0 {
			if n, ok := whole(results[len(results)-1]); ok && n >= 0 && n <= int64(actInvalid) {
				result = actResult(n)
			}
		}
	})
	if fail != nil {
		p.tell("Lua function '" + a.fn.name + "': " + fail.log(st))
		return actContinue, false, 0
	}
	if t.over {
		if t.replied {
			return actContinue, true, 0
		}
		s.Reply = core.Answer{Silent: true, Close: true}
		if set.TCP() {
			return actAbort, false, 0
		}
		return actContinue, true, 0
	}
	return result, false, r.wakeTime
}

// verdict is what an action's result means for its ruleset.
func verdict(s *core.Stream, set core.Ruleset, r actResult) core.Verdict {
	if r == actContinue {
		return core.Continue
	}
	if r == actStop || r == actDone {
		return core.Accept
	}
	if set.TCP() {
		if r == actError {
			s.Log.Cause, s.Log.State = 'I', 'R'
		}
		return core.Reject
	}
	state := byte('R')
	if set == core.HTTPResponse {
		state = 'H'
	}
	a := core.Answer{Status: 500, Unread: true}
	switch r {
	case actError:
		s.Log.Cause, s.Log.State = 'I', state
	case actDeny:
		a = core.Answer{Status: 403, Denied: true, Unread: set == core.HTTPResponse}
	case actInvalid:
		a = core.Answer{Status: 400, Close: true, Unread: true}
		s.Log.Cause, s.Log.State = 'P', state
	default:
		a = core.Answer{Status: 503, Unread: true}
		s.Log.Cause, s.Log.State = 'P', state
	}
	if set == core.HTTPResponse && r != actError {
		a.Status = 502
		if r == actDeny {
			a.Status = 500
		}
	}
	s.Reply = a
	return core.Reply
}
