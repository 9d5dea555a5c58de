package proxy

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Directives.Add(&registry.Directive{
		Keyword: registry.Keyword{
			Name: "acl", Manual: "7.1", Usage: "<name> <criterion> [<flags>] [<operator>] <value>...",
			Doc: "Names a test that conditions can refer to.",
			OK:  []string{"acl local src 127.0.0.1 10.0.0.0/8", "acl static path -m beg /static /images", "acl get method GET"},
			Bad: []string{"acl x", "acl x no_such_fetch 1", "acl x! src 127.0.0.1", "acl or src 127.0.0.1", "acl x src 1.2.3.4.5"},
		},
		In: registry.Proxies, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if word(st, 1).Text == "" {
				c.Alert(word(st, 1), "'acl' expects a name and a criterion.")
				return
			}
			if namedDefaults(c, st, "acl", "") {
				sample.ACL(c, st)
			}
		},
	})
}
