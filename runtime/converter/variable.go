package converter

import (
	"fmt"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	var conditions []registry.ArgSpec
	for i := range 4 {
		conditions = append(conditions, argument(registry.ArgString, fmt.Sprintf("cond%d", i+1)))
	}
	registry.Converters.Add(
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "set-var", Manual: "7.3.1", Usage: "(<var>[,<cond>...])", Doc: "Sets a variable to the value, which goes on as it is.",
				OK: []string{"src,set-var(txn.src)", "src,set-var(txn.src,ifnotexists)"}, Bad: []string{"src,set-var(x)", "src,set-var(txn.src,maybe)"},
			},
			In: core.Any, Out: core.Any, Min: 1, Args: append([]registry.ArgSpec{argument(registry.ArgString, "var")}, conditions...),
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				v, err := c.Graph.Vars.Find(a[0].Text)
				if err != nil {
					return nil, err
				}
				var words []string
				for _, w := range a[1:] {
					if w.Text != "" {
						words = append(words, w.Text)
					}
				}
				conds, err := sample.ParseVarConditions(words)
				return func(s *core.Stream, p *core.Sample) bool {
					return conds.Hold(s, v, p) && v.Set(s, p)
				}, err
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "unset-var", Manual: "7.3.1", Usage: "(<var>)", Doc: "Takes a variable's value away; the value goes on as it is.",
				OK: []string{"src,unset-var(txn.src)"}, Bad: []string{"src,unset-var", "src,unset-var(x)"},
			},
			In: core.Any, Out: core.Any, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "var")},
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				v, err := c.Graph.Vars.Find(a[0].Text)
				return func(s *core.Stream, _ *core.Sample) bool {
					v.Unset(s)
					return true
				}, err
			},
		},
	)
}
