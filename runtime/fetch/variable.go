package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(&registry.Fetch{
		Keyword: registry.Keyword{
			Name: "var", Manual: "7.3.2", Usage: "(<var-name>[,<default>])", Doc: "A variable's value, or the default when it has none.",
			OK: []string{"var(txn.x) -m found", "var(sess.x,1) -m str 1"}, Bad: []string{"var(x) -m found", "var() -m found"},
		},
		Out: core.Any, At: registry.Internal,
		Args: []registry.ArgSpec{{Kind: registry.ArgVariable, Name: "var-name"}, {Kind: registry.ArgString, Name: "default"}}, Min: 1,
		Compile: func(c *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			v, err := c.Graph.Vars.Find(a[0].Text)
			if err != nil {
				return nil, err
			}
			fallback, given := []byte(a[1].Text), a[1].Given
			return func(s *core.Stream, p *core.Sample) bool {
				if v.Get(s, p) {
					return true
				}
				if given {
					p.SetStr(fallback)
				}
				return given
			}, nil
		},
	})
}
