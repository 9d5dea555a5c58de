package match

import (
	"encoding/hex"
	"fmt"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Matches.Add(&registry.Match{
		Keyword: registry.Keyword{Name: "bin", Manual: "7.1.5", Doc: "The value is the pattern, which is written in hexadecimal."},
		In:      core.Bin,
		Compile: func(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
			set := make(map[string]struct{}, len(ps.Words))
			for _, w := range ps.Words {
				b, err := hex.DecodeString(w.Text)
				if err != nil {
					return nil, fmt.Errorf("'%s' is not a hexadecimal string", w.Text)
				}
				set[string(b)] = struct{}{}
			}
			return func(_ *core.Stream, p *core.Sample) bool {
				_, ok := set[string(p.Bytes)]
				return ok
			}, nil
		},
	})
}
