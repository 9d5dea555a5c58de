package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "last_rule_file", Manual: "7.3.2", Doc: "The file of the rule that ended a ruleset last.", OK: []string{"last_rule_file -m found"}},
			Out:     core.Str, At: registry.Running,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if s.LastRule == nil {
					return false
				}
				file := s.LastRule.Pos.File
				p.SetStr(append(s.Scratch(len(file))[:0], file...))
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "last_rule_line", Manual: "7.3.2", Doc: "The line of the rule that ended a ruleset last.", OK: []string{"last_rule_line gt 0"}},
			Out:     core.Sint, At: registry.Running,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if s.LastRule == nil {
					return false
				}
				p.SetInt(int64(s.LastRule.Pos.Line))
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "stopping", Manual: "7.3.2", Doc: "True once the process has been told to stop.", OK: []string{"stopping"}},
			Out:     core.Bool, At: registry.Running,
			Compile: func(c *registry.Compiler, _ []registry.Arg) (core.Fetch, error) {
				g := c.Graph
				return func(_ *core.Stream, p *core.Sample) bool {
					p.SetBool(g.Stopping.Load())
					return true
				}, nil
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "internal.strm.is_htx", Manual: "7.3.7", Doc: "True for a stream that carries HTTP.", OK: []string{"internal.strm.is_htx"}},
			Out:     core.Bool, At: registry.Running,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetBool(s.RequestParsed || s.Frontend.Mode == core.HTTP)
				return !embryonic(s)
			}),
		},
	)
}
