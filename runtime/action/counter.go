package action

import (
	"fmt"
	"strconv"
	"strings"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/sticktable"
)

func init() {
	in := tcpRules | messageRules
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "sc-inc-gpc", Manual: "4.2", Usage: "(<idx>,<sc-id>)",
				Doc: "Adds one to a general purpose counter of an array, in the entry that is tracked.",
				OK:  []string{"http-request sc-inc-gpc(0,0)", "tcp-request connection sc-inc-gpc(99,2)", "tcp-response content sc-inc-gpc(1,1)"},
				Bad: []string{"http-request sc-inc-gpc", "http-request sc-inc-gpc(0,3)", "http-request sc-inc-gpc(0,x)", "http-request sc-inc-gpc(0,0) x"},
			},
			In: in, Prefix: true, Registered: true, Compile: incrementer(sticktable.GPC, sticktable.GPCRate, true),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "sc-inc-gpc0", Manual: "4.2", Usage: "(<sc-id>)",
				Doc: "Adds one to the first general purpose counter of the entry that is tracked.",
				OK:  []string{"http-request sc-inc-gpc0(0)", "tcp-request session sc-inc-gpc0(2)", "http-response sc-inc-gpc0(1)"},
				Bad: []string{"http-request sc-inc-gpc0(3)", "http-request sc-inc-gpc0(x)", "http-request sc-inc-gpc0(0) x"},
			},
			In: in, Prefix: true, Registered: true, Compile: incrementer(sticktable.GPC0, sticktable.GPC0Rate, false),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "sc-inc-gpc1", Manual: "4.2", Usage: "(<sc-id>)",
				Doc: "Adds one to the second general purpose counter of the entry that is tracked.",
				OK:  []string{"http-request sc-inc-gpc1(0)", "tcp-request content sc-inc-gpc1(2)"},
				Bad: []string{"http-request sc-inc-gpc1(3)", "http-request sc-inc-gpc1(x)", "http-request sc-inc-gpc1(0) x"},
			},
			In: in, Prefix: true, Registered: true, Compile: incrementer(sticktable.GPC1, sticktable.GPC1Rate, false),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "sc-set-gpt", Manual: "4.2", Usage: "(<idx>,<sc-id>) { <int> | <expr> }",
				Doc: "Sets a general purpose tag of an array, in the entry that is tracked.",
				OK:  []string{"http-request sc-set-gpt(0,0) 5", "http-request sc-set-gpt(1,2) hdr(x)", "tcp-request session sc-set-gpt(0,0) 1"},
				Bad: []string{"http-request sc-set-gpt 5", "http-request sc-set-gpt(0,3) 5", "http-request sc-set-gpt(0,0) no-such-fetch", "http-request sc-set-gpt(0,0) 5 x"},
			},
			In: in, Prefix: true, Registered: true, Least: 1, Compile: tagger(sticktable.GPT, true),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "sc-set-gpt0", Manual: "4.2", Usage: "(<sc-id>) { <int> | <expr> }",
				Doc: "Sets the first general purpose tag of the entry that is tracked.",
				OK:  []string{"http-request sc-set-gpt0(0) 5", "http-request sc-set-gpt0(1) int(5)", "tcp-request connection sc-set-gpt0(0) 1"},
				Bad: []string{"http-request sc-set-gpt0(3) 5", "http-request sc-set-gpt0(x) 5", "http-request sc-set-gpt0(0) 5x", "http-request sc-set-gpt0(0) 5 x"},
			},
			In: in, Prefix: true, Registered: true, Least: 1, Compile: tagger(sticktable.GPT0, false),
		},
	)
}

// place of a general purpose value: its index in an array, and the tracked
// counter.
type purpose struct{ index, counter int }

