package global

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		directive("localpeer", "3.1", "The name of this process among its peers.", []string{"localpeer lb1"}, []string{"localpeer", "localpeer a b"}, compileLocalPeer),
		directive("tune.peers.max-updates-at-once", "3.2", "How many entries of stick tables a peer gets at a time.",
			[]string{"tune.peers.max-updates-at-once 100"},
			[]string{"tune.peers.max-updates-at-once", "tune.peers.max-updates-at-once 0", "tune.peers.max-updates-at-once x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				w, n := &st.Words[0], int64(0)
				if len(st.Words) > 1 {
					w = &st.Words[1]
					n = value.Atol(w.Text)
				}
				if n <= 0 {
					c.Alert(w, "'tune.peers.max-updates-at-once' expects an integer argument greater than 0.")
					return
				}
				c.Global().MaxPeerUpdates = int(n)
			}),
	)
}

func compileLocalPeer(c *registry.Compiler, st *ast.Statement) {
	if !c.MaxArgs(st, 1, 1) {
		return
	}
	w, ok := c.Word(st, 1, 0, "a name as an argument.")
	switch {
	case !ok:
	case c.Global().LocalPeerFixed:
		c.Warn(&st.Words[0], "'localpeer' ignored since it is already set by using the '-L' command line argument.")
	case len(c.Graph.Peers) > 0:
		c.Warn(&st.Words[0], "'localpeer' ignored since it is used after 'peers' section.")
	default:
		c.Global().LocalPeer = w.Text
	}
}
