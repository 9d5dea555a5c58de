package proxy

import (
	"strings"

	"gohap/health"
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

// checkConnect reads the words after "http-check connect" or "tcp-check
// connect".
func checkConnect(c *registry.Compiler, st *ast.Statement) (*health.Connect, bool) {
	k := &health.Connect{}
	rule := st.Words[0].Text + " connect"
	fail := func(w *ast.Word, format string, args ...any) (*health.Connect, bool) {
		c.Alert(w, "'"+rule+"' : "+format+".", args...)
		return nil, false
	}
	for i := 2; i < len(st.Words); i++ {
		w, arg := &st.Words[i], word(st, i+1)
		switch w.Text {
		case "default":
			k.Default = true
		case "port":
			if arg.Text == "" {
				return fail(arg, "'port' expects a port number or a sample expression as argument.")
			}
			if b := arg.Text[0]; b < '0' || b > '9' {
				return fail(arg, "the port from a sample expression is a HAProxy feature that gohap does not support yet")
			}
			n := value.Atol(arg.Text)
			if n < 1 || n > 65535 {
				return fail(arg, "expects a valid TCP port (from range 1 to 65535) or a sample expression, got %s.", arg.Text)
			}
			k.Port = int(n)
			i++
		case "addr":
			if arg.Text == "" {
				return fail(arg, "'addr' expects <ipv4|ipv6> as argument.")
			}
			a, err := value.ParseAddr(arg.Text, value.ForCheck, c.Env)
			if err != nil {
				return fail(arg, "'addr' : %s\n.", err)
			}
			ip, err := address.Resolve(a, arg.Text)
			if err != nil || !ip.IsValid() {
				return fail(arg, "'addr' : %s\n.", value.InvalidAddress(a.Host, arg.Text))
			}
			k.Addr = ip.String()
			if a.HasPort && k.Port == 0 {
				k.Port = a.Port
			}
			i++
		case "send-proxy":
			k.Preamble = health.ProxyV1
		case "linger":
			c.Note(w, "'linger' has no meaning for gohap's checks and is ignored.")
		case "proto":
			http := st.Words[0].Text == "http-check"
			if arg.Text != "h1" && arg.Text != "none" && !(http && arg.Text == "h2") {
				return fail(arg, "'proto' : unknown MUX protocol '%s'.", arg.Text)
			}
			k.Proto = arg.Text
			i++
		case "comment":
			if arg.Text == "" {
				return fail(arg, "'comment' expects a string as argument.")
			}
			k.Remark = arg.Text
			i++
		case "ssl":
			k.TLS = true
			c.Proxy.Check.TLS = true
		case "sni":
			if arg.Text == "" {
				return fail(arg, "'sni' expects a string as argument.")
			}
			k.SNI = arg.Text
			i++
		case "alpn":
			if arg.Text == "" {
				return fail(arg, "'alpn' : missing the comma-delimited ALPN protocol suite")
			}
			k.ALPN = strings.Split(arg.Text, ",")
			i++
		case "via-socks4":
			return fail(w, "'%s' is a HAProxy keyword that gohap does not support yet", w.Text)
		default:
			return fail(w, "expects 'comment', 'port', 'addr', 'send-proxy', 'ssl', 'sni', 'alpn' or 'via-socks4', 'linger', 'default' but got '%s' as argument.", w.Text)
		}
	}
	return k, true
}

// firstConnect reports whether a "connect" rule may follow steps: only if the
// first one that acts is a connection too.
func firstConnect(c *registry.Compiler, st *ast.Statement, steps []health.Step) bool {
	for _, s := range steps {
		switch s.(type) {
		case health.Comment:
			continue
		case *health.Connect:
			return true
		}
		c.Alert(&st.Words[1], "'%s connect' : first step MUST also be a 'connect', optionally preceded by a 'set-var', an 'unset-var' or a 'comment', "+
			"when there is a 'connect' step in the tcp-check ruleset.", st.Words[0].Text)
		return false
	}
	return true
}

// checkComment reads the words after "http-check comment" or "tcp-check
// comment".
func checkComment(c *registry.Compiler, st *ast.Statement) (health.Comment, bool) {
	w := word(st, 2)
	if w.Text == "" {
		c.Alert(w, "'%s comment' : expects a string as argument.", st.Words[0].Text)
	}
	return health.Comment(w.Text), w.Text != ""
}
