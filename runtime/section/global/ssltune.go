package global

import (
	"os"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// unneeded are settings of OpenSSL and of HAProxy's use of it that Go's TLS has no
// room for. They are checked, and -dD says that they have no effect.
func unneeded() []*registry.Directive {
	var all []*registry.Directive
	ignored := func(name, doc string, least int64, complaint string) {
		all = append(all, directive(name, "3.2", doc, []string{name + " 20000"}, []string{name, name + " 1 2"},
			func(c *registry.Compiler, st *ast.Statement) {
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				if len(st.Words) < 2 {
					c.Alert(&st.Words[0], "'%s' expects an integer argument.", name)
					return
				}
				if value.Atol(st.Words[1].Text) < least {
					c.Alert(&st.Words[1], "'%s' expects %s.", name, complaint)
					return
				}
				pointless(c, st)
			}))
	}
	ignored("tune.ssl.cachesize", "The size of the session cache; Go resumes sessions by tickets alone.", 0, "a positive numeric value")
	ignored("tune.ssl.default-dh-param", "The size of Diffie-Hellman parameters; Go has elliptic curves only.", 1024, "a value >= 1024")
	ignored("tune.ssl.maxrecord", "The size of TLS records.", 0, "a positive numeric value")
	ignored("tune.ssl.hard-maxrecord", "The size of TLS records, as a hard limit.", 0, "a positive numeric value")
	all = append(all, number("tune.ssl.ssl-ctx-cache-size", "3.2", "How many generated certificates are kept.", 0, func(g *core.Global) *int { return &g.SSL.MaxForged }))
	all = append(all, capture("tune.ssl.capture-buffer-size", ""), capture("tune.ssl.capture-cipherlist-size", "tune.ssl.capture-buffer-size"),
		directive("tune.ssl.force-private-cache", "3.2", "Keeps the session cache to one process.", []string{"tune.ssl.force-private-cache"}, []string{"tune.ssl.force-private-cache x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if c.MaxArgs(st, 1, 0) {
					pointless(c, st)
				}
			}),
		directive("tune.ssl.keylog", "3.2", "Keeps the secrets of TLS 1.3 for samples.", []string{"tune.ssl.keylog on", "tune.ssl.keylog off"}, []string{"tune.ssl.keylog", "tune.ssl.keylog maybe"},
			func(c *registry.Compiler, st *ast.Statement) {
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				got := ""
				if len(st.Words) > 1 {
					got = st.Words[1].Text
				}
				switch got {
				case "on", "off":
					g := &c.Global().SSL
					g.Keep.Log, g.KeepServers.Log = got == "on", got == "on"
				default:
					c.Alert(&st.Words[len(st.Words)-1], "'tune.ssl.keylog' expects either 'on' or 'off' but got '%s'.", got)
				}
			}),
		directive("ssl-dh-param-file", "3.1", "The file with Diffie-Hellman parameters; Go has elliptic curves only.", nil,
			[]string{"ssl-dh-param-file", "ssl-dh-param-file /nonexistent"},
			func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 {
					c.Alert(&st.Words[0], "'ssl-dh-param-file' expects a file path as an argument.")
					return
				}
				data, err := os.ReadFile(st.Words[1].Text)
				if err != nil || !strings.Contains(string(data), "-----BEGIN ") {
					c.Alert(&st.Words[1], "'ssl-dh-param-file': unable to load DH parameters from file <%s>.", st.Words[1].Text)
					return
				}
				pointless(c, st)
			}),
	)
	return all
}

// capture makes the setting that keeps clients' hellos. One that goes by an old
// name warns of the new one.
func capture(name, now string) *registry.Directive {
	return directive(name, "3.2", "How many bytes of each list in a client's hello are kept for samples.", nil, []string{name, name + " 1 2"},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) {
				return
			}
			if len(st.Words) < 2 {
				c.Alert(&st.Words[0], "'%s' expects an integer argument.", name)
				return
			}
			n := value.Atol(st.Words[1].Text)
			if n < 0 || n > maxHello {
				c.Alert(&st.Words[1], "'%s' expects a positive value.", name)
				return
			}
			c.Global().SSL.KeepHello = int(n)
			if now != "" {
				c.Diags.Line(diag.Warning, st.Words[0].Pos, st.Source, "'%s' is deprecated and will be removed in version 2.7. Please use '%s' instead.", name, now)
			}
		})
}

// maxHello bounds what is kept of a hello.
const maxHello = 1 << 16

func pointless(c *registry.Compiler, st *ast.Statement) {
	c.Note(&st.Words[0], "'%s' has no meaning for Go's TLS and is ignored.", st.Keyword())
}
