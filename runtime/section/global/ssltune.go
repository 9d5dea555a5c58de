package global

import (
	"os"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// unneeded are settings of OpenSSL and of HAProxy's use of it that Go's TLS has no
// room for. They are checked, and -dD says that they have no effect.
func unneeded() []*registry.Directive {
	var all []*registry.Directive
	number := func(name, doc string, least int64, complaint string) {
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
	number("tune.ssl.cachesize", "The size of the session cache; Go resumes sessions by tickets alone.", 0, "a positive numeric value")
	number("tune.ssl.default-dh-param", "The size of Diffie-Hellman parameters; Go has elliptic curves only.", 1024, "a value >= 1024")
	number("tune.ssl.maxrecord", "The size of TLS records.", 0, "a positive numeric value")
	number("tune.ssl.hard-maxrecord", "The size of TLS records, as a hard limit.", 0, "a positive numeric value")
	number("tune.ssl.ssl-ctx-cache-size", "How many generated certificates are cached.", 0, "a positive numeric value")
	number("tune.ssl.capture-buffer-size", "How much of a client hello is kept.", 0, "a positive numeric value")
	number("tune.ssl.capture-cipherlist-size", "How much of a client's cipher list is kept.", 0, "a positive numeric value")
	all = append(all,
		directive("tune.ssl.force-private-cache", "3.2", "Keeps the session cache to one process.", []string{"tune.ssl.force-private-cache"}, []string{"tune.ssl.force-private-cache x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if c.MaxArgs(st, 1, 0) {
					pointless(c, st)
				}
			}),
		directive("tune.ssl.keylog", "3.2", "Keeps session keys for samples.", []string{"tune.ssl.keylog off"}, []string{"tune.ssl.keylog", "tune.ssl.keylog maybe"},
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
					pointless(c, st)
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

func pointless(c *registry.Compiler, st *ast.Statement) {
	c.Note(&st.Words[0], "'%s' has no meaning for Go's TLS and is ignored.", st.Keyword())
}
