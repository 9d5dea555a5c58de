package proxy

import (
	"encoding/hex"
	"fmt"

	"gohap/health"
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		checkRule("tcp-check connect", "[ port <port> ] [ addr <address> ] [ send-proxy ] [ default ] [ comment <text> ]", "Opens a connection.",
			[]string{"tcp-check connect", "tcp-check connect port 8080"},
			[]string{"tcp-check connect port", "tcp-check connect port 99999", "tcp-check connect nonsense"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				if k, ok := checkConnect(c, st); ok && firstConnect(c, st, s.TCP) {
					s.TCP = append(s.TCP, k)
				}
			}),
		checkRule("tcp-check send", "<text> [ comment <text> ]", "Sends a text.",
			[]string{`tcp-check send PING\r\n`, "tcp-check send PING comment greet"},
			[]string{"tcp-check send", "tcp-check send a b", "tcp-check send a comment"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				if x, ok := tcpSend(c, st, "string"); ok {
					x.Data = []byte(st.Words[2].Text)
					s.TCP = append(s.TCP, x)
				}
			}),
		checkRule("tcp-check send-binary", "<hex> [ comment <text> ]", "Sends bytes.",
			[]string{"tcp-check send-binary 50494e470d0a"}, []string{"tcp-check send-binary", "tcp-check send-binary 4", "tcp-check send-binary xx"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				x, ok := tcpSend(c, st, "binary string")
				if !ok {
					return
				}
				w := &st.Words[2]
				data, reason := binary(w.Text)
				if reason != "" {
					c.Alert(w, "'tcp-check send-binary' : '%s' %s.\n.", w.Text, reason)
					return
				}
				x.Data = data
				s.TCP = append(s.TCP, x)
			}),
		checkRule("tcp-check expect", "[!] <match> <pattern> [ <option> <value> ]*", "Waits for an answer and judges it.",
			[]string{"tcp-check expect string +PONG", "tcp-check expect ! rstring ^ERR", "tcp-check expect binary 2b50", "tcp-check expect rbinary ^2B50",
				"tcp-check expect min-recv 5 comment greeting string hello"},
			[]string{"tcp-check expect", "tcp-check expect string", "tcp-check expect binary 4", "tcp-check expect rstring (", "tcp-check expect nonsense",
				"tcp-check expect status 200", "tcp-check expect string a string b", "tcp-check expect ok-status FOO string a"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				if e, ok := tcpExpect(c, st); ok {
					s.TCP = append(s.TCP, e)
				}
			}),
		formatSend("send-lf", "Sends the text of a log format.", `"PING %[srv_name]\r\n"`, false),
		formatSend("send-binary-lf", "Sends bytes that a log format gives in hexadecimal.", "50%[str(49)]", true),
		checkRule("tcp-check comment", "<text>", "A remark that messages show.", []string{"tcp-check comment first"}, []string{"tcp-check comment"},
			func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
				if r, ok := checkComment(c, st); ok {
					s.TCP = append(s.TCP, r)
				}
			}),
		checkFamily("tcp-check", "Rules of TCP checks.",
			"'comment', 'connect', 'send', 'send-binary', 'expect', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'"),
	)
}

// tcpSend reads a "send" rule but for its data.
func tcpSend(c *registry.Compiler, st *ast.Statement, what string) (*health.Send, bool) {
	rule := "tcp-check " + st.Words[1].Text
	if w := word(st, 2); w.Text == "" {
		c.Alert(w, "'%s' : '%s' expects a %s as argument.", rule, what, st.Words[1].Text)
		return nil, false
	}
	x := &health.Send{}
	for i := 3; i < len(st.Words); i += 2 {
		w, arg := &st.Words[i], word(st, i+1)
		if w.Text != "comment" {
			c.Alert(w, "'%s' : expects 'comment' but got '%s' as argument..", rule, w.Text)
			return nil, false
		}
		if arg.Text == "" {
			c.Alert(arg, "'%s' : 'comment' expects a string as argument..", rule)
			return nil, false
		}
		x.Remark = arg.Text
	}
	return x, true
}

// binary reads bytes in hexadecimal; reason says what is wrong.
func binary(text string) (data []byte, reason string) {
	if len(text)%2 != 0 {
		return nil, "invalid binary string (an even number of hex digit is expected)"
	}
	for i := range text {
		if _, err := hex.DecodeString("0" + text[i:i+1]); err != nil {
			return nil, fmt.Sprintf("invalid binary string (an hex digit is expected (found '%c'))", text[i])
		}
	}
	data, _ = hex.DecodeString(text)
	return data, ""
}
