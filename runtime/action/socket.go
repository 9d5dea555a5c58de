package action

import (
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	in := tcpRules | messageRules
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-mark", Manual: "4.2", Usage: "<mark>",
				Doc: "Marks the packets to the client, for the system's routing and filters; on Linux only.",
				OK:  []string{"http-request set-mark 20", "tcp-request connection set-mark 0x14"},
				Bad: []string{"http-request set-mark", "http-request set-mark x"},
			},
			In: in, Registered: true, Least: 1, Compile: compileSocket(func(s *core.Stream, n uint32) { s.Session.Conn.SetMark(n) }),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-tos", Manual: "4.2", Usage: "<tos>", Doc: "Sets the type of service of the packets to the client.",
				OK:  []string{"http-request set-tos 0x10"},
				Bad: []string{"http-request set-tos", "http-request set-tos x"},
			},
			In: in, Registered: true, Least: 1, Compile: compileSocket(func(s *core.Stream, n uint32) { s.Session.Conn.SetTOS(uint8(n)) }),
		},
	)
}

// compileSocket compiles an action that sets an option of the client's socket.
// A system that lacks the option goes without it.
func compileSocket(set func(*core.Stream, uint32)) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		if !has(a, 1) {
			return a.Fail(c, 1, "expects exactly 1 argument (integer/hex value).")
		}
		n, rest := number(a.Words[1].Text)
		if rest != "" {
			return a.Fail(c, 1, "invalid character starting at '%s' (integer/hex value expected).", rest)
		}
		if !a.End(c, 2) {
			return nil
		}
		return func(s *core.Stream) core.Verdict {
			set(s, n)
			return core.Continue
		}
	}
}

// number reads a number as C writes them: 0x before hexadecimal digits, 0 before
// octal ones. It returns what follows it.
func number(t string) (n uint32, rest string) {
	for end := len(t); end > 0; end-- {
		if v, err := strconv.ParseUint(t[:end], 0, 32); err == nil {
			return uint32(v), t[end:]
		}
	}
	return 0, t
}