// readPurpose reads what stands in parentheses behind the action's name. Without
// them it is the first counter.
func readPurpose(c *registry.Compiler, a *registry.ActionArgs, name string, indexed bool) (p purpose, ok bool) {
	w := a.Words[0].Text
	rest := strings.TrimPrefix(w, name)
	kind := name[strings.LastIndexByte(name, '-')+1:][:3]
	switch {
	case indexed:
		in, opened := strings.CutPrefix(rest, "(")
		first, second, found := strings.Cut(in, ",")
		n, err := strconv.Atoi("0" + first)
		if !opened || !found || err != nil {
			a.Fail(c, 0, "invalid %s ID '%s'. Expects %s(<%s ID>,<Track ID>).", kind, w, name, strings.ToUpper(kind))
			return p, false
		}
		p.index, rest = n, "("+second
	case rest == "":
		return p, true
	}
	in, opened := strings.CutPrefix(rest, "(")
	number, closed := strings.CutSuffix(in, ")")
	n, err := strconv.Atoi("0" + number)
	quoted := " '" + w + "'"
	if name == "sc-inc-gpc0" || name == "sc-inc-gpc1" {
		quoted = ""
	}
	switch {
	case opened && closed && err == nil && n < core.MaxTracked:
		p.counter = n
		return p, true
	case opened && closed && err == nil:
		a.Fail(c, 0, "invalid stick table track ID%s. The max allowed ID is %d.", quoted, core.MaxTracked-1)
	case indexed:
		a.Fail(c, 0, "invalid stick table track ID%s. Expects %s(<%s ID>,<Track ID>).", quoted, name, strings.ToUpper(kind))
	case quoted == "":
		a.Fail(c, 0, "invalid stick table track ID. Expects %s(<Track ID>).", w)
	default:
		a.Fail(c, 0, "invalid stick table track ID%s. Expects %s(<Track ID>).", quoted, name)
	}
	return p, false
}

// incrementer makes the compile function of an action that counts.
func incrementer(count, rate sticktable.DataType, indexed bool) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	name := fmt.Sprintf("sc-inc-%s", count)
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		at, ok := readPurpose(c, a, name, indexed)
		if !ok || !a.End(c, 1) {
			return nil
		}
		return func(s *core.Stream) core.Verdict {
			if r := s.Counter(at.counter); r.Valid() {
				e := r.Lock(conn.Now())
				e.Increment(count, rate, at.index)
				e.Unlock()
			}
			return core.Continue
		}
	}
}

// tagger makes the compile function of an action that sets a tag.
func tagger(tag sticktable.DataType, indexed bool) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	name := fmt.Sprintf("sc-set-%s", tag)
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		at, ok := readPurpose(c, a, name, indexed)
		if !ok {
			return nil
		}
		var (
			fixed int64
			expr  core.Expr
		)
		if len(a.Words) > 1 {
			var err error
			if fixed, err = strconv.ParseInt(a.Words[1].Text, 10, 64); err != nil {
				if a.Ruleset == core.TCPRequestConnection {
					return a.Fail(c, 1, "internal error, unexpected rule->from=0, please report this bug!")
				}
				if expr, ok = sample.Expr(c, &a.Words[1], place(a)); !ok {
					return nil
				}
			}
		}
		if !a.End(c, 2) {
			return nil
		}
		proxy := c.Proxy
		complaint := fmt.Appendf(nil, "stick table: invalid expression or data type while setting gpt%d.", at.index)
		return func(s *core.Stream) core.Verdict {
			r := s.Counter(at.counter)
			if !r.Valid() {
				return core.Continue
			}
			n := fixed
			if expr != nil {
				p := s.Borrow()
				defer s.Return()
				if !expr.Eval(s, core.Sint, p) {
					if proxy.Logger != nil {
						proxy.Logger.Log(logs.Warning, complaint)
					}
					return core.Continue
				}
				n = p.Int
			}
			e := r.Lock(conn.Now())
			e.Tag(tag, at.index, uint64(n))
			e.Unlock()
			return core.Continue
		}
	}
}
