package converter

import (
	"fmt"
	"os"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Converters.Add(&registry.Converter{
		Keyword: registry.Keyword{
			Name: "debug", Manual: "7.3.1", Usage: "([<prefix>[,<destination>]])",
			Doc: "Writes the value and its type to stdout or stderr; it goes on as it is.",
			OK:  []string{"src,debug(from,stderr)", "src,debug(,stdout)"}, Bad: []string{"src,debug(from,nowhere)"},
		},
		In: core.Any, Out: core.Any,
		Args: []registry.ArgSpec{argument(registry.ArgString, "prefix"), argument(registry.ArgString, "destination")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			var out *os.File
			switch a[1].Text {
			case "stdout":
				out = os.Stdout
			case "stderr":
				out = os.Stderr
			case "", "buf0":
				return nil, fmt.Errorf("the sink 'buf0' is one that gohap does not support yet")
			default:
				return nil, fmt.Errorf("No such sink '%s'", a[1].Text)
			}
			prefix := a[0].Text
			return func(s *core.Stream, p *core.Sample) bool {
				v := s.Borrow()
				*v = *p
				line := append(s.Scratch(len(prefix) + len(p.Bytes) + 80)[:0], "[debug] "...)
				line = append(append(append(line, prefix...), ": type="...), p.Type.String()...)
				if sample.Cast(s, v, core.Str) {
					line = append(line, " <"...)
					for _, c := range v.Bytes {
						if c < ' ' || c > '~' {
							c = '.'
						}
						line = append(line, c)
					}
					line = append(line, '>')
				}
				s.Return()
				out.Write(append(line, '\n'))
				return true
			}, nil
		},
	})
}
