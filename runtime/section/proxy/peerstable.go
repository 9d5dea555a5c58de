package proxy

import (
	"fmt"

	"gohap/parser/ast"
	"gohap/runtime/registry"
	"gohap/runtime/sticktable"
)

func init() {
	registry.Directives.Add(&registry.Directive{
		Keyword: registry.Keyword{
			Name: "table", Manual: "3.5",
			Usage: "<name> type {ip | ipv6 | integer | string [len <length>] | binary [len <length>]} size <size> [expire <expire>] [nopurge] [srvkey {name | addr}] [store <data_type>]*",
			Doc:   "A stick table of the peers' own. Elsewhere its name is \"section/table\".",
			OK:    []string{"table t1 type ip size 1m expire 5m store gpc0,conn_rate(30s)", "table t2 type string len 20 size 1k"},
			Bad: []string{"table", "table t1", "table t1 type ip", "table t1 type ip size 0", "table t1 type foo size 10", "table t1 type ip size 10 peers a",
				"table t1 type ip size 10 store foo", "table t1 type ip size 10 expire 5x", "table t1 type ip size 10 srvkey foo", "table t1 type ip size 10 foo"},
		},
		In: registry.Peers, Dump: "-", Compile: compilePeersTable,
	})
}

// compilePeersTable reads a table of a peers section. A second one of the same name
// is the same.
func compilePeersTable(c *registry.Compiler, st *ast.Statement) {
	s := c.Peers
	name := word(st, 1).Text
	l := tableLine{c: c, words: st.Words, at: min(2, len(st.Words)), what: "table", conf: sticktable.Config{Name: s.Name + "/" + name}}
	if !l.read() || c.Graph.Tables[l.conf.Name] != nil {
		return
	}
	t := l.declare(fmt.Sprintf("peers '%s'", s.Name))
	c.Later(registry.Resolve, func() {
		if !s.Disabled && s.Own != nil {
			s.Share(t, "/"+name)
		}
	})
}
